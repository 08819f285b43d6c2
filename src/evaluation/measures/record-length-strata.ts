/**
 * Strata of record length before the prediction time, for figures that record length alone cannot earn.
 * Why: where a record window has a fixed end, who has a long record can only be followed for a short time; among
 * persons with complete follow-up, the record's length then gives away who had an onset.
 */
import { quantileOfSorted } from "../../trees/features/quantile-of-sorted.ts";

/**
 * Cuts at quantiles; equal lengths share a stratum, so there may be fewer strata than asked.
 * @param recordDays length of the record before the prediction time, per person
 * @returns stratum per person, from 0
 */
export function recordLengthStrata(recordDays: Float64Array, count: number): Uint8Array {
  const sorted = recordDays.slice().sort();
  const cuts = new Set<number>();
  for (let k = 1; k < count; k++) cuts.add(quantileOfSorted(sorted, k / count));
  const strata = new Uint8Array(recordDays.length);
  for (const edge of cuts)
    for (let i = 0; i < strata.length; i++) if ((recordDays[i] as number) > edge) (strata[i] as number)++;
  return strata;
}
