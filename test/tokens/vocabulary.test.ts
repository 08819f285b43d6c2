import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createRandom } from "../../src/effects/random.ts";
import { outcomeTokens } from "../../src/tokens/outcome-tokens.ts";
import { readTokenShard } from "../../src/tokens/token-shard.ts";
import { readVocabulary, tokenize } from "../../src/tokens/tokenize.ts";
import { tokensSchema } from "../../src/tokens/tokens-config.ts";
import { binOf, quantileEdges, ValueSampler } from "../../src/tokens/value-bins.ts";
import { buildVocabulary } from "../../src/tokens/vocabulary.ts";
import { outcomesSchema, resolveOutcomes } from "../../src/vetting/outcome-definition.ts";
import {
  event,
  memoryStore,
  smallCohort,
  smallOutcomes,
  smallTimelines,
  smallTokens,
  splitOf,
  temporaryFolder,
} from "../support/small-cohort.ts";

describe("value bins", () => {
  it("hold about equal numbers of distinct values, and order is kept", () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 50, maxLength: 400 }),
        fc.integer({ min: 2, max: 12 }),
        (values, bins) => {
          const sorted = Float64Array.from(values).sort();
          const edges = quantileEdges(sorted, bins);
          expect(edges.length).toBeLessThan(bins);
          const assigned = [...sorted].map((value) => binOf(edges, value));
          expect(assigned).toEqual([...assigned].sort((x, y) => x - y));
          if (new Set(values).size === values.length) {
            const counts = edges.map((_, bin) => assigned.filter((x) => x === bin).length);
            for (const count of counts) expect(Math.abs(count - values.length / bins)).toBeLessThan(2);
          }
        },
      ),
    );
  });

  it("give each of few distinct values a bin of its own", () => {
    const edges = quantileEdges(Float64Array.of(0, 0, 0, 1, 1, 2), 10);
    expect([0, 1, 2].map((value) => binOf(edges, value))).toEqual([0, 1, 2]);
  });

  it("are learned a unit apart", () => {
    const sampler = new ValueSampler(createRandom(1));
    for (let i = 0; i < 100; i++) {
      sampler.add("LAB/creatinine//mg/dL", i / 50);
      sampler.add("LAB/creatinine//umol/L", i * 2);
    }
    const edges = sampler.edges(2, 10);
    expect(edges.get("LAB/creatinine//mg/dL")![0]).toBeLessThan(2);
    expect(edges.get("LAB/creatinine//umol/L")![0]).toBeGreaterThan(50);
  });
});

