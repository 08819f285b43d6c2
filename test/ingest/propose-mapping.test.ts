import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseMapping, readMapping } from "../../src/ingest/csv/mapping.ts";
import { proposeMapping } from "../../src/ingest/csv/propose/propose-mapping.ts";
import "../property-seed.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "longitude-propose-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function proposed(files: Readonly<Record<string, string>>) {
  const paths: string[] = [];
  for (const [name, text] of Object.entries(files)) {
    paths.push(join(folder, name));
    await writeFile(join(folder, name), text);
  }
  return proposeMapping(paths, "here");
}

describe("a proposed mapping", () => {
  it("says of the example's persons what the mapping written by hand says", async () => {
    const example = join(import.meta.dirname, "../../examples/olmsted");
    const files = ["events", "measurements", "subjects"].map((name) => join(example, `${name}.csv.gz`));
    const { text } = await proposeMapping(files, "olmsted");
    const draft = parseMapping(text, "draft");
    const hand = await readMapping(join(example, "mapping.yaml"));
    const { index: _index, drop: drafted, ...persons } = draft.subjects;
    const { index: _other, drop: written, ...wanted } = hand.subjects;
    expect(persons).toEqual(wanted);
    expect(Object.keys(drafted)).toEqual(Object.keys(written));
    for (const table of hand.tables) {
      const mine = draft.tables.find(({ file }) => file === table.file);
      expect(mine).toMatchObject({ subject: table.subject });
      expect(mine!.events[0]).toMatchObject({ time: table.events[0]!.time, value: table.events[0]!.value });
    }
  }, 60_000);

  it("finds dates and their format, units, availability and the texts for no value in a long table", async () => {
    const { text } = await proposed({
      "people.csv":
        "patient_id,gender,date_of_birth,death_date\np1,F,02/17/1950,\np2,M,11/30/1961,03/04/2019\np3,F,07/08/1944,\n",
      "labs.csv":
        "patient_id,collected,resulted_date,test,value,units\np1,03/14/2018 08:05,03/14/2018 11:00,sodium,139,mmol/L\np2,12/24/2018 07:45,12/24/2018 10:30,K,-1,meq/L\np2,12/25/2018 07:40,12/25/2018 09:30,K,4.1,meq/L\n",
    });
    const { subjects, tables } = parseMapping(text, "draft");
    expect(subjects).toMatchObject({
      file: "people.csv",
      id: "patient_id",
      sex: { column: "gender", values: { F: "F", M: "M" } },
      birth: { column: "date_of_birth", as: "date", format: "MM/DD/YYYY" },
      death: { column: "death_date", as: "date" },
    });
    expect(subjects.index).toBeUndefined();
    expect(tables[0]!.events[0]).toMatchObject({
      time: { column: "collected", format: "MM/DD/YYYY HH:mm" },
      available: { column: "resulted_date" },
      unit: "units",
      value: { column: "value" },
      code: {
        column: "test",
        codes: { K: { code: "LOINC/2823-3", missing: ["-1"] }, sodium: { code: "LOINC/2951-2" } },
      },
    });
  });

  it("says so where day and month could be either", async () => {
    const { text } = await proposed({
      "either.csv": "patient_id,visit_date,code\np1,03/04/2018,A\np2,05/06/2018,B\n",
    });
    expect(text).toMatch(/MM\/DD\/YYYY.*DD\/MM\/YYYY too: check which/);
  });

  it("reads a wide table with a time of day apart, codes of ICD-9-CM, answers and another delimiter", async () => {
    const { text } = await proposed({
      "visits.csv":
        "person_id;visit_id;admit_date;admit_time;diag_1;insulin;heart_rate\n1;11;2018-03-14;08:30;250.83;Up;88\n1;12;2018-04-01;09:10;V45;No;91\n2;13;2018-05-01;10:00;428;No;77\n",
    });
    const draft = parseMapping(text, "draft");
    expect(draft.delimiter).toBe(";");
    expect(draft.subjects).toMatchObject({ id: "person_id", repeated: { keep: "first", by: "visit_id" } });
    const [table] = draft.tables;
    expect(table).toMatchObject({ encounter: "visit_id" });
    expect(table!.events.map(({ code }) => code)).toMatchObject([
      { columns: { heart_rate: { code: "LOINC/8867-4", unit: "/min" } } },
      { columns: { insulin: {} }, answers: { No: { drop: expect.any(String) }, Up: "//UP" } },
      { column: "diag_1", prefix: "ICD9CM/", format: "icd9cm" },
    ]);
    expect(table!.events[0]!.time).toMatchObject({ column: "admit_date", clock: "admit_time" });
  });

  it("loads as it is, whatever the files hold", async () => {
    const cell = fc.oneof(
      fc.string({ maxLength: 12 }),
      fc.constantFrom(
        "",
        "NA",
        "-1",
        "?",
        "0",
        "1",
        "2020-01-02",
        "01/02/2020",
        "M",
        "yes",
        "#",
        "a: b",
        "'",
        '"',
        "{",
        "null",
        "250.83",
      ),
      fc.integer().map(String),
    );
    const quote = (text: string): string => `"${text.replaceAll('"', '""')}"`;
    let run = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(cell, { minLength: 1, maxLength: 6 }),
        fc.array(fc.array(cell, { minLength: 7, maxLength: 7 }), { minLength: 1, maxLength: 12 }),
        async (names, rows) => {
          const header = ["patient_id", ...names.map((name, i) => `${name} ${i}`)];
          const lines = [header, ...rows.map((row) => row.slice(0, header.length))];
          const text = `${lines.map((line) => line.map(quote).join(",")).join("\n")}\n`;
          const name = `any-${++run}.csv`;
          try {
            const draft = await proposed({ [name]: text });
            expect(parseMapping(draft.text, "draft").subjects.id).toBe("patient_id");
          } catch (error) {
            // Rows that nothing orders are no persons' file, and that is said.
            expect(String(error)).toMatch(/person's identifier|several rows/);
          }
        },
      ),
      { numRuns: 60 },
    );
  }, 60_000);
});
