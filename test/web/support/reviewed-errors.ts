/** Records and forecasts that a release names as its own: held-out persons whom a threshold of 0.2 gets right, and wrong. */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { MANIFEST_FILE } from "../../../src/artefacts/manifest.ts";
import { writeRiskTable } from "../../../src/forecast/risk-table.ts";
import { PRIVACY_JSON } from "../../../src/privacy/records/privacy-report.ts";
import { Database } from "../../../src/timeline/database.ts";
import type { SubjectKey } from "../../../src/timeline/patient-event.ts";
import { writeMedsDataset } from "../../../src/timeline/write-meds-dataset.ts";

const RECORDS = "a".repeat(64);
const FORECASTS = "b".repeat(64);
export const LINEAGE = [
  { kind: "records", id: RECORDS, inputs: {} },
  { kind: "forecasts", id: FORECASTS, inputs: { records: RECORDS } },
];

/** One of three dies within the two years of the task. */
export const PERSONS = 60;
const died = (i: number) => i % 3 === 0;
/** Of those who die, every fourth has a low risk; of the others, every tenth a high one, and one's is just above. */
export function riskOf(i: number): number {
  if (died(i)) return i % 12 === 0 ? 0.05 + i / 1000 : 0.6;
  return i === 1 ? 0.25 : i % 10 === 1 ? 0.7 : 0.02;
}
export const MISSED = Array.from({ length: PERSONS }, (_, i) => i).filter((i) => died(i) && riskOf(i) < 0.2);
export const ALARMED = Array.from({ length: PERSONS }, (_, i) => i).filter(
  (i) => !died(i) && riskOf(i) >= 0.2,
);

/** @param notes texts of the records, one a person */
export async function writeReviewed(folder: string, notes: readonly string[] = []): Promise<void> {
  const records = join(folder, "artefacts", "records-aaaaaaaaaaaaaaaa");
  const forecasts = join(folder, "artefacts", "forecasts-bbbbbbbbbbbbbbbb");
  await mkdir(forecasts, { recursive: true });
  await writeRecords(records, notes);
  await writeRiskTable(
    join(forecasts, "risks.parquet"),
    Array.from({ length: PERSONS }, (_, i) => ({
      ...{ subjectId: (i + 1) as SubjectKey, predictionDay: 14_610, outcome: "death", landmark: "index" },
      risks: { "2y": riskOf(i), "5y": riskOf(i) },
    })),
  );
  for (const [at, id, kind] of [
    [records, RECORDS, "records"],
    [forecasts, FORECASTS, "forecasts"],
  ] as const)
    await writeFile(join(at, MANIFEST_FILE), JSON.stringify({ id, kind, inputs: {} }));
  await writeFile(join(records, PRIVACY_JSON), "{}");
}

export async function writeProven(folder: string): Promise<void> {
  await mkdir(join(folder, "privacy"), { recursive: true });
  await writeFile(join(folder, "privacy", "proof.json"), "{}");
}

async function writeRecords(folder: string, notes: readonly string[]): Promise<void> {
  const database = await Database.open();
  try {
    await database.run(`
      CREATE TABLE event (subject_id BIGINT, time TIMESTAMP, code VARCHAR, numeric_value FLOAT, text_value VARCHAR,
        unit VARCHAR, available_time TIMESTAMP, encounter_id VARCHAR, source VARCHAR);
      CREATE TABLE subject (subject_id BIGINT, split VARCHAR, group_key VARCHAR)`);
    for (let i = 0; i < PERSONS; i++) {
      const event = (day: string, code: string, value = "NULL") =>
        `(${i + 1}, TIMESTAMP '${day}', '${code}', ${value}, NULL, NULL, NULL, NULL, 'Observation')`;
      await database.run(`
        INSERT INTO subject VALUES (${i + 1}, 'held_out', NULL);
        INSERT INTO event VALUES ${[
          event("1950-01-01", "MEDS_BIRTH"),
          event("2009-06-01", "LOINC/2339-0", "120"),
          event("2009-09-01", "ICD10CM/I10"),
          event("2010-01-01", "COHORT/INDEX"),
          event("2011-01-01", "LOINC/2339-0", "140"),
          died(i) ? event("2011-06-01", "MEDS_DEATH") : event("2015-01-01", "COHORT/LAST_CONTACT"),
        ].join(", ")}`);
    }
    for (const [i, text] of notes.entries())
      await database.run(`
        INSERT INTO event VALUES (${i + 1}, TIMESTAMP '2009-07-01', 'NOTE/visit', NULL, '${text}', NULL, NULL, NULL, 'DocumentReference')`);
    await mkdir(folder, { recursive: true });
    await writeMedsDataset(folder, {
      database,
      events: "event",
      subjects: "subject",
      metadata: { dataset_name: "test" },
    });
  } finally {
    database.close();
  }
}
