/**
 * Counts of LANES resamples side by side, two in one number: the lower one, and the upper one times 2^26. Sums of packed
 * counts are the packed sums, so that one addition counts a person in two resamples.
 * Invariant: each count stays below 2^26, hence every sum is exact in a double.
 */
import { LANES } from "../measures/bootstrap.ts";

/** Numbers that hold one count of every lane. */
export const NUMBERS = LANES / 2;
const UNIT = 2 ** 26;

export function pack(lower: number, upper: number): number {
  return lower + UNIT * upper;
}

/** Adds one cell of `counts` to one of `into`. */
export function addCounts(into: Float64Array, cell: number, counts: Float64Array, from: number): void {
  const to = NUMBERS * cell;
  const at = NUMBERS * from;
  into[to] = (into[to] as number) + (counts[at] as number);
  into[to + 1] = (into[to + 1] as number) + (counts[at + 1] as number);
  into[to + 2] = (into[to + 2] as number) + (counts[at + 2] as number);
  into[to + 3] = (into[to + 3] as number) + (counts[at + 3] as number);
}

/** The count of one lane in a cell. */
export function countOf(counts: Float64Array, cell: number, lane: number): number {
  const packed = counts[NUMBERS * cell + (lane >> 1)] as number;
  const upper = Math.floor(packed / UNIT);
  return (lane & 1) === 1 ? upper : packed - UNIT * upper;
}

/** The counts of all lanes in a cell, to `into` from `to` on. */
export function unpack(counts: Float64Array, cell: number, into: Float64Array, to = 0): void {
  for (let k = 0; k < NUMBERS; k++) {
    const packed = counts[NUMBERS * cell + k] as number;
    const upper = Math.floor(packed / UNIT);
    into[to + 2 * k] = packed - UNIT * upper;
    into[to + 2 * k + 1] = upper;
  }
}
