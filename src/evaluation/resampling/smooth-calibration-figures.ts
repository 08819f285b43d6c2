/**
 * The smooth calibration curve and what it sums up to: the integrated calibration index (ICI, mean distance between
 * predicted risk and the curve), E50, E90 and Emax (Austin & Steyerberg, Stat Med 2019). The curve is a local-linear
 * regression of status on the logit of the risk, weighted for censoring, computed over bins of risk.
 */

import { quantileOfSorted } from "../../trees/features/quantile-of-sorted.ts";
import { logitOf } from "../measures/calibration-line.ts";
import { UNKNOWN } from "../measures/observations.ts";
import type { Batch } from "./batch.ts";
import type { Figures } from "./resampled.ts";
import type { ScoreHistogram } from "./score-histogram.ts";

/** Bins of risk that the curve is computed over. */
const BINS = 100;
/** Share of the known persons within one bandwidth of a point, as the span of a loess. */
const SPAN = 0.5;

/** In the order of the figures; then one figure a point of the grid. */
export const CALIBRATION_FIGURES = ["ici", "e50", "e90", "eMax"] as const;

/**
 * @param histogram of the model; read after the model's own figures have
 * @param grid ascending risks at which the curve is given
 */
export function smoothCalibrationFigures(
  status: Uint8Array,
  risks: Float64Array,
  histogram: ScoreHistogram,
  grid: Float64Array,
  everyone: Batch,
): Figures {
  const bins = riskBins(status, risks, histogram);
  const sums = new Float64Array(2 * bins.count);
  const atBins = Array.from(bins.logit, (x) => kernelAt(x, bins.logit, bins.size));
  const atGrid = Array.from(grid, (risk) => kernelAt(logitOf(risk), bins.logit, bins.size));

  const measure = (_lane: number, into: Float64Array): void => {
    const { cases, controls } = histogram.weighted;
    sums.fill(0);
    for (let g = 0; g < cases.length; g++) {
      const at = 2 * (bins.of[g] as number);
      sums[at] = (sums[at] as number) + (controls[g] as number);
      sums[at + 1] = (sums[at + 1] as number) + (cases[g] as number);
    }
    const distances: [distance: number, weight: number][] = [];
    let [mean, total, worst] = [0, 0, 0];
    for (let b = 0; b < bins.count; b++) {
      const weight = (sums[2 * b] as number) + (sums[2 * b + 1] as number);
      if (weight === 0) continue;
      const curve = localLinear(atBins[b] as Kernel, bins.logit, sums);
      const distance = Math.abs(curve - (bins.risk[b] as number));
      distances.push([distance, weight]);
      mean += weight * distance;
      total += weight;
      if (distance > worst) worst = distance;
    }
    distances.sort(([a], [b]) => a - b);
    into[0] = mean / total;
    into[1] = weightedQuantile(distances, total, 0.5);
    into[2] = weightedQuantile(distances, total, 0.9);
    into[3] = total === 0 ? Number.NaN : worst;
    for (const [j, kernel] of atGrid.entries())
      into[CALIBRATION_FIGURES.length + j] = localLinear(kernel, bins.logit, sums);
  };
  const values = new Float64Array(CALIBRATION_FIGURES.length + grid.length);
  histogram.gather(everyone);
  histogram.read(0);
  measure(0, values);
  // Everything is read from the histogram.
  return { values, gather: () => undefined, measure };
}

