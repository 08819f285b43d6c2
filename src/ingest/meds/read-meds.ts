/**
 * A MEDS 0.3 or 0.4 dataset, or one loose Parquet file with its columns, read by DuckDB straight into the staging tables.
 * `value` is taken for `numeric_value`; `GENDER//F` and its like for `SEX/F`; `MEDS_BIRTH//…` for `MEDS_BIRTH`.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { LongitudeError } from "../../errors/longitude-error.ts";
import {
  CODE_MISSING,
  DATE_IMPOSSIBLE,
  INPUT_FILE_EMPTY,
  MEDS_COLUMN,
  MEDS_SUBJECT_SPLIT,
  SUBJECT_MISSING,
  UNIT_UNKNOWN,
} from "../../errors/registry.ts";
import { type Database, literal } from "../../timeline/database.ts";
import { CODES_PARQUET, GROUPS_PARQUET, SPLITS_PARQUET } from "../../timeline/dataset-layout.ts";
import { EVENT_COLUMNS } from "../../timeline/event-columns.ts";
import { parquetColumns, parquetSource, unreadable } from "../../timeline/shard-events.ts";
import type { Counter, Tally } from "../tally.ts";
import { recogniseUnit } from "../unit.ts";

export interface MedsContext {
  readonly database: Database;
  readonly tally: Tally;
  readonly notes: Counter;
  readonly unknownUnits: Counter;
  readonly unitAliases: Readonly<Record<string, string>>;
  readonly elements: Counter;
  readonly collectIdentifiers: boolean;
}

const SOURCE = "MEDS";

/** @param shards paths of all data files; @param root folder of `metadata/`, or null */
export async function* readMeds(
  shards: readonly string[],
  root: string | null,
  context: MedsContext,
): AsyncGenerator<void> {
  const { database } = context;
  for (const shard of shards) await checkColumns(database, shard);
  await checkOneShardEach(database, shards);
  await database.run("CREATE TEMP TABLE unit_name (written VARCHAR, unit VARCHAR)");
  for (const shard of shards) {
    await readShard(shard, context);
    yield;
  }
  await database.run(`
    INSERT INTO person (subject_id, birth_ms, death_ms, from_index, checksum, resource, version, instance)
    SELECT subject_id, min(ms) FILTER (WHERE code = 'MEDS_BIRTH'), min(ms) FILTER (WHERE code = 'MEDS_DEATH'),
           false, 0, 'subject', 0, 0
    FROM event GROUP BY subject_id`);
  if (context.collectIdentifiers) await harvestMeds(shards, context);
  if (root === null) return;
  await readMetadata(database, root);
  yield;
}

/** Columns of MEDS 0.4 and of Longitude by what becomes of them; others are dropped and counted as unknown. */
const ELEMENTS: Readonly<Record<string, "keep" | "transform">> = {
  subject_id: "transform",
  time: "transform",
  code: "transform",
  numeric_value: "keep",
  value: "keep",
  text_value: "transform",
  unit: "transform",
  available_time: "transform",
  encounter_id: "transform",
  source: "transform",
};

/** A subject's number is all that MEDS tells of who is who. */
async function harvestMeds(shards: readonly string[], { database, elements }: MedsContext): Promise<void> {
  await database.run(
    "INSERT INTO known SELECT DISTINCT subject_id, 'number', CAST(CAST(subject_id AS BIGINT) AS VARCHAR) FROM person",
  );
  for (const shard of shards) {
    const [row] = await database.rows(`SELECT CAST(count(*) AS DOUBLE) AS n FROM ${parquetSource([shard])}`);
    for (const name of await parquetColumns(database, shard)) {
      const given = ELEMENTS[name];
      elements.add(given === undefined ? "unknown column" : `${given} ${name}`, row!.n as number);
    }
  }
}

async function checkColumns(database: Database, shard: string): Promise<void> {
  const present = await parquetColumns(database, shard);
  const missing = EVENT_COLUMNS.filter((column) => column.required && !present.has(column.name));
  if (missing.length === 0) return;
  const names = missing.map((column) => column.name).join(", ");
  throw new LongitudeError(MEDS_COLUMN, `${shard} lacks ${missing.length} required column(s): ${names}`);
}

async function checkOneShardEach(database: Database, shards: readonly string[]): Promise<void> {
  if (shards.length < 2) return;
  const source = parquetSource(shards, ", filename = true");
  const [row] = await database.rows(`
    SELECT CAST(count(*) AS DOUBLE) AS n FROM (
      SELECT subject_id FROM (SELECT DISTINCT subject_id, filename FROM ${source})
      GROUP BY subject_id HAVING count(*) > 1)`);
  const split = row!.n as number;
  if (split > 0) {
    throw new LongitudeError(
      MEDS_SUBJECT_SPLIT,
      `${split} subject(s) have events in more than one of ${shards.length} shards`,
    );
  }
}

