/** Every measure of one model on one task, as figures to resample. */
import { MEASURE_NAMES, type MeasureName } from "../design/evaluation-schema.ts";
import { prepareAuprc } from "../measures/auprc.ts";
import { prepareAuroc } from "../measures/auroc.ts";
import { prepareBrier } from "../measures/brier.ts";
import {
  type CalibrationLine,
  calibrationLine,
  logitOf,
  prepareCalibrationLine,
} from "../measures/calibration-line.ts";
import { prepareConcordance } from "../measures/concordance.ts";
import { type Observations, UNKNOWN } from "../measures/observations.ts";
import { concordanceOf } from "./concordance-of-batch.ts";
import { auprcOfGroups, aurocOfGroups } from "./group-ranking.ts";
import type { Figures } from "./resampled.ts";
import type { RankedRisks, ScoreHistogram, Sides } from "./score-histogram.ts";
import type { TimeColumns } from "./time-columns.ts";

export interface MeasuredTask {
  readonly observations: Observations;
  /** CASE, CONTROL or UNKNOWN at the horizon. */
  readonly status: Uint8Array;
  readonly strata: Uint8Array;
}

/** Calibration lines are fitted to each group of risk, or to about this many where there are more. */
const MOST_LINE_GROUPS = 512;
const COARSE_LINE_GROUPS = 128;

/**
 * @param histogram of the model; gathered and read with these figures, for others to read after them
 * @param everyone the persons as they are
 */
export function modelFigures(
  task: MeasuredTask,
  columns: TimeColumns,
  lanes: number,
  ranked: RankedRisks,
  histogram: ScoreHistogram,
  everyone: Everyone,
): Figures {
  const { status } = task;
  const exact = exactMeasures(task, ranked, everyone);
  const concordance = concordanceOf(columns, lanes, ranked);
  const line = lineOfGroups(histogram, status, ranked.risks);
  let cIndices: Float64Array = new Float64Array();
  let incidence: Float64Array = new Float64Array();

  return {
    values: Float64Array.from(MEASURE_NAMES, (name) => exact.measures[name]),
    gather(batch) {
      histogram.gather(batch);
      cIndices = concordance(batch);
      incidence = batch.incidence;
    },
    measure(lane, into) {
      histogram.read(lane);
      const { weighted, complete, inStrata } = histogram;
      const ofWeighted = sumsOf(histogram, weighted);
      const ofComplete = sumsOf(histogram, complete);
      const lineW = line(weighted, ofWeighted, exact.weighted);
      const lineC = line(complete, ofComplete, exact.complete);
      const mean = meanRisk(histogram);
      const measured: Record<MeasureName, number> = {
        cIndex: cIndices[lane] as number,
        auroc: aurocOfGroups(weighted.cases, weighted.controls),
        aurocCompleteCase: aurocOfGroups(complete.cases, complete.controls),
        aurocInStrata: aurocOfGroups(inStrata.cases, inStrata.controls, inStrata.ends),
        auprc: auprcOfGroups(weighted.cases, weighted.controls),
        auprcCompleteCase: auprcOfGroups(complete.cases, complete.controls),
        brier: ofWeighted.loss / ofWeighted.total,
        brierCompleteCase: ofComplete.loss / ofComplete.total,
        calibrationSlope: lineW.slope,
        calibrationSlopeCompleteCase: lineC.slope,
        calibrationIntercept: lineW.intercept,
        calibrationInterceptCompleteCase: lineC.intercept,
        observedToExpected: lineW.observedToExpected,
        observedToExpectedCompleteCase: lineC.observedToExpected,
        calibrationAalenJohansen: (incidence[lane] as number) / mean,
        meanRisk: mean,
      };
      for (const [j, name] of MEASURE_NAMES.entries()) into[j] = measured[name];
    },
  };
}

interface Sums {
  readonly observed: number;
  readonly expected: number;
  readonly loss: number;
  readonly total: number;
}

function sumsOf({ mean, square }: ScoreHistogram, { cases, controls }: Sides): Sums {
  let [observed, expected, loss, total] = [0, 0, 0, 0];
  for (let g = 0; g < mean.length; g++) {
    const positive = cases[g] as number;
    const all = positive + (controls[g] as number);
    observed += positive;
    total += all;
    expected += all * (mean[g] as number);
    loss += all * (square[g] as number) + positive * (1 - 2 * (mean[g] as number));
  }
  return { observed, expected, loss, total };
}

