import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parseDocument } from "yaml";
import { Database, literal } from "../../src/timeline/database.ts";
import type { SubjectKey } from "../../src/timeline/patient-event.ts";
import { acesDays } from "../../src/vetting/aces/aces-bounds.ts";
import { parseAces } from "../../src/vetting/aces/aces-task.ts";
import { exportAces } from "../../src/vetting/aces/export-aces.ts";
import { importAces } from "../../src/vetting/aces/import-aces.ts";
import {
  cohortSchema,
  type OutcomesSection,
  outcomesSchema,
  resolveOutcomes,
} from "../../src/vetting/outcome-definition.ts";
import type { PatientHistory } from "../../src/vetting/patient-history.ts";
import { writeLabels } from "../../src/vetting/write-labels.ts";

const IN_HOSPITAL = `
predicates:
  stay:
    code: {regex: "^VISIT/in.*"}
  leaves: {code: VISIT/out}
  dies: {code: MEDS_DEATH}
  ended: {expr: "or(leaves, dies)"}
  high: {code: LAB/x, value_min: 1.3, value_min_inclusive: false}
trigger: stay
windows:
  input:
    start: NULL
    end: trigger + 24h
    start_inclusive: True
    end_inclusive: True
    has:
      _ANY_EVENT: (5, None)
    index_timestamp: end
  gap:
    start: trigger
    end: start + 48h
    start_inclusive: False
    end_inclusive: True
    has:
      stay: (None, 0)
      ended: (None, 0)
      high: (None, 2)
  target:
    start: gap.end
    end: start -> ended
    start_inclusive: False
    end_inclusive: True
    label: dies
`;

const READMISSION = `
predicates:
  stay: {code: {regex: "^VISIT/in.*"}}
  leaves: {code: VISIT/out}
trigger: leaves
windows:
  input: {start: NULL, end: trigger, index_timestamp: end}
  stayed: {start: end <- stay, end: trigger}
  target: {start: trigger, end: start + 30D, start_inclusive: False, label: stay}
  followed: {start: target.end, end: null, start_inclusive: False, has: {_ANY_EVENT: "(1, None)"}}
`;

const cohort = cohortSchema.parse({});
const first = (section: OutcomesSection) => {
  const [outcome] = section.list;
  const [time] = outcome?.predictionTimes ?? section.predictionTimes;
  return { outcome: outcome!.name, landmark: time!.at, horizon: time!.horizons[0]! };
};
/** The task with one part replaced, or removed. */
function changed(text: string, path: string, value: unknown): string {
  const document = parseDocument(text);
  const keys = path.split(".");
  if (value === undefined) document.deleteIn(keys);
  else document.setIn(keys, value);
  return document.toString();
}

