/**
 * A hundred training steps that Longitude and PyTorch take from the same weights on the same timelines. Longitude packs
 * timelines into full windows; PyTorch gets one timeline a row, padded. What comes out must not differ.
 */
import { createRandom } from "../../src/effects/random.ts";
import { deriveArchitecture } from "../../src/network/architecture.ts";
import { initialParameters, parameterLayout } from "../../src/network/parameters.ts";
import type { OptimiserSettings } from "../../src/training/adamw.ts";
import type { WindowBatch } from "../../src/training/window-batch.ts";

const [VOCABULARY, TIME, WINDOWS, STEPS] = [61, 32, 4, 100];

export const referenceArchitecture = {
  ...deriveArchitecture(
    { depth: 2, width: 32, heads: 4, feedForward: 48, context: TIME },
    { vocabulary: VOCABULARY, outcomes: 0, pieces: 0 },
  ),
  keyValueHeads: 2,
};
export const referenceLayout = parameterLayout(referenceArchitecture);

export const referenceOptimiser: OptimiserSettings = {
  peakLearningRate: 5e-3,
  finalShare: 0.1,
  warmupSteps: 10,
  totalSteps: STEPS,
  weightDecay: 0.1,
  beta1: 0.9,
  beta2: 0.98,
  epsilon: 1e-8,
  clipNorm: 1,
  averageDecay: 0.99,
};

export function referenceParameters(): Float32Array {
  return initialParameters(referenceLayout, createRandom("reference weights"));
}

/** Timelines of each step: two to a window, and the next token mostly follows from the last. */
export function referenceTimelines(): number[][][] {
  const random = createRandom("reference timelines");
  const timeline = (length: number): number[] => {
    const tokens = [random.integer(VOCABULARY)];
    while (tokens.length < length) {
      const last = tokens.at(-1) as number;
      tokens.push(random.next() < 0.2 ? random.integer(VOCABULARY) : (3 * last + 1) % VOCABULARY);
    }
    return tokens;
  };
  return Array.from({ length: STEPS }, () =>
    Array.from({ length: WINDOWS }, () => 2 + random.integer(TIME - 3)).flatMap((first) => [
      timeline(first),
      timeline(TIME - first),
    ]),
  );
}

export function packed(timelines: readonly (readonly number[])[]): WindowBatch {
  const flat = timelines.flat();
  const targetTotal = flat.length - timelines.length;
  return {
    shape: { batch: WINDOWS, time: TIME, reads: 0, microBatches: 2 },
    tokens: BigInt64Array.from(flat, BigInt),
    positions: BigInt64Array.from(timelines.flatMap((tokens) => tokens.map((_, i) => BigInt(i)))),
    segments: BigInt64Array.from(timelines.flatMap((tokens, i) => tokens.map(() => BigInt(1 + (i % 2))))),
    targets: BigInt64Array.from(
      timelines.flatMap((tokens) => tokens.map((_, i) => BigInt(tokens[i + 1] ?? 0))),
    ),
    targetWeights: Float32Array.from(
      timelines.flatMap((tokens) => tokens.map((_, i) => (i + 1 < tokens.length ? 1 / targetTotal : 0))),
    ),
    reads: new BigInt64Array(0),
    exposure: new Float32Array(0),
    events: new Float32Array(0),
    realTokens: flat.length,
    targetTotal,
    readTotal: 0,
  };
}

/** What trainers/torch/reference_losses.py takes on its standard input. */
export function referenceRequest(): object {
  const parameters = referenceParameters();
  return {
    architecture: referenceArchitecture,
    optimiser: referenceOptimiser,
    steps: referenceTimelines(),
    parameters: referenceLayout.parts.map(({ name, shape, offset }) => ({
      name,
      shape,
      values: [...parameters.subarray(offset, offset + shape.reduce((size, n) => size * n, 1))],
    })),
  };
}