function meanRisk({ mean, everybody }: ScoreHistogram): number {
  let [sum, total] = [0, 0];
  for (let g = 0; g < mean.length; g++) {
    sum += (everybody[g] as number) * (mean[g] as number);
    total += everybody[g] as number;
  }
  return sum / total;
}

/** Columns of the persons as they are, in the task's order. */
export interface Everyone {
  readonly multiplicity: Float64Array;
  readonly weights: Float64Array;
  readonly complete: Float64Array;
  readonly incidence: number;
}

/** The same measures over persons one by one, for the persons as they are. */
function exactMeasures(
  { observations, status, strata }: MeasuredTask,
  { risks, order }: RankedRisks,
  { multiplicity, weights, complete, incidence }: Everyone,
) {
  const auroc = prepareAuroc(status, risks, undefined, order);
  const auprc = prepareAuprc(status, risks, order);
  const brier = prepareBrier(status, risks);
  const line = prepareCalibrationLine(status, risks);
  const [lineW, lineC] = [line(weights), line(complete)];
  const mean = risks.reduce((sum, risk) => sum + risk, 0) / risks.length;
  const measures: Record<MeasureName, number> = {
    cIndex: prepareConcordance(observations, risks)(multiplicity),
    auroc: auroc(weights),
    aurocCompleteCase: auroc(complete),
    aurocInStrata: prepareAuroc(status, risks, strata, order)(complete),
    auprc: auprc(weights),
    auprcCompleteCase: auprc(complete),
    brier: brier(weights),
    brierCompleteCase: brier(complete),
    calibrationSlope: lineW.slope,
    calibrationSlopeCompleteCase: lineC.slope,
    calibrationIntercept: lineW.intercept,
    calibrationInterceptCompleteCase: lineC.intercept,
    observedToExpected: lineW.observedToExpected,
    observedToExpectedCompleteCase: lineC.observedToExpected,
    calibrationAalenJohansen: incidence / mean,
    meanRisk: mean,
  };
  return { measures, weighted: lineW, complete: lineC };
}

/** Calibration line over neighbouring score groups taken together. */
function lineOfGroups(
  { groups: { of, count, exact } }: ScoreHistogram,
  status: Uint8Array,
  risks: Float64Array,
) {
  const sizes = new Float64Array(count);
  const logits = new Float64Array(count);
  for (let i = 0; i < risks.length; i++) {
    if (status[i] === UNKNOWN) continue;
    const group = of[i] as number;
    sizes[group] = (sizes[group] as number) + 1;
    logits[group] = (logits[group] as number) + logitOf(risks[i] as number);
  }
  const perLine =
    exact && count <= MOST_LINE_GROUPS ? 0 : sizes.reduce((sum, size) => sum + size, 0) / COARSE_LINE_GROUPS;
  const lineOf = new Int32Array(count);
  let lines = 0;
  let filled = 0;
  for (let g = 0; g < count; g++) {
    if (filled > 0 && filled + (sizes[g] as number) > perLine) {
      lines++;
      filled = 0;
    }
    lineOf[g] = lines;
    filled += sizes[g] as number;
  }
  const size = lines + 1;
  const x = new Float64Array(size);
  const members = new Float64Array(size);
  for (let g = 0; g < count; g++) {
    const at = lineOf[g] as number;
    x[at] = (x[at] as number) + (logits[g] as number);
    members[at] = (members[at] as number) + (sizes[g] as number);
  }
  for (let at = 0; at < size; at++)
    x[at] = members[at] === 0 ? 0 : (x[at] as number) / (members[at] as number);
  const positives = new Float64Array(size);
  const totals = new Float64Array(size);
  return (
    { cases, controls }: Sides,
    { observed, expected, total }: Sums,
    start: CalibrationLine,
  ): CalibrationLine => {
    positives.fill(0);
    totals.fill(0);
    for (let g = 0; g < count; g++) {
      const at = lineOf[g] as number;
      const positive = cases[g] as number;
      positives[at] = (positives[at] as number) + positive;
      totals[at] = (totals[at] as number) + positive + (controls[g] as number);
    }
    const ratio = observed === 0 || observed === total || expected === 0 ? Number.NaN : observed / expected;
    return calibrationLine(x, positives, totals, size, ratio, start);
  };
}
