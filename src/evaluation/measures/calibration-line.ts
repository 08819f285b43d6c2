/**
 * Calibration slope and calibration in the large at a horizon (Cox 1958; Van Calster et al., BMC Med 2019), weighted:
 * slope b of logit P(case) = a + b logit(risk), ideal 1; intercept a of logit P(case) = a + logit(risk), ideal 0;
 * and observed to expected cases, ideal 1. Positive intercept and O:E above 1 say that risks are too low.
 */
import { CASE, UNKNOWN } from "./observations.ts";

export interface CalibrationLine {
  readonly slope: number;
  /** The a that belongs to the slope; not a figure by itself. */
  readonly lineIntercept: number;
  /** Calibration in the large: a with the slope held at 1. */
  readonly intercept: number;
  readonly observedToExpected: number;
}

/** Risks of exactly 0 or 1 have no logit; they are drawn in by this much. */
const SMALLEST_RISK = 1e-6;
const UNDEFINED: CalibrationLine = {
  slope: Number.NaN,
  lineIntercept: Number.NaN,
  intercept: Number.NaN,
  observedToExpected: Number.NaN,
};

/**
 * @returns (weights [n], start) => line; `start` is a line near the answer, which saves Newton steps in a bootstrap
 */
export function prepareCalibrationLine(
  status: Uint8Array,
  risks: ArrayLike<number>,
): (weights: Float64Array, start?: CalibrationLine) => CalibrationLine {
  const known = Int32Array.from(status.keys()).filter((i) => status[i] !== UNKNOWN);
  const n = known.length;
  const isCase = Uint8Array.from(known, (i) => (status[i] === CASE ? 1 : 0));
  const risk = Float64Array.from(known, (i) => risks[i] as number);
  const logit = risk.map((value) => {
    const inside = Math.min(1 - SMALLEST_RISK, Math.max(SMALLEST_RISK, value));
    return Math.log(inside / (1 - inside));
  });
  const used = new Float64Array(n);
  const x = new Float64Array(n);
  const y = new Uint8Array(n);

  return (weights, start) => {
    let size = 0;
    let observed = 0;
    let expected = 0;
    let total = 0;
    for (let i = 0; i < n; i++) {
      const weight = weights[known[i] as number] as number;
      if (weight === 0) continue;
      used[size] = weight;
      x[size] = logit[i] as number;
      y[size] = isCase[i] as number;
      size++;
      total += weight;
      expected += weight * (risk[i] as number);
      if (isCase[i] === 1) observed += weight;
    }
    if (observed === 0 || observed === total || expected === 0) return UNDEFINED;
    const ratio = observed / expected;
    // From a nearby start a last step of 5e-3 leaves an error of about its square.
    const tolerance = start === undefined ? 1e-7 : 5e-3;
    const guess = start === undefined ? 0 : start.intercept + Math.log(ratio / start.observedToExpected);
    const line = newton(x, y, used, size, start?.slope ?? 1, start?.lineIntercept ?? 0, true, tolerance);
    const large = newton(x, y, used, size, 1, guess, false, tolerance);
    return {
      slope: line.slope,
      lineIntercept: line.intercept,
      intercept: large.intercept,
      observedToExpected: ratio,
    };
  };
}

/** Weighted maximum likelihood of logit P = intercept + slope x, the slope held fixed when `withSlope` is false. */
function newton(
  x: Float64Array,
  y: Uint8Array,
  weights: Float64Array,
  size: number,
  slopeStart: number,
  interceptStart: number,
  withSlope: boolean,
  tolerance: number,
): { slope: number; intercept: number } {
  let slope = slopeStart;
  let intercept = interceptStart;
  for (let iteration = 0; iteration < 50; iteration++) {
    let gradient0 = 0;
    let gradient1 = 0;
    let h00 = 0;
    let h01 = 0;
    let h11 = 0;
    for (let i = 0; i < size; i++) {
      const xi = x[i] as number;
      const weight = weights[i] as number;
      const p = 1 / (1 + Math.exp(-(intercept + slope * xi)));
      const residual = weight * ((y[i] as number) - p);
      const curvature = weight * p * (1 - p);
      gradient0 += residual;
      gradient1 += residual * xi;
      h00 += curvature;
      h01 += curvature * xi;
      h11 += curvature * xi * xi;
    }
    const determinant = h00 * h11 - h01 * h01;
    const step0 = withSlope ? (h11 * gradient0 - h01 * gradient1) / determinant : gradient0 / h00;
    const step1 = withSlope ? (h00 * gradient1 - h01 * gradient0) / determinant : 0;
    if (!Number.isFinite(step0) || !Number.isFinite(step1))
      return { slope: Number.NaN, intercept: Number.NaN };
    const damping = Math.min(1, 2 / Math.max(Math.abs(step0), Math.abs(step1), 1e-300));
    intercept += damping * step0;
    slope += damping * step1;
    if (Math.abs(step0) < tolerance && Math.abs(step1) < tolerance) break;
  }
  return { slope, intercept };
}
