import { describe, expect, it } from "vitest";
import { createRandom } from "../../src/effects/random.ts";
import { sizeOf } from "../../src/network/graph.ts";
import { queryHeadLayout, queryLossGraph, queryReadingGraph } from "../../src/network/query-head.ts";
import { GraphSession } from "../../src/network/session.ts";
import { relativeDistance } from "./finite-difference.ts";

const SIZES = { width: 6, features: 5, pieces: 3, hidden: 8 };
const SHAPE = { ticks: 4, queries: 3 };
const PAIRS = SHAPE.ticks * SHAPE.queries;
const random = createRandom("query head");
const drawn = (size: number) => Float32Array.from({ length: size }, () => random.normal());

const layout = queryHeadLayout(SIZES);
const weights = Object.fromEntries(
  layout.parts.map(({ name, shape }) => [name, drawn(sizeOf(shape)).map((value) => 0.2 * value)]),
);
const inputs = {
  states: drawn(SHAPE.ticks * SIZES.width),
  queries: drawn(SHAPE.queries * 2 * SIZES.width),
  features: drawn(PAIRS * SIZES.features),
  logRates: drawn(PAIRS),
};
const targets = {
  exposure: drawn(PAIRS * SIZES.pieces).map((value) => Math.abs(value) / PAIRS),
  events: drawn(PAIRS * SIZES.pieces).map((value) => (value > 1 ? 1 / PAIRS : 0)),
};

describe("the query head", () => {
  it("has the gradient of its loss with respect to every weight", async () => {
    const stepping = await GraphSession.open(queryLossGraph(SIZES, SHAPE, true), 1);
    const measuring = await GraphSession.open(queryLossGraph(SIZES, SHAPE, false), 1);
    const computed = await stepping.run({ ...weights, ...inputs, ...targets });
    for (const [name, data] of Object.entries(weights)) {
      const lossAt = async (i: number, value: number) => {
        const changed = data.slice();
        changed[i] = value;
        const { loss } = await measuring.run({ ...weights, ...inputs, ...targets, [name]: changed });
        return (loss as Float32Array)[0] as number;
      };
      const numeric = new Float64Array(data.length);
      for (let i = 0; i < data.length; i++) {
        const [middle, step] = [data[i] as number, 0.02];
        const [a, b, c, d] = [
          await lossAt(i, middle - 2 * step),
          await lossAt(i, middle - step),
          await lossAt(i, middle + step),
          await lossAt(i, middle + 2 * step),
        ];
        numeric[i] = (a - 8 * b + 8 * c - d) / (12 * step);
      }
      expect(relativeDistance(computed[`gradient.${name}`] as Float32Array, numeric), name).toBeLessThan(
        1e-3,
      );
    }
    await stepping.close();
    await measuring.close();
  });

  it("says the same of a tick and a query whoever stands beside them", async () => {
    const together = await GraphSession.open(queryReadingGraph(SIZES, SHAPE), 1);
    const alone = await GraphSession.open(queryReadingGraph(SIZES, { ticks: 1, queries: 1 }), 1);
    const all = (await together.run({ ...weights, ...inputs })).logHazards as Float32Array;
    for (let tick = 0; tick < SHAPE.ticks; tick++)
      for (let query = 0; query < SHAPE.queries; query++) {
        const pair = tick * SHAPE.queries + query;
        const cut = (data: Float32Array, at: number, size: number) => data.slice(at * size, (at + 1) * size);
        const one = await alone.run({
          ...weights,
          states: cut(inputs.states, tick, SIZES.width),
          queries: cut(inputs.queries, query, 2 * SIZES.width),
          features: cut(inputs.features, pair, SIZES.features),
          logRates: cut(inputs.logRates, pair, 1),
        });
        const expected = [...cut(all, pair, SIZES.pieces)];
        for (const [piece, value] of (one.logHazards as Float32Array).entries())
          expect(value).toBeCloseTo(expected[piece] as number, 4);
      }
    await together.close();
    await alone.close();
  });
});
