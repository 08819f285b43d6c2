/**
 * Everything of a run that follows from its inputs and configuration: data, sizes, schedule, the batches of each epoch.
 * Invariant: the same inputs, configuration and seed give the same set-up, so that a run can be taken up again.
 */
import { join } from "node:path";
import type { Random } from "../effects/random.ts";
import { type Architecture, deriveArchitecture } from "../network/architecture.ts";
import { initialParameters, type ParameterLayout, parameterLayout, partOf } from "../network/parameters.ts";
import type { LossSettings, WindowShape } from "../network/training-graph.ts";
import { DEATH } from "../timeline/patient-event.ts";
import { readTokenShard } from "../tokens/token-shard.ts";
import { readVocabulary } from "../tokens/tokenize.ts";
import type { Vocabulary } from "../tokens/vocabulary.ts";
import { DAYS_PER_YEAR, parseDurationDays } from "../vetting/duration.ts";
import type { OutcomeDefinition } from "../vetting/outcome-definition.ts";
import type { OptimiserSettings } from "./adamw.ts";
import { logBaseRates } from "./base-rates.ts";
import type { CheckpointDescription } from "./checkpoint.ts";
import { type PlannedBatch, planEpoch, rowLengthsFor, windowShapeFor } from "./epoch-plan.ts";
import { readTextTokenizer } from "./import/text-tokenizer.ts";
import { type OnsetShape, piecesOf } from "./onset-target.ts";
import { plantableTokens, plantedCount, plantedRecords, plantingRandom } from "./planted-records.ts";
import { behindText, continuedArchitecture, copyWeights, readStart } from "./start-from.ts";
import { trainingRandom } from "./trainer.ts";
import { derivedLearningRate, hazardEdgesYears, type TrainingConfig } from "./training-config.ts";
import { emptyVectors, type StateVectors } from "./training-state.ts";
import { buildBatch, type WindowBatch } from "./window-batch.ts";

export interface RunSetUp {
  readonly architecture: Architecture;
  readonly layout: ParameterLayout;
  readonly optimiser: OptimiserSettings;
  readonly losses: LossSettings;
  readonly shapes: readonly WindowShape[];
  readonly random: Random;
  readonly vocabulary: Vocabulary;
  /** Tokenizer files of the imported model that the run goes on from, or of the notes. */
  readonly textTokenizer: ReadonlyMap<string, string> | undefined;
  readonly description: CheckpointDescription;
  /** Persons, or documents of a text. */
  readonly persons: number;
  readonly tuningPersons: number;
  readonly totalSteps: number;
  readonly tuning: readonly WindowBatch[];
  plannedBatches(epoch: number): readonly PlannedBatch[];
  batchOf(planned: PlannedBatch): WindowBatch;
  /** Log rates of the training persons, [outcomes x pieces]. */
  readonly baseLogRates: Float32Array;
  /** State before the first step: drawn weights, onset biases at the base rates. */
  firstVectors(): StateVectors;
}

