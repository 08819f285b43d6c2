import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { createRandom } from "../../src/effects/random.ts";
import { Trainer } from "../../src/training/trainer.ts";
import { emptyVectors } from "../../src/training/training-state.ts";
import * as reference from "../support/reference-run.ts";

const stored = JSON.parse(
  readFileSync(join(import.meta.dirname, "../cases/training-reference/losses.json"), "utf8"),
) as { losses: number[] };

describe("the losses of a hundred steps", () => {
  it.each([1, 2])("on %i threads, timelines packed, are PyTorch's with timelines padded", async (threads) => {
    const vectors = emptyVectors(reference.referenceLayout);
    vectors.parameters.set(reference.referenceParameters());
    const batches = reference.referenceTimelines().map(reference.packed);
    const trainer = await Trainer.open({
      architecture: reference.referenceArchitecture,
      layout: reference.referenceLayout,
      optimiser: reference.referenceOptimiser,
      losses: { dropout: 0, onsetWeight: 0 },
      shapes: [batches[0]!.shape],
      vectors,
      random: createRandom("no dropout"),
      threads,
    });
    const losses: number[] = [];
    for (const [i, batch] of batches.entries()) losses.push((await trainer.step(batch, i + 1)).nextEventLoss);
    await trainer.close();
    expect(losses).toHaveLength(100);
    expect(losses.at(-1)).toBeLessThan(0.7 * losses[0]!);
    for (const [i, loss] of losses.entries())
      expect(Math.abs(loss - stored.losses[i]!), `step ${i + 1}`).toBeLessThan(1e-3);
  });
});
