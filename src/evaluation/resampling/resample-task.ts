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
import { prepareAalenJohansen } from "../measures/aalen-johansen.ts";
import { blocksOf, type Resamples } from "../measures/bootstrap.ts";
import { prepareCensoringWeights } from "../measures/censoring-weights.ts";
import { ascending, once, UNKNOWN } from "../measures/observations.ts";
import { type Batch, batchOf } from "./batch.ts";
import { type Everyone, type MeasuredTask, modelFigures } from "./model-figures.ts";
import type { Figures, Resampled } from "./resampled.ts";
import { incidenceByGroup, type RiskGroup, riskGroups } from "./risk-group-figures.ts";
import { type RankedRisks, scoreHistogram } from "./score-histogram.ts";
import { smoothCalibrationFigures } from "./smooth-calibration-figures.ts";
import { type SubgroupAttribute, sharedGroups, subgroupFigures } from "./subgroup-figures.ts";
import { type ThresholdPlan, thresholdFigures } from "./threshold-figures.ts";
import { type TimeColumns, timeColumns } from "./time-columns.ts";

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
  const { observations, horizonDays, resamples, closeUp } = input;
  const columns = timeColumns(observations, horizonDays);
  const source = batchOf(columns, input.positions, resamples);
  const { batch } = source;
  const everyone = everyoneOf(input);
  source.fillExactly(everyone.weights, everyone.incidence);
  const figures = figuresOf(input, columns, everyone, batch);
  const collectors = [
    collect(incidenceFigure(batch, everyone.incidence), resamples.count),
    ...[...figures.models, ...figures.curves, ...figures.closeUp].map((of) => collect(of, resamples.count)),
  ];
  source.fillWithEveryone();
  for (const { figures: of } of collectors) of.gather(batch);
  for (const { takeEveryone } of collectors) takeEveryone();
  const { lanes } = batch;
  for (let block = 0; block < blocksOf(resamples); block++) {
    source.fill(block);
    for (const { figures: of } of collectors) of.gather(batch);
    for (let lane = 0, row = block * lanes; lane < lanes && row < resamples.count; lane++, row++)
      for (const { take } of collectors) take(lane, row);
  }
  const [incidence, ...results] = collectors.map((collector) => collector.resampled());
  const models = input.models.length;
  const after = results.slice(2 * models);
  return {
    observedIncidence: incidence?.[0] as Resampled,
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

function incidenceFigure(batch: Batch, value: number): Figures {
  return {
    values: Float64Array.of(value),
    gather: () => undefined,
    measure(lane, into) {
      into[0] = batch.incidence[lane] as number;
    },
  };
}

/** Everything measured; a model's own figures read its histogram, which its close-up reads after them. */
function figuresOf(input: ResampleInput, columns: TimeColumns, everyone: Everyone, batch: Batch) {
  const { observations, horizonDays, status, strata, closeUp } = input;
  const { lanes } = batch;
  const close: Figures[] = [];
  const ranked = input.models.map(({ risks }) => ({ risks, order: ascending(risks) }));
  const groups = ranked.map(riskGroups);
  const models = input.models.map(({ name, risks }, m) => {
    const own = ranked[m] as RankedRisks;
    const cuts = closeUp !== null && closeUp.model === name ? closeUp.plan.cuts : [];
    const histogram = scoreHistogram(status, strata, columns, lanes, own, cuts);
    if (closeUp !== null && closeUp.model === name) {
      const shared = sharedGroups(status, own, closeUp.plan.operating);
      close.push(
        thresholdFigures(input, columns, risks, histogram, closeUp.plan, batch),
        smoothCalibrationFigures(status, risks, histogram, closeUp.grid, batch),
        ...closeUp.attributes.map((attribute) =>
          subgroupFigures(status, columns, risks, shared, attribute, batch, everyone.weights),
        ),
      );
    }
    return modelFigures(input, columns, lanes, own, histogram, everyone);
  });
  const curves = groups.map((of) => incidenceByGroup(observations, horizonDays, columns, lanes, of));
  return { models, curves, groups, closeUp: close };
}

/** Columns of the persons as they are, in the task's order. */
function everyoneOf({ observations, horizonDays, status }: ResampleInput): Everyone {
  const multiplicity = once(status.length);
  const weights = new Float64Array(status.length);
  prepareCensoringWeights(observations, horizonDays)(multiplicity, weights);
  return {
    multiplicity,
    weights,
    complete: Float64Array.from(status, (is) => (is === UNKNOWN ? 0 : 1)),
    incidence: prepareAalenJohansen(observations, horizonDays)(multiplicity),
  };
}

function collect(figures: Figures, count: number) {
  const { values } = figures;
  const samples = Array.from(values, () => new Float64Array(count));
  const row = new Float64Array(values.length);
  const shift = new Float64Array(values.length);
  return {
    figures,
    /** After everyone was gathered. */
    takeEveryone(): void {
      figures.measure(0, row);
      for (let j = 0; j < row.length; j++) {
        const difference = (values[j] as number) - (row[j] as number);
        shift[j] = Number.isFinite(difference) ? difference : 0;
      }
    },
    take(lane: number, b: number): void {
      figures.measure(lane, row);
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
