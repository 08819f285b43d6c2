/** Persons of a test as tables, and as a dataset of our own. */
import { Database, literal } from "../../src/timeline/database.ts";
import { writeMedsDataset } from "../../src/timeline/write-meds-dataset.ts";
import type { StoredPerson } from "../timeline/describe-timeline-store.ts";

/** Tables `event` and `subject` with these persons. */
export async function tablesOf(persons: readonly StoredPerson[]): Promise<Database> {
  const database = await Database.open();
  await database.run(`
    CREATE TABLE event (subject_id BIGINT, time TIMESTAMP, code VARCHAR, numeric_value FLOAT, text_value VARCHAR,
      unit VARCHAR, available_time TIMESTAMP, encounter_id VARCHAR, source VARCHAR);
    CREATE TABLE subject (subject_id BIGINT, split VARCHAR, group_key VARCHAR)`);
  const text = (value: string | null): string => (value === null ? "NULL" : literal(value));
  const time = (ms: number | null): string => (ms === null ? "NULL" : `make_timestamp(${ms * 1000}::BIGINT)`);
  for (const { subjectId, split, events } of persons) {
    await database.run(`INSERT INTO subject VALUES (${subjectId}, '${split}', NULL)`);
    const rows = events.map(
      (e) => `(${subjectId}, ${time(e.time)}, ${text(e.code)}, ${e.numericValue ?? "NULL"},
        ${text(e.textValue)}, ${text(e.unit)}, ${time(e.availableTime)}, ${text(e.encounterId)}, ${text(e.source)})`,
    );
    if (rows.length > 0) await database.run(`INSERT INTO event VALUES ${rows.join(", ")}`);
  }
  return database;
}

export async function writeOwnDataset(
  dir: string,
  persons: readonly StoredPerson[],
  eventsPerShard = 100_000,
): Promise<void> {
  const database = await tablesOf(persons);
  await writeMedsDataset(dir, {
    database,
    events: "event",
    subjects: "subject",
    metadata: { dataset_name: "test" },
    eventsPerShard,
  });
  database.close();
}
