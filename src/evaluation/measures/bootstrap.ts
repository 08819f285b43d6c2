/**
 * Patient-clustered bootstrap: whole persons are drawn with replacement, once for the whole evaluation, so that every
 * task, model and difference sees the same resamples (paired) and means over outcomes resample persons jointly.
 */
import type { Random } from "../../effects/random.ts";

/** Resamples that are measured side by side; a person's multiplicities in them are neighbours in memory. */
export const LANES = 8;

export interface Resamples {
  readonly count: number;
  readonly persons: number;
  /**
   * How often each person was drawn: [blocks of LANES resamples x persons x LANES], in memory that threads share. In each
   * resample persons sum to `persons`; lanes past `count` are 0.
   */
  readonly multiplicity: Uint8Array;
}

export function drawResamples(persons: number, count: number, random: Random): Resamples {
  const blocks = Math.ceil(count / LANES);
  const multiplicity = new Uint8Array(new SharedArrayBuffer(blocks * persons * LANES));
  for (let row = 0; row < count; row++) {
    const first = placeOf(persons, row);
    for (let draw = 0; draw < persons; draw++) {
      (multiplicity[first + LANES * random.integer(persons)] as number)++;
    }
  }
  return { count, persons, multiplicity };
}

/** Place of the first person's multiplicity in a resample; the next persons' follow every LANES places. */
function placeOf(persons: number, row: number): number {
  return Math.floor(row / LANES) * persons * LANES + (row % LANES);
}

/** Multiplicities of some of the persons in one resample. */
export function multiplicityOf(
  resamples: Resamples,
  row: number,
  persons: Int32Array,
  into: Float64Array,
): Float64Array {
  const first = placeOf(resamples.persons, row);
  for (let i = 0; i < persons.length; i++) {
    into[i] = resamples.multiplicity[first + LANES * (persons[i] as number)] as number;
  }
  return into;
}
