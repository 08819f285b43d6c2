/** One walk over the time slots of a unit gives what a walk for each slot gives, to the last bit. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { applyBinCuts, MAXIMUM_BINS } from "../../src/trees/boosting/binned-features.ts";
import { addToSlots, type Tree, treeValues } from "../../src/trees/boosting/tree.ts";

const FEATURES = 3;

const node = fc.record({
  feature: fc.integer({ min: 0, max: FEATURES }),
  threshold: fc.oneof(fc.integer({ min: 1, max: 8 }), fc.integer({ min: 55, max: MAXIMUM_BINS })),
  missingLeft: fc.integer({ min: 0, max: 1 }),
  value: fc.double({ min: -1, max: 1, noNaN: true }),
});

/** A whole tree of depth three: nodes 0 to 6 split, 7 to 14 are leaves. */
const tree = fc.array(node, { minLength: 15, maxLength: 15 }).map(
  (nodes): Tree => ({
    feature: nodes.map(({ feature }, i) => (i < 7 ? feature : -1)),
    threshold: nodes.map(({ threshold }) => threshold),
    missingLeft: nodes.map(({ missingLeft }) => missingLeft),
    left: nodes.map((_, i) => (i < 7 ? 2 * i + 1 : -1)),
    right: nodes.map((_, i) => (i < 7 ? 2 * i + 2 : -1)),
    value: nodes.map(({ value }) => value),
  }),
);

test("slots of several units under several trees", () => {
  fc.assert(
    fc.property(
      fc.array(tree, { minLength: 1, maxLength: 4 }),
      fc.array(fc.constantFrom(Number.NaN, 0, 1, 2, 3), { minLength: 2 * FEATURES, maxLength: 2 * FEATURES }),
      fc.integer({ min: 1, max: 80 }),
      (trees, values, slots) => {
        const features = applyBinCuts([[0.5, 1.5], [0.5, 1.5, 2.5], [1.5]], Float64Array.from(values));
        const rows = 2 * slots;
        const unitOfRow = Int32Array.from({ length: rows }, (_, row) => Math.floor(row / slots));
        const slotOfRow = Uint8Array.from({ length: rows }, (_, row) =>
          Math.min(row % slots, MAXIMUM_BINS - 2),
        );
        const [expected, step] = [new Float64Array(rows).fill(0.1), new Float64Array(rows)];
        const got = new Float64Array(rows).fill(0.1);
        for (const one of trees) {
          treeValues(one, { features, unitOfRow, slotOfRow }, step);
          for (let row = 0; row < rows; row++)
            expected[row] = (expected[row] as number) + (step[row] as number);
          for (let unit = 0; unit < 2; unit++) addToSlots(one, { features, unit, slots }, got, unit * slots);
        }
        expect([...got]).toEqual([...expected]);
      },
    ),
  );
});
