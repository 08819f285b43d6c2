/**
 * Age-sex logistic, ridge logistic and ridge Cox of one task. Penalties are chosen by the tuning persons' likelihood;
 * the model is then fitted on training and tuning persons together.
 */
import { prepareCensoringWeights } from "../measures/censoring-weights.ts";
import {
  CASE,
  type CENSORED,
  DEATH,
  type Observations,
  ONSET,
  once,
  statusAt,
} from "../measures/observations.ts";
import type { CoxModel, LogisticModel } from "./baseline-models.ts";
import { breslowHazard, fitRidgeCox, linearPredictor, partialLogLikelihood } from "./ridge-cox.ts";
import { fitRidgeLogistic, logisticLogLikelihood, logOdds } from "./ridge-logistic.ts";

/** Penalties tried, the strongest first, so that each fit starts near the next one's answer. */
const PENALTIES = [1000, 300, 100, 30, 10];
/** Of the age-sex model, which has four columns and needs no choice. */
const LIGHT_PENALTY = 1;
/** Pieces of the baseline hazard up to the longest horizon. */
const PIECES = 120;

/** Rows of one task's development persons. */
export interface LinearRows {
  /** [persons x width]. */
  readonly design: Float64Array;
  readonly width: number;
  readonly observations: Observations;
  /** 1 where the person is of the tuning split. */
  readonly isTuning: Uint8Array;
}

export function fitAgeSex(rows: LinearRows, horizonDays: number): LogisticModel {
  const target = horizonTarget(rows.observations, horizonDays);
  const parameters = fitRidgeLogistic({ design: rows.design, width: rows.width, ...target }, LIGHT_PENALTY);
  return { penalty: LIGHT_PENALTY, parameters: [...parameters] };
}

export function fitLogistic(rows: LinearRows, horizonDays: number): LogisticModel {
  const { design, width, isTuning } = rows;
  const target = horizonTarget(rows.observations, horizonDays);
  const learning = target.weight.map((w, i) => (isTuning[i] === 1 ? 0 : w));
  const checking = target.weight.map((w, i) => (isTuning[i] === 1 ? w : 0));
  const chosen = choosePenalty((penalty, start) => {
    const fitted = fitRidgeLogistic({ design, width, y: target.y, weight: learning }, penalty, start);
    return { fitted, score: logisticLogLikelihood(logOdds(design, width, fitted), target.y, checking) };
  });
  const parameters = fitRidgeLogistic({ design, width, ...target }, chosen.penalty, chosen.fitted);
  return { penalty: chosen.penalty, parameters: [...parameters] };
}

/** Case status and IPCW weight at a horizon, from the development persons' own censoring. */
export function horizonTarget(
  observations: Observations,
  horizonDays: number,
): { y: Uint8Array; weight: Float64Array } {
  const weight = new Float64Array(observations.days.length);
  prepareCensoringWeights(observations, horizonDays)(once(weight.length), weight);
  return { y: statusAt(observations, horizonDays).map((status) => (status === CASE ? 1 : 0)), weight };
}

export function fitCox(rows: LinearRows, horizonDays: readonly number[], deathCompetes: boolean): CoxModel {
  const { design, width, isTuning } = rows;
  const { days, kind } = rows.observations;
  const onset = kind.map((value) => (value === ONSET ? 1 : 0));
  const learning = subset(design, width, days, onset, isTuning, 0);
  const checking = subset(design, width, days, onset, isTuning, 1);
  const chosen = choosePenalty((penalty, start) => {
    const fitted = fitRidgeCox({ ...learning, width }, penalty, start);
    const predictor = linearPredictor(checking.design, width, fitted);
    return { fitted, score: partialLogLikelihood(checking.days, checking.event, predictor) };
  });
  const coefficients = fitRidgeCox({ design, width, days, event: onset }, chosen.penalty, chosen.fitted);
  const grid = hazardGrid(horizonDays);
  const hazard = pieces(breslowHazard(days, onset, linearPredictor(design, width, coefficients), grid));
  if (!deathCompetes) {
    return {
      penalty: chosen.penalty,
      coefficients: [...coefficients],
      deathCoefficients: null,
      grid,
      hazard,
      deathHazard: grid.map(() => 0),
    };
  }
  const death = kind.map((value) => (value === DEATH ? 1 : 0));
  const deathCoefficients = fitRidgeCox({ design, width, days, event: death }, chosen.penalty);
  const deathPredictor = linearPredictor(design, width, deathCoefficients);
  return {
    penalty: chosen.penalty,
    coefficients: [...coefficients],
    deathCoefficients: [...deathCoefficients],
    grid,
    hazard,
    deathHazard: pieces(breslowHazard(days, death, deathPredictor, grid)),
  };
}

function choosePenalty(
  tryOne: (penalty: number, start?: Float64Array) => { fitted: Float64Array; score: number },
): { penalty: number; fitted: Float64Array } {
  let best: { penalty: number; fitted: Float64Array; score: number } | undefined;
  let start: Float64Array | undefined;
  for (const penalty of PENALTIES) {
    const { fitted, score } = tryOne(penalty, start);
    start = fitted;
    if (best === undefined || score > best.score) best = { penalty, fitted, score };
    // Past the optimum the path only gets worse.
    else if (score < best.score - 2) break;
  }
  if (best === undefined) throw new TypeError("no penalty was tried");
  return best;
}

/** Ends of equal pieces up to the longest horizon, every horizon among them. */
function hazardGrid(horizonDays: readonly number[]): number[] {
  const longest = Math.max(...horizonDays);
  const ends = Array.from({ length: PIECES }, (_, i) => (longest * (i + 1)) / PIECES);
  return [...new Set([...ends, ...horizonDays])].sort((a, b) => a - b);
}

function pieces(cumulative: readonly number[]): number[] {
  return cumulative.map((value, i) => value - (cumulative[i - 1] ?? 0));
}

function subset(
  design: Float64Array,
  width: number,
  days: Float64Array,
  event: Uint8Array,
  flag: Uint8Array,
  wanted: number,
): { design: Float64Array; days: Float64Array; event: Uint8Array } {
  const rows = Int32Array.from(flag.keys()).filter((row) => flag[row] === wanted);
  const out = new Float64Array(rows.length * width);
  for (let i = 0; i < rows.length; i++) {
    const from = (rows[i] as number) * width;
    out.set(design.subarray(from, from + width), i * width);
  }
  return {
    design: out,
    days: Float64Array.from(rows, (row) => days[row] as number),
    event: Uint8Array.from(rows, (row) => event[row] as number),
  };
}

/** Persons with an onset or a death; a task without any cannot be fitted. */
export function countKind(
  observations: Observations,
  kind: typeof ONSET | typeof DEATH | typeof CENSORED,
): number {
  let count = 0;
  for (const value of observations.kind) if (value === kind) count++;
  return count;
}
