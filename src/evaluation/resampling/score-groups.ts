/**
 * Persons grouped by rising score, so that a resample needs sums by group instead of a walk through sorted persons.
 * Invariant: groups ascend with the score; equal scores share a group; a boundary stands at every cut. Up to `most`
 * distinct scores each has a group of its own, so that nothing is lost (`exact`); above, neighbours share one of about
 * `coarse` groups, and figures are off by far less than an interval's width.
 */
import { ascending } from "../measures/observations.ts";

export interface ScoreGroups {
  /** Group per person, from 0. */
  readonly of: Uint16Array;
  readonly count: number;
  /** First group at or above each cut, in the order of the cuts; `count` when no score reaches it. */
  readonly firstAbove: Int32Array;
  readonly exact: boolean;
}

const SIZES = { most: 4096, coarse: 384 };

/**
 * @param cuts ascending scores at which a group must begin
 * @param order positions by rising score, where the caller has them
 */
export function scoreGroups(
  scores: ArrayLike<number>,
  cuts: readonly number[] = [],
  { most, coarse } = SIZES,
  order: Int32Array = ascending(scores),
): ScoreGroups {
  let distinct = 0;
  for (let i = 0; i < order.length; i++)
    if (i === 0 || scores[order[i] as number] !== scores[order[i - 1] as number]) distinct++;
  const exact = distinct <= most;
  const widest = exact ? 0 : Math.ceil(order.length / coarse);
  const of = new Uint16Array(order.length);
  const firstAbove = new Int32Array(cuts.length);
  let group = -1;
  let filled = 0;
  let cut = 0;
  for (let i = 0; i < order.length; i++) {
    const person = order[i] as number;
    const score = scores[person] as number;
    if (i === 0 || score !== scores[order[i - 1] as number]) {
      const reaches = cut < cuts.length && score >= (cuts[cut] as number);
      if (i === 0 || reaches || filled >= widest) {
        group++;
        filled = 0;
      }
      for (; cut < cuts.length && score >= (cuts[cut] as number); cut++) firstAbove[cut] = group;
    }
    of[person] = group;
    filled++;
  }
  const count = group + 1;
  firstAbove.fill(count, cut);
  return { of, count, firstAbove, exact };
}
