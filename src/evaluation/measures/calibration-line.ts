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

/** The line of grouped data, and observed to expected cases; from a nearby `start` a few Newton steps are enough. */
export function calibrationLine(
  x: Float64Array,
  cases: Float64Array,
  totals: Float64Array,
  size: number,
  observedToExpected: number,
  start?: CalibrationLine,
): CalibrationLine {
  if (!Number.isFinite(observedToExpected) || observedToExpected === 0) return UNDEFINED;
  const from = start !== undefined && Number.isFinite(start.slope) ? start : undefined;
  // A last Newton step leaves an error of about its square.
  const tolerance = from === undefined ? 1e-7 : 1e-4;
  const near = { slope: from?.slope ?? 1, intercept: from?.lineIntercept ?? 0 };
  const guess =
    from === undefined ? 0 : from.intercept + Math.log(observedToExpected / from.observedToExpected);
  let line = fitLine(x, cases, totals, size, near, true, tolerance);
  if (from !== undefined && !Number.isFinite(line.slope))
    line = fitLine(x, cases, totals, size, { slope: 1, intercept: 0 }, true, tolerance);
  const large = fitLine(x, cases, totals, size, { slope: 1, intercept: guess }, false, tolerance);
  return {
    slope: line.slope,
    lineIntercept: line.intercept,
    intercept: large.intercept,
    observedToExpected,
  };
}

/** Log odds of a risk; 0 and 1 are drawn in. */
export function logitOf(risk: number): number {
  const inside = Math.min(1 - SMALLEST_RISK, Math.max(SMALLEST_RISK, risk));
  return Math.log(inside / (1 - inside));
}

/** @returns weights [n] => line */
export function prepareCalibrationLine(
  status: Uint8Array,
  risks: ArrayLike<number>,
): (weights: Float64Array) => CalibrationLine {
  const known = Int32Array.from(status.keys()).filter((i) => status[i] !== UNKNOWN);
  const n = known.length;
  const x = Float64Array.from(known, (i) => logitOf(risks[i] as number));
  const cases = new Float64Array(n);
  const totals = new Float64Array(n);

  return (weights) => {
    let observed = 0;
    let expected = 0;
    let total = 0;
    for (let i = 0; i < n; i++) {
      const person = known[i] as number;
      const weight = weights[person] as number;
      const isCase = status[person] === CASE;
      totals[i] = weight;
      cases[i] = isCase ? weight : 0;
      total += weight;
      expected += weight * (risks[person] as number);
      if (isCase) observed += weight;
    }
    if (observed === 0 || observed === total || expected === 0) return UNDEFINED;
    return calibrationLine(x, cases, totals, n, observed / expected);
  };
}

/**
 * Maximum likelihood of logit P = intercept + slope x for grouped binary data, the slope held fixed when `withSlope`
 * is false. Newton's method; a step that runs past the maximum along its direction is cut back to where the slope of the
 * likelihood, taken for a straight line, is 0. The likelihood is concave, so that this ends.
 * @param cases weight of the cases at each x; `totals` of everybody there
 */
export function fitLine(
  x: Float64Array,
  cases: Float64Array,
  totals: Float64Array,
  size: number,
  start: { readonly slope: number; readonly intercept: number },
  withSlope: boolean,
  tolerance: number,
): { slope: number; intercept: number } {
  let { slope, intercept } = start;
  let [step0, step1, ascent] = [0, 0, 0];
  for (let iteration = 0; iteration < 100; iteration++) {
    let gradient0 = 0;
    let gradient1 = 0;
    let h00 = 0;
    let h01 = 0;
    let h11 = 0;
    for (let i = 0; i < size; i++) {
      const xi = x[i] as number;
      const total = totals[i] as number;
      const p = 1 / (1 + Math.exp(-(intercept + slope * xi)));
      const residual = (cases[i] as number) - total * p;
      const curvature = total * p * (1 - p);
      gradient0 += residual;
      gradient1 += residual * xi;
      h00 += curvature;
      h01 += curvature * xi;
      h11 += curvature * xi * xi;
    }
    const along = gradient0 * step0 + gradient1 * step1;
    if (along < -0.5 * ascent) {
      const part = ascent / (ascent - along);
      intercept -= (1 - part) * step0;
      slope -= (1 - part) * step1;
      step0 *= part;
      step1 *= part;
      ascent *= part;
      continue;
    }
    const determinant = h00 * h11 - h01 * h01;
    const newton0 = withSlope ? (h11 * gradient0 - h01 * gradient1) / determinant : gradient0 / h00;
    const newton1 = withSlope ? (h00 * gradient1 - h01 * gradient0) / determinant : 0;
    if (!Number.isFinite(newton0) || !Number.isFinite(newton1))
      return { slope: Number.NaN, intercept: Number.NaN };
    const damping = Math.min(1, 2 / Math.max(Math.abs(newton0), Math.abs(newton1), 1e-300));
    step0 = damping * newton0;
    step1 = damping * newton1;
    ascent = gradient0 * step0 + gradient1 * step1;
    intercept += step0;
    slope += step1;
    if (Math.abs(newton0) < tolerance && Math.abs(newton1) < tolerance) break;
  }
  return { slope, intercept };
}
