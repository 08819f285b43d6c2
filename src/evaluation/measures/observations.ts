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
  const { days, kind } = observations;
  const status = new Uint8Array(days.length);
  for (let i = 0; i < status.length; i++) {
    const until = days[i] as number;
    if (kind[i] === ONSET && until <= horizonDays) status[i] = CASE;
    else if (kind[i] === CENSORED && until < horizonDays) status[i] = UNKNOWN;
    else status[i] = CONTROL;
  }
  return status;
}

/** Whether there are as many cases as that, and as many controls. */
export function hasBoth(status: Uint8Array, minimum: number): boolean {
  const count = (kind: number) => status.reduce((sum, one) => sum + (one === kind ? 1 : 0), 0);
  return count(CASE) >= minimum && count(CONTROL) >= minimum;
}

/** Fewer values than this are sorted by comparing them. */
const RADIX_FROM = 2048;

/** Positions of `values` in ascending order; ties keep their order, NaN comes last. */
export function ascending(values: ArrayLike<number>): Int32Array {
  if (values.length >= RADIX_FROM) return byRadix(values);
  const order = Int32Array.from({ length: values.length }, (_, i) => i);
  return order.sort((a, b) => (values[a] as number) - (values[b] as number) || a - b);
}

/** Sorts by the bits of the values, 16 at a time: many times as fast as comparing for a hundred thousand of them. */
function byRadix(values: ArrayLike<number>): Int32Array {
  const n = values.length;
  const numbers = new Float64Array(n);
  // Adding 0 turns -0 into 0, so that both sort alike.
  for (let i = 0; i < n; i++) numbers[i] = (values[i] as number) + 0;
  const bits = new Uint32Array(numbers.buffer);
  let from = new Int32Array(n);
  for (let i = 0; i < n; i++) {
    from[i] = i;
    // An order of unsigned integers that is the order of the numbers: negative ones turned over, the others above them.
    const high = bits[2 * i + 1] as number;
    const negative = high >>> 31 === 1;
    bits[2 * i] = negative ? ~(bits[2 * i] as number) : (bits[2 * i] as number);
    bits[2 * i + 1] = negative ? ~high : high | 0x80000000;
  }
  let to = new Int32Array(n);
  const ends = new Int32Array(65_536);
  for (const [word, shift] of [
    [0, 0],
    [0, 16],
    [1, 0],
    [1, 16],
  ] as const) {
    ends.fill(0);
    for (let i = 0; i < n; i++) {
      const digit = ((bits[2 * i + word] as number) >>> shift) & 0xffff;
      ends[digit] = (ends[digit] as number) + 1;
    }
    if (ends.includes(n)) continue; // they all share this digit
    for (let d = 1; d < 65_536; d++) ends[d] = (ends[d] as number) + (ends[d - 1] as number);
    for (let k = n - 1; k >= 0; k--) {
      const i = from[k] as number;
      const digit = ((bits[2 * i + word] as number) >>> shift) & 0xffff;
      const place = (ends[digit] as number) - 1;
      ends[digit] = place;
      to[place] = i;
    }
    [from, to] = [to, from];
  }
  return from;
}

/** A column of ones: every person once. */
export function once(n: number): Float64Array {
  return new Float64Array(n).fill(1);
}
