/**
 * Trains the decoder on token shards: next event and time to first onset on one body, early stopping on the tuning
 * loss of the averaged weights. Long work as a generator of typed events; leaving the loop stops it cleanly.
 * Invariant: a run that was killed at any moment and started again ends with the same bytes.
 */
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Effects } from "../effects/effects.ts";
import { LongitudeError } from "../errors/longitude-error.ts";
import { TENSOR_FILE_UNWRITABLE, TRAINING_DATA_CHANGED, TRAINING_DIVERGED } from "../errors/registry.ts";
import type { OutcomeDefinition } from "../vetting/outcome-definition.ts";
import { learningRateAt } from "./adamw.ts";
import { bestShrinkage, shrinkHead } from "./calibrate-head.ts";
import { writeCheckpoint } from "./checkpoint.ts";
import { dataFingerprint } from "./data-fingerprint.ts";
import { DivergenceWatch } from "./divergence.ts";
import { bestEpoch, isFinished } from "./early-stopping.ts";
import { type RunSetUp, setUpRun } from "./run-set-up.ts";
import type { TrainEvent } from "./train-event.ts";
import { Trainer } from "./trainer.ts";
import type { TrainingConfig } from "./training-config.ts";
import {
  readTrainingState,
  type TrainingPosition,
  type TuningPoint,
  writeTrainingState,
} from "./training-state.ts";

export interface TrainOptions {
  /** Folder written by `tokenize`. */
  readonly tokens: string;
  readonly outcomes: readonly OutcomeDefinition[];
  readonly config: TrainingConfig;
  /** Checkpoint to go on from; weights are drawn when absent. */
  readonly from?: string | undefined;
  /** Folder of the checkpoint, which exists. */
  readonly out: string;
  /** Folder for the state of an unfinished run; emptied when the run ends. */
  readonly work: string;
  /** Identifies configuration, tokens and code. */
  readonly run: string;
  /** What the run learns; the timelines of persons when absent. */
  readonly setUp?: (options: TrainOptions) => Promise<RunSetUp>;
  /** Keeps the weights after the last epoch, not those of the best: how a proof gets a model that has learned by heart. */
  readonly keepLast?: boolean;
  /** A killed run repeats at most so many steps; 250 when absent. */
  readonly stepsBetweenStates?: number;
}

const STATE_FILE = "state.safetensors";
const STEPS_BETWEEN_STATES = 250;
const STEPS_BETWEEN_EVENTS = 10;

