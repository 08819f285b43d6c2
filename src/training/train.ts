/**
 * Trains the decoder on token shards: next event and time to first onset on one body, early stopping on the tuning
 * loss of the averaged weights. Long work as a generator of typed events; leaving the loop stops it cleanly.
 * Invariant: a run that was killed at any moment and started again ends with the same bytes.
 */
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Effects } from "../effects/effects.ts";
import { LongitudeError } from "../errors/longitude-error.ts";
import { TRAINING_DIVERGED } from "../errors/registry.ts";
import { deriveArchitecture } from "../network/architecture.ts";
import { initialParameters, parameterLayout, partOf } from "../network/parameters.ts";
import type { OptimiserSettings } from "../network/training-graph.ts";
import { DEATH } from "../timeline/patient-event.ts";
import { readTokenShard } from "../tokens/token-shard.ts";
import { readVocabulary } from "../tokens/tokenize.ts";
import type { OutcomeDefinition } from "../vetting/outcome-definition.ts";
import { logBaseRates } from "./base-rates.ts";
import { type CheckpointDescription, writeCheckpoint } from "./checkpoint.ts";
import { planEpoch, rowLengthsFor, windowShapeFor } from "./epoch-plan.ts";
import { type OnsetShape, piecesOf } from "./onset-target.ts";
import { Trainer, trainingRandom } from "./trainer.ts";
import { derivedLearningRate, type TrainingConfig } from "./training-config.ts";
import {
  emptyVectors,
  readTrainingState,
  type TrainingPosition,
  type TuningPoint,
  writeTrainingState,
} from "./training-state.ts";
import { buildBatch, type WindowBatch } from "./window-batch.ts";

export interface TrainOptions {
  /** Folder written by `tokenize`. */
  readonly tokens: string;
  readonly outcomes: readonly OutcomeDefinition[];
  readonly config: TrainingConfig;
  /** Folder of the checkpoint, which exists. */
  readonly out: string;
  /** Folder for the state of an unfinished run; emptied when the run ends. */
  readonly work: string;
  /** Identifies configuration, tokens and code. */
  readonly run: string;
  /** Stops after this many steps as a crash would: for tests of resuming. */
  readonly stopAfterSteps?: number;
}

export type TrainEvent =
  | {
      readonly kind: "start";
      readonly parameters: number;
      readonly persons: number;
      readonly tuningPersons: number;
      readonly totalSteps: number;
      readonly resumedAtStep: number;
    }
  | {
      readonly kind: "step";
      readonly step: number;
      readonly totalSteps: number;
      readonly epoch: number;
      readonly nextEventLoss: number;
      readonly onsetLoss: number;
      readonly tuningLoss: number | null;
      readonly tokensPerSecond: number;
      readonly memoryBytes: number;
      readonly secondsLeft: number;
    }
  | { readonly kind: "tuning"; readonly point: TuningPoint; readonly best: boolean }
  | {
      readonly kind: "done";
      readonly curve: readonly TuningPoint[];
      readonly bestEpoch: number;
      readonly seconds: number;
      readonly realTokens: number;
    };

const STATE_FILE = "state.safetensors";
const STEPS_BETWEEN_STATES = 250;
const STEPS_BETWEEN_EVENTS = 10;

