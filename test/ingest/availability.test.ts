/** From a FHIR file to labels, features and tokens: nothing is used before it could be known. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fhirAvailability } from "../../src/ingest/availability.ts";
import { RESOURCE_RULES } from "../../src/ingest/fhir/resource-rules.ts";
import { ingest } from "../../src/ingest/ingest.ts";
import { openTimelineStore } from "../../src/timeline/open-timeline-store.ts";
import { encodePatient } from "../../src/tokens/encoded-patient.ts";
import { buildVocabulary } from "../../src/tokens/vocabulary.ts";
import { cohortSchema } from "../../src/vetting/outcome-definition.ts";
import { buildHistory, eventsBefore, type PatientHistory } from "../../src/vetting/patient-history.ts";
import { fixedEffects } from "../support/fixed-effects.ts";

const CASE = "test/cases/ingest-fhir-hospital-stay/in";
const DAY = 86_400_000;
const dayOf = (iso: string): number => Date.parse(`${iso}Z`) / DAY;

let work: string;
let history: PatientHistory;

beforeAll(async () => {
  work = await mkdtemp(join(tmpdir(), "longitude-availability-"));
  const out = join(work, "records");
  for await (const _ of ingest({ input: CASE, out }, fixedEffects()));
  const store = await openTimelineStore(out);
  for await (const timeline of store.timelines())
    history = buildHistory(timeline, cohortSchema.parse({}), []);
  store.close();
});

afterAll(() => rm(work, { recursive: true, force: true }));

describe("what could be known", () => {
  const knownAt = (iso: string): string[] => eventsBefore(history, dayOf(iso)).map(({ code }) => code);

  it("has a rule for every resource type that gives events", () => {
    for (const type of Object.keys(RESOURCE_RULES)) expect(fhirAvailability(type).why).not.toBe("");
  });

  it("leaves a billing diagnosis out until the discharge", () => {
    expect(knownAt("2020-01-08T00:00:00")).not.toContain("ICD10CM/I21.4");
    expect(knownAt("2020-01-09T12:00:00")).toContain("ICD10CM/I21.4");
  });

  it("takes the date on which a diagnosis was recorded where there is one", () => {
    expect(knownAt("2020-01-02T23:00:00")).not.toContain("ICD10CM/I10");
    expect(knownAt("2020-01-03T00:00:00")).toContain("ICD10CM/I10");
  });

  it("puts a token where its event could be known, so that no earlier token follows from it", () => {
    const codes = [...new Set(history.events.map(({ code }) => code))];
    const vocabulary = buildVocabulary(
      {
        counts: new Map(codes.map((code) => [code, 50])),
        staticCounts: new Map(),
        edges: new Map(),
        parents: new Map(),
      },
      { minimumEvents: 1, intervalDays: [1, 7, 30], clockYears: 1 },
    );
    const { tokens, days } = encodePatient(history, vocabulary);
    const token = vocabulary.match("ICD10CM/I21.4", null, null).token;
    expect(days[tokens.indexOf(token)]).toBeCloseTo(dayOf("2020-01-09T12:00:00"), 6);
    expect([...days]).toEqual([...days].sort((a, b) => a - b));
  });
});
