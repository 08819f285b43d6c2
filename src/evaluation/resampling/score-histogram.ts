/**
 * Cases and controls of one model by score group, gathered anew from each batch. Everything that depends on scores by
 * their order, their mean or their square is read from it.
 */
import { NUMBERS } from "../measures/bootstrap.ts";
import { CASE, DEATH, UNKNOWN } from "../measures/observations.ts";
import type { Batch } from "./batch.ts";
import { addCounts, unpackLane } from "./packed-counts.ts";
import { type ScoreGroups, scoreGroups } from "./score-groups.ts";
import { inTimeOrder, type TimeColumns } from "./time-columns.ts";

export interface Sides {
  readonly cases: Float64Array;
  readonly controls: Float64Array;
}

/** One model's risks, and the positions of the persons by rising risk. */
export interface RankedRisks {
  readonly risks: Float64Array;
  readonly order: Int32Array;
}

export interface ScoreHistogram {
  readonly groups: ScoreGroups;
  /** Mean risk and mean squared risk of the members of each group. */
  readonly mean: Float64Array;
  readonly square: Float64Array;
  /** Of the lane read last. Censoring-weighted; complete cases; everybody drawn, whatever became of them. */
  readonly weighted: Sides;
  readonly complete: Sides;
  readonly everybody: Float64Array;
  /** Complete cases by stratum and group: [strata x groups], with the end of each stratum. */
  readonly inStrata: Sides & { readonly ends: readonly number[] };
  gather(batch: Batch): void;
  read(lane: number): void;
}

/** Followed to the horizon without an event; dead before it; with an onset before it; censored before it. */
export const [FREE, DEAD, ONSET_BEFORE, LOST] = [0, 1, 2, 3];
export const KINDS = 4;

/** @param strata of the persons, in the task's order */
export function scoreHistogram(
  status: Uint8Array,
  strata: Uint8Array,
  columns: TimeColumns,
  lanes: number,
  { risks, order }: RankedRisks,
  cuts: readonly number[] = [],
): ScoreHistogram {
  const groups = scoreGroups(risks, cuts, undefined, order);
  const { count } = groups;
  const { n, events } = columns;
  const levels = [...new Set(strata)].sort((a, b) => a - b);
  const levelOf = new Map(levels.map((stratum, level) => [stratum, level]));
  const cells = levels.length * count;
  const kind = kindsOf(status, columns);
  const cell = inTimeOrder(
    columns,
    Int32Array.from(groups.of, (group, i) => (levelOf.get(strata[i] as number) as number) * count + group),
  ).map((at, i) => (kind[i] as number) * cells + at);
  const groupOf = inTimeOrder(columns, groups.of);
  /** Cases behind controls. */
  const eventCell = Int32Array.from(
    events,
    (at) => (groupOf[at] as number) + (kind[at] === ONSET_BEFORE ? count : 0),
  );
  const { mean, square } = momentsOf(groups, risks);
  const sums = new Float64Array(NUMBERS * KINDS * cells);
  const byGroup = new Float64Array(NUMBERS * KINDS * count);
  const eventWeights = new Float64Array(lanes * 2 * count);
  const drawn = new Float64Array(KINDS * count);
  const drawnInStrata = new Float64Array(LOST * cells);
  let weightAtHorizon: Float64Array = new Float64Array(lanes);
  const sides = (size: number): Sides => ({
    cases: new Float64Array(size),
    controls: new Float64Array(size),
  });
  const weighted = sides(count);
  const complete = sides(count);
  const everybody = new Float64Array(count);
  const inStrata = { ...sides(cells), ends: levels.map((_, level) => (level + 1) * count) };
  return {
    groups,
    mean,
    square,
    weighted,
    complete,
    everybody,
    inStrata,
    gather(batch) {
      weightAtHorizon = batch.weightAtHorizon;
      sums.fill(0);
      for (let i = 0; i < n; i++) addCounts(sums, cell[i] as number, batch.counts, i);
      byGroup.fill(0);
      for (let k = 0; k < KINDS; k++)
        for (let at = 0; at < cells; at++) addCounts(byGroup, k * count + (at % count), sums, k * cells + at);
      addWeights(eventWeights, eventCell, batch);
    },
    read(lane) {
      const later = weightAtHorizon[lane] as number;
      unpackLane(byGroup, lane, lanes, drawn);
      unpackLane(sums, lane, lanes, drawnInStrata);
      for (let g = 0; g < count; g++) {
        const free = drawn[FREE * count + g] as number;
        const controls = free + (drawn[DEAD * count + g] as number);
        const cases = drawn[ONSET_BEFORE * count + g] as number;
        weighted.controls[g] = later * free + (eventWeights[lanes * g + lane] as number);
        weighted.cases[g] = eventWeights[lanes * (count + g) + lane] as number;
        complete.controls[g] = controls;
        complete.cases[g] = cases;
        everybody[g] = controls + cases + (drawn[LOST * count + g] as number);
      }
      for (let at = 0; at < cells; at++) {
        inStrata.controls[at] =
          (drawnInStrata[FREE * cells + at] as number) + (drawnInStrata[DEAD * cells + at] as number);
        inStrata.cases[at] = drawnInStrata[ONSET_BEFORE * cells + at] as number;
      }
    },
  };
}

/** Sums the weights of events by cell and lane. */
export function addWeights(into: Float64Array, cell: Int32Array, { eventWeights, lanes }: Batch): void {
  into.fill(0);
  for (let e = 0; e < cell.length; e++) {
    const to = lanes * (cell[e] as number);
    const from = lanes * e;
    for (let lane = 0; lane < lanes; lane++)
      into[to + lane] = (into[to + lane] as number) + (eventWeights[from + lane] as number);
  }
}

/** What became of each person, in order of time. */
export function kindsOf(status: Uint8Array, columns: TimeColumns): Uint8Array {
  const upTo = columns.runs[columns.runsUpTo] as number;
  return inTimeOrder(columns, status).map((is, i) => {
    if (is === CASE) return ONSET_BEFORE;
    if (is === UNKNOWN) return LOST;
    return i < upTo && columns.kind[i] === DEATH ? DEAD : FREE;
  });
}

function momentsOf({ of, count }: ScoreGroups, risks: Float64Array) {
  const mean = new Float64Array(count);
  const square = new Float64Array(count);
  const members = new Float64Array(count);
  for (let i = 0; i < risks.length; i++) {
    const g = of[i] as number;
    const risk = risks[i] as number;
    members[g] = (members[g] as number) + 1;
    mean[g] = (mean[g] as number) + risk;
    square[g] = (square[g] as number) + risk * risk;
  }
  for (let g = 0; g < count; g++) {
    mean[g] = (mean[g] as number) / (members[g] as number);
    square[g] = (square[g] as number) / (members[g] as number);
  }
  return { mean, square };
}
