/**
 * Fits every baseline for every outcome and landmark on development persons, tuned among them.
 * Invariants: held-out persons are not passed in; the same persons, definitions and seed give the same models.
 */
import { createRandom } from "../../effects/random.ts";
import { EVALUATION_TOO_FEW_EVENTS } from "../../errors/registry.ts";
import { predictionDay } from "../../vetting/label.ts";
import {
  type OutcomeDefinition,
  type OutcomesSection,
  type PredictionTime,
  resolveOutcomes,
} from "../../vetting/outcome-definition.ts";
import type { PatientHistory } from "../../vetting/patient-history.ts";
import { type BinCuts, type BinnedFeatures, selectUnits } from "../boosting/binned-features.ts";
import { type TaskPersons, taskPersons } from "../design/task-persons.ts";
import { type FeatureCatalogue, learnFeatureCatalogue } from "../features/feature-catalogue.ts";
import { DEATH, type Observations, ONSET } from "../measures/observations.ts";
import {
  BASELINES_SCHEMA,
  type BaselineLandmark,
  type BaselineModels,
  type BaselineTask,
  type BoostedModel,
  type UnfittedTask,
} from "./baseline-models.ts";
import {
  type BoostedRows,
  fitHazard,
  fitTrees,
  HAZARD_SETTINGS,
  TREES_SETTINGS,
} from "./boosted-baselines.ts";
import { deathRows, type HazardPool, onsetRows, openHazardPool } from "./hazard-pool.ts";
import { slotDaysOf, slotHazards } from "./hazard-slots.ts";
import {
  hazardFeatures,
  type LandmarkFeatures,
  landmarkFeatures,
  learnLandmark,
  selectRows,
} from "./landmark-features.ts";
import { countKind, fitAgeSex, fitCox, fitLogistic } from "./linear-baselines.ts";

export interface FitBaselinesInput {
  /** Development persons: the training and tuning splits. */
  readonly histories: readonly PatientHistory[];
  /** 1 where the person of the same position belongs to the tuning split. */
  readonly isTuning: Uint8Array;
  /** The written outcomes, with which `histories` were built. */
  readonly outcomes: OutcomesSection;
  readonly seed: number;
}

export interface FitBaselinesEvent {
  readonly kind: "baselines fitted";
  readonly outcome: string;
  readonly landmark: string;
  readonly done: number;
  readonly total: number;
}

/** Fewer development onsets than this cannot carry a model. */
const MINIMUM_ONSETS = 20;

export async function* fitBaselines(
  input: FitBaselinesInput,
): AsyncGenerator<FitBaselinesEvent, BaselineModels, void> {
  const { histories, seed } = input;
  const definitions = resolveOutcomes(input.outcomes);
  const times = landmarksOf(definitions);
  const catalogue = learnFeatureCatalogue(histories, (history) =>
    times.map((time) => predictionDay(history, time)),
  );
  const total = definitions.reduce((sum, outcome) => sum + 1 + outcome.predictionTimes.length, 0);
  const pool = openHazardPool(catalogue, histories, times);
  const death = fitDeathHazard(input, pool, times);
  const hazards = { slotDays: slotDaysOf(times), cuts: pool.cuts, death: death.model };
  const outcomes: BaselineModels["boostedHazards"]["outcomes"] = [];
  const landmarks: BaselineLandmark[] = [];
  const tasks: BaselineTask[] = [];
  const unfitted: UnfittedTask[] = [];
  let done = 0;
  for (const [k, outcome] of definitions.entries()) {
    const { rows, event } = onsetRows(pool, histories, input.isTuning, outcome, k);
    const random = createRandom(seed).fork(`hazard of ${outcome.name}`);
    const model =
      death.model !== null && sameRows(rows, event, death.rows, death.event)
        ? death.model
        : fitHazard(rows, event, hazards.slotDays, HAZARD_SETTINGS, random);
    outcomes.push({ outcome: outcome.name, model });
    done++;
    yield { kind: "baselines fitted", outcome: outcome.name, landmark: "every landmark", done, total };
  }
  for (const time of times) {
    const fitting = openLandmark(input, catalogue, pool.cuts, time);
    landmarks.push(fitting.landmark);
    for (const [k, outcome] of definitions.entries()) {
      const own = outcome.predictionTimes.find((candidate) => candidate.landmark === time.landmark);
      if (own === undefined) continue;
      const persons = taskPersons(histories, outcome, k, own);
      const onsets = countKind(persons.observations, ONSET);
      if (onsets < MINIMUM_ONSETS) {
        unfitted.push({
          outcome: outcome.name,
          landmark: time.landmark,
          code: EVALUATION_TOO_FEW_EVENTS.code,
          message: `${onsets} onsets among ${persons.positions.length} development persons; ${MINIMUM_ONSETS} are needed`,
        });
      } else {
        tasks.push(fitTask(input, fitting, hazards, outcome, own, persons));
      }
      done++;
      yield { kind: "baselines fitted", outcome: outcome.name, landmark: time.landmark, done, total };
    }
  }
  const boostedHazards = { ...hazards, outcomes };
  return { schema: BASELINES_SCHEMA, seed, catalogue, landmarks, boostedHazards, tasks, unfitted };
}

