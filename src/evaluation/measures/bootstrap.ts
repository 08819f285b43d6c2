/**
 * Patient-clustered bootstrap: whole persons are drawn with replacement, once for the whole evaluation, so that every
 * task, model and difference sees the same resamples (paired) and means over outcomes resample persons jointly.
 */
import type { Random } from "../../effects/random.ts";

export interface Resamples {
  readonly count: number;
  readonly persons: number;
  /** How often each person was drawn: [count x persons], row by row, in memory that threads share. Every row sums to `persons`. */
  readonly multiplicity: Uint8Array;
}

export function drawResamples(persons: number, count: number, random: Random): Resamples {
  const multiplicity = new Uint8Array(new SharedArrayBuffer(persons * count));
  for (let row = 0; row < count; row++) {
    for (let draw = 0; draw < persons; draw++) {
      (multiplicity[row * persons + random.integer(persons)] as number)++;
    }
  }
  return { count, persons, multiplicity };
}

/** Multiplicities of some of the persons in one resample. */
export function multiplicityOf(
  resamples: Resamples,
  row: number,
  persons: Int32Array,
  into: Float64Array,
): Float64Array {
  const offset = row * resamples.persons;
  for (let i = 0; i < persons.length; i++) {
    into[i] = resamples.multiplicity[offset + (persons[i] as number)] as number;
  }
  return into;
}