export async function* train(options: TrainOptions, effects: Effects): AsyncGenerator<TrainEvent> {
  const begun = effects.now();
  const identity = { run: options.run, data: await dataFingerprint(options.tokens) };
  const setUp = await (options.setUp ?? setUpRun)(options);
  await assertUnchanged(options, identity.data);
  const { layout, totalSteps } = setUp;

  await mkdir(options.work, { recursive: true });
  const statePath = join(options.work, STATE_FILE);
  const stored = readTrainingState(statePath, identity, layout);
  const vectors = stored?.vectors ?? setUp.firstVectors();
  const trainer = await Trainer.open({ ...setUp, vectors, threads: options.config.threads });
  let position: TrainingPosition = stored?.position ?? {
    step: 0,
    epoch: 0,
    batchInEpoch: 0,
    nextEventSum: 0,
    onsetSum: 0,
    curve: [],
    finished: false,
  };
  let best = stored?.best ?? new Float32Array(vectors.average);
  const save = () => writeTrainingState(statePath, { position, vectors: trainer.vectors, best }, identity);
  const saveEvery = options.stepsBetweenStates ?? STEPS_BETWEEN_STATES;
  const watch = new DivergenceWatch(setUp.architecture.vocabulary);
  yield {
    kind: "start",
    parameters: layout.size,
    persons: setUp.persons,
    tuningPersons: setUp.tuningPersons,
    totalSteps,
    resumedAtStep: position.step,
  };

  let realTokens = 0;
  let recentTokens = 0;
  let recentSince = effects.now();
  let stepsHere = 0;
  let shrinkage = 1;
  try {
    while (!position.finished) {
      const batches = setUp.plannedBatches(position.epoch);
      while (position.batchInEpoch < batches.length) {
        const batch = setUp.batchOf(batches[position.batchInEpoch] as (typeof batches)[number]);
        const step = position.step + 1;
        const result = await trainer.step(batch, step);
        const reason = watch.reasonToStop(result);
        if (reason !== null)
          throw new LongitudeError(
            TRAINING_DIVERGED,
            `${reason} at step ${step} of ${totalSteps}; peak learning rate ${setUp.optimiser.peakLearningRate}`,
          );
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
        if (step % saveEvery === 0) save();
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
            learningRate: learningRateAt(step, setUp.optimiser),
            gradientNorm: result.gradientNorm,
            tokensPerSecond: (1000 * recentTokens) / Math.max(1, now - recentSince),
            memoryBytes: effects.memoryBytes(),
            secondsLeft: secondsPerStep * Math.max(0, totalSteps - step),
          };
          recentTokens = 0;
          recentSince = effects.now();
        }
      }
      const point = tuningPoint(
        position,
        batches.length,
        await trainer.evaluate(setUp.tuning),
        options.config.onsetWeight,
      );
      const isBest = position.curve.every((earlier) => point.loss < earlier.loss);
      if (isBest || options.keepLast === true) best = new Float32Array(trainer.vectors.average);
      const curve = [...position.curve, point];
      position = {
        ...position,
        epoch: position.epoch + 1,
        batchInEpoch: 0,
        nextEventSum: 0,
        onsetSum: 0,
        curve,
        finished: isFinished(curve, options.config),
      };
      save();
      yield { kind: "tuning", point, best: isBest };
    }
    if (setUp.architecture.outcomes > 0)
      shrinkage = await bestShrinkage(async (factor) => {
        const shrunk = shrinkHead(layout, best, setUp.baseLogRates, factor);
        return (await trainer.evaluate(setUp.tuning, shrunk)).onsetLoss;
      });
  } finally {
    await trainer.close();
  }

  await assertUnchanged(options, identity.data);
  const { description, vocabulary, textTokenizer, optimiser } = setUp;
  const weights =
    setUp.architecture.outcomes > 0 ? shrinkHead(layout, best, setUp.baseLogRates, shrinkage) : best;
  const record = {
    schema: "longitude.training/1",
    configuration: options.config,
    optimiser,
    parameters: layout.size,
    onsetShrinkage: shrinkage,
    curve: position.curve,
  };
  await publish(options, async (out) => {
    await writeCheckpoint(out, { description, weights, vocabulary, textTokenizer });
    await writeFile(join(out, "training.json"), `${JSON.stringify(record, null, 2)}\n`);
  });
  await rm(options.work, { recursive: true, force: true });
  yield {
    kind: "done",
    curve: position.curve,
    bestEpoch: bestEpoch(position.curve),
    seconds: (effects.now() - begun) / 1000,
    realTokens,
  };
}

/** Writes what the run yields; its state stays until all of it is written. */
async function publish({ out, work }: TrainOptions, write: (out: string) => Promise<void>): Promise<void> {
  try {
    await write(out);
  } catch (cause) {
    if (cause instanceof LongitudeError) throw cause;
    throw new LongitudeError(
      TENSOR_FILE_UNWRITABLE,
      `the checkpoint cannot be written to ${out}; the state of the run is kept in ${work}`,
      { cause },
    );
  }
}

/** A shard that changed while it was read, or under the running job, makes a model of no known data. */
async function assertUnchanged({ tokens, work }: TrainOptions, fingerprint: string): Promise<void> {
  if ((await dataFingerprint(tokens)) !== fingerprint)
    throw new LongitudeError(
      TRAINING_DATA_CHANGED,
      `the token files in ${tokens} changed under the running job; its state is in ${work}`,
    );
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
