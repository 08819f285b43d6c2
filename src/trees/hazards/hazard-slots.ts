/** Boosted hazards per time slot: how long a slot is, and the hazard of every person in every slot. */
import { DAYS_PER_YEAR } from "../../vetting/duration.ts";
import type { PredictionTime } from "../../vetting/outcome-definition.ts";
import { type BinnedFeatures, MAXIMUM_BINS } from "../boosting/binned-features.ts";
import { treeValues } from "../boosting/tree.ts";
import type { BoostedModel } from "../boosting/tune-then-fit.ts";

/** A year, or a fifth of the shortest horizon where that is less. */
export function slotDaysOf(times: readonly PredictionTime[]): number {
  const shortest = Math.min(...times.flatMap((time) => time.horizons.map((horizon) => horizon.days)));
  return Math.min(DAYS_PER_YEAR, shortest / 5);
}

/** @returns [units x slots] hazard integrated over each whole slot */
export function slotHazards(model: BoostedModel, features: BinnedFeatures, slots: number): Float64Array {
  const rows = features.units * slots;
  const unitOfRow = new Int32Array(rows);
  const slotOfRow = new Uint8Array(rows);
  for (let row = 0; row < rows; row++) {
    unitOfRow[row] = Math.floor(row / slots);
    slotOfRow[row] = Math.min(row % slots, MAXIMUM_BINS - 2);
  }
  const score = new Float64Array(rows).fill(model.offset);
  const step = new Float64Array(rows);
  for (const tree of model.trees) {
    treeValues(tree, { features, unitOfRow, slotOfRow }, step);
    for (let row = 0; row < rows; row++) score[row] = (score[row] as number) + (step[row] as number);
  }
  return score.map((value) => Math.exp(value));
}
