/** An increment gives the dataset that an ingest of everything would have given. */
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createRandom } from "../../src/effects/random.ts";
import { forgetPersons, searchForgotten } from "../../src/ingest/forget-persons.ts";
import { ingest } from "../../src/ingest/ingest.ts";
import type { IngestInput } from "../../src/ingest/ingest-options.ts";
import type { IngestReport } from "../../src/ingest/ingest-report.ts";
import { subjectKeyOf } from "../../src/ingest/subject-key.ts";
import { openTimelineStore } from "../../src/timeline/open-timeline-store.ts";
import { fixedEffects } from "../support/fixed-effects.ts";

const PERSONS = 12;

let work: string;
beforeAll(async () => {
  work = await mkdtemp(join(tmpdir(), "longitude-append-"));
});
afterAll(() => rm(work, { recursive: true, force: true }));

async function run(input: IngestInput): Promise<IngestReport> {
  for await (const event of ingest(
    { rejectLimit: 1, eventsPerShard: 60, groupIdentifier: "family", ...input },
    fixedEffects(),
  )) {
    if (event.kind === "done") return event.report;
  }
  throw new Error("it ended without a report");
}

async function exported(name: string, resources: readonly object[]): Promise<string> {
  const dir = join(work, name);
  await rm(dir, { recursive: true, force: true });
  await mkdir(dir, { recursive: true });
  await writeFile(join(dir, "export.ndjson"), resources.map((one) => `${JSON.stringify(one)}\n`).join(""));
  return dir;
}

/** Persons with events, splits and codes: all that training sees. */
async function contentOf(dir: string) {
  const store = await openTimelineStore(dir);
  const timelines: Record<string, unknown> = {};
  for await (const { subjectId, events } of store.timelines()) timelines[subjectId] = events;
  const content = {
    timelines,
    splits: [...(await store.splits())].sort(([a], [b]) => a - b),
    groups: [...(await store.groups())].sort(([a], [b]) => a - b),
    codes: await store.codes(),
  };
  store.close();
  return content;
}

const patient = (id: number, more: object = {}) => ({
  resourceType: "Patient",
  id: `p${id}`,
  gender: id % 2 === 0 ? "male" : "female",
  birthDate: `${1950 + (id % 40)}-01-01`,
  identifier: [{ system: "family", value: `f${Math.floor(id / 2)}` }],
  ...more,
});

const result = (id: string, person: number, value: number, version: number) => ({
  resourceType: "Observation",
  id,
  meta: { lastUpdated: `2024-01-${String(version).padStart(2, "0")}T00:00:00Z`, versionId: String(version) },
  status: "final",
  code: {
    coding: [
      { system: "http://loinc.org", code: ["4548-4", "2160-0", "718-7"][person % 3], display: "A result" },
    ],
  },
  subject: { reference: `Patient/p${person}` },
  encounter: { reference: `Encounter/e${person}` },
  effectiveDateTime: `2023-0${1 + (value % 9)}-11T08:00:00Z`,
  valueQuantity: { value, unit: person % 3 === 0 ? "%" : "mg/dL" },
});

const encounter = (person: number) => ({
  resourceType: "Encounter",
  id: `e${person}`,
  status: "finished",
  class: { code: "IMP" },
  subject: { reference: `Patient/p${person}` },
  period: { start: "2023-01-01T00:00:00Z", end: "2023-12-20T00:00:00Z" },
});

/** Told for the bill: known only when its encounter, which stands in an earlier export, had ended. */
const billed = (id: string, person: number) => ({
  resourceType: "Condition",
  id,
  category: [{ coding: [{ code: "encounter-diagnosis" }] }],
  code: { coding: [{ system: "http://hl7.org/fhir/sid/icd-10-cm", code: "E11.9" }] },
  subject: { reference: `Patient/p${person}` },
  encounter: { reference: `Encounter/e${person}` },
  onsetDateTime: "2023-02-01",
});

const deletion = (url: string) => ({
  resourceType: "Bundle",
  type: "transaction",
  meta: { lastUpdated: "2024-02-20T00:00:00Z" },
  entry: [{ request: { method: "DELETE", url } }],
});

const persons = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, i) => from + i);

