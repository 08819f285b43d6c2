/**
 * Weights of one model's cases and controls by score group, filled anew by each resample. Everything that depends on
 * scores by their order, their mean or their square is read from it.
 */
import { CASE, UNKNOWN } from "../measures/observations.ts";
import type { Drawn } from "./resampled.ts";
import { type ScoreGroups, scoreGroups } from "./score-groups.ts";
import { inTimeOrder, type TimeColumns } from "./time-columns.ts";

export interface Sides {
  readonly cases: Float64Array;
  readonly controls: Float64Array;
}

export interface ScoreHistogram {
  readonly groups: ScoreGroups;
  /** Mean risk and mean squared risk of the members of each group. */
  readonly mean: Float64Array;
  readonly square: Float64Array;
  /** Censoring-weighted; complete cases; everybody drawn, whatever became of them. */
  readonly weighted: Sides;
  readonly complete: Sides;
  readonly everybody: Float64Array;
  fill(drawn: Drawn): void;
}

export function scoreHistogram(
  status: Uint8Array,
  columns: TimeColumns,
  risks: Float64Array,
  cuts: readonly number[] = [],
): ScoreHistogram {
  const groups = scoreGroups(risks, cuts);
  const { count } = groups;
  const cell = inTimeOrder(
    columns,
    Int32Array.from(groups.of, (group, i) => 2 * (KINDS * group + kindOf(status[i] as number))),
  );
  const mean = new Float64Array(count);
  const square = new Float64Array(count);
  const members = new Float64Array(count);
  for (let i = 0; i < risks.length; i++) {
    const g = groups.of[i] as number;
    const risk = risks[i] as number;
    members[g] = (members[g] as number) + 1;
    mean[g] = (mean[g] as number) + risk;
    square[g] = (square[g] as number) + risk * risk;
  }
  for (let g = 0; g < count; g++) {
    mean[g] = (mean[g] as number) / (members[g] as number);
    square[g] = (square[g] as number) / (members[g] as number);
  }
  /** Two sums a cell, side by side: censoring-weighted, and counted. */
  const sums = new Float64Array(2 * KINDS * count);
  const sides = (): Sides => ({ cases: new Float64Array(count), controls: new Float64Array(count) });
  const weighted = sides();
  const complete = sides();
  const everybody = new Float64Array(count);
  return {
    groups,
    mean,
    square,
    weighted,
    complete,
    everybody,
    fill({ size, place, weight, multiplicity }) {
      sums.fill(0);
      for (let j = 0; j < size; j++) {
        const at = cell[place[j] as number] as number;
        sums[at] = (sums[at] as number) + (weight[j] as number);
        sums[at + 1] = (sums[at + 1] as number) + (multiplicity[j] as number);
      }
      for (let g = 0; g < count; g++) {
        const at = 2 * KINDS * g;
        const controls = sums[at + 1] as number;
        const cases = sums[at + 3] as number;
        weighted.controls[g] = sums[at] as number;
        weighted.cases[g] = sums[at + 2] as number;
        complete.controls[g] = controls;
        complete.cases[g] = cases;
        everybody[g] = controls + cases + (sums[at + 5] as number);
      }
    },
  };
}

/** Controls, cases, and persons of unknown status. */
const KINDS = 3;

function kindOf(status: number): number {
  return status === UNKNOWN ? 2 : status === CASE ? 1 : 0;
}

/** Two cells a group: controls, then cases; persons of unknown status count as controls of weight 0. */
export function cellsOf(groups: ArrayLike<number>, status: Uint8Array): Int32Array {
  return Int32Array.from(groups, (group, i) => 2 * group + (status[i] === CASE ? 1 : 0));
}
