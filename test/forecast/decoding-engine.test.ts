import { beforeAll, describe, expect, it } from "vitest";
import { createRandom } from "../../src/effects/random.ts";
import { DecodingEngine, type Future } from "../../src/forecast/decoding-engine.ts";
import { layTiles } from "../../src/forecast/future-tiles.ts";
import { historyRows } from "../../src/forecast/history-rows.ts";
import { historyGraph } from "../../src/network/history-graph.ts";
import { initialParameters, parameterLayout } from "../../src/network/parameters.ts";
import { GraphSession } from "../../src/network/session.ts";
import type { Checkpoint } from "../../src/training/checkpoint.ts";
import { randomCheckpoint } from "../support/small-checkpoint.ts";
import { smallTimelines, smallTokens } from "../support/small-cohort.ts";

let tokensFolder: string;

beforeAll(async () => {
  tokensFolder = await smallTokens(smallTimelines(60));
});

/** A future whose tokens are given, and which keeps the probabilities that it was shown. */
class Told implements Future {
  readonly seen: Float32Array[] = [];
  constructor(readonly tokens: readonly number[]) {}

  next(probabilities: Float32Array): number | null {
    this.seen.push(probabilities.slice());
    return this.tokens[this.seen.length - 1] ?? null;
  }
}

/** The same sizes as a Qwen2 model, with random weights: projections with a bias, and one table for both ends. */
function inFamily(family: "Llama" | "Qwen2", model: Checkpoint): Checkpoint {
  if (family === "Llama") return model;
  const architecture = { ...model.architecture, projectionBias: true, tied: true };
  const layout = parameterLayout(architecture);
  const random = createRandom("qwen2");
  const weights = initialParameters(layout, random).map((weight) => weight + 0.1 * random.normal());
  return { ...model, architecture, layout, weights };
}

async function fullPass(model: Checkpoint, whole: readonly number[]): Promise<Float32Array> {
  const { architecture, weights } = model;
  const session = await GraphSession.open(historyGraph(architecture, { patients: 1, history: 64 }), 1);
  const results = await session.run({
    parameters: weights,
    ...historyRows([Int32Array.from(whole)], 1, 64),
  });
  await session.close();
  return results.probabilities as Float32Array;
}

describe("the decoding engine", () => {
  it.each([
    ["Llama", 4],
    ["Llama", 2],
    ["Qwen2", 2],
  ] as const)(
    "gives each future the probabilities of a full pass, while others end at other times (%s, %i key-value heads)",
    async (family, groups) => {
      const model = inFamily(family, await randomCheckpoint(tokensFolder, groups));
      const random = createRandom("decoding");
      const draw = (length: number) =>
        Array.from({ length }, () => random.integer(model.architecture.vocabulary));
      const histories = [16, 9, 33].map((length) => Int32Array.from(draw(length)));
      // Lengths on both sides of the slots that are added at once; most futures leave early.
      const lengths = [
        [0, 1, 2, 2, 3, 3, 3, 25],
        [4, 4, 20],
        [1, 18, 1, 2, 2],
      ];
      const told = lengths.map((own) => own.map((length) => new Told(draw(length))));
      const engine = new DecodingEngine({ ...model, longestFuture: 32, threads: 1 });
      const prefixes = await engine.prefixes(histories);
      await engine.decode(told.map((futures, i) => ({ prefix: prefixes[i]!, futures })));
      await engine.close();

      expect(engine.tokens).toBe(lengths.flat().reduce((total, length) => total + length + 1, 0));
      for (const [job, futures] of told.entries())
        for (const { tokens, seen } of futures) {
          expect(seen).toHaveLength(tokens.length + 1);
          for (const at of new Set([0, tokens.length])) {
            const expected = await fullPass(model, [...histories[job]!, ...tokens.slice(0, at)]);
            expected.forEach((probability, token) => {
              expect(seen[at]![token]!).toBeCloseTo(probability, 5);
            });
          }
        }
    },
    60_000,
  );

  it("keeps every running future in a tile of its own patient, and tiles only ever halve", () => {
    expect(layTiles([64, 64], 64)).toEqual({ size: 64, groups: [0, 1] });
    expect(layTiles([33, 0, 2], 64).groups).not.toContain(1);
    for (const live of [[64], [40, 3], [1, 1, 1], [0, 5, 17]]) {
      const { size, groups } = layTiles(live, 64);
      expect(64 % size).toBe(0);
      live.forEach((count, group) => {
        const room = size * groups.filter((own) => own === group).length;
        expect(room).toBeGreaterThanOrEqual(count);
        expect(room).toBeLessThan(count + size);
      });
    }
  });
});
