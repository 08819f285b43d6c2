import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createRandom } from "../../src/effects/random.ts";
import { ASSOCIATION } from "../../src/reasoning/basis.ts";
import { nextTest } from "../../src/reasoning/next-test/next-test.ts";
import { readTestsFile, type TestsFile } from "../../src/reasoning/next-test/tests-file.ts";
import { entropy, expectedReduction, variance } from "../../src/reasoning/next-test/uncertainty.ts";
import { ReasonedModel } from "../../src/reasoning/reasoned-model.ts";
import type { SubjectKey, Timeline } from "../../src/timeline/patient-event.ts";
import { writeCheckpoint } from "../../src/training/checkpoint.ts";
import { treesSchema } from "../../src/trees/boosting/trees-config.ts";
import { fitTreeHead } from "../../src/trees/hazards/fit-tree-head.ts";
import { writeTreeHead } from "../../src/trees/hazards/tree-head.ts";
import { outcomesSchema } from "../../src/vetting/outcome-definition.ts";
import { buildHistory } from "../../src/vetting/patient-history.ts";
import { randomCheckpoint } from "../support/small-checkpoint.ts";
import {
  event,
  smallCohort,
  smallOutcomes,
  smallTokens,
  splitOf,
  temporaryFolder,
} from "../support/small-cohort.ts";

describe("the uncertainty that a result takes away", () => {
  const results = fc
    .array(
      fc.tuple(fc.double({ min: 0.001, max: 1, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true })),
      {
        minLength: 1,
        maxLength: 10,
      },
    )
    .map((pairs) => {
      const total = pairs.reduce((sum, [weight]) => sum + weight, 0);
      return { shares: pairs.map(([weight]) => weight / total), risks: pairs.map(([, risk]) => risk) };
    });

  it("is never negative and never more than there was", () => {
    fc.assert(
      fc.property(results, ({ shares, risks }) => {
        const { mean, entropyBefore, entropyReduction, varianceReduction } = expectedReduction(shares, risks);
        expect(entropyReduction).toBeGreaterThanOrEqual(0);
        expect(entropyReduction).toBeLessThanOrEqual(entropyBefore + 1e-9);
        expect(varianceReduction).toBeLessThanOrEqual(variance(mean) + 1e-9);
      }),
    );
  });

  it("is nothing where every result leaves the same risk, and everything where each settles it", () => {
    expect(expectedReduction([0.3, 0.7], [0.2, 0.2]).entropyReduction).toBeCloseTo(0, 12);
    const settled = expectedReduction([0.3, 0.7], [1, 0]);
    expect(settled.entropyReduction).toBeCloseTo(entropy(0.3), 12);
    expect(settled.varianceReduction).toBeCloseTo(0.21, 12);
  });
});

/** LAB/tells decides: half of all persons have it high, and of these 6 in 10 have the onset in time; of the others 1. */
const [HIGH, LOW] = [0.6, 0.1];
const TRUE_BITS = entropy((HIGH + LOW) / 2) - (entropy(HIGH) + entropy(LOW)) / 2;

function plantedTimelines(persons: number): Timeline[] {
  const random = createRandom("planted answer");
  return Array.from({ length: persons }, (_, i) => {
    const index = 9000 + random.integer(3000);
    const high = random.next() < 0.5;
    const onset = random.next() < (high ? HIGH : LOW) ? 1 + random.integer(1800) : null;
    const lab = (code: string, value: number) =>
      random.next() < 0.7 ? [event(index - 1 - random.integer(30), code, value)] : [];
    const events = [
      event(index - 365.25 * (30 + random.integer(50)), "MEDS_BIRTH"),
      event(index - 40, "VISIT/x"),
      ...lab("LAB/tells", 100 + (high ? 20 : -20) + 4 * random.normal()),
      ...lab("LAB/hints", 100 + (high ? 4 : -4) + 20 * random.normal()),
      ...lab("LAB/silent", 100 + 20 * random.normal()),
      event(index, "COHORT/INDEX"),
      ...(onset === null ? [] : [event(index + onset, "DX/k")]),
      event(index + 2200, random.next() < 0.2 ? "MEDS_DEATH" : "COHORT/LAST_CONTACT"),
    ];
    events.sort((a, b) => (a.time as number) - (b.time as number));
    return { subjectId: (i + 1) as SubjectKey, events: [event(null, "SEX/F"), ...events] };
  });
}

const tests: TestsFile = {
  schema: "longitude.tests/1",
  currency: "EUR",
  burdenPoint: 2,
  tests: [
    { name: "silent", code: "LAB/silent", cost: 10, burden: 0 },
    { name: "hints", code: "LAB/hints", cost: 10, burden: 0 },
    { name: "tells", code: "LAB/tells", cost: 10, burden: 0 },
    { name: "of another site", code: "LAB/nowhere", cost: 1, burden: 0 },
  ],
};

