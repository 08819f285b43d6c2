/** A clean little dataset of 300 invented persons over ten years, and the same with a fault planted by SQL. */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { profileRecords } from "../../src/quality/profile-records.ts";
import type { QualityProfile } from "../../src/quality/quality-profile.ts";
import { Database } from "../../src/timeline/database.ts";
import { writeMedsDataset } from "../../src/timeline/write-meds-dataset.ts";

const PERSONS = 300;
/** Per person and kind; 120 months share them evenly, some 150 a month. */
const EVENTS = 60;

/** Deterministic, 0 to 1. */
const dice = (salt: string): string => `((hash(s, k, '${salt}') % 1000003) / 1000003.0)`;
const event = (code: string, value: string, unit: string, source: string, salt: string): string => `
  SELECT s AS subject_id, TIMESTAMP '2010-01-01 08:00' + to_minutes(CAST(floor(${dice(`${salt} time`)} * 3650 * 1440) AS BIGINT)) AS time,
         ${code} AS code, CAST(${value} AS FLOAT) AS numeric_value, NULL AS text_value, ${unit} AS unit,
         CAST(NULL AS TIMESTAMP) AS available_time, NULL AS encounter_id, '${source}' AS source
  FROM range(${PERSONS}) AS a(s), range(${EVENTS}) AS b(k)`;
const glucose = `round(70 + 60 * ${dice("g1")} * ${dice("g2")} + 10 * ${dice("g3")}, 1)`;
const fixed = (time: string, code: string): string =>
  `SELECT s, ${time}, ${code}, NULL, NULL, NULL, NULL, NULL, 'Patient' FROM range(${PERSONS}) AS a(s)`;

export async function plantedProfile(
  folder: string,
  fault = "",
  ingest: object | null = CLEAN_INGEST,
): Promise<QualityProfile> {
  const database = await Database.open();
  try {
    await database.run(`
      CREATE TABLE planted AS
      ${event("'LOINC/2345-7'", glucose, "'mg/dL'", "Observation", "glucose")}
      UNION ALL ${event("'LOINC/8867-4'", `round(60 + 40 * ${dice("h")})`, "'/min'", "Observation", "rate")}
      UNION ALL ${event(`CASE WHEN ${dice("c")} < 0.5 THEN 'ICD10CM/I10' WHEN ${dice("c")} < 0.8 THEN 'ICD10CM/E11.9' ELSE 'ICD10CM/J06.9' END`, "NULL", "NULL", "Condition", "dx")}
      UNION ALL ${fixed("TIMESTAMP '1950-06-01'", "'MEDS_BIRTH'")}
      UNION ALL ${fixed("NULL", "CASE WHEN s % 2 = 0 THEN 'SEX/F' ELSE 'SEX/M' END")};
      CREATE TABLE said AS SELECT * FROM (VALUES ('LOINC/2345-7', 'Glucose'), ('LOINC/8867-4', 'Heart rate'),
        ('ICD10CM/I10', 'Hypertension'), ('ICD10CM/E11.9', 'Diabetes'), ('ICD10CM/J06.9', 'Infection')) AS t(code, description);
      ${fault};
      CREATE TABLE somebody AS SELECT DISTINCT subject_id, 'train' AS split, NULL AS group_key FROM planted`);
    await mkdir(folder, { recursive: true });
    await writeMedsDataset(folder, {
      database,
      events: "planted",
      subjects: "somebody",
      descriptions: "said",
      metadata: { dataset_name: "planted" },
    });
  } finally {
    database.close();
  }
  if (ingest !== null) await writeFile(join(folder, "metadata", "ingest.json"), JSON.stringify(ingest));
  for await (const step of profileRecords(folder, join(folder, "spill"))) {
    if (step.kind === "done") return step.profile;
  }
  throw new Error("no profile");
}

export const CLEAN_INGEST = {
  tally: [{ fate: "kept", reason: "", source: "Observation", count: 36_000 }],
  unknownUnits: [] as { what: string; count: number }[],
  copiedCodes: { pairs: [] as { codes: [string, string]; jointRows: number; resolved: boolean }[] },
};