describe("the vocabulary", () => {
  const statistics = {
    counts: new Map([
      ["ICD10CM/E11.9", 100],
      ["ICD10CM/E11.65", 3],
      ["ICD10CM/E11.21", 4],
      ["ICD10CM/Q99.9", 1],
    ]),
    staticCounts: new Map<string, number>(),
    edges: new Map([["LOINC/1//mg/dL", [10, 20]]]),
    parents: new Map<string, readonly string[]>(),
  };
  const options = { minimumEvents: 5, intervalDays: [1, 30], clockYears: 1 };

  it("backs rare codes off to the parent that together they reach, and what nothing holds to unknown", () => {
    const vocabulary = buildVocabulary(statistics, options);
    expect(vocabulary.match("ICD10CM/E11.9", null, null).match).toBe("exact");
    const rare = vocabulary.match("ICD10CM/E11.65", null, null);
    expect(rare.match).toBe("backed off");
    expect(vocabulary.name(rare.token)).toBe("ICD10CM/E11");
    const unseen = vocabulary.match("ICD10CM/E11.8", null, null);
    expect(vocabulary.name(unseen.token)).toBe("ICD10CM/E11");
    const unknown = vocabulary.match("ICD10CM/Z00.0", null, null);
    expect(unknown.match).toBe("unknown");
    expect(vocabulary.name(unknown.token)).toBe("UNKNOWN//ICD10CM");
    expect(vocabulary.name(vocabulary.match("NEW/1", null, null).token)).toBe("UNKNOWN//");
  });

  it("fuses a value with its code in the unit that was learned", () => {
    const vocabulary = buildVocabulary(statistics, options);
    expect(vocabulary.name(vocabulary.match("LOINC/1", 15, "mg/dL").token)).toBe("LOINC/1//mg/dL//Q2");
    expect(vocabulary.match("LOINC/1", 15, "mmol/L").match).toBe("unknown");
  });

  it("ends the climb when stated parents form a circle", () => {
    const parents = new Map([
      ["X/a", ["X/b"]],
      ["X/b", ["X/a"]],
    ]);
    const vocabulary = buildVocabulary({ ...statistics, counts: new Map([["X/a", 1]]), parents }, options);
    expect(vocabulary.match("X/a", null, null).match).toBe("unknown");
  });

  it("turns an outcome with a value condition into the bins that meet it", () => {
    const vocabulary = buildVocabulary(statistics, options);
    const [high] = resolveOutcomes(
      outcomesSchema.parse({
        predictionTimes: [{ at: "index", horizons: ["1y"] }],
        list: [{ name: "high", events: { codes: ["LOINC/1"], valueMin: 20 } }],
      }),
    );
    const { tokens, shares } = outcomeTokens(high!.matches, vocabulary);
    expect([...tokens].map((token) => vocabulary.name(token))).toEqual(["LOINC/1//mg/dL//Q3"]);
    expect([...shares]).toEqual([1]);
  });

  it("takes of the bin in which a threshold lies the share of training values that meet it", () => {
    const quantiles = new Map([["LOINC/1//mg/dL", [5, 8, 12, 14, 16, 18, 25, 30]]]);
    const vocabulary = buildVocabulary({ ...statistics, quantiles }, options);
    const atLeast = (bound: number) =>
      outcomeTokens((code, value) => code === "LOINC/1" && value !== null && value >= bound, vocabulary);
    const { tokens, shares } = atLeast(15);
    expect([...tokens].map((token) => vocabulary.name(token))).toEqual([
      "LOINC/1//mg/dL//Q2",
      "LOINC/1//mg/dL//Q3",
    ]);
    expect([...shares]).toEqual([0.5, 1]);
    expect([...atLeast(0).shares]).toEqual([1, 1, 1]);
    expect([...atLeast(31).shares]).toEqual([]);
  });
});

describe("tokenizing", () => {
  it("learns nothing from tuning or held-out persons", async () => {
    const timelines = smallTimelines(80);
    const altered = timelines.map((timeline) =>
      splitOf(timeline.subjectId) === "train"
        ? timeline
        : {
            ...timeline,
            events: [
              ...timeline.events,
              ...Array.from({ length: 50 }, (_, i) => event(13_000, "LAB/x", 1e6 + i)),
              event(13_000, "DX/only-elsewhere"),
            ],
          },
    );
    const [a, b] = [await smallTokens(timelines), await smallTokens(altered)];
    expect((await readVocabulary(`${b}/vocabulary.json`)).file).toEqual(
      (await readVocabulary(`${a}/vocabulary.json`)).file,
    );
  });

  it("stores patients that read back as they were", async () => {
    const folder = await smallTokens(smallTimelines(40));
    const vocabulary = await readVocabulary(`${folder}/vocabulary.json`);
    const patients = readTokenShard(`${folder}/train.safetensors`);
    expect(patients).toHaveLength(
      Array.from({ length: 40 }, (_, i) => splitOf(i + 1)).filter((split) => split === "train").length,
    );
    for (const patient of patients) {
      expect(patient.tokens).toHaveLength(patient.days.length);
      expect(vocabulary.name(patient.staticTokens[0]!)).toMatch(/^SEX\//);
      expect(patient.outcomeDays).toHaveLength(smallOutcomes.length);
    }
  });

  it("says so when no person is in the training split", async () => {
    const elsewhere = smallTimelines(40).filter(({ subjectId }) => splitOf(subjectId) !== "train");
    const running = tokenize({
      store: memoryStore(elsewhere),
      cohort: smallCohort,
      outcomes: smallOutcomes,
      config: tokensSchema.parse({}),
      seed: 1,
      out: await temporaryFolder(),
    });
    await expect(running.next()).rejects.toMatchObject({ code: "TOKENS_NO_TRAINING_PERSONS" });
  });
});
