import { describe, expect, it } from "vitest";
import { createRandom } from "../../src/effects/random.ts";
import { outcomesSchema } from "../../src/vetting/outcome-definition.ts";
import { drawSample, neighbourhood, STRATA } from "../../src/vetting/sampling/draw-sample.ts";

const people = new Map(
  STRATA.map((name, i) => [name, Array.from({ length: 10 ** (i + 1) }, (_, k) => `${name} ${k}`)]),
);
const draw = (seed: string, perStratum = 8) =>
  drawSample({ name: "stroke" }, "abcdef0123", people, perStratum, seed, createRandom(seed));

describe("a sample of charts", () => {
  it("says how many people each stratum has and how many were drawn", () => {
    expect(draw("1", 20).strata).toEqual([
      { name: "positive", population: 10, drawn: 10 },
      { name: "near miss", population: 100, drawn: 20 },
      { name: "negative", population: 1000, drawn: 20 },
    ]);
  });

  it("is the same for the same seed, another for another, and never holds a person twice", () => {
    expect(draw("1")).toEqual(draw("1"));
    const keys = (seed: string) => draw(seed).drawn.map(({ subjectKey }) => subjectKey);
    expect(keys("1")).not.toEqual(keys("2"));
    expect(new Set(keys("1")).size).toBe(24);
  });

  it("gives everybody of a stratum the same chance", () => {
    const times = new Map<string, number>();
    for (let seed = 0; seed < 500; seed++) {
      for (const { subjectKey, stratum } of draw(String(seed), 5).drawn) {
        if (stratum === "positive") times.set(subjectKey, (times.get(subjectKey) ?? 0) + 1);
      }
    }
    // Each of ten is drawn with chance one half: 250 of 500, standard deviation 11.
    for (const count of times.values()) expect(Math.abs(count - 250)).toBeLessThan(50);
    expect(times.size).toBe(10);
  });

  it("does not show by its order from which stratum a person is", () => {
    const order = draw("1", 10).drawn.map(({ stratum }) => stratum);
    const changes = order.filter((stratum, i) => i > 0 && stratum !== order[i - 1]).length;
    expect(changes).toBeGreaterThan(8);
  });

  it("takes codes beside those of the definition for near misses", () => {
    const { list } = outcomesSchema.parse({
      predictionTimes: [{ at: "index", horizons: ["5y"] }],
      list: [{ name: "stroke", events: { codes: ["ICD10CM/I63*"] } }],
    });
    const near = neighbourhood(list[0] ?? (undefined as never));
    expect(["ICD10CM/I61.9", "ICD10CM/I63.0", "ICD10CM/I10", "LOINC/2085-9"].map(near)).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });
});
