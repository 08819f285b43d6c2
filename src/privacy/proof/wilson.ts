/** Normal quantile of a two-sided 95 % interval. */
const Z = 1.959964;

/** Score interval of a share (Wilson 1927); hits are taken as independent. */
export function wilson(
  hits: number,
  n: number,
): { value: number; low: number; high: number; n: number; method: string } {
  const method = "Wilson score, 95 %";
  if (n === 0) return { value: 1, low: 0, high: 1, n, method };
  const p = hits / n;
  const centre = (p + Z ** 2 / (2 * n)) / (1 + Z ** 2 / n);
  const half = (Z / (1 + Z ** 2 / n)) * Math.sqrt((p * (1 - p)) / n + Z ** 2 / (4 * n ** 2));
  return { value: p, low: Math.max(0, centre - half), high: Math.min(1, centre + half), n, method };
}
