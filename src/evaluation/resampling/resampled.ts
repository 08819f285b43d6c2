/** Figures that are measured in every resample, and what comes out of all of them. */
import type { Batch } from "./batch.ts";

/** Figures that are measured anew in every resample, a block of resamples at a time. */
export interface Figures {
  /** Exact values on the persons as they are; NaN where undefined. */
  readonly values: Float64Array;
  /** Sums over the persons of a batch. */
  gather(batch: Batch): void;
  /** Fills `into`, as long as `values`, for one resample of the batch gathered last. */
  measure(lane: number, into: Float64Array): void;
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
