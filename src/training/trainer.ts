/**
 * Takes optimiser steps and evaluates losses: cuts batches into micro-batches, deals them out to the threads, and lets
 * the threads take the step together. Owns the state vectors, which are shared memory.
 */
import { createRandom, type Random } from "../effects/random.ts";
import type { Architecture } from "../network/architecture.ts";
import type { ParameterLayout } from "../network/parameters.ts";
import type { TensorData } from "../network/session.ts";
import {
  DROPOUT_POOL_EXTRA,
  dropoutSiteSize,
  dropoutSites,
  type LossSettings,
  type WindowShape,
} from "../network/training-graph.ts";
import { clipFactor, learningRateAt, type OptimiserSettings } from "./adamw.ts";
import type { Losses, MicroBatch } from "./step-worker.ts";
import { StepWorkers } from "./step-workers.ts";
import { emptyVectors, STATE_VECTORS, type StateVectors } from "./training-state.ts";
import type { WindowBatch } from "./window-batch.ts";

export interface StepResult extends Losses {
  readonly gradientNorm: number;
}

export interface TrainerOptions {
  readonly architecture: Architecture;
  readonly layout: ParameterLayout;
  readonly optimiser: OptimiserSettings;
  readonly losses: LossSettings;
  readonly shapes: readonly WindowShape[];
  /** Where the run starts; copied. */
  readonly vectors: StateVectors;
  readonly random: Random;
  readonly threads: number;
}

/** Micro-batches that are in the threads' hands at a time while evaluating. */
const EVALUATED_AT_ONCE = 64;

export class Trainer {
  private constructor(
    private readonly options: TrainerOptions,
    readonly vectors: StateVectors,
    private readonly scratch: Float32Array,
    private readonly workers: StepWorkers,
  ) {}

  static async open(options: TrainerOptions): Promise<Trainer> {
    const { architecture, layout, optimiser, losses, shapes } = options;
    const size = Float32Array.BYTES_PER_ELEMENT * layout.size;
    const vectors = emptyVectors(layout);
    for (const name of STATE_VECTORS) vectors[name].set(options.vectors[name]);
    const mostParts = Math.max(...shapes.map((shape) => shape.microBatches));
    const threads = Math.max(1, Math.min(options.threads, mostParts));
    const gradients = Array.from({ length: threads }, () => new Float32Array(new SharedArrayBuffer(size)));
    const longest = Math.max(...shapes.map((shape) => dropoutSiteSize(shape, architecture.width)));
    const pool = dropoutPool(
      losses.dropout,
      longest + DROPOUT_POOL_EXTRA,
      options.random.fork("dropout pool"),
    );
    const workers = await StepWorkers.open(threads, {
      architecture,
      shapes,
      settings: losses,
      optimiser,
      vectors,
      gradients,
      dropoutPool: pool,
    });
    return new Trainer(options, vectors, gradients[0] as Float32Array, workers);
  }

  /**
   * One optimiser step; `step` counts from 1. A step whose gradient is not finite changes nothing.
   * @param rate learning rate, that of the schedule when absent
   */
  async step(
    batch: WindowBatch,
    step: number,
    rate = learningRateAt(step, this.options.optimiser),
  ): Promise<StepResult> {
    const { layout, optimiser } = this.options;
    const losses = await this.workers.deal("gradients", this.microBatches(batch, step));
    const gradientNorm = await this.workers.gradientNorm(layout.size);
    const result = { ...sum(losses), gradientNorm };
    if (!Number.isFinite(result.nextEventLoss + result.onsetLoss + gradientNorm)) return result;
    const clip = clipFactor(gradientNorm, optimiser.clipNorm);
    await this.workers.update({ step, rate, clip }, layout.size);
    return result;
  }

  /** Mean losses over batches, of the averaged weights unless others are given. */
  async evaluate(batches: readonly WindowBatch[], weights = this.vectors.average): Promise<Losses> {
    this.scratch.set(weights);
    const parts = batches.flatMap((batch) => this.microBatches(batch, null).map((part) => ({ batch, part })));
    let nextEvent = 0;
    let onset = 0;
    for (let i = 0; i < parts.length; i += EVALUATED_AT_ONCE) {
      const some = parts.slice(i, i + EVALUATED_AT_ONCE);
      const losses = await this.workers.deal(
        "losses",
        some.map(({ part }) => part),
      );
      some.forEach(({ batch }, k) => {
        nextEvent += (losses[k] as Losses).nextEventLoss * batch.targetTotal;
        onset += (losses[k] as Losses).onsetLoss * batch.readTotal;
      });
    }
    const total = (of: (batch: WindowBatch) => number) =>
      Math.max(
        1,
        batches.reduce((all, batch) => all + of(batch), 0),
      );
    return {
      nextEventLoss: nextEvent / total((batch) => batch.targetTotal),
      onsetLoss: onset / total((batch) => batch.readTotal),
    };
  }

  async close(): Promise<void> {
    await this.workers.close();
  }

  /** The parts of a batch that hold any token. @param step of the dropout factors; null for none */
  private microBatches(batch: WindowBatch, step: number | null): MicroBatch[] {
    const { shape } = batch;
    const { dropout } = this.options.losses;
    const { depth, width } = this.options.architecture;
    const drops = step !== null && dropout > 0;
    const draw = drops ? this.options.random.fork(`dropout ${step}`) : null;
    const poolLength = drops ? dropoutSiteSize(shape, width) + DROPOUT_POOL_EXTRA : 0;
    const offsets = () =>
      BigInt64Array.from({ length: dropoutSites(depth) }, () =>
        BigInt(draw?.integer(DROPOUT_POOL_EXTRA) ?? 0),
      );
    const all = Array.from({ length: shape.microBatches }, (_, part) => ({
      ...partFeeds(batch, part),
      ...(drops ? { dropoutOffsets: offsets() } : {}),
    }));
    return all
      .filter((_, part) => batch.segments[(part * batch.segments.length) / shape.microBatches] !== 0n)
      .map((feeds) => ({ time: shape.time, feeds, poolLength }));
  }
}

/** The inputs of one micro-batch, as copies that can be handed to a thread. */
function partFeeds(batch: WindowBatch, part: number): Record<string, TensorData> {
  const { microBatches, reads } = batch.shape;
  const cut = <A extends TensorData>(data: A): A => {
    const size = data.length / microBatches;
    return data.slice(part * size, (part + 1) * size) as A;
  };
  const { tokens, positions, segments, targets, targetWeights, exposure, events } = batch;
  return {
    tokens: cut(tokens),
    positions: cut(positions),
    segments: cut(segments),
    targets: cut(targets),
    targetWeights: cut(targetWeights),
    ...(reads === 0 ? {} : { reads: cut(batch.reads), exposure: cut(exposure), events: cut(events) }),
  };
}

function sum(losses: readonly Losses[]): Losses {
  return losses.reduce(
    (total, each) => ({
      nextEventLoss: total.nextEventLoss + each.nextEventLoss,
      onsetLoss: total.onsetLoss + each.onsetLoss,
    }),
    { nextEventLoss: 0, onsetLoss: 0 },
  );
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