describe("the next test of a cohort with a planted answer", () => {
  let model: ReasonedModel;
  let unmeasured: Timeline[];

  beforeAll(async () => {
    const timelines = plantedTimelines(2000);
    const folder = await temporaryFolder();
    await writeCheckpoint(folder, await randomCheckpoint(await smallTokens(timelines)));
    // The decoder of this test has random weights; the trees beside it learn what was planted and have all the say.
    const learned = timelines.filter(({ subjectId }) => splitOf(subjectId) !== "held_out");
    const fitting = fitTreeHead({
      histories: learned.map((timeline) => buildHistory(timeline, smallCohort, smallOutcomes)),
      isTuning: Uint8Array.from(learned, ({ subjectId }) => Number(splitOf(subjectId) === "tuning")),
      outcomes: outcomesSchema.parse({
        predictionTimes: [{ at: "index", horizons: ["2y", "5y"] }],
        list: [
          { name: "onset", events: { codes: ["DX/k"] } },
          { name: "death", events: { codes: ["MEDS_DEATH"] } },
        ],
      }),
      trees: treesSchema.parse({ penalty: 1, minimumLeafWeight: 2 }),
      seed: 1,
    });
    let step = await fitting.next();
    while (step.done !== true) step = await fitting.next();
    await writeTreeHead(folder, { ...step.value.head, share: 1 });
    const folders = { version: "m".repeat(64), model: folder, queries: null };
    model = await ReasonedModel.open(folders, smallCohort, smallOutcomes, 1);
    unmeasured = timelines
      .filter(
        ({ subjectId, events }) =>
          splitOf(subjectId) === "held_out" && !events.some(({ code }) => code === "LAB/tells"),
      )
      .slice(0, 12);
  });
  afterAll(() => model.close());

  const rank = (timeline: Timeline, changes: Partial<TestsFile> = {}) =>
    nextTest(
      model,
      {
        timeline,
        day: model.historyOf(timeline).indexDay!,
        conditions: model.trainedConditions.slice(0, 1),
        horizonDays: 1826.25,
        tests: { ...tests, ...changes },
      },
      { threads: 1, notices: [] },
    );

  it("is the test that decides, for every person without it, and is expected to tell about what it truly tells", async () => {
    expect(unmeasured).toHaveLength(12);
    const bits: number[] = [];
    for (const timeline of unmeasured) {
      const { ranked, unknownTests } = await rank(timeline);
      expect(ranked[0]!.name).toBe("tells");
      expect(ranked[1]!.expectedBits).toBeLessThan(ranked[0]!.expectedBits / 3);
      expect(unknownTests).toEqual(["of another site"]);
      bits.push(ranked[0]!.expectedBits);
    }
    const mean = bits.reduce((a, b) => a + b, 0) / bits.length;
    expect(mean).toBeGreaterThan(0.6 * TRUE_BITS);
    expect(mean).toBeLessThan(1.4 * TRUE_BITS);
  });

  it("shows what each result would do, with the chances of the results", async () => {
    const { ranked, results, basis } = await rank(unmeasured[0]!);
    const [first] = ranked;
    expect(first!.results.reduce((sum, { probability }) => sum + probability, 0)).toBeCloseTo(1, 9);
    const risks = first!.results.map(({ risks: [risk] }) => risk!);
    expect(Math.abs(risks[0]! - LOW)).toBeLessThan(0.12);
    expect(Math.abs(risks.at(-1)! - HIGH)).toBeLessThan(0.2);
    expect(first!.conditions[0]!.onceOrdered).toBeCloseTo(
      first!.results.reduce((sum, { probability, risks: [risk] }) => sum + probability * risk!, 0),
      9,
    );
    expect(basis).toMatchObject({ label: ASSOCIATION, futures: 0, model: "m".repeat(64) });
    expect(basis.interval).toContain(`${results} possible results`);
  });

  it("is another one when the test that decides costs, or burdens, far more than it tells", async () => {
    const priced = (cost: number, burden: number) => ({
      tests: tests.tests.map((test) =>
        test.name === "tells" ? { ...test, cost, burden } : { ...test, cost: 0.1 },
      ),
    });
    const dear = await rank(unmeasured[0]!, priced(100_000, 0));
    const heavy = await rank(unmeasured[0]!, { ...priced(10, 10), burdenPoint: 10_000 });
    for (const { ranked } of [dear, heavy]) expect(ranked.at(-1)!.name).toBe("tells");
  });

  it("asks nothing about what the record holds already", async () => {
    const timeline = unmeasured[0]!;
    const at = model.historyOf(timeline).indexDay! - 1;
    const place = timeline.events.findIndex(({ time }) => time !== null && time / 86_400_000 > at);
    const events = [...timeline.events.slice(0, place), event(at, "DX/k"), ...timeline.events.slice(place)];
    const { ranked, settled } = await rank({ ...timeline, events });
    expect(ranked).toEqual([]);
    expect(settled).toEqual(["onset"]);
  });
});

describe("a file of tests", () => {
  it.each([
    ["no YAML", "tests: ["],
    ["another schema", "{schema: longitude.tests/9, currency: USD, tests: [{name: a, code: b, cost: 1}]}"],
    ["a test without results", "{schema: longitude.tests/1, currency: USD, tests: [{name: a, cost: 1}]}"],
    ["a negative cost", "{schema: longitude.tests/1, currency: USD, tests: [{name: a, code: b, cost: -1}]}"],
    [
      "a name twice",
      "{schema: longitude.tests/1, currency: USD, tests: [{name: a, code: b, cost: 1}, {name: a, code: c, cost: 1}]}",
    ],
  ])("is refused when it is %s", async (_, text) => {
    const folder = join(await temporaryFolder(), "reasoning");
    await mkdir(folder);
    await writeFile(join(folder, "tests.yaml"), text);
    await expect(readTestsFile(join(folder, "tests.yaml"))).rejects.toMatchObject({ code: "REASONING_FILE" });
  });

  it("of the example is read, and one that is not there is asked for", async () => {
    expect((await readTestsFile("examples/olmsted/reasoning/tests.yaml")).tests).toHaveLength(4);
    await expect(readTestsFile("nowhere/tests.yaml")).rejects.toMatchObject({ code: "REASONING_FILE" });
  });
});
