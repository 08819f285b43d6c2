/**
 * What happened to the persons of one task after its prediction time, in columns.
 * Weights and multiplicities of a bootstrap resample are separate columns of the same length and order.
 */

export const CENSORED = 0;
export const ONSET = 1;
export const DEATH = 2;

export interface Observations {
  /** Days from the prediction time to the first of onset, death and end of follow-up; > 0. */
  readonly days: Float64Array;
  /** CENSORED, ONSET or DEATH (before any onset). */
  readonly kind: Uint8Array;
}

export const CASE = 1;
export const CONTROL = 0;
/** Censored before the horizon: neither. */
export const UNKNOWN = 255;

/**
 * Status at a horizon: onset by then is a case; free of the outcome at the horizon, or dead before it without an
 * onset, is a control (definition 2 of Blanche et al., Stat Med 2013); censored before the horizon is unknown.
 */
export function statusAt(observations: Observations, horizonDays: number): Uint8Array {
  return Uint8Array.from(observations.days, (days, i) => {
    const kind = observations.kind[i];
    if (kind === ONSET && days <= horizonDays) return CASE;
    if (kind === CENSORED && days < horizonDays) return UNKNOWN;
    return CONTROL;
  });
}

/** Positions of `values` in ascending order; ties keep their order. */
export function ascending(values: ArrayLike<number>): Int32Array {
  const order = Int32Array.from({ length: values.length }, (_, i) => i);
  return order.sort((a, b) => (values[a] as number) - (values[b] as number) || a - b);
}

/** A column of ones: every person once. */
export function once(n: number): Float64Array {
  return new Float64Array(n).fill(1);
}
