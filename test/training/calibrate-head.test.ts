import { describe, expect, it } from "vitest";
import { deriveArchitecture } from "../../src/network/architecture.ts";
import { parameterLayout, partOf } from "../../src/network/parameters.ts";
import { bestShrinkage, shrinkHead } from "../../src/training/calibrate-head.ts";

describe("shrinking the onset head", () => {
  it("finds the factor with the lowest loss", async () => {
    expect(await bestShrinkage(async (factor) => (factor - 0.83) ** 2)).toBeCloseTo(0.83, 2);
    expect(await bestShrinkage(async (factor) => factor)).toBeCloseTo(0.5, 2);
  });

  it("moves log hazards towards the base rates in proportion, and touches nothing else", () => {
    const architecture = deriveArchitecture(
      { depth: 1, width: 8, heads: 1, context: 16 },
      { vocabulary: 5, outcomes: 1, pieces: 2 },
    );
    const layout = parameterLayout(architecture);
    const weights = Float32Array.from({ length: layout.size }, (_, i) => Math.sin(i));
    const base = Float32Array.of(-3, -4);
    const shrunk = shrinkHead(layout, weights, base, 0.7);
    const hidden = Float32Array.from({ length: 8 }, (_, i) => Math.cos(i));
    const logHazard = (from: Float32Array, piece: number) => {
      const head = partOf(layout, from, "onset_head.weight");
      const bias = partOf(layout, from, "onset_head.bias");
      return hidden.reduce((sum, x, i) => sum + x * head[piece * 8 + i]!, bias[piece]!);
    };
    for (const piece of [0, 1]) {
      const before = logHazard(weights, piece) - base[piece]!;
      expect(logHazard(shrunk, piece) - base[piece]!).toBeCloseTo(0.7 * before, 4);
    }
    const headStart = layout.parts.find((part) => part.name === "onset_head.weight")!.offset;
    expect(shrunk.subarray(0, headStart)).toEqual(weights.subarray(0, headStart));
  });
});
