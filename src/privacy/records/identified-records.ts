/**
 * Identified records in a database of the zone's work folder: events with a number each, persons, and what is known to
 * identify them.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { IDENTIFIER_KINDS, type IdentifierKind } from "../../ingest/known-identifier.ts";
import { type Database, literal } from "../../timeline/database.ts";
import {
  CODES_PARQUET,
  GROUPS_PARQUET,
  KNOWN_IDENTIFIERS_PARQUET,
  readDatasetLayout,
  SPLITS_PARQUET,
} from "../../timeline/dataset-layout.ts";
import { eventSelectList, parquetColumns, parquetSource } from "../../timeline/shard-events.ts";
import { FormIndex, formsOf, plainForm } from "./identifier-forms.ts";

/**
 * Fills `raw_event (eid, subject_id, …event columns)`, `raw_person (subject_id, split, group_key)`,
 * `raw_code (code, description, parent_codes)`, `known (subject_id, kind, value)` and
 * `known_form (subject_id, form)`. A `subject_id` of null in the last two: of no one person.
 * @returns the forms of everybody's identifiers
 */
export async function loadIdentifiedRecords(database: Database, folder: string): Promise<FormIndex> {
  const layout = await readDatasetLayout(folder);
  const selects: string[] = [];
  for (const shard of layout.shards) {
    const file = join(folder, shard);
    selects.push(
      `SELECT ${eventSelectList(await parquetColumns(database, file), file)} FROM ${parquetSource([file])}`,
    );
  }
  await database.run(
    `CREATE TABLE raw_event AS SELECT CAST(row_number() OVER () AS BIGINT) AS eid, * FROM (${selects.join(" UNION ALL ")})`,
  );
  const parquet = (path: string): string => parquetSource([join(folder, path)]);
  const groups = layout.hasGroups
    ? `SELECT subject_id, group_key FROM ${parquet(GROUPS_PARQUET)}`
    : "SELECT NULL::BIGINT AS subject_id, NULL::VARCHAR AS group_key WHERE false";
  await database.run(`
    CREATE TABLE raw_person AS
    SELECT CAST(s.subject_id AS BIGINT) AS subject_id, s.split, g.group_key
    FROM ${parquet(SPLITS_PARQUET)} AS s LEFT JOIN (${groups}) AS g USING (subject_id);
    CREATE TABLE raw_code AS SELECT code, description, parent_codes FROM ${parquet(CODES_PARQUET)}`);
  const known = join(folder, KNOWN_IDENTIFIERS_PARQUET);
  return loadIdentifiers(database, existsSync(known) ? known : null);
}

/** Fills `known` and `known_form` from the collected identifiers; empty where none were. */
export async function loadIdentifiers(database: Database, file: string | null): Promise<FormIndex> {
  await database.run(
    file === null
      ? "CREATE TABLE known (subject_id BIGINT, kind VARCHAR, value VARCHAR)"
      : `CREATE TABLE known AS SELECT CAST(subject_id AS BIGINT) AS subject_id, kind, value FROM read_parquet(${literal(file)})`,
  );
  return indexForms(database);
}

async function indexForms(database: Database): Promise<FormIndex> {
  const [count] = await database.rows("SELECT CAST(count(*) AS DOUBLE) AS n FROM known");
  const index = new FormIndex((count!.n as number) * 2);
  await database.run("CREATE TABLE known_form (subject_id BIGINT, form VARCHAR)");
  const appender = await database.connection.createAppender("known_form");
  const connection = await database.connect();
  try {
    const result = await connection.stream(
      "SELECT CAST(subject_id AS DOUBLE), kind, value FROM known ORDER BY subject_id, kind, value",
    );
    for (let chunk = await result.fetchChunk(); chunk !== null; chunk = await result.fetchChunk()) {
      if (chunk.rowCount === 0) break;
      const [subjects, kinds, values] = [0, 1, 2].map((column) => chunk.getColumnVector(column));
      for (let row = 0; row < chunk.rowCount; row++) {
        const kind = identifierKind(kinds!.getItem(row));
        const value = String(values!.getItem(row));
        const subject = subjects!.getItem(row) as number | null;
        for (const form of formsOf(kind, value)) {
          index.add(form);
          if (subject !== null) {
            appender.appendBigInt(BigInt(subject));
            appender.appendVarchar(form);
            appender.endRow();
          }
        }
        // Beside its own person a number counts however short it is.
        if (kind === "number" && subject !== null) {
          appender.appendBigInt(BigInt(subject));
          appender.appendVarchar(plainForm(value));
          appender.endRow();
        }
      }
    }
  } finally {
    connection.closeSync();
    appender.closeSync();
  }
  return index;
}

function identifierKind(value: unknown): IdentifierKind {
  const found = IDENTIFIER_KINDS.find((kind) => kind === value);
  if (found === undefined) throw new TypeError("an identifier of an unknown kind in the identified records");
  return found;
}
