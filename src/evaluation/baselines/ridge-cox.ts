/**
 * Ridge Cox regression (Cox 1972; Breslow's handling of ties and Breslow's baseline hazard) by Newton steps.
 * Maximises partial log-likelihood - penalty / 2 * |coefficients|^2 over standardised columns.
 */
import { maximise } from "./chord-newton.ts";
import { addOuter, addWeightedGram } from "./weighted-gram.ts";

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
export function fitRidgeCox(problem: CoxProblem, penalty: number, start?: Float64Array): Float64Array {
  const order = latestFirst(problem.days);
  return maximise(
    {
      evaluate: (coefficients) => coxGradient(problem, order, coefficients, penalty),
      information: (coefficients) => coxInformation(problem, order, coefficients, penalty),
    },
    start ?? new Float64Array(problem.width),
  );
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

function coxGradient(
  problem: CoxProblem,
  order: Int32Array,
  coefficients: Float64Array,
  penalty: number,
): { objective: number; gradient: Float64Array } {
  const { design, width, event } = problem;
  const { eta, risk, mass, objective } = riskSets(problem, order, coefficients);
  const gradient = coefficients.map((value) => -penalty * value);
  let cumulative = 0;
  for (let i = order.length - 1; i >= 0; i--) {
    cumulative += mass[i] as number;
    const person = order[i] as number;
    // Martingale residual: observed minus expected events.
    const residual = (event[person] as number) - cumulative * (risk[person] as number);
    if (residual === 0) continue;
    const row = person * width;
    for (let j = 0; j < width; j++)
      gradient[j] = (gradient[j] as number) + residual * (design[row + j] as number);
  }
  let value = objective;
  for (let person = 0; person < eta.length; person++) {
    if (event[person] === 1) value += eta[person] as number;
  }
  for (const coefficient of coefficients) value -= 0.5 * penalty * coefficient * coefficient;
  return { objective: value, gradient };
}

/** Relative risks, hazard mass d / S0 at the last position of each tied time in `order`, and -sum d log S0. */
function riskSets(
  { design, width, days, event }: CoxProblem,
  order: Int32Array,
  coefficients: Float64Array,
): { eta: Float64Array; risk: Float64Array; mass: Float64Array; objective: number } {
  const eta = linearPredictor(design, width, coefficients);
  const risk = eta.map(Math.exp);
  const mass = new Float64Array(order.length);
  let s0 = 0;
  let objective = 0;
  let start = 0;
  while (start < order.length) {
    const time = days[order[start] as number];
    let events = 0;
    let end = start;
    for (; end < order.length && days[order[end] as number] === time; end++) {
      const person = order[end] as number;
      s0 += risk[person] as number;
      events += event[person] as number;
    }
    if (events > 0) {
      objective -= events * Math.log(s0);
      mass[end - 1] = events / s0;
    }
    start = end;
  }
  return { eta, risk, mass, objective };
}

/**
 * With S0, S1 the risk-set sums of exp(eta) and x exp(eta), the negative Hessian is
 * sum_j c_j x_j x_j' - sum over event times d S1 S1' / S0^2, where c_j = exp(eta_j) * sum of d / S0 at times t <= t_j.
 */
function coxInformation(
  problem: CoxProblem,
  order: Int32Array,
  coefficients: Float64Array,
  penalty: number,
): Float64Array {
  const { design, width } = problem;
  const { risk, mass } = riskSets(problem, order, coefficients);
  const information = new Float64Array(width * width);
  const s1 = new Float64Array(width);
  let s0 = 0;
  for (let i = 0; i < order.length; i++) {
    const person = order[i] as number;
    const r = risk[person] as number;
    s0 += r;
    const row = person * width;
    for (let j = 0; j < width; j++) s1[j] = (s1[j] as number) + r * (design[row + j] as number);
    if (mass[i] !== 0) addOuter(information, s1, -(mass[i] as number) / s0, width, 0);
  }
  let cumulative = 0;
  const weights = new Float64Array(order.length);
  for (let i = order.length - 1; i >= 0; i--) {
    cumulative += mass[i] as number;
    const person = order[i] as number;
    weights[person] = (risk[person] as number) * cumulative;
  }
  addWeightedGram(design, width, weights, information, width, 0);
  for (let j = 0; j < width; j++)
    information[j * width + j] = (information[j * width + j] as number) + penalty;
  return information;
}
