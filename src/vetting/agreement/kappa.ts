/**
 * Cohen's kappa of two raters with its large-sample interval (Fleiss, Cohen & Everitt 1969, eq. 13). Where all items
 * agree the formula's variance is zero; the interval's lower end then comes from the exact bound on the share of
 * disagreement (Clopper-Pearson, 1 − 0.025^(1/n)).
 */
import type { Interval } from "./interval.ts";

const Z = 1.959964;

/** @param pairs verdicts of the two raters, an item each @returns null when chance alone would agree always, or there is no item */
export function cohenKappa(pairs: readonly (readonly [string, string])[]): Interval | null {
  const n = pairs.length;
  if (n === 0) return null;
  const names = [...new Set(pairs.flat())].sort();
  const share = names.map((a) => names.map((b) => pairs.filter(([x, y]) => x === a && y === b).length / n));
  const rows = share.map(sum);
  const columns = names.map((_, j) => sum(share.map((row) => row[j] ?? 0)));
  const observed = sum(names.map((_, i) => share[i]?.[i] ?? 0));
  const expected = sum(names.map((_, i) => (rows[i] ?? 0) * (columns[i] ?? 0)));
  if (expected >= 1) return null;
  const value = (observed - expected) / (1 - expected);
  if (observed === 1) {
    const agreedAtLeast = 0.025 ** (1 / n);
    const low = Math.max(-1, (agreedAtLeast - expected) / (1 - expected));
    return { value, low, high: 1, n, method: "Cohen's kappa; exact bound, no disagreement" };
  }
  let variance = -((value - expected * (1 - value)) ** 2);
  for (let i = 0; i < names.length; i++) {
    for (let j = 0; j < names.length; j++) {
      const p = share[i]?.[j] ?? 0;
      variance +=
        i === j
          ? p * (1 - ((rows[i] ?? 0) + (columns[i] ?? 0)) * (1 - value)) ** 2
          : p * (1 - value) ** 2 * ((columns[i] ?? 0) + (rows[j] ?? 0)) ** 2;
    }
  }
  const half = (Z * Math.sqrt(Math.max(0, variance) / n)) / (1 - expected);
  return {
    value,
    low: Math.max(-1, value - half),
    high: Math.min(1, value + half),
    n,
    method: "Cohen's kappa, large-sample interval",
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
