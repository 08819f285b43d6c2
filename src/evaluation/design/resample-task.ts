/**
 * Computes every measure of every model on one task, for the persons as they are and for each bootstrap resample.
 * Weights and observed incidence are re-estimated in each resample, once for all models; all models see the same
 * resamples, so that differences are paired.
 */
import { prepareAalenJohansen } from "../measures/aalen-johansen.ts";
import { prepareAuprc } from "../measures/auprc.ts";
import { prepareAuroc } from "../measures/auroc.ts";
import { multiplicityOf, type Resamples } from "../measures/bootstrap.ts";
import { prepareBrier } from "../measures/brier.ts";
import { type CalibrationLine, prepareCalibrationLine } from "../measures/calibration-line.ts";
import { prepareCensoringWeights } from "../measures/censoring-weights.ts";
import { prepareConcordance } from "../measures/concordance.ts";
import { once, UNKNOWN } from "../measures/observations.ts";
import { MEASURE_NAMES, type MeasureName } from "./evaluation-schema.ts";
import type { TaskSample } from "./task-sample.ts";

/** One measure: its value on the persons as they are, and one value a resample; NaN where undefined. */
export interface Resampled {
  readonly value: number;
  readonly samples: Float64Array;
}

export interface ResampledTask {
  readonly observedIncidence: Resampled;
  readonly models: ReadonlyMap<string, Readonly<Record<MeasureName, Resampled>>>;
}

export function resampleTask(sample: TaskSample, resamples: Resamples): ResampledTask {
  const { observations, horizonDays, status } = sample;
  const n = status.length;
  const fillWeights = prepareCensoringWeights(observations, horizonDays);
  const incidenceOf = prepareAalenJohansen(observations, horizonDays);
  const measures = [...sample.risks].map(([name, risks]) => ({
    name,
    measure: prepareMeasures(sample, risks),
  }));
  const values = measures.map(() => new Float64Array(MEASURE_NAMES.length));
  const samples = measures.map(() => MEASURE_NAMES.map(() => new Float64Array(resamples.count)));

  const everyone = once(n);
  const weights = new Float64Array(n);
  const complete = new Float64Array(n);
  fillWeights(everyone, weights);
  fillComplete(status, everyone, complete);
  const incidence = incidenceOf(everyone);
  const starts = measures.map(({ measure }, m) =>
    measure({ multiplicity: everyone, weights, complete, incidence }, values[m] as Float64Array),
  );

  const incidences = new Float64Array(resamples.count);
  const multiplicity = new Float64Array(n);
  const row = new Float64Array(MEASURE_NAMES.length);
  for (let b = 0; b < resamples.count; b++) {
    multiplicityOf(resamples, b, sample.persons.positions, multiplicity);
    fillWeights(multiplicity, weights);
    fillComplete(status, multiplicity, complete);
    const drawn = { multiplicity, weights, complete, incidence: incidenceOf(multiplicity) };
    incidences[b] = drawn.incidence;
    for (const [m, { measure }] of measures.entries()) {
      measure(drawn, row, starts[m]);
      for (let j = 0; j < row.length; j++) (samples[m]?.[j] as Float64Array)[b] = row[j] as number;
    }
  }
  return {
    observedIncidence: { value: incidence, samples: incidences },
    models: new Map(
      measures.map(({ name }, m) => [name, named(values[m] as Float64Array, samples[m] as Float64Array[])]),
    ),
  };
}

function named(values: Float64Array, samples: readonly Float64Array[]): Record<MeasureName, Resampled> {
  return Object.fromEntries(
    MEASURE_NAMES.map((name, j) => [
      name,
      { value: values[j] as number, samples: samples[j] as Float64Array },
    ]),
  ) as Record<MeasureName, Resampled>;
}

function fillComplete(status: Uint8Array, multiplicity: Float64Array, into: Float64Array): void {
  for (let i = 0; i < status.length; i++) into[i] = status[i] === UNKNOWN ? 0 : (multiplicity[i] as number);
}

interface Drawn {
  readonly multiplicity: Float64Array;
  /** Multiplicity x IPCW. */
  readonly weights: Float64Array;
  /** Multiplicity, 0 for persons censored before the horizon. */
  readonly complete: Float64Array;
  /** Aalen-Johansen incidence of the resample. */
  readonly incidence: number;
}

interface Lines {
  readonly weighted: CalibrationLine;
  readonly complete: CalibrationLine;
}

/** @returns fills `into` in the order of MEASURE_NAMES and gives the calibration lines, a start for nearby resamples */
function prepareMeasures(
  { observations, status, strata }: TaskSample,
  risks: Float64Array,
): (drawn: Drawn, into: Float64Array, start?: Lines) => Lines {
  const concordance = prepareConcordance(observations, risks);
  const auroc = prepareAuroc(status, risks);
  const aurocInStrata = prepareAuroc(status, risks, strata);
  const auprc = prepareAuprc(status, risks);
  const brier = prepareBrier(status, risks);
  const line = prepareCalibrationLine(status, risks);
  return ({ multiplicity, weights, complete, incidence }, into, start) => {
    const weighted = line(weights, start?.weighted);
    const plain = line(complete, start?.complete);
    const mean = meanRisk(risks, multiplicity);
    const measured: Record<MeasureName, number> = {
      cIndex: concordance(multiplicity),
      auroc: auroc(weights),
      aurocCompleteCase: auroc(complete),
      aurocInStrata: aurocInStrata(complete),
      auprc: auprc(weights),
      auprcCompleteCase: auprc(complete),
      brier: brier(weights),
      brierCompleteCase: brier(complete),
      calibrationSlope: weighted.slope,
      calibrationSlopeCompleteCase: plain.slope,
      calibrationIntercept: weighted.intercept,
      calibrationInterceptCompleteCase: plain.intercept,
      observedToExpected: weighted.observedToExpected,
      observedToExpectedCompleteCase: plain.observedToExpected,
      calibrationAalenJohansen: incidence / mean,
      meanRisk: mean,
    };
    for (const [j, name] of MEASURE_NAMES.entries()) into[j] = measured[name];
    return { weighted, complete: plain };
  };
}

function meanRisk(risks: Float64Array, multiplicity: Float64Array): number {
  let sum = 0;
  let total = 0;
  for (let i = 0; i < risks.length; i++) {
    sum += (multiplicity[i] as number) * (risks[i] as number);
    total += multiplicity[i] as number;
  }
  return sum / total;
}
