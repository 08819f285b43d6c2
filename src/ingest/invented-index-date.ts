/**
 * An index date for a person whose record only tells days relative to one: seeded, uniform over whole days.
 * Invariant: it depends on the seed and the person's identifier alone, never on anything else in the record.
 */
import { createRandom } from "../effects/random.ts";
import { MS_PER_DAY } from "./calendar.ts";

export interface InventedIndex {
  readonly seed: string;
  /** First and last possible day, ms since 1970-01-01, inclusive. */
  readonly fromMs: number;
  readonly toMs: number;
}

/** Midnight of the invented index date, ms. */
export function inventedIndexDate(sourceId: string, { seed, fromMs, toMs }: InventedIndex): number {
  const days = Math.floor((toMs - fromMs) / MS_PER_DAY) + 1;
  return fromMs + createRandom(`${seed}/index/${sourceId}`).integer(days) * MS_PER_DAY;
}
