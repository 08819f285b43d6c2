import { describe, expect, it } from "vitest";
import { landmarkText } from "../../src/evaluation/report/task-words.ts";
import type { PatientEvent, SubjectKey } from "../../src/timeline/patient-event.ts";
import { MS_PER_DAY } from "../../src/vetting/duration.ts";
import { type Label, labelAt, predictionDay } from "../../src/vetting/label.ts";
import {
  cohortSchema,
  type OutcomeDefinition,
  outcomesSchema,
  resolveOutcomes,
} from "../../src/vetting/outcome-definition.ts";
import { buildHistory } from "../../src/vetting/patient-history.ts";

const event = (
  day: number,
  code: string,
  value: number | null = null,
  known: number | null = null,
): PatientEvent => ({
  time: day * MS_PER_DAY,
  code,
  numericValue: value,
  textValue: null,
  unit: null,
  availableTime: known === null ? null : known * MS_PER_DAY,
  encounterId: null,
  source: "Observation",
});

const RECORD = [
  event(-20_000, "MEDS_BIRTH"),
  event(10, "DX/E11.9"),
  event(50, "COHORT/INDEX"),
  event(60, "VISIT/in"),
  event(61, "LAB/a1c", 6.4),
  event(62, "RX/metformin"),
  event(64, "VISIT/out"),
  event(90, "LAB/a1c", 6.6),
  event(95, "RX/metformin"),
  event(100, "VISIT/in"),
  event(110, "DX/I21"),
  event(400, "COHORT/LAST_CONTACT"),
];

interface Asked {
  readonly at?: string;
  readonly anchors?: object;
  readonly record?: readonly PatientEvent[];
  readonly [key: string]: unknown;
}

function label({ at = "index", anchors = {}, record = RECORD, ...outcome }: Asked): Label {
  const section = outcomesSchema.parse({
    anchors,
    predictionTimes: [{ at, horizons: ["1y"] }],
    list: [{ name: "asked", ...outcome }],
  });
  const definitions = resolveOutcomes(section);
  const sorted = [...record].sort((a, b) => (a.time ?? 0) - (b.time ?? 0));
  const history = buildHistory(
    { subjectId: 1 as SubjectKey, events: sorted },
    cohortSchema.parse({}),
    definitions,
  );
  const definition = definitions[0] as OutcomeDefinition;
  const time = definition.predictionTimes[0] as OutcomeDefinition["predictionTimes"][number];
  return labelAt(history, definition, 0, predictionDay(history, time));
}

const onset = (days: number) => ({ eligible: true, outcome: { days, kind: "onset" } });
const ended = (days: number) => ({ eligible: true, outcome: { days, kind: "death" } });
const left = (why: string) => ({ eligible: false, why });

describe("event sets", () => {
  it("take codes, prefixes, patterns and bounds on the value", () => {
    expect(label({ events: { codes: ["DX/I2*"] } })).toEqual(onset(60));
    expect(label({ events: { pattern: "^DX/I\\d+$" } })).toEqual(onset(60));
    expect(label({ events: { codes: ["LAB/a1c"], valueMin: 6.5 } })).toEqual(onset(40));
    expect(label({ events: { codes: ["LAB/a1c"], valueAbove: 6.4 } })).toEqual(onset(40));
    expect(label({ events: { codes: ["LAB/a1c"], valueMin: 6.4, valueBelow: 6.6 } })).toEqual(onset(11));
  });

  it("are put together with or, and, not", () => {
    expect(label({ events: { any: [{ codes: ["DX/I21"] }, { codes: ["VISIT/out"] }] } })).toEqual(onset(14));
    expect(label({ events: { codes: ["VISIT/*"], not: { codes: ["VISIT/in"] } } })).toEqual(onset(14));
    expect(label({ events: { all: [{ codes: ["DX/*"] }, { not: { codes: ["DX/E11*"] } }] } })).toEqual(
      onset(60),
    );
  });

  it("hold for several events within a time, dated at the last of them", () => {
    const all = [{ codes: ["LAB/a1c"], valueMin: 6.5 }, { codes: ["RX/metformin"] }];
    expect(label({ events: { all, within: "7d" } })).toEqual(onset(45));
    expect(label({ events: { all, within: "30d" } })).toEqual(onset(40));
    expect(label({ events: { all, within: "0d" } })).toEqual({
      eligible: true,
      outcome: { days: 350, kind: "censored" },
    });
  });

  it.each([
    [{}],
    [{ codes: ["a"], within: "3d" }],
    [{ pattern: "(" }],
    [{ not: { all: [{ codes: ["a"] }], within: "3d" } }],
    [{ codes: ["a"], any: [] }],
    [{ any: [{ code: ["a"] }] }],
  ])("that say nothing sensible are refused: %j", (events) => {
    expect(() => label({ events })).toThrow();
  });
});

