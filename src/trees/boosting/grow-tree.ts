/**
 * Grows one regression tree leaf by leaf (best gain first) on histograms; the smaller child's histogram is summed and
 * the larger one's is the parent's minus it (Ke et al., NeurIPS 2017).
 */
import { MAXIMUM_BINS } from "./binned-features.ts";
import type { BoostingRows } from "./boosting-rows.ts";
import { bestSplit, type Split, type SplitLimits } from "./split-search.ts";
import type { Tree } from "./tree.ts";

export interface GrowthSettings extends SplitLimits {
  readonly maximumLeaves: number;
  readonly maximumDepth: number;
  /** Leaf values are multiplied by it. */
  readonly learningRate: number;
  /** Bound of a leaf's Newton step before shrinkage. */
  readonly maximumStep: number;
}

const HISTOGRAM_STRIDE = MAXIMUM_BINS * 2;
/** What rounding may leave in a bin that nobody is in. */
const EMPTY = 1e-9;

interface Node {
  readonly id: number;
  readonly start: number;
  readonly end: number;
  readonly depth: number;
  readonly gradient: number;
  readonly hessian: number;
  readonly histogram: Float64Array | null;
  readonly split: Split | null;
}

/** Working memory of one size of problem, reused over trees. */
export interface GrowthBuffers {
  readonly rowIndex: Int32Array;
  readonly spare: Int32Array;
  readonly unitList: Int32Array;
  readonly unitGradient: Float64Array;
  readonly unitHessian: Float64Array;
  readonly pool: Float64Array[];
}

export function growthBuffers(rows: BoostingRows): GrowthBuffers {
  const n = rows.unitOfRow.length;
  return {
    rowIndex: new Int32Array(n),
    spare: new Int32Array(n),
    unitList: new Int32Array(rows.features.units),
    unitGradient: new Float64Array(rows.features.units),
    unitHessian: new Float64Array(rows.features.units),
    pool: [],
  };
}

/**
 * @param gradient first derivative of the loss per row
 * @param hessian second derivative per row; rows with hessian 0 are not in this tree's sample
 * @param candidates features that this tree may use; `features.features` stands for the time slot
 */
export function growTree(
  rows: BoostingRows,
  gradient: Float64Array,
  hessian: Float64Array,
  candidates: readonly number[],
  settings: GrowthSettings,
  buffers: GrowthBuffers,
): Tree {
  const tree: Tree = { feature: [], threshold: [], missingLeft: [], left: [], right: [], value: [] };
  const { rowIndex } = buffers;
  let size = 0;
  let sumGradient = 0;
  let sumHessian = 0;
  for (let row = 0; row < hessian.length; row++) {
    if (hessian[row] === 0) continue;
    rowIndex[size++] = row;
    sumGradient += gradient[row] as number;
    sumHessian += hessian[row] as number;
  }
  const addLeaf = (g: number, h: number): number => {
    const step = -g / (h + settings.penalty);
    const bounded = Math.max(-settings.maximumStep, Math.min(settings.maximumStep, step));
    tree.feature.push(-1);
    tree.threshold.push(0);
    tree.missingLeft.push(0);
    tree.left.push(-1);
    tree.right.push(-1);
    tree.value.push(settings.learningRate * bounded);
    return tree.feature.length - 1;
  };
  const makeNode = (
    start: number,
    end: number,
    depth: number,
    g: number,
    h: number,
    histogram: Float64Array | null,
  ): Node => ({
    id: addLeaf(g, h),
    start,
    end,
    depth,
    gradient: g,
    hessian: h,
    histogram,
    split: histogram === null ? null : bestSplit(histogram, candidates, g, h, settings),
  });

  const rootHistogram = takeHistogram(buffers, rows);
  sumHistogram(rows, gradient, hessian, candidates, 0, size, rootHistogram, buffers);
  const open: Node[] = [makeNode(0, size, 0, sumGradient, sumHessian, rootHistogram)];
  for (let leaves = 1; leaves < settings.maximumLeaves; leaves++) {
    const position = bestOpen(open);
    if (position < 0) break;
    const [node] = open.splice(position, 1);
    const split = node?.split;
    if (node === undefined || split === null || split === undefined) break;
    const middle = partition(rows, node, split, buffers);
    // Children that will not be split need no histogram.
    const last = leaves === settings.maximumLeaves - 1 || node.depth + 1 >= settings.maximumDepth;
    let leftHistogram: Float64Array | null = null;
    let rightHistogram: Float64Array | null = null;
    if (!last && node.histogram !== null) {
      const smallIsLeft = middle - node.start <= node.end - middle;
      const small = takeHistogram(buffers, rows);
      const [from, to] = smallIsLeft ? [node.start, middle] : [middle, node.end];
      sumHistogram(rows, gradient, hessian, candidates, from, to, small, buffers);
      subtract(node.histogram, small, candidates);
      [leftHistogram, rightHistogram] = smallIsLeft ? [small, node.histogram] : [node.histogram, small];
    } else if (node.histogram !== null) buffers.pool.push(node.histogram);
    const depth = node.depth + 1;
    const left = makeNode(node.start, middle, depth, split.gradient, split.hessian, leftHistogram);
    const [g, h] = [node.gradient - split.gradient, node.hessian - split.hessian];
    const right = makeNode(middle, node.end, depth, g, h, rightHistogram);
    tree.feature[node.id] = split.feature;
    tree.threshold[node.id] = split.threshold;
    tree.missingLeft[node.id] = split.missingLeft ? 1 : 0;
    tree.left[node.id] = left.id;
    tree.right[node.id] = right.id;
    open.push(left, right);
  }
  for (const { histogram } of open) if (histogram !== null) buffers.pool.push(histogram);
  return tree;
}

