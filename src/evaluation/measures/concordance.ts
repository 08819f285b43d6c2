/**
 * Harrell's C-index for time to onset over all follow-up (Harrell et al., JAMA 1982; Stat Med 1996).
 * Cause-specific: a person who dies without an onset is censored at death. A pair is comparable when one has an onset
 * and the other is still under observation without one: later time, or censored at the same time. It is concordant
 * when the earlier onset has the higher score; equal scores count one half.
 * Invariant: equals the count over all pairs; C(s) + C(-s) = 1.
 */
import { ascending, type Observations, ONSET } from "./observations.ts";

/**
 * Prepares the index for one score; each call costs O(n log n) with a Fenwick tree over score ranks.
 * @returns multiplicity [n] => C, NaN without a comparable pair
 */
export function prepareConcordance(
  observations: Observations,
  scores: ArrayLike<number>,
): (multiplicity: Float64Array) => number {
  const { days, kind } = observations;
  const n = days.length;
  const { ranks, distinct } = denseRanks(scores);
  const latestFirst = ascending(days).reverse();
  const sortedDays = Float64Array.from(latestFirst, (person) => days[person] as number);
  const tree = new Float64Array(distinct + 1);

  return (multiplicity) => {
    tree.fill(0);
    let entered = 0;
    let concordant = 0;
    let comparable = 0;
    const enter = (person: number): void => {
      const count = multiplicity[person] as number;
      if (count === 0) return;
      entered += count;
      for (let at = ranks[person] as number; at <= distinct; at += at & -at) {
        (tree[at] as number) += count;
      }
    };
    const weightUpTo = (rank: number): number => {
      let sum = 0;
      for (let at = rank; at > 0; at -= at & -at) sum += tree[at] as number;
      return sum;
    };
    let start = 0;
    while (start < n) {
      let end = start + 1;
      while (end < n && sortedDays[end] === sortedDays[start]) end++;
      for (let i = start; i < end; i++) {
        const person = latestFirst[i] as number;
        if (kind[person] !== ONSET) enter(person);
      }
      for (let i = start; i < end; i++) {
        const person = latestFirst[i] as number;
        const count = multiplicity[person] as number;
        if (kind[person] !== ONSET || count === 0) continue;
        const rank = ranks[person] as number;
        const below = weightUpTo(rank - 1);
        concordant += count * (below + 0.5 * (weightUpTo(rank) - below));
        comparable += count * entered;
      }
      for (let i = start; i < end; i++) {
        const person = latestFirst[i] as number;
        if (kind[person] === ONSET) enter(person);
      }
      start = end;
    }
    return comparable === 0 ? Number.NaN : concordant / comparable;
  };
}

/** Ranks from 1, equal scores sharing one. */
function denseRanks(scores: ArrayLike<number>): { ranks: Int32Array; distinct: number } {
  const order = ascending(scores);
  const ranks = new Int32Array(scores.length);
  let distinct = 0;
  for (let i = 0; i < order.length; i++) {
    const person = order[i] as number;
    if (i === 0 || scores[person] !== scores[order[i - 1] as number]) distinct++;
    ranks[person] = distinct;
  }
  return { ranks, distinct };
}