async function readShard(shard: string, context: MedsContext): Promise<void> {
  const { database, tally } = context;
  const present = await parquetColumns(database, shard);
  const text = (name: string): string => (present.has(name) ? `CAST("${name}" AS VARCHAR)` : "NULL");
  const value = present.has("numeric_value") ? "numeric_value" : present.has("value") ? '"value"' : "NULL";
  const source = parquetSource([shard]);
  try {
    if (present.has("unit")) await nameUnits(source, context);
    await database.run(`
      CREATE OR REPLACE TEMP TABLE shard_row AS
      SELECT CAST(subject_id AS DOUBLE) AS subject_id, epoch_us(CAST(time AS TIMESTAMP)) / 1000.0 AS ms,
             trim(CAST(code AS VARCHAR)) AS code, CAST(${value} AS DOUBLE) AS numeric_value,
             ${text("text_value")} AS text_value, ${text("unit")} AS written_unit,
             ${present.has("available_time") ? "epoch_us(CAST(available_time AS TIMESTAMP)) / 1000.0" : "NULL"} AS available_ms,
             ${text("encounter_id")} AS encounter_id, coalesce(${text("source")}, ${literal(SOURCE)}) AS source,
             year(CAST(time AS TIMESTAMP)) AS year
      FROM ${source}`);
  } catch (cause) {
    throw unreadable(shard, cause);
  }
  const verdict = `CASE
    WHEN subject_id IS NULL OR subject_id > 9007199254740991 OR subject_id <> floor(subject_id) THEN '${SUBJECT_MISSING.code}'
    WHEN code IS NULL OR code = '' THEN '${CODE_MISSING.code}'
    WHEN year < 1800 OR year > 2300 THEN '${DATE_IMPOSSIBLE.code}'
    WHEN written_unit IS NOT NULL AND numeric_value IS NOT NULL AND unit IS NULL THEN '${UNIT_UNKNOWN.code}' END`;
  await database.run(`
    CREATE OR REPLACE TEMP TABLE shard_judged AS
    SELECT r.*, u.unit, ${verdict} AS verdict FROM shard_row AS r LEFT JOIN unit_name AS u ON r.written_unit = u.written`);
  const rejected = await database.rows(
    `SELECT verdict, source, CAST(count(*) AS DOUBLE) AS n, count(DISTINCT code) AS codes FROM shard_judged
     WHERE verdict IS NOT NULL GROUP BY ALL`,
  );
  for (const row of rejected) tally.add("rejected", String(row.verdict), String(row.source), row.n as number);
  for (const row of await database.rows(
    `SELECT code, CAST(count(*) AS DOUBLE) AS n FROM shard_judged WHERE verdict = '${UNIT_UNKNOWN.code}' GROUP BY code`,
  )) {
    context.unknownUnits.add(String(row.code), row.n as number);
  }
  const [total] = await database.rows("SELECT CAST(count(*) AS DOUBLE) AS n FROM shard_row");
  if ((total!.n as number) === 0) throw new LongitudeError(INPUT_FILE_EMPTY, `${shard} has no rows`);
  await database.run(`
    INSERT INTO event (subject_id, ms, from_index, code, numeric_value, text_value, unit, available_ms, encounter_id,
                       source, version, instance)
    SELECT subject_id, ms, false,
           CASE WHEN regexp_matches(code, '^(GENDER|SEX)//?(M|F|O|U)$') THEN 'SEX/' || right(code, 1)
                WHEN starts_with(code, 'MEDS_BIRTH//') THEN 'MEDS_BIRTH'
                WHEN starts_with(code, 'MEDS_DEATH//') THEN 'MEDS_DEATH' ELSE code END,
           numeric_value, text_value, CASE WHEN numeric_value IS NULL THEN NULL ELSE unit END, available_ms, encounter_id, source,
           0, 0
    FROM shard_judged WHERE verdict IS NULL`);
}

/** Each spelling of a unit is judged once. */
async function nameUnits(source: string, context: MedsContext): Promise<void> {
  const { database } = context;
  const spellings = await database.rows(
    `SELECT DISTINCT unit FROM ${source} WHERE unit IS NOT NULL AND unit NOT IN (SELECT written FROM unit_name)`,
  );
  for (const row of spellings) {
    const written = String(row.unit);
    const unit = recogniseUnit(written, context.unitAliases);
    if (unit !== null && unit !== written) context.notes.add("spelling of a unit respelled in UCUM");
    await database.run(
      `INSERT INTO unit_name VALUES (${literal(written)}, ${unit === null ? "NULL" : literal(unit)})`,
    );
  }
}

/** Splits and groups into `given_split` and `given_group`; descriptions into `described`. */
async function readMetadata(database: Database, root: string): Promise<void> {
  const file = (path: string): string | null => (existsSync(join(root, path)) ? join(root, path) : null);
  const [codes, splits, groups] = [file(CODES_PARQUET), file(SPLITS_PARQUET), file(GROUPS_PARQUET)];
  try {
    if (codes !== null && (await parquetColumns(database, codes)).has("description")) {
      await database.run(
        `INSERT INTO described SELECT code, min(description) FROM ${parquetSource([codes])}
         WHERE description IS NOT NULL GROUP BY code ORDER BY code`,
      );
    }
    if (splits !== null) {
      await database.run(
        `CREATE TABLE given_split AS SELECT CAST(subject_id AS BIGINT) AS subject_id, split FROM ${parquetSource([splits])}`,
      );
    }
    if (groups !== null) {
      await database.run(
        `UPDATE person SET group_key = g.group_key FROM ${parquetSource([groups])} AS g WHERE person.subject_id = g.subject_id`,
      );
    }
  } catch (cause) {
    throw unreadable(join(root, "metadata"), cause);
  }
}
