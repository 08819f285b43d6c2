/**
 * A regression tree over bins, as flat arrays, so that a model is plain JSON.
 * Node i: `feature[i]` -1 is a leaf with `value[i]`; else bins <= threshold go to `left[i]`, larger ones to `right[i]`,
 * bin 0 (missing) where `missingLeft[i]` says. Feature number = number of features means the time slot.
 */
import { z } from "zod";
import { type BinnedFeatures, MAXIMUM_BINS } from "./binned-features.ts";
import type { BoostingRows } from "./boosting-rows.ts";

export const treeSchema = z.strictObject({
  feature: z.array(z.number().int()),
  threshold: z.array(z.number().int()),
  missingLeft: z.array(z.number().int()),
  left: z.array(z.number().int()),
  right: z.array(z.number().int()),
  value: z.array(z.number()),
});

export type Tree = z.infer<typeof treeSchema>;

/** Value of the tree for every row. */
export function treeValues(tree: Tree, rows: BoostingRows, into: Float64Array): void {
  const { features, unitOfRow, slotOfRow } = rows;
  const timeFeature = features.features;
  const usesTime = tree.feature.includes(timeFeature);
  let unitBefore = -1;
  let value = 0;
  for (let row = 0; row < unitOfRow.length; row++) {
    const unit = unitOfRow[row] as number;
    if (usesTime || unit !== unitBefore) {
      value = leafValue(tree, features.bins, features.units, timeFeature, unit, slotOfRow?.[row] ?? 0);
      unitBefore = unit;
    }
    into[row] = value;
  }
}

/**
 * Adds the tree's value of one unit to each of its time slots, 0 to `slots` - 1, in `into` from `at` on: a walk splits the
 * slots where the tree splits time, instead of one walk for each slot.
 */
export function addToSlots(
  tree: Tree,
  { features, unit, slots }: { features: BinnedFeatures; unit: number; slots: number },
  into: Float64Array,
  at: number,
): void {
  const { bins, units } = features;
  const timeFeature = features.features;
  descend(0, 0, slots);

  function descend(root: number, from: number, to: number): void {
    let node = root;
    let end = to;
    for (;;) {
      const feature = tree.feature[node] as number;
      if (feature < 0) break;
      const threshold = tree.threshold[node] as number;
      if (feature === timeFeature) {
        // The last bin holds all later slots.
        const split = threshold >= MAXIMUM_BINS - 1 ? end : Math.min(end, Math.max(from, threshold));
        if (split > from && split < end) descend(tree.right[node] as number, split, end);
        node = (split > from ? tree.left[node] : tree.right[node]) as number;
        if (split > from) end = split;
        continue;
      }
      const bin = bins[feature * units + unit] as number;
      const goesLeft = bin === 0 ? tree.missingLeft[node] === 1 : bin <= threshold;
      node = (goesLeft ? tree.left[node] : tree.right[node]) as number;
    }
    const value = tree.value[node] as number;
    for (let slot = from; slot < end; slot++) into[at + slot] = (into[at + slot] as number) + value;
  }
}

function leafValue(
  tree: Tree,
  bins: Uint8Array,
  units: number,
  timeFeature: number,
  unit: number,
  slot: number,
): number {
  let node = 0;
  for (;;) {
    const feature = tree.feature[node] as number;
    if (feature < 0) return tree.value[node] as number;
    // Slots count from 0; shifted by one they have no "missing".
    const bin = feature === timeFeature ? slot + 1 : (bins[feature * units + unit] as number);
    const goesLeft = bin === 0 ? tree.missingLeft[node] === 1 : bin <= (tree.threshold[node] as number);
    node = (goesLeft ? tree.left[node] : tree.right[node]) as number;
  }
}
