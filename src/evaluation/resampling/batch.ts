/**
 * A block of resamples of one task side by side: how often each person was drawn, weights for censoring (inverse probability,
 * Graf et al. 1999) and Aalen-Johansen incidence at the horizon. What it computes is what `prepareCensoringWeights` and
 * `prepareAalenJohansen` compute, in another order of summation.
 *
 * Whoever is followed to the horizon has one weight in a resample; only who has an event before has one of their own.
 */
import { NUMBERS, type Resamples } from "../measures/bootstrap.ts";
import { CENSORED, DEATH, ONSET } from "../measures/observations.ts";
import { addCounts, packCounts, unpack } from "./packed-counts.ts";
import { inTimeOrder, type TimeColumns } from "./time-columns.ts";

/** Filled anew for each batch; lanes past the last resample have nobody. */
export interface Batch {
  readonly columns: TimeColumns;
  readonly lanes: number;
  /** How often each person was drawn, packed, in order of time. */
  readonly counts: Float64Array;
  /** Multiplicity x inverse probability of censoring: [events x lanes], in the order of `columns.events`. */
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
  fill(block: number): void;
}

/** @param positions row of each person among those who were resampled, in the task's order */
export function batchOf(
  columns: TimeColumns,
  positions: Int32Array,
  { lanes, persons, multiplicity }: Resamples,
): BatchSource {
  const { n, events } = columns;
  const rowOf = inTimeOrder(columns, positions);
  const counts = new Float64Array(NUMBERS * n);
  const batch: Batch = {
    columns,
    lanes,
    counts,
    eventWeights: new Float64Array(lanes * events.length),
    weightAtHorizon: new Float64Array(lanes),
    incidence: new Float64Array(lanes),
  };
  const complete = weigher(batch);
  const fillWithEveryone = (): void => {
    counts.fill(0);
    for (let i = 0; i < n; i++) counts[NUMBERS * i] = 1;
    complete();
  };
  return {
    batch,
    fillWithEveryone,
    fillExactly(weights, incidence) {
      fillWithEveryone();
      const weightAt = (at: number): number => weights[columns.persons[at] as number] as number;
      for (const [e, at] of events.entries()) batch.eventWeights[lanes * e] = weightAt(at);
      // Of those who are followed to the horizon, the last one is as good as any.
      batch.weightAtHorizon[0] = n === 0 ? 0 : weightAt(n - 1);
      batch.incidence[0] = incidence;
    },
    fill(block) {
      const first = block * persons * lanes;
      for (let i = 0; i < n; i++)
        packCounts(counts, i, multiplicity, first + lanes * (rowOf[i] as number), lanes);
      complete();
    },
  };
}

/** CENSORED, ONSET and DEATH are positions. */
const KINDS = 3;

/** Completes a batch from its counts. */
function weigher({ columns, lanes, counts, eventWeights, weightAtHorizon, incidence }: Batch): () => void {
  const { n, kind, runs, runOf, runsBefore, runsUpTo, events } = columns;
  /** Counts by run up to the horizon and kind; who is followed past it stands in one run behind the others. */
  const table = new Float64Array(NUMBERS * KINDS * (runsUpTo + 1));
  const inRun = new Float64Array(KINDS * lanes);
  const atRisk = new Float64Array(lanes);
  const free = new Float64Array(lanes);
  const uncensored = new Float64Array(lanes);
  /** Inverse probability of being uncensored before each run, per lane. */
  const inverse = new Float64Array(lanes * (runsUpTo + 1));
  const beyond = runs[runsUpTo] as number;

  return () => {
    table.fill(0);
    for (let i = 0; i < beyond; i++)
      addCounts(table, KINDS * (runOf[i] as number) + (kind[i] as number), counts, i);
    for (let i = beyond; i < n; i++) addCounts(table, KINDS * runsUpTo, counts, i);
    const all = new Float64Array(NUMBERS);
    for (let cell = 0; cell < KINDS * (runsUpTo + 1); cell++) addCounts(all, 0, table, cell);
    unpack(all, 0, lanes, atRisk);
    free.fill(1);
    uncensored.fill(1);
    for (let lane = 0; lane < lanes; lane++) incidence[lane] = atRisk[lane] === 0 ? Number.NaN : 0;
    for (let r = 0; r < runsUpTo; r++) {
      for (let k = 0; k < KINDS; k++) unpack(table, KINDS * r + k, lanes, inRun, lanes * k);
      for (let lane = 0; lane < lanes; lane++) {
        inverse[lanes * r + lane] = 1 / (uncensored[lane] as number);
        const censorings = inRun[lanes * CENSORED + lane] as number;
        const onsets = inRun[lanes * ONSET + lane] as number;
        const observed = onsets + (inRun[lanes * DEATH + lane] as number);
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
    for (let lane = 0; lane < lanes; lane++)
      weightAtHorizon[lane] = uncensored[lane] === 0 ? 0 : 1 / (uncensored[lane] as number);
    for (let e = 0; e < events.length; e++) {
      const at = events[e] as number;
      const run = lanes * (runOf[at] as number);
      unpack(counts, at, lanes, eventWeights, lanes * e);
      for (let lane = 0; lane < lanes; lane++) {
        const count = eventWeights[lanes * e + lane] as number;
        eventWeights[lanes * e + lane] = count === 0 ? 0 : count * (inverse[run + lane] as number);
      }
    }
  };
}
