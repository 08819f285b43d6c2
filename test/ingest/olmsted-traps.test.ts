/** The whole cohort by its mapping: what this cohort could teach a model wrongly is not in the records. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readOlmstedCohort } from "../../src/ingest/example/olmsted-cohort.ts";
import { ingest } from "../../src/ingest/ingest.ts";
import type { IngestReport } from "../../src/ingest/ingest-report.ts";
import { subjectKeyOf } from "../../src/ingest/subject-key.ts";
import { type DuckDbTimelineStore, openTimelineStore } from "../../src/timeline/open-timeline-store.ts";
import { DEATH, type Timeline } from "../../src/timeline/patient-event.ts";
import { fixedEffects } from "../support/fixed-effects.ts";

let work: string;
let report: IngestReport;
let store: DuckDbTimelineStore;
const timelines: Timeline[] = [];

beforeAll(async () => {
  work = await mkdtemp(join(tmpdir(), "longitude-traps-"));
  const out = join(work, "records");
  for await (const event of ingest({ input: "examples/olmsted", format: "csv", out }, fixedEffects())) {
    if (event.kind === "done") report = event.report;
  }
  store = await openTimelineStore(out);
  for await (const timeline of store.timelines()) timelines.push(timeline);
}, 120_000);

afterAll(async () => {
  store.close();
  await rm(work, { recursive: true, force: true });
});

describe("the records of the Olmsted cohort", () => {
  it("hold every person and reject only what lies after a death", () => {
    expect(timelines.length).toBe(14_052);
    const after = report.tally.filter(({ fate }) => fate === "rejected" || fate === "not an event");
    expect(after.map(({ reason }) => reason)).toEqual(["EVENT_AFTER_DEATH", "recorded after death"]);
    expect(after.reduce((sum, { count }) => sum + count, 0)).toBe(9);
  });

  it("hold only the mapped codes: no matched set, no copies, no undated weight, height or body mass index", async () => {
    const codes = (await store.codes()).map(({ code }) => code);
    expect(codes.filter((code) => !/^(ICD10CM|SEX|MEDS_)/.test(code))).toEqual([
      "COHORT/INDEX",
      "COHORT/LAST_CONTACT",
      "LOINC/2085-9",
      "LOINC/72166-2",
      "LOINC/8480-6",
      "OLMSTED/fib4",
    ]);
  });

  it("say how many undated values the mapping left out", () => {
    const dropped = report.tally.filter((row) => row.fate === "dropped" && row.source === "subjects");
    expect(dropped.map(({ reason, count }) => [reason.split(":")[0], count])).toEqual([
      ["height", 11_519],
      ["weight", 10_230],
      ["bmi", 10_090],
    ]);
  });

  it("never carry the matched set's number in an event", () => {
    const leaks = timelines
      .flatMap(({ events }) => events)
      .filter(({ textValue, encounterId }) => textValue !== null || encounterId !== null);
    expect(leaks).toEqual([]);
  });

  it("keep every matched set whole in one split, near 70, 10 and 20 percent", async () => {
    const splits = await store.splits();
    const splitOfSet = new Map<string, string>();
    for (const person of await readOlmstedCohort("examples/olmsted")) {
      if (person.matchedSet === null) continue;
      const split = splits.get(subjectKeyOf(person.id))!;
      expect(splitOfSet.get(person.matchedSet) ?? split).toBe(split);
      splitOfSet.set(person.matchedSet, split);
    }
    expect(report.dataset.splits.train / 14_052).toBeCloseTo(0.7, 1);
    expect(report.dataset.splits.held_out / 14_052).toBeCloseTo(0.2, 1);
  });

  it("learn of a death only after the index date, and of nothing after a death", () => {
    for (const { events } of timelines) {
      const index = events.find(({ code }) => code === "COHORT/INDEX")!.time!;
      const death = events.find(({ code }) => code === DEATH)?.time;
      if (death === undefined) continue;
      expect(death!).toBeGreaterThan(index);
      expect(events.every(({ time }) => time === null || time <= death!)).toBe(true);
    }
  });

  it("end with a death or a last contact for everybody", () => {
    const ends = timelines.map(
      ({ events }) => events.filter(({ code }) => code === DEATH || code === "COHORT/LAST_CONTACT").length,
    );
    expect(ends.every((count) => count === 1)).toBe(true);
  });
});
