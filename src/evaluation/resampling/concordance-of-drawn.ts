/** Harrell's C-index of a resample: what `prepareConcordance` computes, over ranks that are counted in three levels. */
import { ONSET } from "../measures/observations.ts";
import type { Drawn } from "./resampled.ts";
import { scoreGroups } from "./score-groups.ts";
import { inTimeOrder, type TimeColumns } from "./time-columns.ts";

/** Ranks are counted in three levels of this radix. */
const RADIX = 16;
export const MOST_RANKS = RADIX ** 3;
/** With more distinct scores than that, this many ranks are enough for a resample, and twice as fast. */
const COARSE_RANKS = RADIX ** 2;

/** Ranks for `concordance`, in order of time; neighbouring scores share one above `MOST_RANKS` distinct scores. */
export function concordanceRanks(columns: TimeColumns, scores: ArrayLike<number>): Uint16Array {
  const fine = scoreGroups(scores, [], MOST_RANKS);
  const ranks = fine.exact ? fine : scoreGroups(scores, [], COARSE_RANKS - 1);
  return inTimeOrder(columns, ranks.of);
}

/**
 * Harrell's C-index (as `prepareConcordance`) in one pass from the last time to the first.
 * @param drawn persons drawn at least once, in order of time
 * @param counts scratch, `3 * MOST_RANKS` long
 */
export function concordance(
  { kind, runOf }: TimeColumns,
  ranks: Uint16Array,
  { size, place, multiplicity }: Pick<Drawn, "size" | "place" | "multiplicity">,
  counts: Int32Array,
): number {
  counts.fill(0);
  let entered = 0;
  let concordant = 0;
  let comparable = 0;
  for (let end = size - 1; end >= 0; ) {
    const run = runOf[place[end] as number] as number;
    let onsets = 0;
    let start = end;
    // First who is censored at this time: still under observation for its onsets.
    for (; start >= 0; start--) {
      const at = place[start] as number;
      if (runOf[at] !== run) break;
      if (kind[at] === ONSET) {
        onsets++;
        continue;
      }
      const count = multiplicity[start] as number;
      enter(counts, ranks[at] as number, count);
      entered += count;
    }
    if (onsets > 0) {
      for (let j = end; j > start; j--) {
        const at = place[j] as number;
        if (kind[at] !== ONSET) continue;
        const count = multiplicity[j] as number;
        concordant += count * below(counts, ranks[at] as number);
        comparable += count * entered;
      }
      for (let j = end; j > start; j--) {
        const at = place[j] as number;
        if (kind[at] !== ONSET) continue;
        const count = multiplicity[j] as number;
        enter(counts, ranks[at] as number, count);
        entered += count;
      }
    }
    end = start;
  }
  return comparable === 0 ? Number.NaN : concordant / comparable;
}

/** Persons entered with a lower rank, and half of those with the same. */
function below(counts: Int32Array, rank: number): number {
  let sum = 0.5 * (counts[rank] as number);
  const middle = MOST_RANKS + (rank >> 4);
  const top = 2 * MOST_RANKS + (rank >> 8);
  for (let at = 2 * MOST_RANKS; at < top; at++) sum += counts[at] as number;
  for (let at = MOST_RANKS + ((rank >> 8) << 4); at < middle; at++) sum += counts[at] as number;
  for (let at = (rank >> 4) << 4; at < rank; at++) sum += counts[at] as number;
  return sum;
}

function enter(counts: Int32Array, rank: number, count: number): void {
  const middle = MOST_RANKS + (rank >> 4);
  counts[rank] = (counts[rank] as number) + count;
  counts[middle] = (counts[middle] as number) + count;
  const top = 2 * MOST_RANKS + (rank >> 8);
  counts[top] = (counts[top] as number) + count;
}
