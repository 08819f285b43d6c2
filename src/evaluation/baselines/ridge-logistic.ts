/**
 * Weighted ridge logistic regression by Newton steps: maximises sum w [y log p + (1-y) log(1-p)] - penalty / 2 *
 * |coefficients|^2 over standardised columns; the intercept is not penalised.
 */
import { solvePositiveDefinite } from "./cholesky.ts";

export interface LogisticProblem {
  /** [persons x width], row by row, without an intercept column. */
  readonly design: Float64Array;
  readonly width: number;
  /** 0 or 1. */
  readonly y: Uint8Array;
  /** Person's weight; 0 leaves the person out. */
  readonly weight: Float64Array;
}

/** @returns [intercept, coefficients...] */
export function fitRidgeLogistic(
  problem: LogisticProblem,
  penalty: number,
  start?: Float64Array,
): Float64Array {
  let parameters = start?.slice() ?? startAtPrevalence(problem);
  let current = derivatives(problem, parameters, penalty);
  for (let step = 0; step < 25; step++) {
    const direction = solvePositiveDefinite(current.information, current.gradient);
    let next = current;
    let candidate = parameters;
    for (let scale = 1; scale > 1e-3; scale /= 2) {
      candidate = parameters.map((value, j) => value + scale * (direction[j] as number));
      next = derivatives(problem, candidate, penalty);
      if (next.objective >= current.objective - 1e-9) break;
    }
    const gain = next.objective - current.objective;
    parameters = candidate;
    current = next;
    if (gain < 1e-4) break;
  }
  return parameters;
}

/** Log-odds of every row. */
export function logOdds(design: Float64Array, width: number, parameters: ArrayLike<number>): Float64Array {
  const rows = design.length / width;
  const out = new Float64Array(rows);
  for (let row = 0; row < rows; row++) {
    let sum = parameters[0] as number;
    for (let j = 0; j < width; j++)
      sum += (design[row * width + j] as number) * (parameters[j + 1] as number);
    out[row] = sum;
  }
  return out;
}

/** Weighted log-likelihood of given log-odds. */
export function logisticLogLikelihood(eta: Float64Array, y: Uint8Array, weight: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < eta.length; i++) {
    const e = eta[i] as number;
    sum += (weight[i] as number) * ((y[i] as number) * e - softplus(e));
  }
  return sum;
}

function softplus(x: number): number {
  return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
}

function startAtPrevalence({ y, weight, width }: LogisticProblem): Float64Array {
  let cases = 0.5;
  let controls = 0.5;
  for (let i = 0; i < y.length; i++) {
    if (y[i] === 1) cases += weight[i] as number;
    else controls += weight[i] as number;
  }
  const parameters = new Float64Array(width + 1);
  parameters[0] = Math.log(cases / controls);
  return parameters;
}

interface Derivatives {
  readonly objective: number;
  readonly gradient: Float64Array;
  /** Negative Hessian, lower triangle; row and column 0 belong to the intercept. */
  readonly information: Float64Array;
}

function derivatives(problem: LogisticProblem, parameters: Float64Array, penalty: number): Derivatives {
  const { design, width, y, weight } = problem;
  const size = width + 1;
  const eta = logOdds(design, width, parameters);
  const gradient = new Float64Array(size);
  const information = new Float64Array(size * size);
  let objective = 0;
  for (let row = 0; row < y.length; row++) {
    const w = weight[row] as number;
    if (w === 0) continue;
    const e = eta[row] as number;
    const p = 1 / (1 + Math.exp(-e));
    objective += w * ((y[row] as number) * e - softplus(e));
    const residual = w * ((y[row] as number) - p);
    const curvature = w * p * (1 - p);
    const at = row * width;
    gradient[0] = (gradient[0] as number) + residual;
    information[0] = (information[0] as number) + curvature;
    for (let i = 0; i < width; i++) {
      const x = design[at + i] as number;
      if (x === 0) continue;
      gradient[i + 1] = (gradient[i + 1] as number) + residual * x;
      const left = curvature * x;
      const line = (i + 1) * size;
      information[line] = (information[line] as number) + left;
      for (let j = 0; j <= i; j++) {
        information[line + j + 1] = (information[line + j + 1] as number) + left * (design[at + j] as number);
      }
    }
  }
  for (let j = 1; j < size; j++) {
    const value = parameters[j] as number;
    objective -= 0.5 * penalty * value * value;
    gradient[j] = (gradient[j] as number) - penalty * value;
    information[j * size + j] = (information[j * size + j] as number) + penalty;
  }
  return { objective, gradient, information };
}