export async function setUpRun(options: {
  readonly tokens: string;
  readonly outcomes: readonly OutcomeDefinition[];
  readonly config: TrainingConfig;
  /** Checkpoint to go on from; weights are drawn when absent. */
  readonly from?: string | undefined;
}): Promise<RunSetUp> {
  const { config, outcomes, from } = options;
  const own = await readVocabulary(join(options.tokens, "vocabulary.json"));
  const start = from === undefined ? null : await readStart(from, own, config.context);
  const vocabulary = start?.vocabulary ?? own;
  const patients = behindText(readTokenShard(join(options.tokens, "train.safetensors")), vocabulary);
  const tuningPatients = behindText(readTokenShard(join(options.tokens, "tuning.safetensors")), vocabulary);
  const onset = onsetShapeOf(outcomes, config);
  const head = { outcomes: onset.outcomes, pieces: piecesOf(onset) };
  const architecture =
    start === null
      ? deriveArchitecture(config, { vocabulary: vocabulary.size, ...head })
      : continuedArchitecture(start, head);
  const layout = parameterLayout(architecture);
  const random = trainingRandom(config.seed);
  const rowLengths = rowLengthsFor(config.context);
  const learnUntilDays =
    config.learnUntil === undefined ? Infinity : (parseDurationDays(config.learnUntil) as number);
  const plan = {
    vocabulary,
    rowLengths,
    batchTokens: config.batchTokens,
    threads: config.threads,
    learnUntilDays,
  };
  const batchOf = ({ rows, shape }: PlannedBatch) => buildBatch(rows, shape, onset, config.beforeIndexWeight);
  const plantable = plantableTokens(patients, outcomes, vocabulary);
  const count = config.plantedRecords ?? plantedCount(patients.length);
  const planting = plantingRandom(config.seed);
  const learned = [...patients, ...plantedRecords(patients, plantable, vocabulary, count, planting)];
  const planned = (epoch: number) => planEpoch(learned, plan, random.fork(`epoch ${epoch}`));
  const baseLogRates = logBaseRates(patients, onset, config.beforeIndexWeight, {
    periodDays: vocabulary.file.clockYears * DAYS_PER_YEAR,
    learnUntilDays,
  });
  let firstEpoch: PlannedBatch[] | null = planned(0);
  const totalSteps = firstEpoch.length * config.epochs;
  return {
    architecture,
    layout,
    optimiser: optimiserSettings(config, architecture.width, totalSteps),
    losses: { dropout: config.dropout, onsetWeight: config.onsetWeight },
    shapes: rowLengths.map((time) => windowShapeFor(time, config.batchTokens, config.threads)),
    random: random.fork("trainer"),
    vocabulary,
    textTokenizer: start?.textTokenizer ?? (await noteTokenizer(options.tokens, vocabulary)),
    description: {
      schema: "longitude.checkpoint/1",
      architecture,
      outcomes: outcomes.map(({ name }, k) => ({ name, isDeath: onset.isDeath[k] as boolean })),
      hazardEdgesYears: [...onset.edgesYears],
    },
    persons: patients.length,
    tuningPersons: tuningPatients.length,
    totalSteps,
    tuning: planEpoch(tuningPatients, plan, null).map(batchOf),
    plannedBatches(epoch) {
      const ready = epoch === 0 ? firstEpoch : null;
      firstEpoch = null;
      return ready ?? planned(epoch);
    },
    batchOf,
    baseLogRates,
    firstVectors() {
      const vectors = emptyVectors(layout);
      vectors.parameters.set(initialParameters(layout, random.fork("weights")));
      partOf(layout, vectors.parameters, "onset_head.bias").set(baseLogRates);
      if (start !== null) copyWeights(start, layout, vectors.parameters);
      vectors.average.set(vectors.parameters);
      return vectors;
    },
  };
}

async function noteTokenizer(tokens: string, vocabulary: Vocabulary) {
  if (vocabulary.notes === null) return undefined;
  return (await readTextTokenizer(tokens, vocabulary.file.textTokens)).extended(vocabulary);
}

function onsetShapeOf(outcomes: readonly OutcomeDefinition[], config: TrainingConfig): OnsetShape {
  return {
    outcomes: outcomes.length,
    edgesYears: hazardEdgesYears(config, outcomes),
    washoutDays: outcomes.map((outcome) => outcome.washoutDays),
    isDeath: outcomes.map((outcome) => outcome.matches(DEATH, null)),
  };
}

export function optimiserSettings(
  config: TrainingConfig,
  width: number,
  totalSteps: number,
): OptimiserSettings {
  return {
    peakLearningRate: config.learningRate ?? derivedLearningRate(width),
    finalShare: 0.05,
    warmupSteps: Math.ceil(config.warmupShare * totalSteps),
    totalSteps,
    weightDecay: config.weightDecay,
    beta1: 0.9,
    beta2: 0.98,
    epsilon: 1e-8,
    clipNorm: config.clipNorm,
    averageDecay: config.averageDecay,
  };
}
