/**
 * How uncertain a yes-or-no forecast is, and how much of it a test is expected to take away: entropy less the mean entropy
 * after each result (the mutual information of result and condition; Lindley 1956), and the same for the variance p(1 - p).
 * Invariant: both reductions are at least 0 and at most what there was, because results are averaged to the risk that
 * they are compared with.
 */

/** Bits. */
export function entropy(risk: number): number {
  const term = (p: number) => (p <= 0 ? 0 : -p * Math.log2(p));
  return term(risk) + term(1 - risk);
}

export function variance(risk: number): number {
  return risk * (1 - risk);
}

export interface ExpectedReduction {
  /** Mean of the risks after the results: the risk once the test is ordered. */
  readonly mean: number;
  /** Bits. */
  readonly entropyBefore: number;
  readonly entropyReduction: number;
  readonly varianceReduction: number;
}

/** @param shares of the results, which sum to 1 @param risks of the condition after each */
export function expectedReduction(shares: ArrayLike<number>, risks: ArrayLike<number>): ExpectedReduction {
  const average = (of: (risk: number) => number) =>
    Array.from(risks).reduce((sum, risk, i) => sum + (shares[i] as number) * of(risk), 0);
  const mean = average((risk) => risk);
  return {
    mean,
    entropyBefore: entropy(mean),
    entropyReduction: Math.max(0, entropy(mean) - average(entropy)),
    varianceReduction: Math.max(0, variance(mean) - average(variance)),
  };
}
