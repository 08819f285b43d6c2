import { beforeAll, describe, expect, test } from "vitest";
import { evaluate } from "../../src/evaluation/design/evaluate.ts";
import { type Evidence, evidenceSchema } from "../../src/evaluation/design/evidence-schema.ts";
import { labelDelayOf, periodsOf } from "../../src/evaluation/design/over-time.ts";
import { CASE, CONTROL, ONSET } from "../../src/evaluation/measures/observations.ts";
import type { RiskRow } from "../../src/forecast/risk-table.ts";
import type { PatientHistory } from "../../src/vetting/patient-history.ts";
import { finish, history, inventedTimelines, outcomes } from "./invented-cohort.ts";

const DAY_MS = 86_400_000;
const CELL = 11;

/** Every other person a whole number of years later. */
const held = inventedTimelines(1500, "over time").map((one, i) =>
  history({
    ...one,
    events: one.events.map((event) => ({
      ...event,
      time: event.time === null ? null : event.time + (i % 3) * 366 * DAY_MS,
    })),
  }),
);
let evidence: Evidence;

/** Knows the level that raises the hazard: right about two periods, upside down in the third. */
const rows: RiskRow[] = held.flatMap((person, i) => {
  const level = person.events.find(({ code }) => code === "LAB/x")?.value ?? 100;
  const score = 1 / (1 + Math.exp(-(level - 100) / 20));
  const risk = i % 3 === 2 ? 1 - score : score;
  return ["onset", "death"].flatMap((outcome) =>
    ["index", "index+5y"].map((landmark) => ({
      subjectId: person.subjectId,
      outcome,
      landmark,
      predictionDay: 12_000,
      risks: { "5y": risk, "10y": risk },
    })),
  );
});

beforeAll(async () => {
  ({ evidence } = await finish(
    evaluate({
      histories: held,
      outcomes,
      risks: { longitude: rows },
      mainModel: "longitude",
      baselines: [],
      unfitted: [],
      resamples: 40,
      seed: 1,
      recordLengthStrata: 1,
      minimumEvents: 10,
      closeUp: { thresholds: [0.2], alertShares: [0.1], minimumCell: CELL, minimumEvents: 10 },
      threads: 1,
    }),
  ));
});

describe("evidence over time", () => {
  test("a model that turned wrong in one year shows it in that year alone", () => {
    const { overTime } = evidence.tasks[0]!;
    expect(overTime?.periods.map(({ n }) => n)).toEqual([500, 500, 500]);
    const aurocs = overTime!.periods.map(({ figures }) => figures!.auroc!);
    expect(aurocs.slice(0, 2).every(({ low }) => low > 0.5)).toBe(true);
    expect(aurocs[2]!.high).toBeLessThan(0.5);
  });

  test("periods are no subgroup: gates on subgroups do not see them", () => {
    expect(evidence.tasks[0]!.subgroups.map(({ attribute }) => attribute)).not.toContain(
      "period of the prediction",
    );
  });

  test("every onset within the horizon lies in one band of lead time, and no band is a small cell", () => {
    for (const { events, overTime } of evidence.tasks) {
      const { bands } = overTime!.leadTime;
      expect(bands.reduce((sum, { onsets }) => sum + onsets, 0)).toBe(events);
      expect(Math.min(...bands.map(({ onsets }) => onsets))).toBeGreaterThanOrEqual(CELL);
    }
  });

  test("evidence that was measured before is still read", () => {
    const old = JSON.parse(JSON.stringify(evidence));
    for (const task of old.tasks) delete task.overTime;
    expect(evidenceSchema.parse(old).tasks[0]!.overTime).toBeNull();
    expect(evidenceSchema.parse(JSON.parse(JSON.stringify(evidence)))).toEqual(evidence);
  });
});

describe("periods", () => {
  const days = (n: number, every: number) => Float64Array.from({ length: n }, (_, i) => 12_000 + i * every);
  const half = (n: number) => Uint8Array.from({ length: n }, (_, i) => (i % 2 === 0 ? CASE : CONTROL));
  const limits = { minimumCell: CELL, minimumEvents: 5 };

  test("are months where months can be judged, quarters or years where they cannot", () => {
    expect(periodsOf(days(600, 0.5), half(600), limits)?.grain).toBe("month");
    expect(periodsOf(days(300, 4), half(300), limits)?.grain).toBe("quarter");
    expect(periodsOf(days(300, 12), half(300), limits)?.grain).toBe("year");
  });

  test("of fewer persons than the minimum cell are not named", () => {
    const { attribute } = periodsOf(days(60, 12), half(60), limits)!;
    const sizes = attribute.levels.map((_, l) => attribute.level.filter((of) => of === l).length);
    expect(Math.min(...sizes)).toBeGreaterThanOrEqual(CELL);
  });
});

test("label delay is told from when each onset was known, onsets that are told on their day among it", () => {
  const persons = 40;
  const histories = Array.from({ length: persons }, (_, i) => ({
    ...(held[0] as PatientHistory),
    outcomeDays: [[100.1, 200.3]],
    outcomeKnownDays: [[100.1, 200.3 + (i < 20 ? 0 : 45)]],
  }));
  const task = {
    positions: Int32Array.from(histories.keys()),
    predictionDays: new Float64Array(persons).fill(150.7),
    observations: {
      days: new Float64Array(persons).fill(200.3 - 150.7),
      kind: new Uint8Array(persons).fill(ONSET),
    },
    attrition: {},
  };
  const delays = labelDelayOf(histories, task, new Uint8Array(persons).fill(CASE), 0, CELL);
  expect(delays.map(({ fromDays, toDays, onsets }) => [fromDays, toDays, onsets])).toEqual([
    [0, 1, 20],
    [1, 91, 20],
  ]);
  expect(delays[0]!.share).toMatchObject({ value: 0.5, n: persons });
});
