/**
 * What happens at decision thresholds of one model: who is flagged, who is found, what a flag is worth.
 * Shares of cases and controls are weighted for censoring; alerts are counted over all persons. Net benefit is that of
 * Vickers & Elkin (Med Decis Making 2006): TP/N - FP/N x t/(1 - t). Lead time is the time from the prediction to the
 * onset among flagged cases.
 */
import { CASE, type Observations } from "../measures/observations.ts";
import type { Batch } from "./batch.ts";
import type { Figures } from "./resampled.ts";
import { addWeights, type ScoreHistogram } from "./score-histogram.ts";
import type { TimeColumns } from "./time-columns.ts";

export interface ThresholdPlan {
  /** Ascending risks; a person is flagged at or above one. */
  readonly cuts: readonly number[];
  /** Positions of the cuts that are decisions, not points of a curve: lead time is measured at these. */
  readonly decisions: readonly number[];
  /** The cut at which subgroups are compared. */
  readonly operating: number;
}

/** Per cut, in this order. */
export const THRESHOLD_FIGURES = [
  "sensitivity",
  "specificity",
  "ppv",
  "npv",
  "alertsPer100",
  "numberNeededToEvaluate",
  "netBenefit",
  "netBenefitTreatAll",
  "leadTimeDays",
] as const;

export type ThresholdFigure = (typeof THRESHOLD_FIGURES)[number];

/** @param histogram of the model, with a boundary at every cut; read after the model's own figures have */
export function thresholdFigures(
  { observations, status }: { readonly observations: Observations; readonly status: Uint8Array },
  columns: TimeColumns,
  risks: Float64Array,
  histogram: ScoreHistogram,
  { cuts, decisions }: ThresholdPlan,
  everyone: Batch,
): Figures {
  const { count, firstAbove } = histogram.groups;
  const decisionOf = new Map(decisions.map((cut, d) => [cut, d]));
  const leadTimes = leadTimesOf(
    observations,
    status,
    columns,
    risks,
    decisions.map((cut) => cuts[cut] as number),
    everyone.lanes,
  );

  const measure = (lane: number, into: Float64Array): void => {
    const { weighted, everybody } = histogram;
    let [found, alarmed, alerts] = [0, 0, 0];
    const at = new Float64Array(cuts.length * 3);
    let cut = cuts.length - 1;
    for (let g = count; g >= 0; g--) {
      if (g < count) {
        found += weighted.cases[g] as number;
        alarmed += weighted.controls[g] as number;
        alerts += everybody[g] as number;
      }
      for (; cut >= 0 && firstAbove[cut] === g; cut--) at.set([found, alarmed, alerts], 3 * cut);
    }
    const [allCases, allControls, persons] = [found, alarmed, alerts];
    const total = allCases + allControls;
    for (let c = 0; c < cuts.length; c++) {
      const tp = at[3 * c] as number;
      const fp = at[3 * c + 1] as number;
      const flagged = tp + fp;
      const threshold = cuts[c] as number;
      const odds = threshold >= 1 ? Number.POSITIVE_INFINITY : threshold / (1 - threshold);
      const values: Record<ThresholdFigure, number> = {
        sensitivity: tp / allCases,
        specificity: 1 - fp / allControls,
        ppv: tp / flagged,
        npv: (allControls - fp) / (total - flagged),
        alertsPer100: (100 * (at[3 * c + 2] as number)) / persons,
        numberNeededToEvaluate: flagged / tp,
        netBenefit: (tp - fp * odds) / total,
        netBenefitTreatAll: (allCases - allControls * odds) / total,
        leadTimeDays: leadTimes.median(lane, decisionOf.get(c), tp),
      };
      for (const [j, name] of THRESHOLD_FIGURES.entries())
        into[c * THRESHOLD_FIGURES.length + j] = Number.isFinite(values[name]) ? values[name] : Number.NaN;
    }
  };
  const values = new Float64Array(cuts.length * THRESHOLD_FIGURES.length);
  histogram.gather(everyone);
  histogram.read(0);
  leadTimes.gather(everyone);
  measure(0, values);
  return { values, gather: leadTimes.gather, measure };
}

/** Median time to onset of the flagged cases: a table of case weights by time and by how many decisions are reached. */
function leadTimesOf(
  { days }: Observations,
  status: Uint8Array,
  columns: TimeColumns,
  risks: Float64Array,
  decisions: readonly number[],
  lanes: number,
) {
  const levels = decisions.length;
  const times: number[] = [];
  /** Place in the table per event; events that are no flagged case share the last place. */
  const cell = new Int32Array(columns.events.length).fill(-1);
  for (const [e, at] of columns.events.entries()) {
    const person = columns.persons[at] as number;
    if (status[person] !== CASE) continue;
    const day = days[person] as number;
    if (times.at(-1) !== day) times.push(day);
    const reached = decisions.filter((cut) => (risks[person] as number) >= cut).length;
    if (reached > 0) cell[e] = (times.length - 1) * levels + reached - 1;
  }
  const cells = times.length * levels;
  for (const [e, at] of cell.entries()) if (at < 0) cell[e] = cells;
  const table = new Float64Array(lanes * (cells + 1));
  return {
    gather: (batch: Batch): void => addWeights(table, cell, batch),
    median(lane: number, decision: number | undefined, total: number): number {
      if (decision === undefined) return Number.NaN;
      let sum = 0;
      for (let t = 0; t < times.length; t++) {
        for (let l = decision; l < levels; l++) sum += table[lanes * (t * levels + l) + lane] as number;
        if (sum > 0 && sum >= total / 2) return times[t] as number;
      }
      return Number.NaN;
    },
  };
}
