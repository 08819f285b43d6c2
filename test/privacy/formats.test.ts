/** Every kind of input: what it tells of who is who is collected, its fields are counted by class, and an opt-out is found. */
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { kindOf } from "../../src/ingest/csv/row-harvest.ts";
import { deidentifyRecords } from "../../src/privacy/deidentify-records.ts";
import { privacySchema } from "../../src/privacy/privacy-config.ts";
import type { PrivacyReport } from "../../src/privacy/records/privacy-report.ts";
import { createZone } from "../../src/privacy/zone/open-zone.ts";
import { systemEntropy } from "../../src/privacy/zone/system-entropy.ts";
import { Database, literal } from "../../src/timeline/database.ts";
import { fixedEffects } from "../support/fixed-effects.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "longitude-formats-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Two persons; the second one opts out by the identifier that the export writes. */
const PEOPLE = [
  {
    id: "H0044817",
    family: "Zabriskie",
    given: "Wilhelmina",
    phone: "507-555-0142",
    street: "918 Larkmead Terrace",
    mrn: "MRN7719024",
  },
  {
    id: "H0044902",
    family: "Okonjo",
    given: "Bartholomew",
    phone: "507-555-0199",
    street: "27 Quarrystone Lane",
    mrn: "MRN7719555",
  },
];
const note = ({ given, family, phone, mrn }: (typeof PEOPLE)[number]): string =>
  `${given} ${family} called from ${phone}, record ${mrn}, seen by Perpetua Halvorsen. Blood pressure stable.`;

const WRITE: Readonly<Record<string, (dir: string) => Promise<object>>> = {
  hl7v2: async (dir) => {
    const messages = PEOPLE.flatMap((person, i) => [
      `MSH|^~\\&|LAB|HOSP|EHR|HOSP|20240301120000||ORU^R01|C${i}|P|2.5`,
      `PID|1||${person.id}^^^HOSP^MR||${person.family}^${person.given}||19520314|F|||${person.street}^^Rochester^MN^55901||${person.phone}`,
      `NK1|1|${person.family}^Ebenezer|SPO`,
      `PV1|1|O|||||1234^Halvorsen^Perpetua`,
      `OBR|1||O${i}|4548-4^HbA1c^LN|||20240229090000`,
      `OBX|1|NM|4548-4^HbA1c^LN||7.1|%|||||F|||20240229090000`,
      `OBX|2|TX|11506-3^Note^LN||${note(person)}||||||F|||20240229090000`,
      "ZPI|1|what the sender made up",
      "",
    ]);
    await writeFile(join(dir, "feed.hl7"), messages.join("\r"));
    return { format: "hl7v2", input: dir };
  },
  omop: async (dir) => {
    const table = (name: string, header: string, rows: readonly string[]): Promise<void> =>
      writeFile(join(dir, `${name}.csv`), [header, ...rows, ""].join("\n"));
    await table(
      "person",
      "person_id,gender_concept_id,year_of_birth,month_of_birth,day_of_birth,location_id,person_source_value,favourite_colour",
      PEOPLE.map(({ id }, i) => `${i + 100_001},8532,1952,3,14,${i + 1},${id},red`),
    );
    await table(
      "location",
      "location_id,address_1,city,zip",
      PEOPLE.map(({ street }, i) => `${i + 1},${street},Rochester,55901`),
    );
    await table("provider", "provider_id,provider_name,npi", ["1,Perpetua Halvorsen,1234567893"]);
    await table(
      "note",
      "note_id,person_id,note_date,note_class_concept_id,note_type_concept_id,note_text",
      PEOPLE.map((person, i) => `${i + 1},${i + 100_001},2024-02-29,44814637,44814639,"${note(person)}"`),
    );
    await table(
      "condition_occurrence",
      "condition_occurrence_id,person_id,condition_concept_id,condition_start_date,condition_source_value",
      PEOPLE.map((_, i) => `${i + 1},${i + 100_001},201826,2024-02-29,E11.9`),
    );
    return { format: "omop", input: dir };
  },
  csv: async (dir) => {
    await writeFile(
      join(dir, "persons.csv"),
      [
        "id,born,sex,first_name,last_name,homePhone,street_address,hobby",
        ...PEOPLE.map((p) => `${p.id},1952-03-14,F,${p.given},${p.family},${p.phone},${p.street},chess`),
        "",
      ].join("\n"),
    );
    await writeFile(
      join(dir, "notes.csv"),
      [
        "id,day,text,provider_name",
        ...PEOPLE.map((p) => `${p.id},2024-02-29,"${note(p)}",Perpetua Halvorsen`),
        "",
      ].join("\n"),
    );
    await writeFile(
      join(dir, "mapping.yaml"),
      `schema: longitude.mapping/1
subjects: { file: persons.csv, id: id, birth: { column: born, as: date }, sex: { column: sex, values: { F: F } } }
tables:
  - file: notes.csv
    subject: id
    events: [{ time: { column: day, as: date }, code: { fixed: NOTE/VISIT }, text: text }]
`,
    );
    return { format: "csv", input: dir, mapping: join(dir, "mapping.yaml") };
  },
  meds: async (dir) => {
    const database = await Database.open();
    await mkdir(join(dir, "data", "train"), { recursive: true });
    const rows = PEOPLE.flatMap((person, i) => [
      `(${7_719_024 + i}, NULL::TIMESTAMP, 'SEX/F', NULL::FLOAT, NULL, 'x')`,
      `(${7_719_024 + i}, TIMESTAMP '2024-02-29', 'NOTE/VISIT', NULL, ${literal(note(person))}, 'y')`,
    ]);
    await database.run(
      `COPY (SELECT CAST(col0 AS BIGINT) AS subject_id, col1 AS time, col2 AS code, col3 AS numeric_value, col4 AS text_value, col5 AS made_up FROM (VALUES ${rows.join(", ")}) ORDER BY 1, 2 NULLS FIRST) TO ${literal(join(dir, "data", "train", "0.parquet"))} (FORMAT parquet)`,
    );
    database.close();
    return { format: "meds", input: dir };
  },
};

