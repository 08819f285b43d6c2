/**
 * Runs training and evaluation graphs over batches; owns the two alternating sets of state buffers.
 */
import { createRandom, type Random } from "../effects/random.ts";
import type { Architecture } from "../network/architecture.ts";
import type { ParameterLayout } from "../network/parameters.ts";
import { GraphSession } from "../network/session.ts";
import {
  DROPOUT_POOL_EXTRA,
  dropoutSites,
  evaluationGraph,
  type OptimiserSettings,
  trainingGraph,
  type WindowShape,
} from "../network/training-graph.ts";
import { emptyVectors, type StateVectors } from "./training-state.ts";
import type { WindowBatch } from "./window-batch.ts";

export interface StepResult {
  readonly nextEventLoss: number;
  readonly onsetLoss: number;
  readonly gradientNorm: number;
  readonly learningRate: number;
}

export interface Losses {
  readonly nextEventLoss: number;
  readonly onsetLoss: number;
}

export class Trainer {
  private readonly training = new Map<number, GraphSession>();
  private readonly evaluation = new Map<number, GraphSession>();
  private spare: StateVectors;
  private readonly dropoutPool: Float32Array;

  private constructor(
    private readonly architecture: Architecture,
    private readonly optimiser: OptimiserSettings,
    layout: ParameterLayout,
    public vectors: StateVectors,
    private readonly seed: Random,
    largestRows: number,
  ) {
    this.spare = emptyVectors(layout);
    this.dropoutPool = dropoutPool(
      optimiser.dropout,
      largestRows * architecture.width + DROPOUT_POOL_EXTRA,
      seed.fork("dropout pool"),
    );
  }

  static async open(options: {
    architecture: Architecture;
    layout: ParameterLayout;
    optimiser: OptimiserSettings;
    shapes: readonly WindowShape[];
    vectors: StateVectors;
    random: Random;
    threads: number;
  }): Promise<Trainer> {
    const { architecture, optimiser, shapes, threads } = options;
    const largest = Math.max(...shapes.map((shape) => (shape.batch * shape.time) / shape.microBatches));
    const trainer = new Trainer(
      architecture,
      optimiser,
      options.layout,
      options.vectors,
      options.random,
      largest,
    );
    for (const shape of shapes) {
      trainer.training.set(
        shape.time,
        await GraphSession.open(trainingGraph(architecture, shape, optimiser), threads),
      );
      trainer.evaluation.set(
        shape.time,
        await GraphSession.open(evaluationGraph(architecture, shape), threads),
      );
    }
    return trainer;
  }

  /** One optimiser step; `step` counts from 1. */
  async step(batch: WindowBatch, step: number): Promise<StepResult> {
    const { shape } = batch;
    const dropout =
      this.optimiser.dropout === 0
        ? {}
        : {
            dropoutPool: this.dropoutPool.subarray(
              0,
              (shape.batch * shape.time * this.architecture.width) / shape.microBatches + DROPOUT_POOL_EXTRA,
            ),
            dropoutOffsets: this.dropoutOffsets(step, shape.microBatches),
          };
    const results = await this.sessionOf(this.training, shape).run(
      { ...this.vectors, step: Float32Array.of(step), ...windowFeeds(batch), ...dropout },
      {
        parametersNext: this.spare.parameters,
        momentumNext: this.spare.momentum,
        varianceNext: this.spare.variance,
        averageNext: this.spare.average,
      },
    );
    [this.vectors, this.spare] = [this.spare, this.vectors];
    return {
      nextEventLoss: scalarOf(results.nextEventLoss),
      onsetLoss: scalarOf(results.onsetLoss),
      gradientNorm: scalarOf(results.gradientNorm),
      learningRate: scalarOf(results.learningRate),
    };
  }

  /** Mean losses over batches, of the averaged weights unless others are given. */
  async evaluate(batches: readonly WindowBatch[], weights = this.vectors.average): Promise<Losses> {
    let nextEvent = 0;
    let onset = 0;
    let targets = 0;
    let reads = 0;
    for (const batch of batches) {
      const results = await this.sessionOf(this.evaluation, batch.shape).run({
        parameters: weights,
        ...windowFeeds(batch),
      });
      nextEvent += scalarOf(results.nextEventLoss) * batch.targetTotal;
      onset += scalarOf(results.onsetLoss) * batch.readTotal;
      targets += batch.targetTotal;
      reads += batch.readTotal;
    }
    return { nextEventLoss: nextEvent / Math.max(targets, 1), onsetLoss: onset / Math.max(reads, 1) };
  }

  async close(): Promise<void> {
    for (const session of [...this.training.values(), ...this.evaluation.values()]) await session.close();
  }

  private sessionOf(sessions: ReadonlyMap<number, GraphSession>, shape: WindowShape): GraphSession {
    const session = sessions.get(shape.time);
    if (session === undefined) throw new TypeError(`no graph was opened for rows of ${shape.time}`);
    return session;
  }

  private dropoutOffsets(step: number, microBatches: number): BigInt64Array {
    const draw = this.seed.fork(`dropout ${step}`);
    return BigInt64Array.from({ length: dropoutSites(this.architecture.depth) * microBatches }, () =>
      BigInt(draw.integer(DROPOUT_POOL_EXTRA)),
    );
  }
}

export function windowFeeds(batch: WindowBatch) {
  const { tokens, positions, segments, targets, targetWeights, reads, exposure, events } = batch;
  const window = { tokens, positions, segments, targets, targetWeights };
  return batch.shape.reads === 0 ? window : { ...window, reads, exposure, events };
}

function scalarOf(data: Float32Array | BigInt64Array | undefined): number {
  return data === undefined ? 0 : Number(data[0]);
}

/** Inverted dropout: 0 with the given rate, else 1 / (1 - rate). */
function dropoutPool(rate: number, size: number, random: Random): Float32Array {
  if (rate === 0) return new Float32Array(0);
  const kept = 1 / (1 - rate);
  return Float32Array.from({ length: size }, () => (random.next() < rate ? 0 : kept));
}

export function trainingRandom(seed: number): Random {
  return createRandom(seed).fork("training");
}
