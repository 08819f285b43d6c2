/**
 * Evidence on one outcome and horizon from forecasts and what came: discrimination and calibration, each with its interval.
 * Invariant: where too few had the outcome, only the counts are told.
 */
import { createRandom } from "../../effects/random.ts";
import { prepareAalenJohansen } from "../../evaluation/measures/aalen-johansen.ts";
import { prepareAuroc } from "../../evaluation/measures/auroc.ts";
import { drawResamples } from "../../evaluation/measures/bootstrap.ts";
import { prepareCalibrationLine } from "../../evaluation/measures/calibration-line.ts";
import { prepareConcordance } from "../../evaluation/measures/concordance.ts";
import type { Estimate } from "../../evaluation/measures/estimate.ts";
import { estimateOver, weightedMean } from "../../evaluation/measures/estimate-over.ts";
import { DEATH, ONSET, statusAt } from "../../evaluation/measures/observations.ts";
import type { ServedTask } from "../answers/served-model.ts";

export interface TaskEvidence {
  readonly outcome: string;
  readonly horizon: string;
  /** Eligible at their prediction times. */
  readonly persons: number;
  /** Within the horizon. */
  readonly onsets: number;
  readonly deaths: number;
  /** Why others are not in the task. */
  readonly left: Readonly<Record<string, number>>;
  /** Null where fewer than `FEWEST_ONSETS` had it. */
  readonly cIndex: Estimate | null;
  readonly observedIncidence: Estimate | null;
  readonly meanRisk: Estimate | null;
  readonly observedToExpected: Estimate | null;
  /** Of those whose status at the horizon is known. */
  readonly auroc: Estimate | null;
  readonly calibrationIntercept: Estimate | null;
  readonly calibrationSlope: Estimate | null;
}

const FEWEST_ONSETS = 10;
const RESAMPLES = 200;
const NOT_JUDGED = {
  cIndex: null,
  observedIncidence: null,
  meanRisk: null,
  observedToExpected: null,
  auroc: null,
  calibrationIntercept: null,
  calibrationSlope: null,
};
/** Persons of one task, a place each. */
export interface TaskColumn {
  readonly risks: number[];
  readonly days: number[];
  readonly kinds: number[];
  readonly left: Record<string, number>;
}

export function emptyColumn(): TaskColumn {
  return { risks: [], days: [], kinds: [], left: {} };
}

export function leave({ left }: TaskColumn, why: string): void {
  left[why] = (left[why] ?? 0) + 1;
}

export function evidenceOf(
  { outcome, horizon, horizonDays }: ServedTask,
  column: TaskColumn,
  seed: number,
): TaskEvidence {
  const { risks, days, kinds, left } = column;
  const persons = risks.length;
  const within = (kind: number) =>
    kinds.filter((of, i) => of === kind && (days[i] as number) <= horizonDays).length;
  const counts = {
    outcome: outcome.name,
    horizon,
    persons,
    onsets: within(ONSET),
    deaths: within(DEATH),
    left,
  };
  if (counts.onsets < FEWEST_ONSETS) return { ...counts, ...NOT_JUDGED };
  const observations = { days: Float64Array.from(days), kind: Uint8Array.from(kinds) };
  const resamples = drawResamples(persons, RESAMPLES, createRandom(seed).fork("validation"));
  const concordance = prepareConcordance(observations, risks);
  const incidence = prepareAalenJohansen(observations, horizonDays);
  const mean = (weights: Float64Array) => weightedMean(risks, weights);
  const method = `percentile bootstrap over persons, ${RESAMPLES} resamples`;
  const status = statusAt(observations, horizonDays);
  const line = prepareCalibrationLine(status, risks);
  const of = (measure: (weights: Float64Array) => number) => estimateOver(resamples, measure, method);
  return {
    ...counts,
    cIndex: of(concordance),
    observedIncidence: of(incidence),
    meanRisk: of(mean),
    observedToExpected: of((weights) => incidence(weights) / mean(weights)),
    auroc: of(prepareAuroc(status, risks)),
    calibrationIntercept: of((weights) => line(weights).intercept),
    calibrationSlope: of((weights) => line(weights).slope),
  };
}
