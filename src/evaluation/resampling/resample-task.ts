/**
 * Measures figures of one task on the persons as they are and on each bootstrap resample. Weights and incidence are
 * re-estimated in each resample, once for all models; all figures see the same resamples, so that differences are
 * paired. Takes and gives plain data, so that a worker thread can do it.
 *
 * Where many persons share score groups, a resample is measured a little differently from the persons one by one; the
 * difference between both on the persons as they are is taken off every resample, so that intervals lie around the
 * exact value.
 */
import { MEASURE_NAMES, type MeasureName } from "../design/evaluation-schema.ts";
import { multiplicityOf, type Resamples } from "../measures/bootstrap.ts";
import { UNKNOWN } from "../measures/observations.ts";
import { type Everyone, type MeasuredTask, modelFigures } from "./model-figures.ts";
import type { Drawn, Figures, Resampled } from "./resampled.ts";
import { incidenceByGroup, type RiskGroup, riskGroups } from "./risk-group-figures.ts";
import { scoreHistogram } from "./score-histogram.ts";
import { smoothCalibrationFigures } from "./smooth-calibration-figures.ts";
import { type SubgroupAttribute, subgroupFigures } from "./subgroup-figures.ts";
import { type ThresholdPlan, thresholdFigures } from "./threshold-figures.ts";
import { inTimeOrder, type TimeColumns, timeColumns, weigh } from "./time-columns.ts";

export interface ResampleInput extends MeasuredTask {
  readonly horizonDays: number;
  /** Row of each person among those who were resampled. */
  readonly positions: Int32Array;
  readonly resamples: Resamples;
  readonly models: readonly { readonly name: string; readonly risks: Float64Array }[];
  /** What is measured of one of the models in more depth; null: nothing. */
  readonly closeUp: CloseUp | null;
}

export interface CloseUp {
  readonly model: string;
  readonly plan: ThresholdPlan;
  /** Grid of risks at which the smooth calibration curve is given. */
  readonly grid: Float64Array;
  readonly attributes: readonly SubgroupAttribute[];
}

export interface ResampledTask {
  readonly observedIncidence: Resampled;
  readonly models: ReadonlyMap<string, Readonly<Record<MeasureName, Resampled>>>;
  /** Groups of rising predicted risk of each model, with the incidence observed in each. */
  readonly calibration: ReadonlyMap<string, readonly (RiskGroup & { readonly observed: Resampled })[]>;
  /** In the order in which each kind of figures says; null without a close-up. */
  readonly closeUp: {
    readonly thresholds: readonly Resampled[];
    readonly calibration: readonly Resampled[];
    /** Per attribute. */
    readonly subgroups: readonly (readonly Resampled[])[];
  } | null;
}

export function resampleTask(input: ResampleInput): ResampledTask {
  const { observations, status, resamples, closeUp } = input;
  const columns = timeColumns(observations, input.horizonDays);
  const isKnown = inTimeOrder(
    columns,
    status.map((s) => (s === UNKNOWN ? 0 : 1)),
  );
  const draw = drawInto(columns, isKnown);
  const everyone = draw(new Float64Array(columns.n).fill(1));
  const { incidence } = everyone;
  const figures = figuresOf(input, columns, everyone);
  const all = [...figures.models, ...figures.curves, ...figures.closeUp];
  const collectors = all.map((each) => collect(each, everyone, resamples.count));

  const incidences = new Float64Array(resamples.count);
  const multiplicity = new Float64Array(columns.n);
  const rowOf = inTimeOrder(columns, input.positions);
  for (let b = 0; b < resamples.count; b++) {
    const drawn = draw(multiplicityOf(resamples, b, rowOf, multiplicity));
    incidences[b] = drawn.incidence;
    for (const collector of collectors) collector.add(drawn, b);
  }
  const results = collectors.map((collector) => collector.resampled());
  const models = input.models.length;
  const after = results.slice(2 * models);
  return {
    observedIncidence: { value: incidence, samples: incidences },
    models: new Map(input.models.map(({ name }, m) => [name, named(results[m] as readonly Resampled[])])),
    calibration: new Map(
      input.models.map(({ name }, m) => [
        name,
        (results[models + m] as readonly Resampled[]).map((observed, g) => ({
          ...(figures.groups[m]?.[g] as RiskGroup),
          observed,
        })),
      ]),
    ),
    closeUp:
      closeUp === null
        ? null
        : {
            thresholds: after[0] as readonly Resampled[],
            calibration: after[1] as readonly Resampled[],
            subgroups: after.slice(2),
          },
  };
}

