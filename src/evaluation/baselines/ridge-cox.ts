/**
 * Ridge Cox regression (Cox 1972; Breslow's handling of ties and Breslow's baseline hazard) by Newton steps.
 * Maximises partial log-likelihood - penalty / 2 * |coefficients|^2 over standardised columns.
 */
import { solvePositiveDefinite } from "./cholesky.ts";

export interface CoxProblem {
  /** [persons x width], row by row. */
  readonly design: Float64Array;
  readonly width: number;
  readonly days: Float64Array;
  /** 1 where the event of this cause happened at `days`. */
  readonly event: Uint8Array;
}

/** Persons in descending order of time, as the fit walks them. */
export function latestFirst(days: Float64Array): Int32Array {
  return Int32Array.from(days.keys()).sort((a, b) => (days[b] as number) - (days[a] as number) || a - b);
}

/** @param start coefficients to begin with (zeros by default); a nearby penalty's answer saves steps */
export function fitRidgeCox(
  problem: CoxProblem,
  penalty: number,
  start?: Float64Array,
  maxSteps = 20,
): Float64Array {
  const { width } = problem;
  let coefficients = start?.slice() ?? new Float64Array(width);
  const order = latestFirst(problem.days);
  let current = coxDerivatives(problem, order, coefficients, penalty);
  for (let step = 0; step < maxSteps; step++) {
    const direction = solvePositiveDefinite(current.information, current.gradient);
    let scale = 1;
    let next = current;
    let candidate = coefficients;
    for (; scale > 1e-3; scale /= 2) {
      candidate = coefficients.map((value, j) => value + scale * (direction[j] as number));
      next = coxDerivatives(problem, order, candidate, penalty);
      if (next.objective >= current.objective - 1e-9) break;
    }
    const gain = next.objective - current.objective;
    coefficients = candidate;
    current = next;
    if (gain < 1e-4) break;
  }
  return coefficients;
}

/** Linear predictor of every row. */
export function linearPredictor(
  design: Float64Array,
  width: number,
  coefficients: ArrayLike<number>,
): Float64Array {
  const rows = design.length / width;
  const out = new Float64Array(rows);
  for (let row = 0; row < rows; row++) {
    let sum = 0;
    for (let j = 0; j < width; j++) sum += (design[row * width + j] as number) * (coefficients[j] as number);
    out[row] = sum;
  }
  return out;
}

/** Partial log-likelihood (Breslow) of given linear predictors. */
export function partialLogLikelihood(days: Float64Array, event: Uint8Array, predictor: Float64Array): number {
  const order = latestFirst(days);
  let risk = 0;
  let sum = 0;
  let start = 0;
  while (start < order.length) {
    const time = days[order[start] as number];
    let end = start;
    for (; end < order.length && days[order[end] as number] === time; end++) {
      risk += Math.exp(predictor[order[end] as number] as number);
    }
    for (let i = start; i < end; i++) {
      const person = order[i] as number;
      if (event[person] === 1) sum += (predictor[person] as number) - Math.log(risk);
    }
    start = end;
  }
  return sum;
}

/**
 * Breslow's baseline cumulative hazard on a grid of days.
 * @returns cumulative hazard at each grid day
 */
export function breslowHazard(
  days: Float64Array,
  event: Uint8Array,
  predictor: Float64Array,
  grid: readonly number[],
): number[] {
  const order = latestFirst(days);
  const steps: { time: number; hazard: number }[] = [];
  let risk = 0;
  let start = 0;
  while (start < order.length) {
    const time = days[order[start] as number] as number;
    let events = 0;
    for (; start < order.length && days[order[start] as number] === time; start++) {
      const person = order[start] as number;
      risk += Math.exp(predictor[person] as number);
      events += event[person] as number;
    }
    if (events > 0) steps.push({ time, hazard: events / risk });
  }
  steps.reverse();
  let at = 0;
  let cumulative = 0;
  return grid.map((day) => {
    for (; at < steps.length && (steps[at]?.time ?? 0) <= day; at++) cumulative += steps[at]?.hazard ?? 0;
    return cumulative;
  });
}

interface Derivatives {
  readonly objective: number;
  readonly gradient: Float64Array;
  /** Negative Hessian, lower triangle. */
  readonly information: Float64Array;
}

/**
 * With S0, S1 the risk-set sums of exp(eta) and x exp(eta), the negative Hessian is
 * sum_j c_j x_j x_j' - sum_events S1 S1' / S0^2, where c_j = exp(eta_j) * sum over event times t <= t_j of d / S0.
 */
function coxDerivatives(
  problem: CoxProblem,
  order: Int32Array,
  coefficients: Float64Array,
  penalty: number,
): Derivatives {
  const { design, width, days, event } = problem;
  const eta = linearPredictor(design, width, coefficients);
  const gradient = new Float64Array(width);
  const information = new Float64Array(width * width);
  const s1 = new Float64Array(width);
  /** Hazard mass at each position of `order`, to be summed from the earliest time on. */
  const mass = new Float64Array(order.length);
  let s0 = 0;
  let objective = 0;
  let start = 0;
  while (start < order.length) {
    const time = days[order[start] as number];
    let end = start;
    let events = 0;
    for (; end < order.length && days[order[end] as number] === time; end++) {
      const person = order[end] as number;
      const risk = Math.exp(eta[person] as number);
      s0 += risk;
      const row = person * width;
      for (let j = 0; j < width; j++) (s1[j] as number) += risk * (design[row + j] as number);
      if (event[person] === 1) {
        events++;
        objective += eta[person] as number;
        for (let j = 0; j < width; j++) (gradient[j] as number) += design[row + j] as number;
      }
    }
    if (events > 0) {
      objective -= events * Math.log(s0);
      mass[end - 1] = events / s0;
      for (let j = 0; j < width; j++) (gradient[j] as number) -= (events * (s1[j] as number)) / s0;
      addOuter(information, s1, 0, width, -events / (s0 * s0));
    }
    start = end;
  }
  let cumulative = 0;
  for (let i = order.length - 1; i >= 0; i--) {
    cumulative += mass[i] as number;
    const person = order[i] as number;
    if (cumulative > 0) {
      addOuter(information, design, person * width, width, Math.exp(eta[person] as number) * cumulative);
    }
  }
  for (let j = 0; j < width; j++) {
    const value = coefficients[j] as number;
    objective -= 0.5 * penalty * value * value;
    (gradient[j] as number) -= penalty * value;
    (information[j * width + j] as number) += penalty;
  }
  return { objective, gradient, information };
}

/** Adds scale * v v' to the lower triangle. */
export function addOuter(
  matrix: Float64Array,
  vector: Float64Array,
  offset: number,
  width: number,
  scale: number,
): void {
  for (let i = 0; i < width; i++) {
    const left = scale * (vector[offset + i] as number);
    if (left === 0) continue;
    const row = i * width;
    for (let j = 0; j <= i; j++) (matrix[row + j] as number) += left * (vector[offset + j] as number);
  }
}
