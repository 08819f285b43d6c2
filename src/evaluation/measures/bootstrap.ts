/**
 * Patient-clustered bootstrap: whole persons are drawn with replacement, once for the whole evaluation, so that every
 * task, model and difference sees the same resamples (paired) and means over outcomes resample persons jointly.
 */
import type { Random } from "../../effects/random.ts";

/** Numbers in which a person's multiplicities in a block of resamples are packed (`packed-counts.ts`). */
export const NUMBERS = 4;

export interface Resamples {
  readonly count: number;
  readonly persons: number;
  /** Resamples in a block: they are measured side by side. */
  readonly lanes: number;
  /**
   * How often each person was drawn: [blocks x persons x lanes], in memory that threads share. In each resample persons
   * sum to `persons`; lanes past `count` are 0.
   */
  readonly multiplicity: Uint8Array;
}

/** Memory for resamples that are yet to be drawn. */
export function emptyResamples(persons: number, count: number): Resamples {
  const lanes = NUMBERS * countsPerNumber(persons);
  const size = blocksOf({ count, lanes }) * persons * lanes;
  return { count, persons, lanes, multiplicity: new Uint8Array(new SharedArrayBuffer(size)) };
}

/** How many counts up to `persons` fit exactly into one double, three at most. */
function countsPerNumber(persons: number): number {
  return Math.min(3, Math.floor(53 / Math.max(1, Math.ceil(Math.log2(persons + 1)))));
}

export function blocksOf({ count, lanes }: Pick<Resamples, "count" | "lanes">): number {
  return Math.ceil(count / lanes);
}

export function drawResamples(persons: number, count: number, random: Random): Resamples {
  const resamples = emptyResamples(persons, count);
  for (let block = 0; block < blocksOf(resamples); block++) drawBlock(resamples, block, random);
  return resamples;
}

/** Draws one block; what it draws depends on `random`'s seed and the block alone. */
export function drawBlock(
  { count, persons, lanes, multiplicity }: Resamples,
  block: number,
  random: Random,
): void {
  const own = random.fork(`block ${block}`);
  const first = block * persons * lanes;
  const rows = Math.min(lanes, count - block * lanes);
  for (let lane = 0; lane < rows; lane++) {
    for (let draw = 0; draw < persons; draw++) {
      (multiplicity[first + lanes * own.integer(persons) + lane] as number)++;
    }
  }
}

/** Multiplicities of some of the persons in one resample. */
export function multiplicityOf(
  { persons: all, lanes, multiplicity }: Resamples,
  row: number,
  persons: Int32Array,
  into: Float64Array,
): Float64Array {
  const first = Math.floor(row / lanes) * all * lanes + (row % lanes);
  for (let i = 0; i < persons.length; i++) {
    into[i] = multiplicity[first + lanes * (persons[i] as number)] as number;
  }
  return into;
}
