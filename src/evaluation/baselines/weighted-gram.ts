/**
 * sum_r w_r x_r x_r' over the rows of a design, added to the lower triangle of a matrix: the dear part of every Newton
 * step. Four rows at a time, so that a matrix entry is read and written once for four products.
 */

/**
 * @param design [rows x width]
 * @param weights [rows]; rows of weight 0 cost nothing
 * @param into [stride x stride]; entry (i, j) goes to (i + shift, j + shift)
 */
export function addWeightedGram(
  design: Float64Array,
  width: number,
  weights: Float64Array,
  into: Float64Array,
  stride: number,
  shift: number,
): void {
  const used = Int32Array.from(weights.keys()).filter((row) => weights[row] !== 0);
  let r = 0;
  for (; r + 4 <= used.length; r += 4) {
    const r0 = used[r] as number;
    const r1 = used[r + 1] as number;
    const r2 = used[r + 2] as number;
    const r3 = used[r + 3] as number;
    const w0 = weights[r0] as number;
    const w1 = weights[r1] as number;
    const w2 = weights[r2] as number;
    const w3 = weights[r3] as number;
    const o0 = r0 * width;
    const o1 = r1 * width;
    const o2 = r2 * width;
    const o3 = r3 * width;
    for (let i = 0; i < width; i++) {
      const a0 = w0 * (design[o0 + i] as number);
      const a1 = w1 * (design[o1 + i] as number);
      const a2 = w2 * (design[o2 + i] as number);
      const a3 = w3 * (design[o3 + i] as number);
      const line = (i + shift) * stride + shift;
      for (let j = 0; j <= i; j++) {
        into[line + j] =
          (into[line + j] as number) +
          a0 * (design[o0 + j] as number) +
          a1 * (design[o1 + j] as number) +
          a2 * (design[o2 + j] as number) +
          a3 * (design[o3 + j] as number);
      }
    }
  }
  for (; r < used.length; r++) {
    const row = used[r] as number;
    addOuter(into, design.subarray(row * width, (row + 1) * width), weights[row] as number, stride, shift);
  }
}

/** Adds scale * v v' to the lower triangle. */
export function addOuter(
  into: Float64Array,
  vector: Float64Array,
  scale: number,
  stride: number,
  shift: number,
): void {
  for (let i = 0; i < vector.length; i++) {
    const left = scale * (vector[i] as number);
    const line = (i + shift) * stride + shift;
    for (let j = 0; j <= i; j++) into[line + j] = (into[line + j] as number) + left * (vector[j] as number);
  }
}
