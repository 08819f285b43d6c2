/**
 * A number that travels with its interval and the number of persons behind it.
 * Invariant: all fields are finite; a measure that the data cannot support is absent (`null`), never NaN.
 */
import { z } from "zod";
import { quantileOfSorted } from "../../trees/features/quantile-of-sorted.ts";

export const estimateSchema = z.strictObject({
  value: z.number(),
  /** 95 % interval. */
  low: z.number(),
  high: z.number(),
  /** Persons that the measure was computed on. */
  n: z.number().int().min(0),
  method: z.string(),
});

export type Estimate = z.infer<typeof estimateSchema>;

/** At least this share of the resamples must support a measure for its interval to be given. */
const MINIMUM_SHARE_OF_RESAMPLES = 0.9;

/**
 * Percentile bootstrap interval around a point value (Efron & Tibshirani 1993, chapter 13).
 * @param resampled one value a resample; NaN where the resample could not support the measure
 * @returns null when the point value, or more than a tenth of the resamples, is undefined
 */
export function percentileEstimate(
  value: number,
  resampled: Float64Array,
  n: number,
  method: string,
): Estimate | null {
  if (!Number.isFinite(value)) return null;
  const usable = resampled.filter((sample) => Number.isFinite(sample)).sort();
  if (usable.length < MINIMUM_SHARE_OF_RESAMPLES * resampled.length || usable.length === 0) return null;
  const note = usable.length === resampled.length ? "" : `, ${usable.length} of ${resampled.length} usable`;
  return {
    value,
    low: quantileOfSorted(usable, 0.025),
    high: quantileOfSorted(usable, 0.975),
    n,
    method: method + note,
  };
}
