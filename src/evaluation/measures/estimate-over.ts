/** A statistic of a group of persons, with its interval over resamples of all of them. */
import { multiplicityOf, type Resamples } from "./bootstrap.ts";
import { type Estimate, percentileEstimate } from "./estimate.ts";
import { once } from "./observations.ts";

/** @param statistic of the persons, each counted as often as its weight says */
export function estimateOver(
  resamples: Resamples,
  statistic: (weights: Float64Array) => number,
  method: string,
): Estimate | null {
  const { persons, count } = resamples;
  const everybody = Int32Array.from({ length: persons }, (_, i) => i);
  const weights = new Float64Array(persons);
  const samples = Float64Array.from({ length: count }, (_, row) =>
    statistic(multiplicityOf(resamples, row, everybody, weights)),
  );
  return percentileEstimate(statistic(once(persons)), samples, persons, method);
}

/** Mean of values under the weights of their persons. @param from first position @param to after the last */
export function weightedMean(
  values: ArrayLike<number>,
  weights: Float64Array,
  from = 0,
  to = values.length,
): number {
  let [sum, total] = [0, 0];
  for (let i = from; i < to; i++) {
    sum += (weights[i] as number) * (values[i] as number);
    total += weights[i] as number;
  }
  return sum / total;
}
