/** Solves A x = b for a symmetric positive definite A [n x n, row by row; only the lower triangle is read]. */
export function solvePositiveDefinite(matrix: Float64Array, right: Float64Array): Float64Array {
  const n = right.length;
  const lower = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = matrix[i * n + j] as number;
      for (let k = 0; k < j; k++) sum -= (lower[i * n + k] as number) * (lower[j * n + k] as number);
      // A direction without information keeps a tiny pivot, so its step is bounded by the ridge alone.
      lower[i * n + j] = i === j ? Math.sqrt(Math.max(sum, 1e-12)) : sum / (lower[j * n + j] as number);
    }
  }
  const solution = right.slice();
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < i; k++)
      (solution[i] as number) -= (lower[i * n + k] as number) * (solution[k] as number);
    (solution[i] as number) /= lower[i * n + i] as number;
  }
  for (let i = n - 1; i >= 0; i--) {
    for (let k = i + 1; k < n; k++) {
      (solution[i] as number) -= (lower[k * n + i] as number) * (solution[k] as number);
    }
    (solution[i] as number) /= lower[i * n + i] as number;
  }
  return solution;
}