describe("an ACES task", () => {
  it("becomes an outcome: trigger to anchor, windows to gap, horizon, competing events and rules", () => {
    const { outcomes, notes } = importAces(parseAces(IN_HOSPITAL), "dies in hospital");
    expect(outcomes.predictionTimes).toEqual([{ at: "stay+1d", horizons: ["100y"] }]);
    expect(outcomes.list[0]).toMatchObject({
      events: { codes: ["MEDS_DEATH"] },
      competing: { any: [{ codes: ["VISIT/out"] }, { codes: ["MEDS_DEATH"] }] },
      gap: "1d",
      washout: "none",
      population: {
        minEvents: 5,
        rules: [
          { name: "gap: stay", events: { codes: ["VISIT/in*"] }, atMost: 0, after: "-1d", until: "+1d" },
          { name: "gap: ended", atMost: 0 },
          { name: "gap: high", events: { codes: ["LAB/x"], valueAbove: 1.3 }, atMost: 2 },
        ],
      },
    });
    expect(notes).toHaveLength(1);
  });

  it("comes back the same after a round trip", () => {
    const once = importAces(parseAces(IN_HOSPITAL), "task").outcomes;
    const again = importAces(parseAces(exportAces(once, cohort, first(once))), "task").outcomes;
    const third = importAces(parseAces(exportAces(again, cohort, first(again))), "task").outcomes;
    const bare = (section: OutcomesSection) => {
      const copy = structuredClone(section);
      for (const { population } of copy.list)
        for (const rule of population.rules) (rule as { name: string }).name = "";
      return copy;
    };
    expect(bare(again)).toEqual(bare(once));
    expect(third).toEqual(again);
  });

  it.each([
    ["new onset in five years", {}, "index", "5y"],
    ["washout, gap", { washout: "365d", gap: "30d" }, "index+1y", "1y"],
    ["recurrent", { occurrence: "recurrent", washout: "none" }, "admission", "30d"],
    ["values", { events: { codes: ["LAB/x"], valueMin: 2, valueBelow: 9 } }, "discharge-6h", "48h"],
    [
      "or, and",
      { events: { any: [{ codes: ["a"] }, { all: [{ codes: ["b*"] }, { codes: ["c"] }], within: "0d" }] } },
      "index",
      "2y",
    ],
    ["until discharge", { competing: { codes: ["VISIT/out"] }, washout: "none" }, "admission+24h", "100y"],
    [
      "rules",
      {
        population: {
          sex: "F",
          rules: [{ name: "prior stroke", events: { codes: ["s"] }, atMost: 0, after: "-2y", until: "-7d" }],
        },
      },
      "birth+65y",
      "90d",
    ],
  ])("says what Longitude says: %s", (_, more, at, horizon) => {
    const section = outcomesSchema.parse({
      anchors: {
        admission: { events: { codes: ["VISIT/in*"] } },
        discharge: { events: { codes: ["VISIT/out"] } },
      },
      predictionTimes: [{ at, horizons: [horizon] }],
      list: [{ name: "it", events: { codes: ["DX/1"] }, ...more }],
    });
    const back = importAces(parseAces(exportAces(section, cohort, first(section))), "it").outcomes;
    const days = ({ list, ...rest }: OutcomesSection) =>
      resolveOutcomes({ ...rest, list }).map(
        ({ gapDays, washoutDays, occurrence, predictionTimes, rules }) => ({
          gapDays,
          washoutDays,
          occurrence,
          times: predictionTimes.map(({ offsetDays, horizons }) => [offsetDays, horizons[0]?.days]),
          rules: rules.map(({ events: _, ...rule }) => rule),
        }),
      );
    expect(days(back)).toEqual(days(section));
    expect(back.list[0]?.events).toEqual(section.list[0]?.events);
    expect(back.list[0]?.competing).toEqual(section.list[0]?.competing);
    expect(back.list[0]?.population.sex).toEqual(section.list[0]?.population.sex);
  });

  it.each([
    ["a label window that includes the moment of prediction", "windows.target.start_inclusive", true],
    ["a gap in which the outcome may happen", "windows.gap.has.ended", undefined],
    ["a previous event", "windows.input.start", "end <- leaves"],
    ["other columns", "predicates.leaves.other_cols", { ward: "a" }],
    ["a label window before the prediction", "windows.target.start", "trigger"],
    ["a predicate left to the data set", "predicates.leaves.code", "???"],
    ["demographics that are not the sex", "patient_demographics", { tall: { code: "TALL" } }],
    ["conditions on the label window", "windows.target.has", { stay: "(None, 0)" }],
  ])("is refused with %s", (_, path, value) => {
    expect(() => importAces(parseAces(changed(IN_HOSPITAL, path, value)), "x")).toThrow(
      expect.objectContaining({ code: "ACES_UNSUPPORTED" }),
    );
  });

  it.each([
    ["no label", "windows.target.label", undefined],
    ["two prediction times", "windows.gap.index_timestamp", "end"],
    ["an unknown key", "window", {}],
    ["a window told from itself", "windows.input.end", "input.end"],
    ["a predicate made of itself", "predicates.ended.expr", "or(ended, dies)"],
    ["an unknown predicate", "trigger", "nobody"],
    ["an unreadable duration", "windows.input.end", "trigger + 3 fortnights"],
  ])("is invalid with %s", (_, path, value) => {
    expect(() => importAces(parseAces(changed(IN_HOSPITAL, path, value)), "x")).toThrow(
      expect.objectContaining({ code: "ACES_INVALID" }),
    );
  });

  it("takes an earlier event, protection against censoring, and durations in capitals", () => {
    const { outcomes, notes } = importAces(parseAces(READMISSION), "readmission");
    const [outcome] = resolveOutcomes(outcomes);
    expect(outcome?.predictionTimes[0]?.horizons[0]?.days).toBe(30);
    expect(outcome?.rules).toEqual([
      expect.objectContaining({
        name: "stayed: stay",
        atLeast: 1,
        afterDays: Number.NEGATIVE_INFINITY,
        untilDays: 0,
        untilInclusive: false,
      }),
    ]);
    expect(notes).toContainEqual(expect.stringMatching(/^window followed .* no label/));
    const elsewhere = changed(READMISSION, "windows.followed.start", "trigger");
    expect(() => importAces(parseAces(elsewhere), "x")).toThrow(
      expect.objectContaining({ code: "ACES_UNSUPPORTED" }),
    );
  });

  it("takes the start of the record as the trigger, and says what that is", () => {
    const { outcomes, notes } = importAces(
      parseAces(changed(IN_HOSPITAL, "trigger", "_RECORD_START")),
      "death",
    );
    expect(outcomes.anchors).toEqual({ RECORD_START: { events: { pattern: "." }, number: 1 } });
    expect(notes).toContainEqual("a record starts with its first event other than birth");
  });

  it("takes predicates of the data set from a file of their own", () => {
    const open = changed(IN_HOSPITAL, "predicates.leaves.code", "???");
    const own = "predicates:\n  leaves: {code: {any: [VISIT/home, VISIT/ward]}}\n";
    expect(importAces(parseAces(open, own), "x").outcomes.list[0]?.competing).toEqual({
      any: [{ codes: ["VISIT/home", "VISIT/ward"] }, { codes: ["MEDS_DEATH"] }],
    });
  });

  it("reads durations as people write them", () => {
    expect([acesDays("24h"), acesDays("365 days"), acesDays("1 day 12 hours"), acesDays("x")]).toEqual([
      1,
      365,
      1.5,
      null,
    ]);
  });

  it("that Longitude alone can say is not exported", () => {
    const section = outcomesSchema.parse({
      predictionTimes: [{ at: "index", horizons: ["5y"] }],
      list: [{ name: "it", events: { codes: ["a"] }, population: { minAgeYears: 18 } }],
    });
    expect(() => exportAces(section, cohort, first(section))).toThrow(
      expect.objectContaining({ code: "ACES_UNSUPPORTED" }),
    );
    expect(() => exportAces(section, cohort, { ...first(section), horizon: "1y" })).toThrow(
      expect.objectContaining({ code: "ACES_INVALID" }),
    );
  });
});

