/**
 * Turns features into columns for linear models: counts and times on a log scale, missing values as the mean with
 * an indicator of missingness, everything standardised by development means and standard deviations.
 */
import { z } from "zod";
import type { FeatureKind, FeatureMatrix } from "../../trees/features/feature-matrix.ts";

export const linearDesignSchema = z.strictObject({
  columns: z.array(
    z.strictObject({
      /** Position in the feature matrix, and what is done to it. */
      feature: z.number().int(),
      transform: z.enum(["identity", "square", "log1p", "missing"]),
      mean: z.number(),
      deviation: z.number(),
    }),
  ),
});

export type LinearDesign = z.infer<typeof linearDesignSchema>;
type Transform = LinearDesign["columns"][number]["transform"];

const TRANSFORMS: Partial<Record<FeatureKind, readonly Transform[]>> = {
  age: ["identity", "square"],
  static: ["identity"],
  record: ["log1p"],
  last: ["identity", "missing"],
  mean: ["identity"],
  count: ["log1p"],
  slope: ["identity"],
  recency: ["log1p"],
  ever: ["identity"],
  since: ["log1p"],
};

export function learnLinearDesign(matrix: FeatureMatrix, kinds: ReadonlySet<FeatureKind>): LinearDesign {
  const columns: LinearDesign["columns"] = [];
  for (const [feature, column] of matrix.columns.entries()) {
    if (!kinds.has(column.kind)) continue;
    for (const transform of TRANSFORMS[column.kind] ?? []) {
      const { mean, deviation } = moments(matrix, feature, transform);
      if (deviation > 1e-9) columns.push({ feature, transform, mean, deviation });
    }
  }
  return { columns };
}

/** @returns [rows x columns], row by row, without missing values */
export function applyLinearDesign(design: LinearDesign, matrix: FeatureMatrix): Float64Array {
  const width = design.columns.length;
  const stride = matrix.columns.length;
  const out = new Float64Array(matrix.rows * width);
  for (const [j, { feature, transform, mean, deviation }] of design.columns.entries()) {
    for (let row = 0; row < matrix.rows; row++) {
      const value = transformed(matrix.values[row * stride + feature] as number, transform);
      out[row * width + j] = Number.isNaN(value) ? 0 : (value - mean) / deviation;
    }
  }
  return out;
}

function moments(
  matrix: FeatureMatrix,
  feature: number,
  transform: Transform,
): { mean: number; deviation: number } {
  const stride = matrix.columns.length;
  let n = 0;
  let sum = 0;
  let squares = 0;
  for (let row = 0; row < matrix.rows; row++) {
    const value = transformed(matrix.values[row * stride + feature] as number, transform);
    if (Number.isNaN(value)) continue;
    n++;
    sum += value;
    squares += value * value;
  }
  if (n === 0) return { mean: 0, deviation: 0 };
  const mean = sum / n;
  return { mean, deviation: Math.sqrt(Math.max(0, squares / n - mean * mean)) };
}

function transformed(value: number, transform: Transform): number {
  switch (transform) {
    case "identity":
      return value;
    case "square":
      return value * value;
    case "log1p":
      return Math.log1p(Math.max(0, value));
    case "missing":
      return Number.isNaN(value) ? 1 : 0;
  }
}
