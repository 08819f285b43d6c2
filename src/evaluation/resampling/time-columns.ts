/**
 * The persons of one task in order of time, for resampling: weights and incidence cost one pass over flat columns. What
 * it computes is what `prepareCensoringWeights` and `prepareAalenJohansen` compute, in another order of summation.
 */
import { ascending, CENSORED, type Observations, ONSET } from "../measures/observations.ts";

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
