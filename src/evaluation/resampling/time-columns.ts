/**
 * The persons of one task in order of time, for resampling.
 * Invariant: up to `MOST_EXACT` distinct times nothing is lost; above, neighbouring times are taken for one, and figures
 * are off by far less than an interval's width. The horizon keeps a time of its own.
 */
import { ascending, CENSORED, type Observations } from "../measures/observations.ts";

export interface TimeColumns {
  readonly n: number;
  /** Position in the task of the person at each place; times ascend. */
  readonly persons: Int32Array;
  readonly kind: Uint8Array;
  /** Begin of each run of times taken for equal, and `n` as the last element. */
  readonly runs: Int32Array;
  /** Run of each place. */
  readonly runOf: Int32Array;
  /** Runs that lie before the horizon, and those up to it. */
  readonly runsBefore: number;
  readonly runsUpTo: number;
  /** Places of the persons with an onset or a death up to the horizon, ascending. */
  readonly events: Int32Array;
}

const MOST_EXACT = 512;
/** Runs of about equal size, with more distinct times than that. */
const COARSE_RUNS = 128;

export function timeColumns({ days, kind }: Observations, horizonDays: number): TimeColumns {
  const persons = ascending(days);
  const n = persons.length;
  const dayAt = (i: number): number => days[persons[i] as number] as number;
  let distinct = 0;
  for (let i = 0; i < n; i++) if (i === 0 || dayAt(i) !== dayAt(i - 1)) distinct++;
  const smallest = distinct <= MOST_EXACT ? 1 : Math.ceil(n / COARSE_RUNS);
  const runs: number[] = [];
  let runsBefore = 0;
  let runsUpTo = 0;
  for (let i = 0; i < n; i++) {
    const time = dayAt(i);
    const previous = i === 0 ? Number.NEGATIVE_INFINITY : dayAt(i - 1);
    if (time === previous) continue;
    const reachesHorizon = time >= horizonDays && previous < horizonDays;
    const passesHorizon = time > horizonDays && previous <= horizonDays;
    const full = i - (runs.at(-1) ?? 0) >= smallest;
    if (i === 0 || full || reachesHorizon || passesHorizon) runs.push(i);
    if (time < horizonDays) runsBefore = runs.length;
    if (time <= horizonDays) runsUpTo = runs.length;
  }
  runs.push(n);
  const runOf = new Int32Array(n);
  for (let r = 0; r + 1 < runs.length; r++) runOf.fill(r, runs[r], runs[r + 1]);
  const inOrder = Uint8Array.from(persons, (person) => kind[person] as number);
  const upTo = inOrder.subarray(0, runs[runsUpTo]);
  return {
    n,
    runOf,
    persons,
    kind: inOrder,
    events: Int32Array.from(upTo.keys()).filter((at) => upTo[at] !== CENSORED),
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
