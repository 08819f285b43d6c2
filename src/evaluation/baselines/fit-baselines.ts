/**
 * Fits every baseline for every outcome and landmark on development persons, tuned among them.
 * Invariants: held-out persons are not passed in; the same persons, definitions and seed give the same models.
 */
import { createRandom } from "../../effects/random.ts";
import { EVALUATION_TOO_FEW_EVENTS } from "../../errors/registry.ts";
import { type BinCuts, type BinnedFeatures, selectUnits } from "../../trees/boosting/binned-features.ts";
import type { TreesConfig } from "../../trees/boosting/trees-config.ts";
import type { FeatureCatalogue } from "../../trees/features/feature-catalogue.ts";
import { slotHazards } from "../../trees/hazards/hazard-slots.ts";
import { landmarksOf } from "../../trees/hazards/landmarks-of.ts";
import type { TreeHead } from "../../trees/hazards/tree-head.ts";
import {
  type OutcomeDefinition,
  type OutcomesSection,
  type PredictionTime,
  resolveOutcomes,
} from "../../vetting/outcome-definition.ts";
import type { PatientHistory } from "../../vetting/patient-history.ts";
import { type TaskPersons, taskPersons } from "../design/task-persons.ts";
import { DEATH, type Observations, ONSET } from "../measures/observations.ts";
import {
  BASELINES_SCHEMA,
  type BaselineLandmark,
  type BaselineModels,
  type BaselineTask,
  type UnfittedTask,
} from "./baseline-models.ts";
import { fitTrees } from "./boosted-baselines.ts";
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
  /** Boosted hazards fitted on the same persons. */
  readonly treeHead: TreeHead;
  readonly trees: TreesConfig;
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
  const { histories, seed, treeHead } = input;
  const { catalogue, hazards } = treeHead;
  const definitions = resolveOutcomes(input.outcomes);
  const times = landmarksOf(definitions);
  const total = definitions.reduce((sum, outcome) => sum + outcome.predictionTimes.length, 0);
  const landmarks: BaselineLandmark[] = [];
  const tasks: BaselineTask[] = [];
  const unfitted: UnfittedTask[] = [];
  let done = 0;
  for (const time of times) {
    const fitting = openLandmark(input, catalogue, hazards.cuts, time);
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
  return { schema: BASELINES_SCHEMA, seed, catalogue, landmarks, boostedHazards: hazards, tasks, unfitted };
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

function fitTask(
  { isTuning: tuningOf, trees, seed }: FitBaselinesInput,
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
      trees: fitTrees(boosted, days, trees, random.fork(`trees ${name}`)),
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
