/** Reading one position of each window gives what a pass over all positions gives there. */
import { describe, expect, it } from "vitest";
import { type Architecture, deriveArchitecture } from "../../src/network/architecture.ts";
import { decoderBody } from "../../src/network/decoder.ts";
import { decoderGraph } from "../../src/network/decoder-graph.ts";
import type { Graph } from "../../src/network/graph.ts";
import { selectRows } from "../../src/network/operations.ts";
import { parameterLayout } from "../../src/network/parameters.ts";
import { GraphSession } from "../../src/network/session.ts";
import { windowInputs } from "../../src/network/training-graph.ts";

const SIZES = { vocabulary: 40, outcomes: 2, pieces: 3 };
const WINDOW = { batch: 3, time: 160 };

const dials: [string, Partial<Architecture>, number][] = [
  ["one key for each query head", {}, 3],
  ["grouped queries and biases", { heads: 4, keyValueHeads: 2, headWidth: 8, projectionBias: true }, 2],
  ["a single layer", {}, 1],
];

describe("reading one position of each window", () => {
  it.each(dials)("equals the pass over all positions: %s", async (_, change, depth) => {
    const dial = { depth, width: 32, heads: 2, feedForward: 48, context: WINDOW.time };
    const architecture = { ...deriveArchitecture(dial, SIZES), ...change };
    const rows = WINDOW.batch * WINDOW.time;
    const feeds = {
      parameters: Float32Array.from(
        { length: parameterLayout(architecture).size },
        (_, i) => Math.sin(i) / 3,
      ),
      tokens: BigInt64Array.from({ length: rows }, (_, i) => BigInt((i * i + 7) % SIZES.vocabulary)),
      // The second window holds two patients, the third is padded.
      positions: BigInt64Array.from({ length: rows }, (_, i) =>
        BigInt(i >= 160 && i < 320 && i % 160 >= 90 ? (i % 160) - 90 : i % 160),
      ),
      segments: BigInt64Array.from({ length: rows }, (_, i) =>
        BigInt(i < 160 ? 1 : i < 250 ? 1 : i < 320 ? 2 : i < 400 ? 1 : 0),
      ),
      reads: BigInt64Array.from([150n, 300n, 399n]),
    };
    const run = async (only: boolean): Promise<Float32Array> => {
      const session = await GraphSession.open(graphOf(architecture, only), 1);
      const { states } = await session.run(feeds);
      await session.close();
      return states as Float32Array;
    };
    const [one, all] = [await run(true), await run(false)];
    expect(one).toHaveLength(WINDOW.batch * architecture.width);
    for (const [i, value] of one.entries()) expect(value).toBeCloseTo(all[i] as number, 4);
  });
});

function graphOf(architecture: Architecture, only: boolean): Graph {
  const { graph, weights } = decoderGraph(architecture);
  const inputs = windowInputs(graph, WINDOW);
  const reads = graph.input("reads", "int64", [WINDOW.batch]);
  const body = decoderBody(graph, weights, inputs, architecture, only ? { reads } : {});
  graph.output("states", only ? body : selectRows(graph, body, reads));
  return graph;
}
