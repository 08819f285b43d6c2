/**
 * Reads a tree head at any day of any record: the hazard of each outcome in given pieces of time after that day.
 * Invariant: nothing is learned; features and cuts are applied as they are stored.
 */
import { DAYS_PER_YEAR } from "../../vetting/duration.ts";
import type { PatientHistory } from "../../vetting/patient-history.ts";
import { applyBinCuts, MAXIMUM_BINS } from "../boosting/binned-features.ts";
import { featureMatrix } from "../features/feature-matrix.ts";
import { withYearsSinceIndex } from "./hazard-pool.ts";
import { slotHazards } from "./hazard-slots.ts";
import type { TreeHead } from "./tree-head.ts";

/** Later slots are one with the last. */
const SLOTS = MAXIMUM_BINS - 1;

/**
 * @param outcomes names, in the order wanted
 * @param edgesYears inner edges of the pieces, years after the day; the last piece is read over as long again as the one before
 * @returns per request [outcomes x pieces], events per year; NaN for an outcome without a model
 */
export function treeHazards(
  { catalogue, hazards }: TreeHead,
  at: readonly { readonly history: PatientHistory; readonly day: number }[],
  outcomes: readonly string[],
  edgesYears: readonly number[],
): Float64Array[] {
  const { slotDays, cuts } = hazards;
  const features = applyBinCuts(cuts, withYearsSinceIndex(featureMatrix(catalogue, at), at));
  const pieces = piecesInSlots(edgesYears, slotDays);
  const slots = Math.min(SLOTS, Math.ceil(pieces.at(-1)?.to ?? 1));
  const results = at.map(() => new Float64Array(outcomes.length * pieces.length).fill(Number.NaN));
  for (const [k, name] of outcomes.entries()) {
    const model = hazards.outcomes.find(({ outcome }) => outcome === name)?.model;
    if (model === undefined) continue;
    const bySlot = slotHazards(model, features, slots);
    for (const [unit, into] of results.entries()) {
      const own = bySlot.subarray(unit * slots, (unit + 1) * slots);
      for (const [piece, { from, to }] of pieces.entries())
        into[k * pieces.length + piece] = (meanOver(own, from, to) * DAYS_PER_YEAR) / slotDays;
    }
  }
  return results;
}

function piecesInSlots(edgesYears: readonly number[], slotDays: number): { from: number; to: number }[] {
  const slots = edgesYears.map((years) => (years * DAYS_PER_YEAR) / slotDays);
  const last = slots.at(-1) ?? 1;
  const ends = [...slots, 2 * last - (slots.at(-2) ?? 0)];
  return ends.map((to, i) => ({ from: ends[i - 1] ?? 0, to }));
}

/** Mean of a step function with unit steps over [from, to); its last step goes on for ever. */
function meanOver(steps: Float64Array, from: number, to: number): number {
  let sum = 0;
  for (let slot = Math.floor(from); slot < to; slot++) {
    const share = Math.min(slot + 1, to) - Math.max(slot, from);
    sum += share * (steps[Math.min(slot, steps.length - 1)] as number);
  }
  return sum / (to - from);
}
