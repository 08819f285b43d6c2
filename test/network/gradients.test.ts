import { describe, expect, it } from "vitest";
import { createRandom } from "../../src/effects/random.ts";
import { deriveArchitecture } from "../../src/network/architecture.ts";
import { attention, queryBlocks, rotaryTables } from "../../src/network/attention.ts";
import { weightInput } from "../../src/network/decoder-graph.ts";
import { type Graph, sizeOf, type Value } from "../../src/network/graph.ts";
import { nextEventLoss, onsetLoss } from "../../src/network/losses.ts";
import * as operations from "../../src/network/operations.ts";
import { initialParameters, type ParameterLayout, parameterLayout } from "../../src/network/parameters.ts";
import { type Feeds, GraphSession } from "../../src/network/session.ts";
import {
  evaluationGraph,
  gradientGraph,
  gradientInput,
  gradientOutput,
} from "../../src/network/training-graph.ts";
import { gradientErrors, relativeDistance } from "./finite-difference.ts";

const TOLERANCE = 1e-3;

type Build = (graph: Graph, inputs: Record<string, Value>) => Value;
interface Case {
  readonly inputs: Record<string, readonly number[]>;
  readonly build: Build;
}

const ids = (graph: Graph, values: readonly number[], shape: readonly number[] = [values.length]) =>
  graph.constant(BigInt64Array.from(values, BigInt), shape);
const floats = (graph: Graph, values: readonly number[], shape: readonly number[] = [values.length]) =>
  graph.constant(Float32Array.from(values), shape);

function attentionCase(
  heads: number,
  keyValueHeads: number,
  blocks?: { size: number; recompute: boolean },
): Case {
  const shape = { batch: 2, time: 5, heads, keyValueHeads, headWidth: 8 };
  return {
    inputs: { queries: [10, heads * 8], keys: [10, keyValueHeads * 8], values: [10, keyValueHeads * 8] },
    build: (graph, { queries, keys, values }) =>
      attention(
        graph,
        { queries: queries!, keys: keys!, values: values! },
        ids(graph, [0, 1, 2, 0, 1, 0, 1, 2, 3, 4], [2, 5]),
        queryBlocks(graph, ids(graph, [1, 1, 1, 2, 2, 1, 1, 1, 1, 1], [2, 5]), blocks),
        rotaryTables(graph, 8, 8, 10_000),
        shape,
      ),
  };
}

const CASES: Record<string, Case> = {
  add: { inputs: { a: [3, 4], b: [3, 4] }, build: (g, { a, b }) => operations.add(g, a!, b!) },
  linear: { inputs: { x: [3, 4], w: [5, 4] }, build: (g, { x, w }) => operations.linear(g, x!, w!) },
  sumGroups: { inputs: { x: [6, 3] }, build: (g, { x }) => operations.sumGroups(g, x!, 2) },
  addBias: { inputs: { x: [3, 4], b: [4] }, build: (g, { x, b }) => operations.addBias(g, x!, b!) },
  "embed with repeated ids": {
    inputs: { table: [4, 3] },
    build: (g, { table }) => operations.embed(g, table!, ids(g, [1, 3, 1, 1, 0])),
  },
  selectRows: {
    inputs: { x: [5, 3] },
    build: (g, { x }) => operations.selectRows(g, x!, ids(g, [4, 0, 2])),
  },
  rmsNorm: {
    inputs: { x: [4, 6], scale: [6] },
    build: (g, { x, scale }) => operations.rmsNorm(g, x!, scale!, 1e-5),
  },
  swiglu: {
    inputs: { gate: [3, 4], up: [3, 4] },
    build: (g, { gate, up }) => operations.swiglu(g, gate!, up!),
  },
  mask: {
    inputs: { x: [2, 3] },
    build: (g, { x }) => operations.mask(g, x!, floats(g, [0, 1.25, 1.25, 0, 1.25, 0], [2, 3])),
  },
  "attention, one key for each query head": attentionCase(2, 2),
  "attention, grouped queries": attentionCase(4, 2),
  "attention, in blocks": attentionCase(2, 2, { size: 2, recompute: false }),
  "attention, in blocks, grouped, scores computed again": attentionCase(4, 2, { size: 2, recompute: true }),
  nextEventLoss: {
    inputs: { logits: [4, 5] },
    build: (g, { logits }) =>
      nextEventLoss(g, logits!, ids(g, [1, 4, 0, 2]), floats(g, [0.5, 0.25, 0, 0.25])),
  },
  onsetLoss: {
    inputs: { logHazards: [2, 3] },
    build: (g, { logHazards }) =>
      onsetLoss(
        g,
        logHazards!,
        floats(g, [1, 0.5, 0, 2, 0.1, 0], [2, 3]),
        floats(g, [0, 1, 0, 0, 0, 0], [2, 3]),
      ),
  },
  "a value used twice": {
    inputs: { x: [2, 3] },
    build: (g, { x }) => operations.add(g, operations.swiglu(g, x!, x!), x!),
  },
};