/** Everything measured; a model's own figures fill its histogram, which its close-up reads after them. */
function figuresOf(input: ResampleInput, columns: TimeColumns, everyone: Drawn) {
  const { status, closeUp } = input;
  const asTheyAre = everyoneOf(columns, everyone);
  const close: Figures[] = [];
  const groups = input.models.map(({ risks }) => riskGroups(risks));
  const models = input.models.map(({ name, risks }) => {
    const cuts = closeUp !== null && closeUp.model === name ? closeUp.plan.cuts : [];
    const histogram = scoreHistogram(status, columns, risks, cuts);
    if (closeUp !== null && closeUp.model === name) {
      close.push(
        thresholdFigures(input, columns, risks, histogram, closeUp.plan, everyone),
        smoothCalibrationFigures(status, risks, histogram, closeUp.grid, everyone),
        ...closeUp.attributes.map((attribute) =>
          subgroupFigures(status, columns, risks, attribute, closeUp.plan.operating, everyone),
        ),
      );
    }
    return modelFigures(input, columns, risks, histogram, asTheyAre);
  });
  const curves = groups.map((of) => incidenceByGroup(columns, of, everyone));
  return { models, curves, groups, closeUp: close };
}

/** The columns of the persons as they are, in the task's order. */
function everyoneOf(columns: TimeColumns, drawn: Drawn): Everyone {
  const inTaskOrder = (column: Float64Array): Float64Array => {
    const out = new Float64Array(columns.n);
    for (let j = 0; j < drawn.size; j++)
      out[columns.persons[drawn.place[j] as number] as number] = column[j] as number;
    return out;
  };
  return {
    multiplicity: inTaskOrder(drawn.multiplicity),
    weights: inTaskOrder(drawn.weight),
    complete: inTaskOrder(drawn.known),
    incidence: drawn.incidence,
  };
}

/** Completes a resample from its multiplicities; its columns are reused by the next one. */
function drawInto(columns: TimeColumns, isKnown: Uint8Array): (everybody: Float64Array) => Drawn {
  const { n } = columns;
  const weights = new Float64Array(n);
  const place = new Int32Array(n);
  const multiplicity = new Float64Array(n);
  const weight = new Float64Array(n);
  const known = new Float64Array(n);
  return (everybody) => {
    const incidence = weigh(columns, everybody, weights);
    let size = 0;
    for (let i = 0; i < n; i++) {
      const count = everybody[i] as number;
      if (count === 0) continue;
      place[size] = i;
      multiplicity[size] = count;
      weight[size] = weights[i] as number;
      known[size] = isKnown[i] === 1 ? count : 0;
      size++;
    }
    return { columns, size, place, multiplicity, weight, known, incidence };
  };
}

function collect(figures: Figures, everyone: Drawn, count: number) {
  const { values } = figures;
  const samples = Array.from(values, () => new Float64Array(count));
  const row = new Float64Array(values.length);
  figures.measure(everyone, row);
  const shift = values.map((value, j) => {
    const difference = value - (row[j] as number);
    return Number.isFinite(difference) ? difference : 0;
  });
  return {
    add(drawn: Drawn, b: number): void {
      figures.measure(drawn, row);
      for (let j = 0; j < row.length; j++)
        (samples[j] as Float64Array)[b] = (row[j] as number) + (shift[j] as number);
    },
    resampled: (): readonly Resampled[] =>
      samples.map((of, j) => ({ value: values[j] as number, samples: of })),
  };
}

function named(figures: readonly Resampled[]): Record<MeasureName, Resampled> {
  return Object.fromEntries(MEASURE_NAMES.map((name, j) => [name, figures[j] as Resampled])) as Record<
    MeasureName,
    Resampled
  >;
}
