import { describe, expect, it } from "vitest";
import { createRandom } from "../../src/effects/random.ts";
import { compareWays, type WayTask } from "../../src/evaluation/estimators/compare-ways.ts";
import {
  chooseWay,
  type EstimatorEvidence,
  evidenceSchema,
  keyOf,
  type Way,
} from "../../src/forecast/estimator-evidence.ts";

const PERSONS = 200;
const QUERY = { tokens: Int32Array.of(3, 9), shares: Float64Array.of(1, 0.25) };
const OTHER = { tokens: Int32Array.of(4), shares: Float64Array.of(1) };
const random = createRandom("ways");
const days = Float64Array.from({ length: PERSONS }, () => 1 + 3000 * random.next());
const kind = Uint8Array.from({ length: PERSONS }, () => (random.next() < 0.4 ? 1 : 0));
const knowing = days.map((each) => 1 / (1 + each / 1000));
const guessing = Float64Array.from({ length: PERSONS }, () => random.next());

function evidenceOf(risks: Partial<Record<Way, Float64Array>>): EstimatorEvidence {
  const task: WayTask = {
    name: "set",
    kind: "codes",
    key: keyOf(QUERY),
    persons: Int32Array.from({ length: PERSONS }, (_, i) => i),
    observations: { days, kind },
    risks: new Map(Object.entries(risks) as [Way, Float64Array][]),
  };
  return evidenceSchema.parse({
    schema: "longitude.estimator-evidence/1",
    horizonDays: 3652.5,
    persons: PERSONS,
    futures: 16,
    ...compareWays([task], PERSONS, 3652.5, createRandom("resamples")),
    cost: { query: { milliseconds: 5, tokens: 0 }, simulation: { milliseconds: 200, tokens: 900 } },
  });
}

describe("the way to estimate a risk", () => {
  it("is the one that ranks better, where that is established on this set", () => {
    const evidence = evidenceOf({ query: guessing, simulation: knowing });
    const [row] = evidence.rows;
    expect(row?.ways.simulation.cIndex).toBe(1);
    expect(row?.differences["query - simulation"]?.high).toBeLessThan(0);
    const choice = chooseWay(evidence, QUERY, ["query", "simulation"]);
    expect(choice.way).toBe("simulation");
    expect(choice.why).toMatch(
      /^on 200 tuning persons with \d+ events of this set: .*simulation ranks better$/,
    );
  });

  it("is the cheapest when both rank alike, and one pass when it ranks better", () => {
    const alike = evidenceOf({ query: knowing, simulation: knowing });
    expect(alike.rows[0]?.differences["query - simulation"]).toEqual({ value: 0, low: 0, high: 0 });
    expect(chooseWay(alike, QUERY, ["query", "simulation"])).toMatchObject({
      way: "query",
      why: expect.stringContaining("not told apart, and query costs less"),
    });
    const better = evidenceOf({ query: knowing, simulation: guessing });
    expect(chooseWay(better, QUERY, ["query", "simulation"])).toMatchObject({
      way: "query",
      why: expect.stringContaining("query ranks better and costs less"),
    });
  });

  it("for a trained outcome weighs all three, and goes on from the better", () => {
    const evidence = evidenceOf({ direct: guessing, query: knowing, simulation: knowing });
    expect(chooseWay(evidence, QUERY, ["direct", "query", "simulation"]).way).toBe("query");
    const trained = evidenceOf({ direct: knowing, query: guessing, simulation: guessing });
    expect(chooseWay(trained, QUERY, ["direct", "query", "simulation"]).way).toBe("direct");
  });

  it("for a set that was not measured follows all that were, and says so", () => {
    const worse = evidenceOf({ query: guessing, simulation: knowing });
    expect(chooseWay(worse, OTHER, ["query", "simulation"])).toMatchObject({
      way: "simulation",
      why: expect.stringContaining("this set was not measured"),
    });
    const alike = evidenceOf({ query: knowing, simulation: knowing });
    expect(chooseWay(alike, OTHER, ["query", "simulation"]).way).toBe("query");
  });

  it("without evidence is the cheapest, and the only one where there is no other", () => {
    expect(chooseWay(null, QUERY, ["query", "simulation"])).toMatchObject({
      way: "query",
      why: expect.stringContaining("no evidence"),
    });
    expect(chooseWay(null, QUERY, ["simulation"]).way).toBe("simulation");
  });

  it("is not judged on fewer than three events", () => {
    const task: WayTask = {
      name: "rare",
      kind: "codes",
      key: "1:1.00",
      persons: Int32Array.of(0, 1, 2, 3),
      observations: { days: Float64Array.of(1, 2, 3, 4), kind: Uint8Array.of(1, 1, 0, 0) },
      risks: new Map([
        ["query", Float64Array.of(0.4, 0.3, 0.2, 0.1)],
        ["simulation", Float64Array.of(0.1, 0.2, 0.3, 0.4)],
      ]),
    };
    expect(compareWays([task], 4, 100, createRandom(1))).toEqual({ rows: [], queryMinusSimulation: null });
  });
});
