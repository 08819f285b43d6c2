import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createRandom } from "../../src/effects/random.ts";
import { FutureSimulator } from "../../src/forecast/future-simulator.ts";
import { ASSOCIATION } from "../../src/reasoning/basis.ts";
import type { ReasonedModel } from "../../src/reasoning/reasoned-model.ts";
import { pairedRisks } from "../../src/reasoning/what-if/paired-futures.ts";
import { changeRecord, parseChange, type RecordChange } from "../../src/reasoning/what-if/record-change.ts";
import { type WhatIfQuestion, whatIf } from "../../src/reasoning/what-if/what-if.ts";
import type { Timeline } from "../../src/timeline/patient-event.ts";
import { smallTimelines } from "../support/small-cohort.ts";
import { smallReasonedModel } from "../support/small-reasoned-model.ts";

let model: ReasonedModel;
let timeline: Timeline;
let question: WhatIfQuestion;

beforeAll(async () => {
  const timelines = smallTimelines(60);
  model = await smallReasonedModel(timelines);
  timeline = timelines[3]!;
  question = {
    timeline,
    day: model.historyOf(timeline).indexDay!,
    changes: [],
    conditions: model.trainedConditions,
    horizonDays: 730.5,
    way: null,
    precision: { standardError: 0.01, mostPairs: 512 },
    longestFuture: 32,
  };
});
afterAll(() => model.close());

const options = () => ({ random: createRandom("what if"), threads: 1, notices: [] });
const ask = (changes: readonly RecordChange[], other: Partial<WhatIfQuestion> = {}) =>
  whatIf(model, { ...question, changes, ...other }, options());
const higher = () => [parseChange("add", "LAB/x=145 mg/dL@-10d")];

describe("a changed record", () => {
  const change = (changes: readonly RecordChange[]) =>
    changeRecord(timeline, changes, question.day, {
      vocabulary: model.checkpoint.vocabulary,
      cohort: model.cohort,
    });

  it("has an event more where one was added, in its place, in the unit of the record", () => {
    const { timeline: changed, heard } = change([parseChange("add", "LAB/x=145@-10d")]);
    expect(changed.events).toHaveLength(timeline.events.length + 1);
    const times = changed.events.flatMap(({ time }) => (time === null ? [] : [time]));
    expect(times).toEqual([...times].sort((a, b) => a - b));
    expect(heard).toMatchObject([{ code: "LAB/x", unit: "mg/dL", daysBefore: 10, match: "exact" }]);
    expect(heard[0]!.token).toMatch(/^LAB\/x\/\/mg\/dL\/\/Q\d$/);
  });

  it("takes out only what was known by the prediction time, never birth, death or the cohort's marks", () => {
    const { timeline: changed, removed } = change([{ kind: "remove", codes: "*" }]);
    const known = timeline.events.filter(({ code }) => code === "LAB/x").length;
    expect(removed).toBe(known);
    expect(changed.events.map(({ code }) => code)).toEqual(
      timeline.events.flatMap(({ code }) => (code === "LAB/x" ? [] : [code])),
    );
  });

  it("replaces the latest value that was known, not one that came in later", () => {
    const at = timeline.events.findLastIndex(({ code }) => code === "LAB/x");
    const late = { ...timeline.events[at]!, availableTime: (question.day + 1) * 86_400_000 };
    const before = { ...timeline.events[at]!, numericValue: 90 };
    const events = [...timeline.events.slice(0, at), before, late, ...timeline.events.slice(at + 1)];
    const { timeline: changed } = changeRecord(
      { ...timeline, events },
      [parseChange("set", "LAB/x=77")],
      question.day,
      { vocabulary: model.checkpoint.vocabulary, cohort: model.cohort },
    );
    expect(changed.events[at]!.numericValue).toBe(77);
    expect(changed.events[at + 1]).toEqual(late);
  });

  it("has another latest value where one was replaced", () => {
    const { timeline: changed } = change([parseChange("set", "LAB/x=77")]);
    const values = changed.events.flatMap(({ code, numericValue }) =>
      code === "LAB/x" ? [numericValue] : [],
    );
    expect(values.at(-1)).toBe(77);
    expect(values).toHaveLength(timeline.events.filter(({ code }) => code === "LAB/x").length);
  });

  it.each<[string, () => unknown]>([
    ["another spelling", () => parseChange("add", "LAB/x=high")],
    ["a replacement without a value", () => parseChange("set", "LAB/x")],
    ["a time that is none", () => parseChange("add", "LAB/x=1@-3eons")],
    ["a value to replace that is not there", () => change([parseChange("set", "LAB/y=1 mg/dL")])],
    ["an event to remove that is not there", () => change([{ kind: "remove", codes: "DX/nowhere" }])],
    ["another sex", () => change([parseChange("add", "SEX/F")])],
    ["a death", () => change([parseChange("add", "MEDS_DEATH")])],
  ])("is refused for %s", (_, make) => {
    expect(make).toThrow(expect.objectContaining({ code: "REASONING_CHANGE" }));
  });
});

