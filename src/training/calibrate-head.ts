/**
 * Shrinks the onset head towards the base rates by one factor chosen on tuning persons: the ranking of a network goes
 * on improving after its risks have become too extreme, and one number sets that right.
 * log h' = base + factor x (log h - base), which is a linear head again: weights x factor, bias likewise about the base.
 * Invariant: held-out persons play no part, and the order of two persons' hazards in a piece does not change.
 */
import { type ParameterLayout, partOf } from "../network/parameters.ts";

const LOWEST = 0.5;
const HIGHEST = 1.2;
/** Golden-section steps; each narrows the interval by 0.618, so that ten leave 0.006. */
const STEPS = 10;
const GOLDEN = (Math.sqrt(5) - 1) / 2;

/** @returns a copy of `weights` whose onset head is shrunk by `factor` towards `baseLogRates` [outcomes x pieces] */
export function shrinkHead(
  layout: ParameterLayout,
  weights: Float32Array,
  baseLogRates: Float32Array,
  factor: number,
): Float32Array {
  const result = weights.slice();
  const head = partOf(layout, result, "onset_head.weight");
  const bias = partOf(layout, result, "onset_head.bias");
  for (let i = 0; i < head.length; i++) head[i] = factor * (head[i] as number);
  for (let i = 0; i < bias.length; i++) {
    const base = baseLogRates[i] as number;
    bias[i] = base + factor * ((bias[i] as number) - base);
  }
  return result;
}

/** The factor in [0.5, 1.2] with the lowest loss (golden-section search; the loss is convex in the factor). */
export async function bestShrinkage(lossAt: (factor: number) => Promise<number>): Promise<number> {
  let low = LOWEST;
  let high = HIGHEST;
  let left = high - GOLDEN * (high - low);
  let right = low + GOLDEN * (high - low);
  let [lossLeft, lossRight] = [await lossAt(left), await lossAt(right)];
  for (let step = 0; step < STEPS; step++) {
    if (lossLeft <= lossRight) {
      high = right;
      [right, lossRight] = [left, lossLeft];
      left = high - GOLDEN * (high - low);
      lossLeft = await lossAt(left);
    } else {
      low = left;
      [left, lossLeft] = [right, lossRight];
      right = low + GOLDEN * (high - low);
      lossRight = await lossAt(right);
    }
  }
  return (low + high) / 2;
}
