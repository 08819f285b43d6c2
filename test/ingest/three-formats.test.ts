/** The example in three formats is one cohort: the same persons, events, splits. */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { csvRows } from "../../src/ingest/csv/csv-rows.ts";
import { type ExampleFormat, writeOlmstedExample } from "../../src/ingest/example/write-olmsted-example.ts";
import { ingest } from "../../src/ingest/ingest.ts";
import type { IngestReport } from "../../src/ingest/ingest-report.ts";
import { openTimelineStore } from "../../src/timeline/open-timeline-store.ts";
import { fixedEffects } from "../support/fixed-effects.ts";

const STORED = "examples/olmsted";
const GROUP = "https://longitude.example/matched-set";
/** Persons with an id up to this one, so that the test is quick. */
const LAST_ID = 500;
const COPIES = ["LOINC/2093-3", "LOINC/8462-4"];

let work: string;
const reports: Partial<Record<ExampleFormat, IngestReport>> = {};

beforeAll(async () => {
  work = await mkdtemp(join(tmpdir(), "longitude-formats-"));
  const cohortDir = join(work, "cohort");
  await mkdir(cohortDir);
  for (const file of ["subjects", "measurements", "events"]) await excerpt(`${file}.csv.gz`, cohortDir);
  await writeFile(join(cohortDir, "mapping.yaml"), "unused: true\n");
  for (const format of ["fhir", "meds", "csv"] as const) {
    const input = join(work, format);
    await writeOlmstedExample({ format, cohortDir, out: input, overwrite: false });
    for await (const event of ingest(
      {
        input,
        out: join(work, `${format}-records`),
        format,
        ...(format === "csv" ? { mapping: join(STORED, "mapping.yaml") } : { drop: COPIES }),
        groupIdentifier: GROUP,
        rejectLimit: 0.01,
      },
      fixedEffects(),
    )) {
      if (event.kind === "done") reports[format] = event.report;
    }
  }
}, 120_000);

afterAll(() => rm(work, { recursive: true, force: true }));

async function excerpt(file: string, dir: string): Promise<void> {
  const lines: string[] = [];
  for await (const { header, rows } of csvRows(join(STORED, file))) {
    if (lines.length === 0) lines.push(header.join(","));
    for (const row of rows) if (Number(row[0]) <= LAST_ID) lines.push(row.join(","));
  }
  await writeFile(join(dir, file), gzipSync(`${lines.join("\n")}\n`));
}

/** Every person's events as text, without what a format cannot know (encounter, source). */
async function timelinesOf(format: ExampleFormat): Promise<string[]> {
  const store = await openTimelineStore(join(work, `${format}-records`));
  const splits = await store.splits();
  const persons: string[] = [];
  for await (const { subjectId, events } of store.timelines()) {
    const index = events.find((event) => event.code === "COHORT/INDEX")!.time!;
    const texts = events.map((event) =>
      [
        event.time === null ? "static" : (event.time - index) / 86_400_000,
        event.code,
        event.numericValue,
        event.unit,
        event.availableTime,
        event.textValue,
      ].join(" "),
    );
    persons.push([subjectId, splits.get(subjectId), ...texts].join("\n"));
  }
  store.close();
  return persons;
}

describe("the Olmsted example", () => {
  it("gives identical timelines and splits from FHIR, MEDS and CSV", async () => {
    const fhir = await timelinesOf("fhir");
    expect(fhir.length).toBeGreaterThan(300);
    expect(await timelinesOf("meds")).toEqual(fhir);
    expect(await timelinesOf("csv")).toEqual(fhir);
  });

  it("accounts for every candidate in each format", () => {
    for (const report of Object.values(reports)) {
      const { kept, rejected, dropped, notEvents } = report.candidates;
      expect(kept + rejected + dropped + notEvents).toBe(report.candidates.in);
      expect(kept).toBe(reports.fhir!.candidates.kept);
    }
  });

  it("shows that total cholesterol copies HDL and the diastolic pressure the systolic one", () => {
    for (const format of ["fhir", "meds"] as const) {
      expect(reports[format]!.copiedCodes.pairs.map((pair) => pair.codes.join(" = "))).toEqual([
        "LOINC/2085-9 = LOINC/2093-3",
        "LOINC/8462-4 = LOINC/8480-6",
      ]);
      expect(reports[format]!.copiedCodes.pairs.every((pair) => pair.resolved)).toBe(true);
    }
    expect(reports.csv!.copiedCodes.pairs).toEqual([]);
  });
});
