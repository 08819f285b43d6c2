/**
 * Counts of a block of resamples side by side, up to three in one number, each above the other. Sums of packed counts are
 * the packed sums, so that one addition counts a person in several resamples.
 * Invariant: no count exceeds the persons that a resample draws, hence every sum is exact in a double.
 */
import { NUMBERS } from "../measures/bootstrap.ts";

/** Value of the second count in a number, by how many there are, and of the third. */
const SECOND = [1, 1, 2 ** 26, 2 ** 17];
const THIRD = 2 ** 34;

/** Packs one person's multiplicities, from `from` on, into the numbers of a cell. */
export function packCounts(
  into: Float64Array,
  cell: number,
  multiplicity: Uint8Array,
  from: number,
  lanes: number,
): void {
  const per = lanes / NUMBERS;
  const second = SECOND[per] as number;
  let to = NUMBERS * cell;
  if (per === 3) {
    for (let at = from; at < from + lanes; at += 3)
      into[to++] =
        (multiplicity[at] as number) +
        second * (multiplicity[at + 1] as number) +
        THIRD * (multiplicity[at + 2] as number);
  } else {
    for (let at = from; at < from + lanes; at += per)
      into[to++] = (multiplicity[at] as number) + (per === 2 ? second * (multiplicity[at + 1] as number) : 0);
  }
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

/** The counts of all lanes in a cell, to `into` from `to` on. */
export function unpack(counts: Float64Array, cell: number, lanes: number, into: Float64Array, to = 0): void {
  const per = lanes / NUMBERS;
  const second = SECOND[per] as number;
  for (let k = 0; k < NUMBERS; k++) {
    let packed = counts[NUMBERS * cell + k] as number;
    const at = to + per * k;
    if (per > 2) {
      const third = Math.floor(packed / THIRD);
      into[at + 2] = third;
      packed -= THIRD * third;
    }
    if (per > 1) {
      const upper = Math.floor(packed / second);
      into[at + 1] = upper;
      packed -= second * upper;
    }
    into[at] = packed;
  }
}

/** One lane of every cell, to `into`. */
export function unpackLane(counts: Float64Array, lane: number, lanes: number, into: Float64Array): void {
  const per = lanes / NUMBERS;
  const number = Math.floor(lane / per);
  const place = lane % per;
  const second = SECOND[per] as number;
  const below = place === 0 ? 1 : place === 1 ? second : THIRD;
  const above = place === per - 1 ? Number.POSITIVE_INFINITY : place === 0 ? second : THIRD;
  for (let cell = 0, at = number; cell < into.length; cell++, at += NUMBERS) {
    const packed = counts[at] as number;
    const upper = above === Number.POSITIVE_INFINITY ? 0 : above * Math.floor(packed / above);
    into[cell] = Math.floor((packed - upper) / below);
  }
}
