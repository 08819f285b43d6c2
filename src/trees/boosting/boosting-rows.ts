/**
 * What trees are grown on: units (a person at a landmark, with features) and rows (a unit in one time slot).
 * Many rows share a unit's features, so histograms are summed per unit first; that is what makes person-years cheap.
 * Without slots a unit is its only row.
 */
import type { BinnedFeatures } from "./binned-features.ts";

export interface BoostingRows {
  readonly features: BinnedFeatures;
  /** Unit of each row, non-decreasing. */
  readonly unitOfRow: Int32Array;
  /** Time slot of each row (below 63), or null where there is no time; trees may split on it like on a feature. */
  readonly slotOfRow: Uint8Array | null;
}

/** One row a unit, no time. */
export function rowPerUnit(features: BinnedFeatures): BoostingRows {
  return {
    features,
    unitOfRow: Int32Array.from({ length: features.units }, (_, i) => i),
    slotOfRow: null,
  };
}