describe("what if", () => {
  it("compares two records exactly where the head reads the condition, and says that it is an association", async () => {
    const { rows, basis } = await ask(higher());
    expect(rows.map(({ name }) => name).sort()).toEqual(["death", "onset"]);
    for (const { before, after, difference, estimator } of rows) {
      expect(estimator).toBe("direct");
      expect(difference.value).toBeCloseTo(after.value - before.value, 12);
      expect(difference.low).toBe(difference.high);
    }
    expect(rows.some(({ difference }) => difference.value !== 0)).toBe(true);
    expect(basis).toMatchObject({ model: "m".repeat(64), futures: 0, label: ASSOCIATION });
    expect(basis.label).toContain("not the effect of a treatment");
  });

  it("changes nothing when a value is replaced by itself", async () => {
    const last = timeline.events.findLast(({ code }) => code === "LAB/x")!;
    const { rows } = await ask([parseChange("set", `LAB/x=${last.numericValue}`)]);
    for (const { difference } of rows) expect(difference.value).toBe(0);
  });

  it("lets no change show what lies after the prediction time", async () => {
    const cut = { ...timeline, events: timeline.events.filter(({ code }) => code !== "DX/k") };
    const [whole, without] = [await ask(higher()), await ask(higher(), { timeline: cut })];
    expect(whole.rows).toEqual(without.rows);
  });

  it("forecasts no condition that the changed record holds already", async () => {
    const { rows, known } = await ask([parseChange("add", "DX/k@-5d")]);
    expect(known).toEqual([{ name: "onset", title: "onset", in: "changed record" }]);
    expect(rows.map(({ name }) => name)).toEqual(["death"]);
  });

  it("says so when the model has never met what is added", async () => {
    const { heard, basis } = await ask([parseChange("add", "NOWHERE/1")]);
    expect(heard[0]!.match).toBe("unknown");
    expect(basis.notices.join()).toContain("never met NOWHERE/1");
  });

  it("simulates in pairs what no head reads, with an interval", async () => {
    const conditions = [
      { name: "DX/k", title: "DX/k", trained: null, matches: (code: string) => code === "DX/k" },
    ];
    const { rows, basis } = await ask(higher(), { conditions });
    expect(rows[0]!.estimator).toBe("reach");
    expect(basis.futures).toBe(rows[0]!.futures);
    expect(rows[0]!.difference.low).toBeLessThan(rows[0]!.difference.high);
  });
});

describe("paired futures", () => {
  it("know the difference of two like records better than two independent sets of futures would", async () => {
    const changed = changeRecord(timeline, [parseChange("add", "LAB/x=101@-1500d")], question.day, {
      vocabulary: model.checkpoint.vocabulary,
      cohort: model.cohort,
    });
    const requests = {
      before: model.request(model.historyOf(timeline), question.day),
      after: model.request(model.historyOf(changed.timeline), question.day),
      label: "pair",
    };
    const simulator = new FutureSimulator(model.checkpoint, {
      longestFuture: 32,
      random: createRandom("pairs"),
      threads: 1,
    });
    const query = model.queryOf(model.trainedConditions[0]!);
    const precision = { standardError: 1e-9, mostPairs: 512 };
    const apart = await pairedRisks(simulator, requests, query, 1826.25, precision);
    const same = await pairedRisks(
      simulator,
      { ...requests, after: requests.before },
      query,
      1826.25,
      precision,
    );
    await simulator.close();
    expect(apart).toMatchObject({ futures: 1024, precisionReached: false });
    expect(apart.standardError).toBeLessThan(apart.standardErrorUnpaired);
    expect(same.difference).toEqual({ value: 0, low: 0, high: 0 });
  });
});