describe("who is asked and when", () => {
  const stroke = { events: { codes: ["DX/I21"] } };

  it("prediction times are told from admission, discharge, order or birth", () => {
    const anchors = {
      admission: { events: { codes: ["VISIT/in"] } },
      second: { events: { codes: ["VISIT/in"] }, number: 2 },
      third: { events: { codes: ["VISIT/in"] }, number: 3 },
    };
    expect(label({ ...stroke, anchors, at: "admission+24h" })).toEqual(onset(49));
    expect(label({ ...stroke, anchors, at: "second-2d" })).toEqual(onset(12));
    expect(label({ ...stroke, anchors, at: "third" })).toEqual(left("no index date"));
    expect(label({ ...stroke, at: "birth+20050d" })).toEqual(onset(60));
    expect(() => label({ ...stroke, at: "discharge" })).toThrow(/no such anchor/);
    expect(landmarkText("admission+24h")).toBe("24 hours after the admission");
    expect(landmarkText("index+5y")).toBe("5 years after the index date");
  });

  it("a competing event ends the waiting, and an onset at its time is an onset", () => {
    expect(label({ ...stroke, competing: { codes: ["VISIT/out"] } })).toEqual(ended(14));
    expect(label({ ...stroke, competing: { codes: ["DX/I21"] } })).toEqual(onset(60));
  });

  it("a recurrent outcome asks those who have had one before", () => {
    expect(label({ events: { codes: ["DX/*"] } })).toEqual(left("had it before"));
    expect(label({ events: { codes: ["DX/*"] }, occurrence: "recurrent" })).toEqual(onset(60));
    expect(label({ ...stroke, occurrence: "recurrent" })).toEqual(left("never had it before"));
    expect(label({ events: { codes: ["DX/*"] }, occurrence: "recurrent", washout: "60d" })).toEqual(
      left("had it before"),
    );
  });

  it("a record too short or too empty does not count", () => {
    expect(label({ ...stroke, population: { minLookBack: "40d" } })).toEqual(onset(60));
    expect(label({ ...stroke, population: { minLookBack: "41d" } })).toEqual(left("too short a record"));
    expect(label({ ...stroke, population: { minEvents: 1 } })).toEqual(onset(60));
    expect(label({ ...stroke, population: { minEvents: 2 } })).toEqual(left("too few events"));
  });

  it("rules count events in windows, and each names its own row of the attrition table", () => {
    const rule = (more: object) =>
      label({
        ...stroke,
        population: { rules: [{ name: "diabetes", events: { codes: ["DX/E11*"] }, ...more }] },
      });
    expect(rule({ atMost: 0 })).toEqual(left("rule: diabetes"));
    expect(rule({ atLeast: 1 })).toEqual(onset(60));
    expect(rule({ atLeast: 2 })).toEqual(left("rule: diabetes"));
    expect(rule({ atMost: 0, after: "-30d" })).toEqual(onset(60));
    expect(rule({ atMost: 0, after: "-60d", until: "-45d" })).toEqual(onset(60));
  });

  it("what was not known at the prediction time is counted by no rule, and no rule looks beyond the gap", () => {
    const population = (more: object) => ({
      rules: [{ name: "late", events: { codes: ["DX/late"] }, atMost: 0, ...more }],
    });
    const record = [...RECORD, event(40, "DX/late", null, 70)];
    expect(label({ ...stroke, record, population: population({}) })).toEqual(onset(60));
    const gap = [...RECORD, event(55, "DX/late")];
    expect(label({ ...stroke, record: gap, gap: "7d", population: population({ until: "+7d" }) })).toEqual(
      left("rule: late"),
    );
    expect(() => label({ ...stroke, population: population({ until: "+7d" }) })).toThrow(/know the future/);
  });
});
