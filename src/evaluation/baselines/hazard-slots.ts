/**
 * Boosted hazards per time slot: how long a slot is, who died when, and the hazard of every person in every slot.
 */
import { DAYS_PER_YEAR } from "../../vetting/duration.ts";
import { predictionDay } from "../../vetting/label.ts";
import type { Horizon, PredictionTime } from "../../vetting/outcome-definition.ts";
import type { PatientHistory } from "../../vetting/patient-history.ts";
import { type BinnedFeatures, MAXIMUM_BINS } from "../boosting/binned-features.ts";
import { treeValues } from "../boosting/tree.ts";
import type { BoostedModel } from "./baseline-models.ts";

/** A year, or a fifth of the longest horizon where that is shorter. */
export function slotDaysOf(horizons: readonly Horizon[]): number {
  return Math.min(DAYS_PER_YEAR, Math.max(...horizons.map((horizon) => horizon.days)) / 5);
}

/** Follow-up of persons from a landmark to death or its end. */
export function deathEvents(
  histories: readonly PatientHistory[],
  positions: Int32Array,
  time: PredictionTime,
): { days: Float64Array; event: Uint8Array } {
  const days = new Float64Array(positions.length);
  const event = new Uint8Array(positions.length);
  for (let i = 0; i < positions.length; i++) {
    const history = histories[positions[i] as number] as PatientHistory;
    days[i] = history.lastDay - (predictionDay(history, time) ?? Number.NaN);
    event[i] = history.deathDay === null ? 0 : 1;
  }
  return { days, event };
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