/** Neighbouring score groups taken together to bins of equal size among the known, with mean logit and mean risk. */
function riskBins(status: Uint8Array, risks: Float64Array, { groups }: ScoreHistogram) {
  const sizes = new Float64Array(groups.count);
  const logits = new Float64Array(groups.count);
  const sums = new Float64Array(groups.count);
  for (let i = 0; i < risks.length; i++) {
    if (status[i] === UNKNOWN) continue;
    const g = groups.of[i] as number;
    sizes[g] = (sizes[g] as number) + 1;
    logits[g] = (logits[g] as number) + logitOf(risks[i] as number);
    sums[g] = (sums[g] as number) + (risks[i] as number);
  }
  const widest = Math.max(1, sizes.reduce((sum, size) => sum + size, 0) / BINS);
  const of = new Int32Array(groups.count);
  const bins: { size: number; logit: number; risk: number }[] = [];
  let open = { size: 0, logit: 0, risk: 0 };
  for (let g = 0; g < groups.count; g++) {
    if (bins.length === 0 || open.size >= widest) {
      open = { size: 0, logit: 0, risk: 0 };
      bins.push(open);
    }
    of[g] = bins.length - 1;
    open.size += sizes[g] as number;
    open.logit += logits[g] as number;
    open.risk += sums[g] as number;
  }
  return {
    of,
    count: bins.length,
    size: Float64Array.from(bins, ({ size }) => size),
    logit: Float64Array.from(bins, ({ logit, size }) => (size === 0 ? 0 : logit / size)),
    risk: Float64Array.from(bins, ({ risk, size }) => (size === 0 ? 0 : risk / size)),
  };
}

interface Kernel {
  readonly x: number;
  readonly from: number;
  /** Tricube weights of the bins from `from` on. */
  readonly weights: Float64Array;
}

/** Tricube weights over the nearest bins that hold `SPAN` of the persons (Cleveland, JASA 1979). */
function kernelAt(x: number, logits: Float64Array, sizes: Float64Array): Kernel {
  const byDistance = Array.from(logits.keys()).sort(
    (a, b) => Math.abs((logits[a] as number) - x) - Math.abs((logits[b] as number) - x),
  );
  const persons = sizes.reduce((sum, size) => sum + size, 0);
  let held = 0;
  let width = 0;
  for (const g of byDistance) {
    held += sizes[g] as number;
    width = Math.abs((logits[g] as number) - x);
    if (held >= SPAN * persons) break;
  }
  const reach = width === 0 ? 1 : width * 1.0001;
  const near = byDistance.filter((g) => Math.abs((logits[g] as number) - x) < reach).sort((a, b) => a - b);
  return {
    x,
    from: near[0] ?? 0,
    weights: Float64Array.from(near, (g) => (1 - (Math.abs((logits[g] as number) - x) / reach) ** 3) ** 3),
  };
}

/** Local-linear estimate at the kernel's point, kept within 0 and 1; NaN where nobody is near. */
function localLinear({ x, from, weights }: Kernel, logits: Float64Array, sums: Float64Array): number {
  let [s0, s1, s2, t0, t1] = [0, 0, 0, 0, 0];
  for (let k = 0; k < weights.length; k++) {
    const g = from + k;
    const positive = sums[2 * g + 1] as number;
    const w = (weights[k] as number) * (positive + (sums[2 * g] as number));
    const y = (weights[k] as number) * positive;
    const d = (logits[g] as number) - x;
    s0 += w;
    s1 += w * d;
    s2 += w * d * d;
    t0 += y;
    t1 += y * d;
  }
  if (s0 === 0) return Number.NaN;
  const determinant = s0 * s2 - s1 * s1;
  const value = determinant > 1e-9 * s0 * s0 ? (s2 * t0 - s1 * t1) / determinant : t0 / s0;
  return Math.min(1, Math.max(0, value));
}

function weightedQuantile(sorted: readonly [number, number][], total: number, q: number): number {
  let sum = 0;
  for (const [value, weight] of sorted) {
    sum += weight;
    if (sum >= q * total) return value;
  }
  return Number.NaN;
}

/** Risks at which a curve is drawn: even in rank, from the 1st to the 99th percentile. */
export function calibrationGrid(risks: Float64Array, points: number): Float64Array {
  const sorted = risks.slice().sort();
  const grid = new Set<number>();
  for (let k = 0; k < points; k++)
    grid.add(quantileOfSorted(sorted, 0.01 + (0.98 * k) / Math.max(1, points - 1)));
  return Float64Array.from(grid);
}