export async function* train(options: TrainOptions, effects: Effects): AsyncGenerator<TrainEvent> {
  const begun = effects.now();
  const { config } = options;
  const vocabulary = await readVocabulary(join(options.tokens, "vocabulary.json"));
  const patients = readTokenShard(join(options.tokens, "train.safetensors"));
  const tuningPatients = readTokenShard(join(options.tokens, "tuning.safetensors"));
  const onset = onsetShapeOf(options.outcomes, config);
  const architecture = deriveArchitecture(config, {
    vocabulary: vocabulary.size,
    outcomes: onset.outcomes,
    pieces: piecesOf(onset),
  });
  const layout = parameterLayout(architecture);
  const random = trainingRandom(config.seed);
  const rowLengths = rowLengthsFor(config.context);
  const shapes = rowLengths.map((time) => windowShapeFor(time, config.batchTokens));
  const planOptions = { vocabulary, rowLengths, batchTokens: config.batchTokens };
  const batchOf = (planned: { rows: WindowRows; shape: WindowBatch["shape"] }) =>
    buildBatch(planned.rows, planned.shape, onset, config.beforeIndexWeight);
  type WindowRows = Parameters<typeof buildBatch>[0];

  const planned = (epoch: number) => planEpoch(patients, planOptions, random.fork(`epoch ${epoch}`));
  const tuning = planEpoch(tuningPatients, planOptions, null).map(batchOf);
  const totalSteps = planned(0).length * config.epochs;
  const optimiser = optimiserSettings(config, architecture.width, totalSteps);

  await mkdir(options.work, { recursive: true });
  const statePath = join(options.work, STATE_FILE);
  const stored = readTrainingState(statePath, options.run, layout);
  const vectors = stored?.vectors ?? emptyVectors(layout);
  if (stored === null) {
    vectors.parameters.set(initialParameters(layout, random.fork("weights")));
    if (onset.outcomes > 0)
      partOf(layout, vectors.parameters, "onset_head.bias").set(
        logBaseRates(patients, onset, config.beforeIndexWeight),
      );
    vectors.average.set(vectors.parameters);
  }
  const trainer = await Trainer.open({
    architecture,
    layout,
    optimiser,
    shapes,
    vectors,
    random: random.fork("trainer"),
    threads: config.threads,
  });
  let position: TrainingPosition = stored?.position ?? {
    step: 0,
    epoch: 0,
    batchInEpoch: 0,
    nextEventSum: 0,
    onsetSum: 0,
    curve: [],
    finished: false,
  };
  let best = stored?.best ?? vectors.average.slice();
  const save = () => writeTrainingState(statePath, { position, vectors: trainer.vectors, best }, options.run);
  yield {
    kind: "start",
    parameters: layout.size,
    persons: patients.length,
    tuningPersons: tuningPatients.length,
    totalSteps,
    resumedAtStep: position.step,
  };

  let realTokens = 0;
  let recentTokens = 0;
  let recentSince = effects.now();
  let stepsHere = 0;
  try {
    while (!position.finished) {
      const batches = planned(position.epoch);
      while (position.batchInEpoch < batches.length) {
        const batch = batchOf(batches[position.batchInEpoch] as (typeof batches)[number]);
        const step = position.step + 1;
        const result = await trainer.step(batch, step);
        if (!Number.isFinite(result.nextEventLoss + result.onsetLoss + result.gradientNorm)) {
          throw new LongitudeError(
            TRAINING_DIVERGED,
            `the loss is not a number at step ${step} of ${totalSteps}`,
          );
        }
        position = {
          ...position,
          step,
          batchInEpoch: position.batchInEpoch + 1,
          nextEventSum: position.nextEventSum + result.nextEventLoss,
          onsetSum: position.onsetSum + result.onsetLoss,
        };
        realTokens += batch.realTokens;
        recentTokens += batch.realTokens;
        stepsHere++;
        if (step % STEPS_BETWEEN_STATES === 0) save();
        if (step % STEPS_BETWEEN_EVENTS === 0) {
          const now = effects.now();
          const secondsPerStep = (now - begun) / 1000 / stepsHere;
          yield {
            kind: "step",
            step,
            totalSteps,
            epoch: position.epoch,
            nextEventLoss: position.nextEventSum / position.batchInEpoch,
            onsetLoss: position.onsetSum / position.batchInEpoch,
            tuningLoss: position.curve.at(-1)?.loss ?? null,
            tokensPerSecond: (1000 * recentTokens) / Math.max(1, now - recentSince),
            memoryBytes: effects.memoryBytes(),
            secondsLeft: secondsPerStep * Math.max(0, totalSteps - step),
          };
          recentTokens = 0;
          recentSince = effects.now();
        }
        if (stepsHere === options.stopAfterSteps) return;
      }
      const point = tuningPoint(position, batches.length, await trainer.evaluate(tuning), config.onsetWeight);
      const isBest = position.curve.every((earlier) => point.loss < earlier.loss);
      if (isBest) best = trainer.vectors.average.slice();
      const curve = [...position.curve, point];
      position = {
        ...position,
        epoch: position.epoch + 1,
        batchInEpoch: 0,
        nextEventSum: 0,
        onsetSum: 0,
        curve,
        finished: isFinished(curve, config),
      };
      save();
      yield { kind: "tuning", point, best: isBest };
    }
  } finally {
    await trainer.close();
  }

  const description: CheckpointDescription = {
    schema: "longitude.checkpoint/1",
    architecture,
    outcomes: options.outcomes.map((outcome, k) => ({
      name: outcome.name,
      isDeath: onset.isDeath[k] as boolean,
    })),
    hazardEdgesYears: [...config.hazardEdgesYears],
  };
  await writeCheckpoint(options.out, { description, weights: best, vocabulary });
  await writeFile(
    join(options.out, "training.json"),
    `${JSON.stringify({ schema: "longitude.training/1", configuration: config, optimiser, parameters: layout.size, curve: position.curve }, null, 2)}\n`,
  );
  await rm(options.work, { recursive: true, force: true });
  yield {
    kind: "done",
    curve: position.curve,
    bestEpoch: bestEpoch(position.curve),
    seconds: (effects.now() - begun) / 1000,
    realTokens,
  };
}

export function onsetShapeOf(outcomes: readonly OutcomeDefinition[], config: TrainingConfig): OnsetShape {
  return {
    outcomes: config.onsetWeight === 0 ? 0 : outcomes.length,
    edgesYears: config.hazardEdgesYears,
    washoutDays: outcomes.map((outcome) => outcome.washoutDays),
    isDeath: outcomes.map((outcome) => outcome.matches(DEATH, null)),
  };
}

function optimiserSettings(config: TrainingConfig, width: number, totalSteps: number): OptimiserSettings {
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
    dropout: config.dropout,
    onsetWeight: config.onsetWeight,
  };
}

function tuningPoint(
  position: TrainingPosition,
  batches: number,
  losses: { nextEventLoss: number; onsetLoss: number },
  onsetWeight: number,
): TuningPoint {
  return {
    epoch: position.epoch,
    step: position.step,
    loss: losses.nextEventLoss + onsetWeight * losses.onsetLoss,
    ...losses,
    trainingNextEventLoss: position.nextEventSum / batches,
    trainingOnsetLoss: position.onsetSum / batches,
  };
}

function bestEpoch(curve: readonly TuningPoint[]): number {
  return curve.reduce(
    (best, point) => (point.loss < (curve[best]?.loss ?? Infinity) ? point.epoch : best),
    0,
  );
}

function isFinished(curve: readonly TuningPoint[], config: TrainingConfig): boolean {
  return curve.length >= config.epochs || curve.length - 1 - bestEpoch(curve) >= config.patience;
}
