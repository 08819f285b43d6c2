/**
 * Weighted ridge logistic regression by Newton steps: maximises sum w [y log p + (1-y) log(1-p)] - penalty / 2 *
 * |coefficients|^2 over standardised columns; the intercept is not penalised.
 */
import { maximise } from "./chord-newton.ts";
import { addWeightedGram } from "./weighted-gram.ts";

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
  return maximise(
    {
      evaluate: (parameters) => logisticGradient(problem, parameters, penalty),
      information: (parameters) => logisticInformation(problem, parameters, penalty),
    },
    start ?? startAtPrevalence(problem),
  );
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

function logisticGradient(
  { design, width, y, weight }: LogisticProblem,
  parameters: Float64Array,
  penalty: number,
): { objective: number; gradient: Float64Array } {
  const eta = logOdds(design, width, parameters);
  const gradient = parameters.map((value, j) => (j === 0 ? 0 : -penalty * value));
  let objective = logisticLogLikelihood(eta, y, weight);
  for (let j = 1; j <= width; j++) objective -= 0.5 * penalty * (parameters[j] as number) ** 2;
  for (let row = 0; row < y.length; row++) {
    const w = weight[row] as number;
    if (w === 0) continue;
    const residual = w * ((y[row] as number) - 1 / (1 + Math.exp(-(eta[row] as number))));
    gradient[0] = (gradient[0] as number) + residual;
    const at = row * width;
    for (let j = 0; j < width; j++) {
      gradient[j + 1] = (gradient[j + 1] as number) + residual * (design[at + j] as number);
    }
  }
  return { objective, gradient };
}

/** Negative Hessian, lower triangle; row and column 0 belong to the intercept. */
function logisticInformation(
  { design, width, y, weight }: LogisticProblem,
  parameters: Float64Array,
  penalty: number,
): Float64Array {
  const size = width + 1;
  const eta = logOdds(design, width, parameters);
  const information = new Float64Array(size * size);
  const curvature = new Float64Array(y.length);
  for (let row = 0; row < y.length; row++) {
    const p = 1 / (1 + Math.exp(-(eta[row] as number)));
    const c = (weight[row] as number) * p * (1 - p);
    if (c === 0) continue;
    curvature[row] = c;
    information[0] = (information[0] as number) + c;
    for (let j = 0; j < width; j++) {
      const at = (j + 1) * size;
      information[at] = (information[at] as number) + c * (design[row * width + j] as number);
    }
  }
  addWeightedGram(design, width, curvature, information, size, 1);
  for (let j = 1; j < size; j++) information[j * size + j] = (information[j * size + j] as number) + penalty;
  return information;
}