describe.each(Object.keys(WRITE))("records in %s", (format) => {
  it("lose what identifies persons, and whoever has opted out", async () => {
    const dir = join(folder, format);
    await mkdir(dir, { recursive: true });
    const records = await WRITE[format]!(dir);
    const optOut = format === "meds" ? "7719025" : PEOPLE[1]!.id;
    await writeFile(join(folder, `${format}.txt`), `${optOut}\n`);
    const config = privacySchema.parse({
      zone: join(folder, `zone-${format}`),
      profile: "safe-harbor",
      rareCodes: 1,
      optOuts: join(folder, `${format}.txt`),
    });
    await createZone(config, systemEntropy);
    const out = join(folder, `out-${format}`);
    const running = deidentifyRecords(
      { records: { rejectLimit: 1, ...records } as never, content: null, config, out, overwrite: true },
      fixedEffects(),
      systemEntropy,
    );
    let report: PrivacyReport | null = null;
    for await (const event of running) if (event.kind === "done") report = event.privacy;
    expect(report!.persons).toMatchObject({ in: 2, kept: 1, optedOut: 1 });
    const database = await Database.open();
    const texts = await database.rows(
      `SELECT text_value AS text FROM read_parquet(${literal(join(out, "data", "**", "*.parquet"))}) WHERE text_value IS NOT NULL`,
    );
    database.close();
    const text = texts.map((row) => String(row.text)).join("\n");
    expect(text).toContain("Blood pressure stable");
    for (const secret of PEOPLE.flatMap((person) => Object.values(person)).concat("Halvorsen", "Perpetua"))
      expect(text).not.toContain(secret);
    const classes = new Set(report!.elements.map((element) => element.class));
    expect([...classes].sort()).toEqual(expect.arrayContaining(["transform", "unknown"]));
    expect(JSON.stringify(report)).not.toMatch(/favourite_colour|hobby|made_up|ZPI/);
    await expect(readFile(join(out, "metadata", "known_identifiers.parquet"))).rejects.toThrow();
  }, 60_000);
});

describe("a column's name", () => {
  it.each([
    ["patient_name", "name"],
    ["lastName", "name"],
    ["HomePhone", "phone"],
    ["email_address", "contact"],
    ["zip", "zip"],
    ["DOB", "date"],
    ["mrn", "number"],
    ["attending_physician", "name"],
    ["drug_name", null],
    ["test_name", null],
    ["value", null],
    ["hobby", null],
  ] as const)("%s holds %s", (column, kind) => {
    expect(kindOf(column)).toBe(kind);
  });
});