describe("gradients", () => {
  it.each(Object.entries(CASES))("of %s equal finite differences", async (name, { inputs, build }) => {
    const errors = await gradientErrors(build, inputs, createRandom(name));
    for (const [input, error] of Object.entries(errors)) expect(error, input).toBeLessThan(TOLERANCE);
  });

  it("covers every differentiable operation", () => {
    const differentiable = Object.keys(operations).filter((name) => !["reshapeTo", "sumAll"].includes(name));
    for (const name of differentiable)
      expect(
        Object.keys(CASES).some((key) => key.startsWith(name)),
        name,
      ).toBe(true);
  });

  it("of the whole training step equal finite differences along random directions", async () => {
    const architecture = deriveArchitecture(
      { depth: 2, width: 16, heads: 2, feedForward: 24, context: 12 },
      { vocabulary: 11, outcomes: 2, pieces: 3 },
    );
    const window = { batch: 2, time: 12, reads: 4, microBatches: 1 };
    const random = createRandom("whole step");
    const layout = parameterLayout(architecture);
    const parameters = initialParameters(layout, random);
    for (let i = 0; i < parameters.length; i++) parameters[i]! += 0.15 * random.normal();
    const feeds = windowFeeds(window, 11, 6, random);
    const step = await GraphSession.open(
      gradientGraph(architecture, window, { dropout: 0, onsetWeight: 0.7 }),
      1,
    );
    const zeros = new Float32Array(layout.size);
    const after = await step.run({
      ...byPart(layout, weightInput, parameters),
      ...byPart(layout, gradientInput, zeros),
      ...feeds,
    });
    const gradient = new Float64Array(layout.size);
    for (const { name, offset } of layout.parts)
      gradient.set(after[gradientOutput(name)] as Float32Array, offset);

    const evaluation = await GraphSession.open(evaluationGraph(architecture, window), 1);
    const lossAt = async (direction: Float64Array, scale: number) => {
      const moved = parameters.map((value, i) => value + scale * (direction[i] as number));
      const losses = await evaluation.run({ ...byPart(layout, weightInput, moved), ...feeds });
      return Number(losses.nextEventLoss?.[0]) + 0.7 * Number(losses.onsetLoss?.[0]);
    };
    const computed: number[] = [];
    const numeric: number[] = [];
    for (const part of layout.parts) {
      const size = part.shape.reduce((product, count) => product * count, 1);
      const direction = new Float64Array(layout.size);
      // Along the gradient's own signs within the part, so that the derivative is large against rounding.
      for (let i = part.offset; i < part.offset + size; i++)
        direction[i] = Math.sign(gradient[i] as number) * (0.5 + random.next());
      const h = 0.02 / Math.sqrt(size);
      const slope =
        ((await lossAt(direction, -2 * h)) -
          8 * (await lossAt(direction, -h)) +
          8 * (await lossAt(direction, h)) -
          (await lossAt(direction, 2 * h))) /
        (12 * h);
      numeric.push(slope);
      computed.push(gradient.reduce((sum, g, i) => sum + g * (direction[i] as number), 0));
      expect(Math.abs(slope - (computed.at(-1) as number)) / Math.abs(slope), part.name).toBeLessThan(
        TOLERANCE,
      );
    }
    expect(relativeDistance(computed, numeric)).toBeLessThan(TOLERANCE);
    await step.close();
    await evaluation.close();
  });
});

function byPart(layout: ParameterLayout, nameOf: (name: string) => string, flat: Float32Array): Feeds {
  return Object.fromEntries(
    layout.parts.map(({ name, offset, shape }) => [
      nameOf(name),
      flat.subarray(offset, offset + sizeOf(shape)),
    ]),
  );
}

function windowFeeds(
  window: { batch: number; time: number; reads: number },
  vocabulary: number,
  columns: number,
  random: ReturnType<typeof createRandom>,
): Feeds {
  const rows = window.batch * window.time;
  const integers = (next: (i: number) => number) =>
    BigInt64Array.from({ length: rows }, (_, i) => BigInt(next(i)));
  const half = window.time / 2;
  return {
    tokens: integers(() => random.integer(vocabulary)),
    targets: integers(() => random.integer(vocabulary)),
    positions: integers((i) => i % half),
    segments: integers((i) => Math.floor((i % window.time) / half)),
    targetWeights: Float32Array.from({ length: rows }, () => random.next() / rows),
    reads: BigInt64Array.from([1n, 5n, 13n, 23n]),
    exposure: Float32Array.from({ length: window.reads * columns }, () => random.next()),
    events: Float32Array.from({ length: window.reads * columns }, () => random.integer(2)),
  };
}