/** Every landmark asked of any outcome, with the longest list of horizons. */
export function landmarksOf(definitions: readonly OutcomeDefinition[]): PredictionTime[] {
  const byName = new Map<string, PredictionTime>();
  for (const { predictionTimes } of definitions) {
    for (const time of predictionTimes) {
      const known = byName.get(time.landmark);
      const horizons = new Map([...(known?.horizons ?? []), ...time.horizons].map((h) => [h.name, h]));
      byName.set(time.landmark, { ...time, horizons: [...horizons.values()] });
    }
  }
  return [...byName.values()];
}

interface LandmarkFitting {
  readonly landmark: BaselineLandmark;
  readonly features: LandmarkFeatures;
  /** Of the pooled hazards, with the same rows. */
  readonly hazardBinned: BinnedFeatures;
}

type DeathHazard = Pick<BaselineModels["boostedHazards"], "slotDays" | "death">;

function openLandmark(
  { histories }: FitBaselinesInput,
  catalogue: FeatureCatalogue,
  hazardCuts: BinCuts,
  time: PredictionTime,
): LandmarkFitting {
  const design = learnLandmark(catalogue, histories, time);
  return {
    landmark: { name: time.landmark, offsetDays: time.offsetDays, ...design },
    features: landmarkFeatures(catalogue, design, histories, time),
    hazardBinned: hazardFeatures(catalogue, hazardCuts, histories, time).binned,
  };
}

function fitDeathHazard(
  { histories, isTuning, seed }: FitBaselinesInput,
  pool: HazardPool,
  times: readonly PredictionTime[],
): { rows: BoostedRows; event: Uint8Array; model: BoostedModel | null } {
  const { rows, event } = deathRows(pool, histories, isTuning);
  const random = createRandom(seed).fork("hazard of death");
  const model = event.includes(1) ? fitHazard(rows, event, slotDaysOf(times), HAZARD_SETTINGS, random) : null;
  return { rows, event, model };
}

/** Whether an outcome's rows are those of death, so that one model serves both. */
function sameRows(a: BoostedRows, aEvent: Uint8Array, b: BoostedRows, bEvent: Uint8Array): boolean {
  const same = (x: ArrayLike<number>, y: ArrayLike<number>): boolean =>
    x.length === y.length && Array.prototype.every.call(x, (value, i) => value === y[i]);
  return (
    same(aEvent, bEvent) &&
    same(a.observations.days, b.observations.days) &&
    same(a.features.bins, b.features.bins)
  );
}

function fitTask(
  { isTuning: tuningOf, seed }: FitBaselinesInput,
  { features, hazardBinned }: LandmarkFitting,
  hazards: DeathHazard,
  outcome: OutcomeDefinition,
  time: PredictionTime,
  persons: TaskPersons,
): BaselineTask {
  const { observations, positions } = persons;
  const rows = positions.map((position) => features.rowOf[position] as number);
  const isTuning = Uint8Array.from(positions, (position) => tuningOf[position] as number);
  const linear = {
    design: selectRows(features.linear, features.linearWidth, rows),
    width: features.linearWidth,
    observations,
    isTuning,
  };
  const ageSex = {
    ...linear,
    design: selectRows(features.ageSex, features.ageSexWidth, rows),
    width: features.ageSexWidth,
  };
  const boosted = { features: selectUnits(features.binned, rows), observations, isTuning };
  const random = createRandom(seed).fork(`${outcome.name} at ${time.landmark}`);
  const deaths = countKind(observations, DEATH);
  const horizonDays = time.horizons.map((horizon) => horizon.days);
  return {
    outcome: outcome.name,
    landmark: time.landmark,
    persons: positions.length,
    onsets: countKind(observations, ONSET),
    horizons: time.horizons.map(({ name, days }) => ({
      name,
      days,
      ageSex: fitAgeSex(ageSex, days),
      logistic: fitLogistic(linear, days),
      trees: fitTrees(boosted, days, TREES_SETTINGS, random.fork(`trees ${name}`)),
    })),
    cox: fitCox(linear, horizonDays, deaths > 0),
    deathFactor:
      deaths === 0
        ? null
        : deathFactor(hazards, selectUnits(hazardBinned, rows), observations, Math.max(...horizonDays)),
  };
}

/**
 * Deaths without an onset up to the longest horizon: observed over expected from the hazard of death among the task's
 * persons.
 */
function deathFactor(
  { death, slotDays }: DeathHazard,
  features: BinnedFeatures,
  observations: Observations,
  longestDays: number,
): number | null {
  if (death === null) return null;
  const slots = Math.ceil(longestDays / slotDays);
  const hazards = slotHazards(death, features, slots);
  let observed = 0;
  let expected = 0;
  for (let unit = 0; unit < features.units; unit++) {
    const days = observations.days[unit] as number;
    if (observations.kind[unit] === DEATH && days <= longestDays) observed++;
    const length = Math.min(days, longestDays) / slotDays;
    for (let slot = 0; slot < length; slot++) {
      expected += (hazards[unit * slots + slot] as number) * Math.min(1, length - slot);
    }
  }
  return expected > 0 ? observed / expected : null;
}
