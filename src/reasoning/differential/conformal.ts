/**
 * Split-conformal sets of conditions (Vovk et al. 2005; adaptive scores after Romano, Sesia and Candès 2020, without
 * randomisation): a condition's score is the share of the probability of all new conditions that ranks above it, and the
 * set holds every condition whose score is at most the threshold.
 * What is covered: of persons in whom some condition is found within the horizon, at least the stated share have the one
 * found first (all of them, when several are found that day) in their set, for persons like those calibrated on; with 95 %
 * confidence over who was calibrated on.
 * Invariant: the condition with the highest risk is always in the set, so that no set is empty.
 */

/** @param risks of the new conditions; NaN for others, which have no score */
export function scoresOf(risks: ArrayLike<number>): Float64Array {
  const order = Int32Array.from({ length: risks.length }, (_, c) => c)
    .filter((c) => !Number.isNaN(risks[c] as number))
    .sort((a, b) => (risks[b] as number) - (risks[a] as number) || a - b);
  const total = order.reduce((sum, c) => sum + (risks[c] as number), 0);
  const scores = new Float64Array(risks.length).fill(Number.NaN);
  let above = 0;
  for (const c of order) {
    scores[c] = total === 0 ? 0 : above / total;
    above += risks[c] as number;
  }
  return scores;
}

/** The score of what truly was found: its highest, so that a set that holds it holds all of it. */
export function truthScore(scores: Float64Array, found: readonly number[]): number {
  return Math.max(...found.map((c) => scores[c] as number));
}

/** How sure a threshold is to keep its promise, over which persons happened to be the tuning persons. */
export const CONFIDENCE = 0.95;

/**
 * The smallest score that covers at least `coverage` of new persons with `CONFIDENCE` over the draw of the persons
 * calibrated on: the k-th smallest of n, the coverage of which is Beta(k, n - k + 1) (Vovk 2012, Conditional validity of
 * inductive conformal predictors). The usual rank keeps the promise on average only, and misses it by some points for half
 * of all draws of a few hundred persons.
 * @returns infinity, hence every condition, when n is too small to promise that
 */
export function conformalThreshold(truths: readonly number[], coverage: number): number {
  const n = truths.length;
  // P(Beta(k, n - k + 1) >= coverage) = P(Binomial(n, coverage) <= k - 1)
  let logTerm = n * Math.log1p(-coverage);
  let below = Math.exp(logTerm);
  let k = 1;
  while (k <= n && below < CONFIDENCE) {
    logTerm += Math.log((n - k + 1) / k) + Math.log(coverage) - Math.log1p(-coverage);
    below += Math.exp(logTerm);
    k++;
  }
  return [...truths].sort((a, b) => a - b)[k - 1] ?? Number.POSITIVE_INFINITY;
}

/** Places of the conditions in the set. */
export function conformalSet(scores: Float64Array, threshold: number): number[] {
  return [...scores.keys()].filter((c) => (scores[c] as number) <= threshold);
}
