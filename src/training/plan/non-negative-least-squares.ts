/**
 * Least squares with no coefficient below 0, for a handful of columns: every subset of columns is solved and the best
 * feasible one kept (Lawson and Hanson 1974, chapter 23, say why one of them is the answer).
 * @param rows one row of columns a point
 */
export function nonNegativeLeastSquares(
  rows: readonly (readonly number[])[],
  targets: readonly number[],
): { solution: number[]; squaredError: number } {
  const columns = rows[0]?.length ?? 0;
  // Columns differ by orders of magnitude: each is scaled to length 1 while it is solved.
  const lengths = Array.from({ length: columns }, (_, k) =>
    Math.hypot(...rows.map((row) => row[k] as number)),
  );
  const at = (row: readonly number[], k: number) => (row[k] as number) / (lengths[k] || 1);
  const gram = Array.from({ length: columns }, (_, j) =>
    Array.from({ length: columns }, (__, k) => rows.reduce((sum, row) => sum + at(row, j) * at(row, k), 0)),
  );
  const moments = Array.from({ length: columns }, (_, j) =>
    rows.reduce((sum, row, i) => sum + at(row, j) * (targets[i] as number), 0),
  );
  let best = { solution: Array<number>(columns).fill(0), squaredError: squares(targets) };
  for (let subset = 1; subset < 1 << columns; subset++) {
    const used = Array.from({ length: columns }, (_, k) => k).filter((k) => (subset >> k) & 1);
    const partial = solve(
      used.map((j) => used.map((k) => gram[j]?.[k] as number)),
      used.map((j) => moments[j] as number),
    );
    if (partial === null || partial.some((value) => value < 0)) continue;
    const scaled = Array<number>(columns).fill(0);
    used.forEach((k, i) => {
      scaled[k] = partial[i] as number;
    });
    const errors = rows.map(
      (row, i) => scaled.reduce((sum, value, k) => sum + value * at(row, k), 0) - (targets[i] as number),
    );
    const squaredError = squares(errors);
    if (squaredError < best.squaredError)
      best = { solution: scaled.map((value, k) => value / (lengths[k] || 1)), squaredError };
  }
  return best;
}

/** Gaussian elimination with pivoting; null when the columns depend on each other. */
function solve(matrix: number[][], right: number[]): number[] | null {
  const size = right.length;
  const work = matrix.map((row, i) => [...row, right[i] as number]);
  for (let k = 0; k < size; k++) {
    let pivot = k;
    for (let i = k + 1; i < size; i++)
      if (Math.abs(work[i]?.[k] as number) > Math.abs(work[pivot]?.[k] as number)) pivot = i;
    [work[k], work[pivot]] = [work[pivot] as number[], work[k] as number[]];
    const row = work[k] as number[];
    if (Math.abs(row[k] as number) < 1e-13) return null;
    for (let i = 0; i < size; i++) {
      const other = work[i] as number[];
      if (i === k) continue;
      const factor = (other[k] as number) / (row[k] as number);
      for (let j = k; j <= size; j++) other[j] = (other[j] as number) - factor * (row[j] as number);
    }
  }
  return work.map((row, k) => (row[size] as number) / (row[k] as number));
}

function squares(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value * value, 0);
}
