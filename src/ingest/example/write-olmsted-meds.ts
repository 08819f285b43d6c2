/** The example as a MEDS 0.4 dataset, with the codes that the other formats give after ingest. */
import { Database } from "../../timeline/database.ts";
import { BIRTH, DEATH } from "../../timeline/patient-event.ts";
import { writeMedsDataset } from "../../timeline/write-meds-dataset.ts";
import { assignSplit, splitsSchema } from "../assign-split.ts";
import { MS_PER_DAY } from "../calendar.ts";
import { groupKeyOf, subjectKeyOf } from "../subject-key.ts";
import { INDEX_CODE, LAST_CONTACT_CODE, OLMSTED_EVENTS, OLMSTED_MEASUREMENTS } from "./olmsted-codes.ts";
import { birthOffsetDays, type OlmstedPerson } from "./olmsted-cohort.ts";

interface ExampleEvent {
  readonly days: number | null;
  readonly code: string;
  readonly value: number | null;
  readonly unit: string | null;
  readonly source: string;
}

export async function writeOlmstedMeds(persons: readonly OlmstedPerson[], dir: string): Promise<void> {
  const database = await Database.open({ memoryMb: 1024 });
  try {
    await database.run(`
      CREATE TABLE event (subject_id DOUBLE, ms DOUBLE, code VARCHAR, numeric_value FLOAT, unit VARCHAR, source VARCHAR);
      CREATE TABLE subject (subject_id BIGINT, split VARCHAR, group_key VARCHAR);
      CREATE TABLE described (code VARCHAR, description VARCHAR)`);
    await appendPersons(database, persons);
    const columns = `
      (SELECT CAST(subject_id AS BIGINT) AS subject_id, make_timestamp_ms(CAST(ms AS BIGINT)) AS time, code, numeric_value,
              CAST(NULL AS VARCHAR) AS text_value, unit, CAST(NULL AS TIMESTAMP) AS available_time,
              CAST(NULL AS VARCHAR) AS encounter_id, source FROM event)`;
    await writeMedsDataset(dir, {
      database,
      events: columns,
      subjects: "subject",
      descriptions: "described",
      metadata: { dataset_name: "olmsted", dataset_version: "1", license: "LGPL-2.0-or-later" },
    });
  } finally {
    database.close();
  }
}

async function appendPersons(database: Database, persons: readonly OlmstedPerson[]): Promise<void> {
  const shares = splitsSchema.parse({});
  const subjects = await database.connection.createAppender("subject");
  const events = await database.connection.createAppender("event");
  for (const person of persons) {
    const subjectId = subjectKeyOf(person.id);
    const group = person.matchedSet === null ? null : groupKeyOf(person.matchedSet);
    subjects.appendBigInt(BigInt(subjectId));
    subjects.appendVarchar(assignSplit(group ?? String(subjectId), shares));
    if (group === null) subjects.appendNull();
    else subjects.appendVarchar(group);
    subjects.endRow();
    for (const event of eventsOf(person)) {
      events.appendDouble(subjectId);
      if (event.days === null) events.appendNull();
      else events.appendDouble(person.indexMs + event.days * MS_PER_DAY);
      events.appendVarchar(event.code);
      if (event.value === null) events.appendNull();
      else events.appendFloat(event.value);
      if (event.unit === null) events.appendNull();
      else events.appendVarchar(event.unit);
      events.appendVarchar(event.source);
      events.endRow();
    }
  }
  subjects.closeSync();
  events.closeSync();
  const described = await database.connection.createAppender("described");
  for (const entry of [...Object.values(OLMSTED_MEASUREMENTS), ...Object.values(OLMSTED_EVENTS)]) {
    described.appendVarchar(`${entry.prefix}/${entry.code}`);
    described.appendVarchar(entry.display);
    described.endRow();
  }
  described.closeSync();
}

function* eventsOf(person: OlmstedPerson): Generator<ExampleEvent> {
  const plain = { value: null, unit: null, source: "subjects" };
  yield { ...plain, days: null, code: `SEX/${person.sex}` };
  yield { ...plain, days: birthOffsetDays(person.ageYears), code: BIRTH };
  yield { ...plain, days: 0, code: `COHORT/${INDEX_CODE}` };
  yield {
    ...plain,
    days: person.futimeDays,
    code: person.died ? DEATH : `COHORT/${LAST_CONTACT_CODE}`,
  };
  for (const { days, test, value } of person.measurements) {
    const { prefix, code, unit } = OLMSTED_MEASUREMENTS[test]!;
    yield { days, code: `${prefix}/${code}`, value, unit, source: "measurements" };
  }
  for (const { days, event } of person.events) {
    const { prefix, code } = OLMSTED_EVENTS[event]!;
    yield { ...plain, days, code: `${prefix}/${code}`, source: "events" };
  }
}
