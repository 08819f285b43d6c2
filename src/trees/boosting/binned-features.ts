/**
 * Features cut into at most 63 bins by development quantiles; bin 0 is "missing", so trees treat it natively.
 * Cuts lie midway between observed values, and are stored with the model: prediction bins new records the same way.
 */
import { z } from "zod";

export const binCutsSchema = z.array(z.array(z.number()));
/** Ascending cuts per feature: bin b >= 1 holds values in (cut[b-2], cut[b-1]]. */
export type BinCuts = z.infer<typeof binCutsSchema>;

export const MAXIMUM_BINS = 64;

/** @param values [rows x features], row by row, NaN where missing */
export function learnBinCuts(values: Float64Array, features: number): BinCuts {
  const rows = values.length / features;
  const column = new Float64Array(rows);
  return Array.from({ length: features }, (_, feature) => {
    let known = 0;
    for (let row = 0; row < rows; row++) {
      const value = values[row * features + feature] as number;
      if (!Number.isNaN(value)) column[known++] = value;
    }
    return cutsOf(column.slice(0, known).sort());
  });
}

function cutsOf(sorted: Float64Array): number[] {
  const distinct = [...new Set(sorted)];
  if (distinct.length <= MAXIMUM_BINS - 1) {
    return distinct.slice(1).map((value, i) => ((distinct[i] as number) + value) / 2);
  }
  const cuts = new Set<number>();
  for (let k = 1; k < MAXIMUM_BINS - 1; k++) {
    const position = Math.floor((k * sorted.length) / (MAXIMUM_BINS - 1));
    const value = sorted[position] as number;
    let next = position;
    while (next < sorted.length && sorted[next] === value) next++;
    if (next < sorted.length) cuts.add((value + (sorted[next] as number)) / 2);
  }
  return [...cuts].sort((a, b) => a - b);
}

export interface BinnedFeatures {
  readonly units: number;
  readonly features: number;
  /** [features x units], feature by feature. */
  readonly bins: Uint8Array;
  /** Most common bin of each feature. */
  readonly commonBin: Uint8Array;
  /** Units outside the most common bin, per feature: few for rare codes, which makes their histograms cheap. */
  readonly uncommon: readonly Int32Array[];
}

export function applyBinCuts(cuts: BinCuts, values: Float64Array): BinnedFeatures {
  const features = cuts.length;
  const units = values.length / features;
  const bins = new Uint8Array(features * units);
  const commonBin = new Uint8Array(features);
  const uncommon: Int32Array[] = [];
  for (const [feature, edges] of cuts.entries()) {
    const counts = new Int32Array(MAXIMUM_BINS);
    const column = bins.subarray(feature * units, (feature + 1) * units);
    for (let unit = 0; unit < units; unit++) {
      const value = values[unit * features + feature] as number;
      const bin = Number.isNaN(value) ? 0 : 1 + countBelow(edges, value);
      column[unit] = bin;
      (counts[bin] as number)++;
    }
    const common = counts.indexOf(Math.max(...counts));
    commonBin[feature] = common;
    uncommon.push(unitsOutside(column, common));
  }
  return { units, features, bins, commonBin, uncommon };
}

/** Number of edges below `value`. */
function countBelow(edges: readonly number[], value: number): number {
  let low = 0;
  let high = edges.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((edges[middle] as number) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The same features for some of the units. */
export function selectUnits(from: BinnedFeatures, units: Int32Array): BinnedFeatures {
  const bins = new Uint8Array(from.features * units.length);
  const uncommon: Int32Array[] = [];
  for (let feature = 0; feature < from.features; feature++) {
    const column = bins.subarray(feature * units.length, (feature + 1) * units.length);
    const offset = feature * from.units;
    for (let i = 0; i < units.length; i++) column[i] = from.bins[offset + (units[i] as number)] as number;
    uncommon.push(unitsOutside(column, from.commonBin[feature] as number));
  }
  return { units: units.length, features: from.features, bins, commonBin: from.commonBin, uncommon };
}

function unitsOutside(column: Uint8Array, common: number): Int32Array {
  const list = new Int32Array(column.length);
  let size = 0;
  for (let unit = 0; unit < column.length; unit++) if (column[unit] !== common) list[size++] = unit;
  return list.slice(0, size);
}
