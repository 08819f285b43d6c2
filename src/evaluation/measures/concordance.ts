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
 * @returns multiplicity [n], whole numbers => C, NaN without a comparable pair
 */
export function prepareConcordance(
  observations: Observations,
  scores: ArrayLike<number>,
): (multiplicity: Float64Array) => number {
  const { days, kind } = observations;
  const n = days.length;
  const { ranks, distinct } = denseRanks(scores);
  const persons = ascending(days).reverse();
  const rankOf = Int32Array.from(persons, (person) => ranks[person] as number);
  const isOnset = Uint8Array.from(persons, (person) => (kind[person] === ONSET ? 1 : 0));
  /** End of the run of equal times that begins here. */
  const runEnd = new Int32Array(n);
  for (let i = n - 1; i >= 0; i--) {
    const tied = i + 1 < n && days[persons[i + 1] as number] === days[persons[i] as number];
    runEnd[i] = tied ? (runEnd[i + 1] as number) : i + 1;
  }
  const tree = new Int32Array(distinct + 1);

  return (multiplicity) => {
    tree.fill(0);
    let entered = 0;
    let concordant = 0;
    let comparable = 0;
    for (let start = 0; start < n; start = runEnd[start] as number) {
      const end = runEnd[start] as number;
      // Censored at this time: still under observation for its onsets.
      for (let i = start; i < end; i++) {
        if (isOnset[i] === 0)
          entered += enter(tree, rankOf[i] as number, multiplicity[persons[i] as number] as number);
      }
      for (let i = start; i < end; i++) {
        const count = isOnset[i] === 1 ? (multiplicity[persons[i] as number] as number) : 0;
        if (count === 0) continue;
        const rank = rankOf[i] as number;
        concordant += 0.5 * count * (upTo(tree, rank - 1) + upTo(tree, rank));
        comparable += count * entered;
      }
      for (let i = start; i < end; i++) {
        if (isOnset[i] === 1)
          entered += enter(tree, rankOf[i] as number, multiplicity[persons[i] as number] as number);
      }
    }
    return comparable === 0 ? Number.NaN : concordant / comparable;
  };
}

/** Adds persons at a rank; returns how many. */
function enter(tree: Int32Array, rank: number, count: number): number {
  if (count === 0) return 0;
  for (let at = rank; at < tree.length; at += at & -at) tree[at] = (tree[at] as number) + count;
  return count;
}

/** Persons entered at this rank or below. */
function upTo(tree: Int32Array, rank: number): number {
  let sum = 0;
  for (let at = rank; at > 0; at -= at & -at) sum += tree[at] as number;
  return sum;
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
