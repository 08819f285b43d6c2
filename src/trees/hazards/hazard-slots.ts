/** Boosted hazards per time slot: how long a slot is, and the hazard of every person in every slot. */
import { DAYS_PER_YEAR } from "../../vetting/duration.ts";
import type { PredictionTime } from "../../vetting/outcome-definition.ts";
import type { BinnedFeatures } from "../boosting/binned-features.ts";
import { addToSlots } from "../boosting/tree.ts";
import type { BoostedModel } from "../boosting/tune-then-fit.ts";

/** A year, or a fifth of the shortest horizon where that is less. */
export function slotDaysOf(times: readonly PredictionTime[]): number {
  const shortest = Math.min(...times.flatMap((time) => time.horizons.map((horizon) => horizon.days)));
  return Math.min(DAYS_PER_YEAR, shortest / 5);
}

/** @returns [units x slots] hazard integrated over each whole slot */
export function slotHazards(model: BoostedModel, features: BinnedFeatures, slots: number): Float64Array {
  const score = new Float64Array(features.units * slots).fill(model.offset);
  for (const tree of model.trees)
    for (let unit = 0; unit < features.units; unit++)
      addToSlots(tree, { features, unit, slots }, score, unit * slots);
  return score.map((value) => Math.exp(value));
}
