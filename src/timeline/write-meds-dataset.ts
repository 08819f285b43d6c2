/**
 * Writes a MEDS 0.4 dataset from tables of an open database: shards, and all metadata files.
 * Invariant: the same rows give the same bytes (total order, one thread for each file, no clock).
 */
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { DuckDBConnection } from "@duckdb/node-api";
import { asMachineError } from "../artefacts/machine-error.ts";
import type { Database } from "./database.ts";
import { literal } from "./database.ts";
import {
  CODES_PARQUET,
  DATASET_JSON,
  type DatasetMetadata,
  ETL_NAME,
  GROUPS_PARQUET,
  ledgerOf,
  SPLITS_PARQUET,
} from "./dataset-layout.ts";
import { ARROW_SCHEMA, CANONICAL_ORDER, EVENT_COLUMNS, EXTENSION_COLUMNS } from "./event-columns.ts";
import { parentCode } from "./parent-code.ts";

export interface MedsSource {
  readonly database: Database;
  /** Relation with every event column; all its rows are written. */
  readonly events: string;
  /** Table `subject_id BIGINT, split VARCHAR, group_key VARCHAR` (null group = nobody shares it); one row a person. */
  readonly subjects: string;
  /** Table `code VARCHAR, description VARCHAR`; codes without a row get no description. */
  readonly descriptions?: string;
  /** Table `code VARCHAR, parent VARCHAR`: parents that the source states, beside those that a code's spelling tells. */
  readonly parents?: string;
  readonly metadata: DatasetMetadata;
  /** `events` has columns `resource` and `version` too: keep them beside each shard, row by row. */
  readonly ledger?: boolean;
  /** Number of the first shard of a split; 0 without it. */
  readonly firstShard?: Readonly<Record<string, number>>;
  /** A shard is closed at the first person beyond this many events. */
  readonly eventsPerShard?: number;
}

export interface WrittenDataset {
  readonly shards: number;
  readonly subjects: number;
  readonly events: number;
  readonly codes: number;
}

const EVENTS_PER_SHARD = 2_000_000;
const PARQUET = "FORMAT parquet, COMPRESSION zstd";

/** Writes into `dir`, which the caller renames when all is well. */
export async function writeMedsDataset(dir: string, source: MedsSource): Promise<WrittenDataset> {
  const { database } = source;
  await mkdir(join(dir, "metadata"), { recursive: true });
  await orderEvents(source);
  await database.run("SET threads = 1");
  const shards = await writeShards(dir, source);
  const codes = await writeCodes(join(dir, CODES_PARQUET), source);
  await writeSubjects(dir, source);
  await writeJson(join(dir, DATASET_JSON), {
    ...source.metadata,
    etl_name: ETL_NAME,
    meds_version: "0.4.0",
    other_extension_columns: EXTENSION_COLUMNS,
  });
  const [count] = await database.rows(
    `SELECT CAST(count(*) AS DOUBLE) AS events, (SELECT CAST(count(*) AS DOUBLE) FROM ${source.subjects}) AS subjects
     FROM meds_ordered`,
  );
  await database.run("DROP TABLE meds_ordered; DROP TABLE meds_shard; RESET threads");
  return { shards, codes, events: count!.events as number, subjects: count!.subjects as number };
}

/** Persons to shards by id within their split, then all events in their final order. */
async function orderEvents({
  database,
  events,
  subjects,
  eventsPerShard,
  ledger,
}: MedsSource): Promise<void> {
  await database.run(`
    CREATE OR REPLACE TABLE meds_shard AS
    WITH sized AS (SELECT subject_id, count(*) AS n FROM ${events} GROUP BY subject_id)
    SELECT subject_id, split, CAST(floor((sum(n) OVER before - n) / ${eventsPerShard ?? EVENTS_PER_SHARD}) AS INTEGER) AS shard
    FROM sized JOIN ${subjects} USING (subject_id)
    WINDOW before AS (PARTITION BY split ORDER BY subject_id ROWS UNBOUNDED PRECEDING)`);
  const columns = EVENT_COLUMNS.map(
    (column) => `CAST(e.${column.name} AS ${column.sqlType}) AS ${column.name}`,
  );
  await database.run(`
    CREATE OR REPLACE TABLE meds_ordered AS
    SELECT split, shard, ${columns.join(", ")}${ledger === true ? ", e.resource, e.version" : ""}
    FROM ${events} AS e JOIN meds_shard USING (subject_id)
    ORDER BY split, shard, subject_id, ${CANONICAL_ORDER}${ledger === true ? ", resource, version" : ""}`);
}