describe("an increment", () => {
  it("gives the events, splits and codes of an ingest of all exports together, export after export", async () => {
    const random = createRandom("increments");
    const first: object[] = persons(0, PERSONS).flatMap((id) => [
      patient(id),
      encounter(id),
      ...persons(0, 10).map((n) => result(`o${id}-${n}`, id, 1 + n, 1)),
    ]);
    const out = join(work, "grown");
    await run({ input: await exported("first", first), out });
    const everything = [...first];
    for (let step = 1; step <= 5; step++) {
      const increment: object[] = [];
      const known = PERSONS + step - 1;
      for (let n = 0; n < 6; n++) {
        const person = random.integer(known);
        const id = `o${person}-${random.integer(10)}`;
        increment.push(result(id, person, 20 + random.integer(60), 1 + step));
      }
      increment.push(patient(known), encounter(known), result(`o${known}-0`, known, 5, 1));
      increment.push(billed(`c${step}`, random.integer(known)));
      increment.push(deletion(`Observation/o${random.integer(PERSONS)}-${random.integer(10)}`));
      if (step === 3) increment.push(deletion("Patient/p2"));
      if (step === 4) increment.push(patient(4, { deceasedDateTime: "2023-06-01" }));
      // An older copy comes late and does not stand.
      if (step === 5)
        increment.push(result("o6-1", 6, 99, 1), result("o6-1", 6, 77, 9), result("o6-1", 6, 98, 2));
      everything.push(...increment);
      const { increment: done } = await run({
        input: await exported("step", increment),
        out,
        append: true,
      });
      expect(done?.personsAdded).toBe(1);
      const whole = join(work, "whole");
      await run({
        input: await exported("everything", everything),
        out: whole,
        overwrite: true,
      });
      const content = await contentOf(out);
      expect(content.splits.length).toBe(PERSONS + step - (step < 3 ? 0 : 1));
      expect(content).toEqual(await contentOf(whole));
    }
  }, 120_000);

  it("leaves shards that it does not touch as they are, and the dataset in which nothing was", async () => {
    const out = join(work, "kept");
    const all = persons(0, 60).flatMap((id) => [
      patient(id),
      ...persons(0, 10).map((n) => result(`o${id}-${n}`, id, n, 1)),
    ]);
    const { dataset } = await run({ input: await exported("many", all), out });
    expect(dataset.shards).toBeGreaterThan(6);
    const report = await run({ input: await exported("one", [result("o7-3", 7, 50, 2)]), out, append: true });
    expect(report.increment).toMatchObject({
      personsWrittenAnew: 1,
      personsAdded: 0,
      eventsReplaced: 1,
      shardsRewritten: 1,
    });
    expect(report.increment!.shardsKept).toBe(dataset.shards - 1);
    expect(report.dataset.events).toBe(dataset.events);
    expect(report.candidates).toMatchObject({ in: 1, kept: 1 });
  });

  it("is refused for a dataset that was not read from FHIR, and for what is no FHIR", async () => {
    const out = join(work, "meds");
    await run({ input: "test/cases/ingest-meds-nested-shards/in", out });
    const fhir = await exported("some", [patient(1)]);
    await expect(run({ input: fhir, out, append: true })).rejects.toMatchObject({
      code: "APPEND_IMPOSSIBLE",
    });
    await expect(
      run({ input: "test/cases/ingest-meds-nested-shards/in", out, append: true }),
    ).rejects.toMatchObject({ code: "APPEND_IMPOSSIBLE" });
  });

  it("lets no older copy of a person stand, in whichever increment it comes", async () => {
    const told = (version: number, more: object) =>
      patient(1, { meta: { versionId: String(version), lastUpdated: "2024-01-01T00:00:00Z" }, ...more });
    const out = join(work, "grown-late");
    const first = [patient(0), patient(2), told(3, { deceasedDateTime: "2023-06-01" })];
    const late = [told(2, {}), result("o1", 1, 5, 1)];
    const after = [result("o2", 1, 9, 1)];
    await run({ input: await exported("first-late", first), out });
    await run({ input: await exported("late", late), out, append: true });
    await run({ input: await exported("after-late", after), out, append: true });
    const whole = join(work, "whole-late");
    await run({ input: await exported("all-late", [...first, ...late, ...after]), out: whole });
    const content = await contentOf(out);
    expect(content).toEqual(await contentOf(whole));
    expect(JSON.stringify(content.timelines[subjectKeyOf("p1")])).toContain("MEDS_DEATH");
  });

  it("comes into the units that the dataset has, of a code that no table knows too", async () => {
    const measured = (id: string, value: number, unit: string) => ({
      ...result(id, 1, value, 1),
      code: { text: "A test of this house", coding: [{ system: "urn:house", code: "own" }] },
      valueQuantity: { value, unit, system: "http://unitsofmeasure.org", code: unit },
    });
    const out = join(work, "units");
    const first = [patient(1), measured("a", 2, "g/L")];
    await run({ input: await exported("grams", first), out });
    const more = persons(0, 5).map((n) => measured(`b${n}`, 300, "mg/dL"));
    const { units } = await run({ input: await exported("milligrams", more), out, append: true });
    expect(units.find(({ unit }) => unit === "g/L")?.written).toContainEqual(
      expect.objectContaining({ unit: "mg/dL", values: 5, fate: "converted" }),
    );
    const { timelines } = await contentOf(out);
    const values = (timelines[subjectKeyOf("p1")] as { numericValue: number | null; unit: string | null }[])
      .filter(({ numericValue }) => numericValue !== null)
      .map(({ numericValue, unit }) => `${numericValue} ${unit}`);
    expect(new Set(values)).toEqual(new Set(["2 g/L", "3 g/L"]));
  });

  it("is forgotten with its person, ledger and all", async () => {
    const out = join(work, "forgotten");
    await run({
      input: await exported(
        "base",
        persons(0, 4).flatMap((id) => [patient(id), encounter(id)]),
      ),
      out,
    });
    await run({ input: await exported("more", [result("o1", 1, 5, 1)]), out, append: true });
    const gone = new Set([subjectKeyOf("p1")]);
    for await (const _ of forgetPersons(out, gone, fixedEffects()));
    expect(await searchForgotten(out, gone)).toMatchObject({ found: 0 });
    const ledger = await readdir(join(out, "ledger"));
    expect(ledger).toContain("person.parquet");
    const report = await run({ input: await exported("late", [result("o2", 2, 5, 1)]), out, append: true });
    expect(report.dataset.subjects).toBe(3);
    expect(await readFile(join(out, "metadata/forgotten.jsonl"), "utf8")).toContain("longitude.forgotten/1");
  });
});
