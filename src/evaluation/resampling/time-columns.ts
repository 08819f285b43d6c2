/**
 * The persons of one task in order of time, for resampling: weights, incidence and concordance each cost one pass over
 * flat columns. What they compute is what `prepareCensoringWeights`, `prepareAalenJohansen` and `prepareConcordance`
 * compute, in another order of summation.
 */
import { ascending, CENSORED, type Observations, ONSET } from "../measures/observations.ts";
import type { Drawn } from "./resampled.ts";
import { scoreGroups } from "./score-groups.ts";

export interface TimeColumns {
  readonly n: number;
  /** Position in the task of the person at each place; times ascend. */
  readonly persons: Int32Array;
  readonly kind: Uint8Array;
  /** Begin of each run of equal times, and `n` as the last element. */
  readonly runs: Int32Array;
  /** Run of each place. */
  readonly runOf: Int32Array;
  /** Runs that lie before the horizon, and those up to it. */
  readonly runsBefore: number;
  readonly runsUpTo: number;
}

export function timeColumns({ days, kind }: Observations, horizonDays: number): TimeColumns {
  const persons = ascending(days);
  const n = persons.length;
  const runs: number[] = [];
  let runsBefore = 0;
  let runsUpTo = 0;
  for (let i = 0; i < n; i++) {
    const time = days[persons[i] as number] as number;
    if (i > 0 && time === days[persons[i - 1] as number]) continue;
    runs.push(i);
    if (time < horizonDays) runsBefore = runs.length;
    if (time <= horizonDays) runsUpTo = runs.length;
  }
  runs.push(n);
  const runOf = new Int32Array(n);
  for (let r = 0; r + 1 < runs.length; r++) runOf.fill(r, runs[r], runs[r + 1]);
  return {
    n,
    runOf,
    persons,
    kind: Uint8Array.from(persons, (person) => kind[person] as number),
    runs: Int32Array.from(runs),
    runsBefore,
    runsUpTo,
  };
}

/** A column of the task in order of time. */
export function inTimeOrder<T extends Float64Array | Uint8Array | Uint16Array | Int32Array>(
  { persons }: TimeColumns,
  column: T,
): T {
  const out = column.slice() as T;
  for (let i = 0; i < persons.length; i++) out[i] = column[persons[i] as number] as number;
  return out;
}

/**
 * Fills `weights` with multiplicity x inverse probability of censoring (Graf et al. 1999) and returns the
 * Aalen-Johansen incidence at the horizon.
 * @param multiplicity of every person in order of time, as `weights`
 */
export function weigh(
  { n, kind, runs, runsBefore, runsUpTo }: TimeColumns,
  multiplicity: Float64Array,
  weights: Float64Array,
): number {
  let atRisk = 0;
  for (let i = 0; i < n; i++) atRisk += multiplicity[i] as number;
  if (atRisk === 0) {
    weights.fill(0);
    return Number.NaN;
  }
  let uncensored = 1;
  let free = 1;
  let incidence = 0;
  for (let r = 0; r < runsUpTo; r++) {
    const end = runs[r + 1] as number;
    const before = r < runsBefore;
    let onsets = 0;
    let deaths = 0;
    let censorings = 0;
    for (let i = runs[r] as number; i < end; i++) {
      const count = multiplicity[i] as number;
      if (count === 0) {
        weights[i] = 0;
        continue;
      }
      if (kind[i] === CENSORED) {
        weights[i] = before ? 0 : count / uncensored;
        censorings += count;
      } else {
        weights[i] = count / uncensored;
        if (kind[i] === ONSET) onsets += count;
        else deaths += count;
      }
    }
    if (atRisk === 0) continue;
    const events = onsets + deaths;
    if (events > 0) {
      incidence += (free * onsets) / atRisk;
      free *= 1 - events / atRisk;
    }
    if (before && censorings > 0) uncensored *= 1 - censorings / (atRisk - events);
    atRisk -= events + censorings;
  }
  for (let i = runs[runsUpTo] as number; i < n; i++) {
    const count = multiplicity[i] as number;
    weights[i] = count === 0 ? 0 : count / uncensored;
  }
  return incidence;
}

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
