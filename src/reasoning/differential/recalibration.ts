/**
 * The model's risk of a condition as what it has meant: a logistic line fitted on tuning persons, censoring weighed out,
 * and the same line in resamples of them, from which a probability has its interval.
 * Invariant: with fewer than `FEWEST_CASES` cases the risk is left as it is, and has no interval.
 */

import type { Random } from "../../effects/random.ts";
import { drawResamples, multiplicityOf } from "../../evaluation/measures/bootstrap.ts";
import { fitLine, logitOf } from "../../evaluation/measures/calibration-line.ts";
import { prepareCensoringWeights } from "../../evaluation/measures/censoring-weights.ts";
import { CASE, once, statusAt, UNKNOWN } from "../../evaluation/measures/observations.ts";
import { quantileOfSorted } from "../../trees/features/quantile-of-sorted.ts";
import type { Figure } from "../what-if/paired-futures.ts";
import type { ConditionColumns } from "./findings.ts";

export interface CalibratedLine {
  readonly intercept: number;
  readonly slope: number;
}

export interface Recalibration {
  readonly persons: number;
  readonly cases: number;
  /** Null: too few cases to fit one. */
  readonly line: CalibratedLine | null;
  readonly resampled: readonly CalibratedLine[];
}

const FEWEST_CASES = 20;
const RESAMPLES = 200;

/** @param risks of the persons in the columns, by the model */
export function recalibrate(
  columns: ConditionColumns,
  risks: Float64Array,
  horizonDays: number,
  random: Random,
): Recalibration {
  const status = statusAt(columns, horizonDays);
  const persons = status.length;
  const cases = status.reduce((sum, one) => sum + Number(one === CASE), 0);
  if (cases < FEWEST_CASES) return { persons, cases, line: null, resampled: [] };
  const weigh = prepareCensoringWeights(columns, horizonDays);
  const known = Int32Array.from(status.keys()).filter((i) => status[i] !== UNKNOWN);
  const x = Float64Array.from(known, (i) => logitOf(risks[i] as number));
  const weights = new Float64Array(persons);
  const lineOf = (multiplicity: Float64Array): CalibratedLine => {
    weigh(multiplicity, weights);
    const totals = Float64Array.from(known, (i) => weights[i] as number);
    const hits = Float64Array.from(known, (i, n) => (status[i] === CASE ? (totals[n] as number) : 0));
    return fitLine(x, hits, totals, known.length, { slope: 1, intercept: 0 }, true, 1e-7);
  };
  const usable = ({ slope, intercept }: CalibratedLine) =>
    Number.isFinite(slope) && Number.isFinite(intercept);
  const line = lineOf(once(persons));
  if (!usable(line)) return { persons, cases, line: null, resampled: [] };
  const resamples = drawResamples(persons, RESAMPLES, random);
  const everybody = Int32Array.from({ length: persons }, (_, i) => i);
  const multiplicity = new Float64Array(persons);
  const resampled = Array.from({ length: RESAMPLES }, (_, row) =>
    lineOf(multiplicityOf(resamples, row, everybody, multiplicity)),
  ).filter(usable);
  return { persons, cases, line, resampled };
}

function along({ intercept, slope }: CalibratedLine, risk: number): number {
  return 1 / (1 + Math.exp(-(intercept + slope * logitOf(risk))));
}

/** What the risk has meant; the risk itself where there is no line. */
export function calibrated({ line }: Recalibration, risk: number): number {
  return line === null ? risk : along(line, risk);
}

/** With the 95 % interval of the calibration; null where there is none. */
export function calibratedFigure(recalibration: Recalibration, risk: number): Figure | null {
  if (recalibration.line === null) return null;
  const values = Float64Array.from(recalibration.resampled, (line) => along(line, risk)).sort();
  return {
    value: along(recalibration.line, risk),
    low: quantileOfSorted(values, 0.025),
    high: quantileOfSorted(values, 0.975),
  };
}
