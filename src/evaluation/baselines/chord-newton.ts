/**
 * Maximises a concave penalised likelihood by Newton steps that keep a curvature matrix while it serves: the matrix is
 * dear, the gradient is cheap. The matrix is renewed while steps still gain much, or when a step fails.
 */
import { solvePositiveDefinite } from "./cholesky.ts";

export interface PenalisedLikelihood {
  /** Objective (penalty included) and its gradient. */
  evaluate(parameters: Float64Array): { objective: number; gradient: Float64Array };
  /** Negative Hessian (penalty included), lower triangle, row by row. */
  information(parameters: Float64Array): Float64Array;
}

/** A step that gains less than this log-likelihood ends the search. */
const TOLERANCE = 1e-3;
/** A step that gains more has moved far enough for the curvature to have changed. */
const RENEW_ABOVE = 2;
const MAXIMUM_STEPS = 60;

export function maximise(likelihood: PenalisedLikelihood, start: Float64Array): Float64Array {
  let parameters = start;
  let current = likelihood.evaluate(parameters);
  let information = likelihood.information(parameters);
  let fresh = true;
  let scale = 1;
  for (let step = 0; step < MAXIMUM_STEPS; step++) {
    const direction = solvePositiveDefinite(information, current.gradient);
    const candidate = parameters.map((value, j) => value + scale * (direction[j] as number));
    const next = likelihood.evaluate(candidate);
    const gain = next.objective - current.objective;
    if (gain < -1e-9 || Number.isNaN(gain)) {
      if (fresh) scale /= 2;
      else {
        information = likelihood.information(parameters);
        fresh = true;
      }
      if (scale < 1e-4) break;
      continue;
    }
    parameters = candidate;
    current = next;
    if (gain < TOLERANCE) break;
    scale = 1;
    fresh = gain > RENEW_ABOVE;
    if (fresh) information = likelihood.information(parameters);
  }
  return parameters;
}