describe("labels", () => {
  it("are MEDS label Parquet; who is censored before the horizon has none", async () => {
    const folder = await mkdtemp(join(tmpdir(), "longitude-labels-"));
    try {
      const outcomes = resolveOutcomes(
        outcomesSchema.parse({
          predictionTimes: [{ at: "index", horizons: ["100d"] }],
          list: [{ name: "heart failure", events: { codes: ["hf"] } }],
        }),
      );
      const person = (subjectId: number, onset: number | null, lastDay: number): PatientHistory => ({
        subjectId: subjectId as SubjectKey,
        birthDay: -9000,
        sex: null,
        indexDay: 10.5,
        deathDay: null,
        lastDay,
        firstDay: 0,
        events: [],
        staticCodes: [],
        outcomeDays: [onset === null ? [] : [onset]],
      });
      const histories = [person(3, 50, 400), person(2, null, 400), person(1, null, 60), person(4, 5, 400)];
      const tasks = await writeLabels(histories, ["train", "train", "train", "held_out"], outcomes, folder);
      expect(tasks).toEqual([
        {
          outcome: "heart failure",
          landmark: "index",
          horizon: "100d",
          folder: "heart_failure/index/100d",
          splits: { train: { labels: 2, positive: 1 } },
          censored: 1,
          attrition: { "had it before": 1 },
        },
      ]);
      const file = join(folder, "heart_failure/index/100d/train.parquet");
      expect(existsSync(file)).toBe(true);
      const database = await Database.open();
      const types = await database.rows(`DESCRIBE SELECT * FROM read_parquet(${literal(file)})`);
      expect(types.map((row) => [row.column_name, row.column_type])).toEqual([
        ["subject_id", "BIGINT"],
        ["prediction_time", "TIMESTAMP"],
        ["boolean_value", "BOOLEAN"],
      ]);
      const rows = await database.rows(
        `SELECT subject_id, prediction_time::VARCHAR AS t, boolean_value FROM read_parquet(${literal(file)})`,
      );
      database.close();
      expect(rows.map((row) => [Number(row.subject_id), row.t, row.boolean_value])).toEqual([
        [2, "1970-01-11 12:00:00", false],
        [3, "1970-01-11 12:00:00", true],
      ]);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