/** Two shards at a time, each by one thread: what is in a file depends on its rows alone. */
async function writeShards(dir: string, source: MedsSource): Promise<number> {
  const { database } = source;
  const rows = await database.rows("SELECT DISTINCT split, shard FROM meds_shard ORDER BY split, shard");
  const shards = rows.map((row) => ({ split: String(row.split), shard: row.shard as number }));
  const connections = [database.connection, await database.connect()];
  let next = 0;
  const writeInTurn = async (connection: DuckDBConnection): Promise<void> => {
    for (let shard = shards[next++]; shard !== undefined; shard = shards[next++]) {
      await writeShard(dir, source, connection, shard);
    }
  };
  try {
    // Neither goes on writing into a folder that its caller has given up.
    const written = await Promise.allSettled(connections.map(writeInTurn));
    for (const one of written) if (one.status === "rejected") throw one.reason;
  } finally {
    connections[1]!.closeSync();
  }
  return shards.length;
}

async function writeShard(
  dir: string,
  { database, ledger, firstShard }: MedsSource,
  connection: DuckDBConnection,
  { split, shard }: { readonly split: string; readonly shard: number },
): Promise<void> {
  const columns = EVENT_COLUMNS.map((column) => column.name).join(", ");
  const file = join("data", split, `${shard + (firstShard?.[split] ?? 0)}.parquet`);
  const rows = `FROM meds_ordered WHERE split = ${literal(split)} AND shard = ${shard}`;
  const copy = async (selected: string, target: string, more = ""): Promise<void> => {
    const path = join(dir, target);
    await mkdir(dirname(path), { recursive: true });
    const sql = `COPY (SELECT ${selected} ${rows}) TO ${literal(path)} (${PARQUET}${more})`;
    await database.run(sql, connection);
  };
  await copy(columns, file, `, KV_METADATA {'ARROW:schema': ${literal(ARROW_SCHEMA)}}`);
  if (ledger === true) await copy("subject_id, resource, version", ledgerOf(file));
}

/** One row for each code of the data and each ancestor, so that a chain of parents can be walked to its end. */
async function writeCodes(path: string, { database, descriptions, parents }: MedsSource): Promise<number> {
  const rows = await database.rows("SELECT DISTINCT code FROM meds_ordered ORDER BY code");
  const stated = parents === undefined ? new Map<string, string[]>() : await statedParents(database, parents);
  const known = new Map<string, readonly string[]>();
  const queue = rows.map((row) => String(row.code));
  for (let code = queue.pop(); code !== undefined; code = queue.pop()) {
    if (known.has(code)) continue;
    const spelled = parentCode(code);
    const all = new Set([...(spelled === null ? [] : [spelled]), ...(stated.get(code) ?? [])]);
    all.delete(code);
    known.set(code, [...all]);
    queue.push(...all);
  }
  await database.run("CREATE OR REPLACE TEMP TABLE meds_code (code VARCHAR, place INTEGER, parent VARCHAR)");
  const appender = await database.connection.createAppender("meds_code");
  for (const [code, all] of known) {
    for (const [place, parent] of (all.length === 0 ? [null] : all).entries()) {
      appender.appendVarchar(code);
      appender.appendInteger(place);
      if (parent === null) appender.appendNull();
      else appender.appendVarchar(parent);
      appender.endRow();
    }
  }
  appender.closeSync();
  const described = descriptions ?? "(SELECT NULL::VARCHAR AS code, NULL::VARCHAR AS description)";
  await database.run(
    `COPY (SELECT code, any_value(d.description) AS description,
                  coalesce(list(parent ORDER BY place) FILTER (WHERE parent IS NOT NULL), CAST([] AS VARCHAR[])) AS parent_codes
           FROM meds_code LEFT JOIN (SELECT code, min(description) AS description FROM ${described} GROUP BY code) AS d
           USING (code) GROUP BY code ORDER BY code)
     TO ${literal(path)} (${PARQUET})`,
  );
  await database.run("DROP TABLE meds_code");
  return rows.length;
}

async function statedParents(database: Database, table: string): Promise<Map<string, string[]>> {
  const stated = new Map<string, string[]>();
  for (const row of await database.rows(`SELECT DISTINCT code, parent FROM ${table} ORDER BY code, parent`)) {
    const code = String(row.code);
    stated.set(code, [...(stated.get(code) ?? []), String(row.parent)]);
  }
  return stated;
}

async function writeSubjects(dir: string, { database, subjects }: MedsSource): Promise<void> {
  await database.run(
    `COPY (SELECT subject_id, split FROM ${subjects} ORDER BY subject_id)
     TO ${literal(join(dir, SPLITS_PARQUET))} (${PARQUET})`,
  );
  const [grouped] = await database.rows(`SELECT count(group_key) > 0 AS any FROM ${subjects}`);
  if (grouped?.any !== true) return;
  await database.run(
    `COPY (SELECT subject_id, group_key FROM ${subjects} WHERE group_key IS NOT NULL ORDER BY subject_id)
     TO ${literal(join(dir, GROUPS_PARQUET))} (${PARQUET})`,
  );
}

async function writeJson(path: string, value: unknown): Promise<void> {
  try {
    await writeFile(path, `${JSON.stringify(value, null, 2)}\n`);
  } catch (error) {
    throw asMachineError(error, "writing records");
  }
}
