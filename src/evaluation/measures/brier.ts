/**
 * Brier score at a horizon: weighted mean squared difference between status (0/1) and predicted risk.
 * With IPCW weights it is the score of Graf et al. (1999) with deaths without onset as non-cases (Schoop 2011).
 */
import { CASE, UNKNOWN } from "./observations.ts";

/** @returns weights [n] => score, NaN when no weight is known */
export function prepareBrier(
  status: Uint8Array,
  risks: ArrayLike<number>,
): (weights: Float64Array) => number {
  const loss = Float64Array.from(status, (s, i) => {
    const difference = (s === CASE ? 1 : 0) - (risks[i] as number);
    return difference * difference;
  });
  return (weights) => {
    let sum = 0;
    let total = 0;
    for (let i = 0; i < status.length; i++) {
      if (status[i] === UNKNOWN) continue;
      const weight = weights[i] as number;
      sum += weight * (loss[i] as number);
      total += weight;
    }
    return total === 0 ? Number.NaN : sum / total;
  };
}
