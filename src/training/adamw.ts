/**
 * AdamW (Loshchilov and Hutter 2019, algorithm 2) after clipping by global norm, with warm-up and half a cosine, and a
 * running average of the weights. One pass over flat vectors: about twenty element-wise passes of a graph cost more.
 * Invariant: an element's update depends on nothing but its own numbers and the step's, so that ranges of the vector
 * may be worked through on any thread.
 */
import { sizeOf } from "../network/graph.ts";
import type { ParameterLayout } from "../network/parameters.ts";
import type { StateVectors } from "./training-state.ts";

export interface OptimiserSettings {
  readonly peakLearningRate: number;
  /** Learning rate at the last step, as a share of the peak. */
  readonly finalShare: number;
  readonly warmupSteps: number;
  readonly totalSteps: number;
  readonly weightDecay: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  readonly clipNorm: number;
  /** Decay of the running average of the weights; 0 keeps the newest. */
  readonly averageDecay: number;
}

/** Part of the flat vector, [from, to). */
export interface Range {
  readonly from: number;
  readonly to: number;
}

/** Linear warm-up, then half a cosine from the peak to `finalShare` of it; `step` counts from 1. */
export function learningRateAt(step: number, settings: OptimiserSettings): number {
  const warmup = Math.max(1, settings.warmupSteps);
  const rise = Math.min(1, step / warmup);
  const span = Math.max(1, settings.totalSteps - warmup);
  const progress = Math.min(1, Math.max(0, (step - warmup) / span));
  const half = (1 - settings.finalShare) / 2;
  return (
    settings.peakLearningRate * rise * (half * Math.cos(progress * Math.PI) + half + settings.finalShare)
  );
}

/** Adds up the gradients of all workers into the first, in their order, and gives the sum of its squares. */
export function sumGradients(gradients: readonly Float32Array[], { from, to }: Range): number {
  const [total, ...others] = gradients as [Float32Array, ...Float32Array[]];
  for (const other of others) for (let i = from; i < to; i++) total[i]! += other[i]!;
  let squares = 0;
  for (let i = from; i < to; i++) squares += total[i]! * total[i]!;
  return squares;
}

/** The factor that brings a gradient of this norm within the bound. */
export function clipFactor(norm: number, clipNorm: number): number {
  return Math.min(1, clipNorm / (norm + 1e-6));
}

/** The numbers of one step. */
export interface StepPoint {
  /** Counted from 1. */
  readonly step: number;
  readonly rate: number;
  /** Factor of the gradient, see `clipFactor`. */
  readonly clip: number;
}

/** One step for a range of the vectors, in place. */
export function updateRange(
  vectors: StateVectors,
  gradient: Float32Array,
  layout: ParameterLayout,
  settings: OptimiserSettings,
  { step, rate, clip }: StepPoint,
  range: Range,
): void {
  for (const part of layout.parts) {
    const from = Math.max(range.from, part.offset);
    const to = Math.min(range.to, part.offset + sizeOf(part.shape));
    const kept = 1 - (part.decays ? rate * settings.weightDecay : 0);
    if (from < to) updateElements(vectors, gradient, settings, { step, clip, rate, kept }, { from, to });
  }
}

function updateElements(
  vectors: StateVectors,
  gradient: Float32Array,
  { beta1, beta2, epsilon, averageDecay }: OptimiserSettings,
  { step, clip, rate, kept }: { step: number; clip: number; rate: number; kept: number },
  { from, to }: Range,
): void {
  const moved = rate / (1 - beta1 ** step);
  const corrected = 1 / Math.sqrt(1 - beta2 ** step);
  // Views from 0: V8 compiles a loop over `from` to `to` twenty times slower once it has inlined it into its caller.
  const g = gradient.subarray(from, to);
  const parameters = vectors.parameters.subarray(from, to);
  const momentum = vectors.momentum.subarray(from, to);
  const variance = vectors.variance.subarray(from, to);
  const average = vectors.average.subarray(from, to);
  for (let i = 0; i < g.length; i++) {
    const clipped = g[i]! * clip;
    const m = beta1 * momentum[i]! + (1 - beta1) * clipped;
    const v = beta2 * variance[i]! + (1 - beta2) * clipped * clipped;
    const next = kept * parameters[i]! - (moved * m) / (Math.sqrt(v) * corrected + epsilon);
    momentum[i] = m;
    variance[i] = v;
    parameters[i] = next;
    average[i] = averageDecay * average[i]! + (1 - averageDecay) * next;
  }
}
