/**
 * LANES resamples of one task side by side: how often each person was drawn, weights for censoring (inverse probability,
 * Graf et al. 1999) and Aalen-Johansen incidence at the horizon. What it computes is what `prepareCensoringWeights` and
 * `prepareAalenJohansen` compute, in another order of summation.
 *
 * Whoever is followed to the horizon has one weight in a resample; only who has an event before has one of their own.
 */
import { LANES, type Resamples } from "../measures/bootstrap.ts";
import { CENSORED, DEATH, ONSET } from "../measures/observations.ts";
import { addCounts, NUMBERS, pack, unpack } from "./packed-counts.ts";
import { inTimeOrder, type TimeColumns } from "./time-columns.ts";

/** Filled anew for each batch; lanes past the last resample have nobody. */
export interface Batch {
  readonly columns: TimeColumns;
  /** How often each person was drawn, packed, in order of time. */
  readonly counts: Float64Array;
  /** Multiplicity x inverse probability of censoring: [events x LANES], in the order of `columns.events`. */
  readonly eventWeights: Float64Array;
  /** Inverse probability of being uncensored up to the horizon, per lane. */
  readonly weightAtHorizon: Float64Array;
  readonly incidence: Float64Array;
}

export interface BatchSource {
  readonly batch: Batch;
  /** Everybody once, in lane 0, weighed as a resample is. */
  fillWithEveryone(): void;
  /** The same with the weights, in the task's order, and the incidence that it has exactly. */
  fillExactly(weights: Float64Array, incidence: number): void;
  fill(resamples: Resamples, block: number): void;
}

/** @param positions row of each person among those who were resampled, in the task's order */
export function batchOf(columns: TimeColumns, positions: Int32Array): BatchSource {
  const { n, events } = columns;
  const rowOf = inTimeOrder(columns, positions);
  const counts = new Float64Array(NUMBERS * n);
  const batch: Batch = {
    columns,
    counts,
    eventWeights: new Float64Array(LANES * events.length),
    weightAtHorizon: new Float64Array(LANES),
    incidence: new Float64Array(LANES),
  };
  const complete = weigher(batch);
  const fillWithEveryone = (): void => {
    counts.fill(0);
    for (let i = 0; i < n; i++) counts[NUMBERS * i] = pack(1, 0);
    complete();
  };
  return {
    batch,
    fillWithEveryone,
    fillExactly(weights, incidence) {
      fillWithEveryone();
      const weightAt = (at: number): number => weights[columns.persons[at] as number] as number;
      for (const [e, at] of events.entries()) batch.eventWeights[LANES * e] = weightAt(at);
      // Of those who are followed to the horizon, the last one is as good as any.
      batch.weightAtHorizon[0] = n === 0 ? 0 : weightAt(n - 1);
      batch.incidence[0] = incidence;
    },
    fill({ multiplicity, persons }, block) {
      const first = block * persons * LANES;
      for (let i = 0; i < n; i++) {
        const from = first + LANES * (rowOf[i] as number);
        const to = NUMBERS * i;
        counts[to] = pack(multiplicity[from] as number, multiplicity[from + 1] as number);
        counts[to + 1] = pack(multiplicity[from + 2] as number, multiplicity[from + 3] as number);
        counts[to + 2] = pack(multiplicity[from + 4] as number, multiplicity[from + 5] as number);
        counts[to + 3] = pack(multiplicity[from + 6] as number, multiplicity[from + 7] as number);
      }
      complete();
    },
  };
}

/** CENSORED, ONSET and DEATH are positions. */
const KINDS = 3;

/** Completes a batch from its counts. */
function weigher({ columns, counts, eventWeights, weightAtHorizon, incidence }: Batch): () => void {
  const { n, kind, runs, runOf, runsBefore, runsUpTo, events } = columns;
  /** Counts by run up to the horizon and kind; who is followed past it stands in one run behind the others. */
  const table = new Float64Array(NUMBERS * KINDS * (runsUpTo + 1));
  const inRun = new Float64Array(KINDS * LANES);
  const atRisk = new Float64Array(LANES);
  const free = new Float64Array(LANES);
  const uncensored = new Float64Array(LANES);
  /** Inverse probability of being uncensored before each run, per lane. */
  const inverse = new Float64Array(LANES * (runsUpTo + 1));
  const beyond = runs[runsUpTo] as number;

  return () => {
    table.fill(0);
    for (let i = 0; i < beyond; i++)
      addCounts(table, KINDS * (runOf[i] as number) + (kind[i] as number), counts, i);
    for (let i = beyond; i < n; i++) addCounts(table, KINDS * runsUpTo, counts, i);
    const all = new Float64Array(NUMBERS);
    for (let cell = 0; cell < KINDS * (runsUpTo + 1); cell++) addCounts(all, 0, table, cell);
    unpack(all, 0, atRisk);
    free.fill(1);
    uncensored.fill(1);
    for (let lane = 0; lane < LANES; lane++) incidence[lane] = atRisk[lane] === 0 ? Number.NaN : 0;
    for (let r = 0; r < runsUpTo; r++) {
      for (let k = 0; k < KINDS; k++) unpack(table, KINDS * r + k, inRun, LANES * k);
      for (let lane = 0; lane < LANES; lane++) {
        inverse[LANES * r + lane] = 1 / (uncensored[lane] as number);
        const censorings = inRun[LANES * CENSORED + lane] as number;
        const onsets = inRun[LANES * ONSET + lane] as number;
        const observed = onsets + (inRun[LANES * DEATH + lane] as number);
        const before = atRisk[lane] as number;
        if (observed > 0) {
          incidence[lane] = (incidence[lane] as number) + ((free[lane] as number) * onsets) / before;
          free[lane] = (free[lane] as number) * (1 - observed / before);
        }
        if (r < runsBefore && censorings > 0)
          uncensored[lane] = (uncensored[lane] as number) * (1 - censorings / (before - observed));
        atRisk[lane] = before - observed - censorings;
      }
    }
    // With nobody uncensored at the horizon, nobody is there to be weighted.
    for (let lane = 0; lane < LANES; lane++)
      weightAtHorizon[lane] = uncensored[lane] === 0 ? 0 : 1 / (uncensored[lane] as number);
    for (let e = 0; e < events.length; e++) {
      const at = events[e] as number;
      const run = LANES * (runOf[at] as number);
      unpack(counts, at, eventWeights, LANES * e);
      for (let lane = 0; lane < LANES; lane++) {
        const count = eventWeights[LANES * e + lane] as number;
        eventWeights[LANES * e + lane] = count === 0 ? 0 : count * (inverse[run + lane] as number);
      }
    }
  };
}