function bestOpen(open: readonly Node[]): number {
  let best = -1;
  let gain = 0;
  for (const [i, node] of open.entries()) {
    if (node.split !== null && node.split.gain > gain) {
      gain = node.split.gain;
      best = i;
    }
  }
  return best;
}

function takeHistogram(buffers: GrowthBuffers, rows: BoostingRows): Float64Array {
  return buffers.pool.pop() ?? new Float64Array((rows.features.features + 1) * HISTOGRAM_STRIDE);
}

function subtract(from: Float64Array, part: Float64Array, candidates: readonly number[]): void {
  for (const feature of candidates) {
    const base = feature * HISTOGRAM_STRIDE;
    for (let i = base; i < base + HISTOGRAM_STRIDE; i += 2) {
      const hessian = (from[i + 1] as number) - (part[i + 1] as number);
      const empty = hessian < EMPTY;
      from[i] = empty ? 0 : (from[i] as number) - (part[i] as number);
      from[i + 1] = empty ? 0 : hessian;
    }
  }
}

/** Sums gradients and hessians of rows [start, end) into the candidates' histograms. */
function sumHistogram(
  rows: BoostingRows,
  gradient: Float64Array,
  hessian: Float64Array,
  candidates: readonly number[],
  start: number,
  end: number,
  into: Float64Array,
  buffers: GrowthBuffers,
): void {
  const { rowIndex, unitList, unitGradient, unitHessian } = buffers;
  const { unitOfRow, slotOfRow, features } = rows;
  const timeBase = features.features * HISTOGRAM_STRIDE;
  if (slotOfRow !== null) into.fill(0, timeBase, timeBase + HISTOGRAM_STRIDE);
  let size = 0;
  let unitBefore = -1;
  let sumGradient = 0;
  let sumHessian = 0;
  for (let i = start; i < end; i++) {
    const row = rowIndex[i] as number;
    const unit = unitOfRow[row] as number;
    const g = gradient[row] as number;
    const h = hessian[row] as number;
    sumGradient += g;
    sumHessian += h;
    if (unit !== unitBefore) {
      unitBefore = unit;
      unitList[size++] = unit;
      unitGradient[unit] = g;
      unitHessian[unit] = h;
    } else {
      (unitGradient[unit] as number) += g;
      (unitHessian[unit] as number) += h;
    }
    if (slotOfRow !== null) {
      const at = timeBase + 2 * ((slotOfRow[row] as number) + 1);
      (into[at] as number) += g;
      (into[at + 1] as number) += h;
    }
  }
  for (const feature of candidates) {
    if (feature === features.features) continue;
    const base = feature * HISTOGRAM_STRIDE;
    into.fill(0, base, base + HISTOGRAM_STRIDE);
    const uncommon = features.uncommon[feature] as Int32Array;
    const column = feature * features.units;
    if (uncommon.length < size) {
      // Units of other nodes carry zeros; the common bin is what the others leave.
      const commonAt = base + 2 * (features.commonBin[feature] as number);
      addUnits(uncommon, uncommon.length, features.bins, column, unitGradient, unitHessian, into, base);
      let restGradient = sumGradient;
      let restHessian = sumHessian;
      for (let at = base; at < base + HISTOGRAM_STRIDE; at += 2) {
        restGradient -= into[at] as number;
        restHessian -= into[at + 1] as number;
      }
      into[commonAt] = restHessian < EMPTY ? 0 : restGradient;
      into[commonAt + 1] = restHessian < EMPTY ? 0 : restHessian;
    } else {
      addUnits(unitList, size, features.bins, column, unitGradient, unitHessian, into, base);
    }
  }
  for (let i = 0; i < size; i++) {
    unitGradient[unitList[i] as number] = 0;
    unitHessian[unitList[i] as number] = 0;
  }
}

function addUnits(
  list: Int32Array,
  size: number,
  bins: Uint8Array,
  column: number,
  unitGradient: Float64Array,
  unitHessian: Float64Array,
  into: Float64Array,
  base: number,
): void {
  for (let i = 0; i < size; i++) {
    const unit = list[i] as number;
    const at = base + 2 * (bins[column + unit] as number);
    into[at] = (into[at] as number) + (unitGradient[unit] as number);
    into[at + 1] = (into[at + 1] as number) + (unitHessian[unit] as number);
  }
}

/** Stable partition of a node's rows by a split; returns where the right part begins. */
function partition(rows: BoostingRows, node: Node, split: Split, buffers: GrowthBuffers): number {
  const { rowIndex, spare } = buffers;
  const { unitOfRow, slotOfRow, features } = rows;
  const { threshold, missingLeft } = split;
  const column = split.feature * features.units;
  const isTime = split.feature === features.features;
  let middle = node.start;
  let right = 0;
  for (let i = node.start; i < node.end; i++) {
    const row = rowIndex[i] as number;
    const bin = isTime
      ? (slotOfRow?.[row] as number) + 1
      : (features.bins[column + (unitOfRow[row] as number)] as number);
    if (bin === 0 ? missingLeft : bin <= threshold) rowIndex[middle++] = row;
    else spare[right++] = row;
  }
  rowIndex.set(spare.subarray(0, right), middle);
  return middle;
}
