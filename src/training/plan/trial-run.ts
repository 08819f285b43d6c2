/**
 * One trial of a training plan: a model of one size, trained at a constant learning rate, and at several lengths on the
 * way cooled down to nearly none and measured, as if a run of that length had just ended; then the constant rate goes on
 * (Hägele 2024, section 3). So one run gives the losses of runs of many lengths.
 * Invariant: a trial that was interrupted goes on from its last measured length with the bytes that it would have had.
 */
import type { Effects } from "../../effects/effects.ts";
import { LongitudeError } from "../../errors/longitude-error.ts";
import { TRAINING_DIVERGED } from "../../errors/registry.ts";
import { DivergenceWatch } from "../divergence.ts";
import type { PlannedBatch } from "../epoch-plan.ts";
import type { RunSetUp } from "../run-set-up.ts";
import { Trainer } from "../trainer.ts";
import { STATE_VECTORS, type StateVectors } from "../training-state.ts";
import type { WindowBatch } from "../window-batch.ts";
import type { TrialPoint } from "./training-plan.ts";
import type { TrialState, TrialStore } from "./trial-store.ts";

export interface TrialOptions {
  readonly setUp: RunSetUp;
  readonly threads: number;
  readonly onsetWeight: number;
  /** Ascending; a loss is measured at each. */
  readonly lengths: readonly number[];
  readonly store: TrialStore;
}

export interface TrialProgress {
  readonly tokens: number;
  readonly total: number;
  readonly tokensPerSecond: number;
  /** Of training, the mean of about the last twenty steps. */
  readonly loss: number;
}

export interface TrialResult {
  readonly points: readonly TrialPoint[];
  /** Of the training steps alone. */
  readonly seconds: number;
  readonly trainedTokens: number;
}

/** Share of a run over which the learning rate falls. */
const COOL_DOWN = 0.2;
/** Share of the shortest length over which it rises at first. */
const WARM_UP = 0.5;
const STEPS_BETWEEN_EVENTS = 5;
/** Weight of the newest step in the mean that is shown. */
const NEWEST = 0.05;
const MOST_TUNING_TOKENS = 65_536;

export async function* runTrial(
  { setUp, threads, onsetWeight, lengths, store }: TrialOptions,
  effects: Effects,
): AsyncGenerator<TrialProgress, TrialResult> {
  const { optimiser, layout } = setUp;
  const stored = store.read(layout);
  const vectors = stored?.vectors ?? setUp.firstVectors();
  const trainer = await Trainer.open({ ...setUp, vectors, threads });
  const watch = new DivergenceWatch(setUp.architecture.vocabulary);
  const tuning = someBatches(setUp.tuning);
  let state: TrialState = stored?.state ?? {
    step: 0,
    epoch: 0,
    batchInEpoch: 0,
    tokens: 0,
    seconds: 0,
    trainedTokens: 0,
    points: [],
  };
  const plannedIn = planOfEpochs(setUp);
  let mean: number | null = null;
  const take = async (rate: number): Promise<void> => {
    const planned = plannedIn(state.epoch);
    const batch = setUp.batchOf(planned[state.batchInEpoch] as (typeof planned)[number]);
    const begin = effects.now();
    const result = await trainer.step(batch, state.step + 1, rate);
    const reason = watch.reasonToStop(result);
    if (reason !== null)
      throw new LongitudeError(
        TRAINING_DIVERGED,
        `${reason} at step ${state.step + 1} of the trial of ${layout.size} parameters`,
      );
    const last = state.batchInEpoch + 1 === planned.length;
    state = {
      ...state,
      step: state.step + 1,
      epoch: state.epoch + (last ? 1 : 0),
      batchInEpoch: last ? 0 : state.batchInEpoch + 1,
      tokens: state.tokens + batch.realTokens,
      seconds: state.seconds + (effects.now() - begin) / 1000,
      trainedTokens: state.trainedTokens + batch.realTokens,
    };
    const loss = result.nextEventLoss + onsetWeight * result.onsetLoss;
    mean = mean === null ? loss : (1 - NEWEST) * mean + NEWEST * loss;
  };
  const total = lengths.at(-1) as number;
  const progress = (): TrialProgress => ({
    tokens: state.tokens,
    total,
    tokensPerSecond: state.trainedTokens / Math.max(state.seconds, 1e-3),
    loss: mean ?? Number.NaN,
  });
  try {
    for (const length of lengths.slice(state.points.length)) {
      const peak = optimiser.peakLearningRate;
      const warm = () => Math.min(1, (state.tokens + 1) / (WARM_UP * (lengths[0] as number)));
      const cooledFrom = (1 - COOL_DOWN) * length;
      while (state.tokens < cooledFrom) {
        await take(peak * warm());
        if (state.step % STEPS_BETWEEN_EVENTS === 0) yield progress();
      }
      const kept = copyOf(trainer.vectors);
      const at = state;
      while (state.tokens < length) {
        const left = (length - state.tokens) / (COOL_DOWN * length);
        const share = optimiser.finalShare + (1 - optimiser.finalShare) * Math.min(1, left);
        await take(peak * warm() * share);
        if (state.step % STEPS_BETWEEN_EVENTS === 0) yield progress();
      }
      const { nextEventLoss, onsetLoss } = await trainer.evaluate(tuning, trainer.vectors.parameters);
      const loss = nextEventLoss + onsetWeight * onsetLoss;
      const points = [...state.points, { tokens: state.tokens, loss, nextEventLoss, onsetLoss }];
      const { seconds, trainedTokens } = state;
      state = { ...at, seconds, trainedTokens, points };
      for (const name of STATE_VECTORS) trainer.vectors[name].set(kept[name]);
      store.write({ state, vectors: kept });
      yield progress();
    }
  } finally {
    await trainer.close();
  }
  return state;
}

/** The planned batches of an epoch; the last one asked for is kept, because planning one costs time. */
function planOfEpochs(setUp: RunSetUp): (epoch: number) => readonly PlannedBatch[] {
  let kept: { epoch: number; planned: readonly PlannedBatch[] } | null = null;
  return (epoch) => {
    if (kept?.epoch !== epoch) kept = { epoch, planned: setUp.plannedBatches(epoch) };
    return kept.planned;
  };
}

/** Batches of about `MOST_TUNING_TOKENS`, evenly spread: a trial is measured often. */
function someBatches(batches: readonly WindowBatch[]): readonly WindowBatch[] {
  const tokens = batches.reduce((sum, { realTokens }) => sum + realTokens, 0);
  const every = Math.max(1, tokens / MOST_TUNING_TOKENS);
  return batches.filter((_, i) => Math.floor(i / every) !== Math.floor((i - 1) / every));
}

function copyOf(vectors: StateVectors): StateVectors {
  const copy = (name: keyof StateVectors) => Float32Array.from(vectors[name]);
  return {
    parameters: copy("parameters"),
    momentum: copy("momentum"),
    variance: copy("variance"),
    average: copy("average"),
  };
}
