/** What a resample is drawn into, and what comes out of all of them. */
import type { TimeColumns } from "./time-columns.ts";

/** One resample. Columns hold the persons drawn at least once, in order of time, and are reused by the next resample. */
export interface Drawn {
  readonly columns: TimeColumns;
  /** Persons drawn at least once; the length of the columns that is in use. */
  readonly size: number;
  /** Place of each in order of time. */
  readonly place: Int32Array;
  /** How often each was drawn. */
  readonly multiplicity: Float64Array;
  /** Multiplicity x inverse probability of censoring. */
  readonly weight: Float64Array;
  /** Multiplicity, 0 for persons censored before the horizon. */
  readonly known: Float64Array;
  /** Aalen-Johansen incidence at the horizon. */
  readonly incidence: number;
}

/** Figures that are measured anew in every resample. */
export interface Figures {
  /** Exact values on the persons as they are; NaN where undefined. */
  readonly values: Float64Array;
  /** Fills `into`, as long as `values`, for one resample. */
  measure(drawn: Drawn, into: Float64Array): void;
}

/** One figure: its value on the persons as they are, and one value a resample; NaN where undefined. */
export interface Resampled {
  readonly value: number;
  readonly samples: Float64Array;
}

/** Paired by resample. */
export function differenceOf(left: Resampled, right: Resampled): Resampled {
  return {
    value: left.value - right.value,
    samples: left.samples.map((value, b) => value - (right.samples[b] as number)),
  };
}

/** Paired by resample; NaN where the denominator is 0. */
export function ratioOf(left: Resampled, right: Resampled): Resampled {
  const ratio = (a: number, b: number) => (b === 0 ? Number.NaN : a / b);
  return {
    value: ratio(left.value, right.value),
    samples: left.samples.map((value, b) => ratio(value, right.samples[b] as number)),
  };
}
