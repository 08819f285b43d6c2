/**
 * What a later increment has to know and the events do not tell: which copy of which resource each event came from (beside
 * each shard), persons, their identifiers and other names, ends of encounters, codes of medications.
 * Invariant: an event's row in the ledger stands where the event stands in its shard; identifiers are hashes.
 */
import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { LongitudeError } from "../errors/longitude-error.ts";
import { APPEND_IMPOSSIBLE } from "../errors/registry.ts";
import { type Database, literal } from "../timeline/database.ts";
import {
  type DatasetLayout,
  ledgerOf,
  readDatasetLayout,
  SPLITS_PARQUET,
} from "../timeline/dataset-layout.ts";
import { lastCopy } from "./copy-version.ts";

/** Table → what identifies a row: of several the last copy stands, or, without versions, the first by its other column. */
const TABLES = {
  person: { key: "subject_id", one: "last copy" },
  identifier: { key: null, one: null },
  person_alias: { key: null, one: null },
  medication: { key: "resource", one: "code" },
  encounter_end: { key: "encounter_id", one: "last copy" },
} as const;
const NAMES = Object.keys(TABLES) as (keyof typeof TABLES)[];

/** The rows of a relation, one for each key. */
function onePerKey(name: keyof typeof TABLES, relation: string): string {
  const { key, one } = TABLES[name];
  if (key === null) return `SELECT DISTINCT * FROM ${relation}`;
  const row = one === "last copy" ? lastCopy("r") : `arg_min(r, r.${one})`;
  return `SELECT r.* FROM (SELECT ${row} AS r FROM ${relation} AS r GROUP BY r.${key})`;
}

const fileOf = (state: string, table: string): string => join(state, "ledger", `${table}.parquet`);
const tableIn = (state: string, table: string): string => `read_parquet(${literal(fileOf(state, table))})`;

/** To be called before anything is judged: judging resolves other names away. */
export async function keepLedger(database: Database): Promise<void> {
  for (const name of NAMES) await database.run(`CREATE TABLE ledger_${name} AS ${onePerKey(name, name)}`);
}

/** @param previous the state that is added to: its rows stand where nothing newer does */
export async function writeLedger(
  database: Database,
  folder: string,
  previous: string | null,
): Promise<void> {
  await mkdir(join(folder, "ledger"), { recursive: true });
  // Whose encounter it was, so that it can be forgotten with the person.
  await database.run(`
    CREATE TABLE encounter_of AS
    SELECT encounter_id, any_value(subject_id) AS subject_id FROM judged
    WHERE verdict IS NULL AND encounter_id IS NOT NULL GROUP BY encounter_id;
    CREATE OR REPLACE TABLE ledger_encounter_end AS
    SELECT l.*, o.subject_id FROM ledger_encounter_end AS l JOIN encounter_of AS o USING (encounter_id)`);
  for (const name of NAMES) {
    // An older copy that comes late does not stand: what the state knows is a copy like any other, before all of them.
    const versioned = TABLES[name].one === "last copy";
    const known = versioned ? "*, -1 AS instance" : "*";
    const all =
      previous === null
        ? `ledger_${name}`
        : `(SELECT * FROM ledger_${name} UNION ALL BY NAME SELECT ${known} FROM ${tableIn(previous, name)})`;
    const columns = versioned ? "* EXCLUDE (instance)" : "*";
    await database.run(
      `COPY (SELECT ${columns} FROM (${onePerKey(name, all)}) ORDER BY ALL)
       TO ${literal(fileOf(folder, name))} (FORMAT parquet, COMPRESSION zstd)`,
    );
  }
}

/**
 * Adds to the staged increment what the previous state knows of everybody whom it touches: table `touched`, and their
 * rows in `event` and the tables of persons, older than anything (`instance` -1).
 */
export async function loadTouched(database: Database, state: string, eventsPerShard: number): Promise<void> {
  if (!existsSync(fileOf(state, "person"))) {
    throw new LongitudeError(APPEND_IMPOSSIBLE, "the dataset has no ledger");
  }
  const layout = await readDatasetLayout(state);
  const shards = layout.shards.map((shard) => ({
    events: literal(join(state, shard)),
    ledger: literal(join(state, ledgerOf(shard))),
  }));
  const all = shards.map(({ ledger }) => ledger).join(", ");
  await database.run(`
    INSERT INTO person_alias SELECT * FROM ${tableIn(state, "person_alias")};
    CREATE TABLE named AS SELECT subject_id FROM event UNION SELECT subject_id FROM person;
    CREATE TABLE touched AS
    SELECT CAST(subject_id AS BIGINT) AS subject_id FROM (
      SELECT subject_id FROM named
      UNION SELECT subject_id FROM person_alias WHERE alias IN (FROM named)
      UNION SELECT alias FROM person_alias WHERE subject_id IN (FROM named)
      UNION SELECT subject_id FROM ${tableIn(state, "identifier")} WHERE identifier IN (SELECT identifier FROM identifier)
      UNION SELECT subject_id FROM read_parquet([${all}])
            WHERE resource IN (SELECT resource FROM event UNION ALL SELECT resource FROM void_copy));
    DROP TABLE named`);
  await foldSmallShards(database, layout, eventsPerShard);
  for (const { events, ledger } of shards) {
    await database.run(`
      INSERT INTO event BY NAME
      SELECT s.subject_id, epoch_us(s.time) / 1000.0 AS ms, false AS from_index, s.code, s.numeric_value, s.text_value,
             s.unit, epoch_us(s.available_time) / 1000.0 AS available_ms, s.encounter_id, s.source, l.resource, l.version,
             -1 AS instance, false AS awaits_end
      FROM read_parquet(${events}) AS s POSITIONAL JOIN read_parquet(${ledger}) AS l
      WHERE s.subject_id IN (FROM touched)`);
  }
  const known = "subject_id IN (FROM touched)";
  await database.run(`
    INSERT INTO person BY NAME SELECT *, -1 AS instance FROM ${tableIn(state, "person")} WHERE ${known};
    INSERT INTO identifier BY NAME SELECT * FROM ${tableIn(state, "identifier")} WHERE ${known};
    INSERT INTO medication BY NAME SELECT * FROM ${tableIn(state, "medication")}
    WHERE resource IN (SELECT medication FROM event) AND resource NOT IN (SELECT resource FROM medication);
    INSERT INTO encounter_end BY NAME SELECT * EXCLUDE (subject_id), -1 AS instance FROM ${tableIn(state, "encounter_end")}
    WHERE encounter_id IN (SELECT encounter_id FROM event);
    CREATE OR REPLACE TABLE given_split AS
    SELECT CAST(subject_id AS DOUBLE) AS subject_id, split FROM read_parquet(${literal(join(state, SPLITS_PARQUET))})
    WHERE ${known}`);
}

/** Small shards of a split before they are written together. */
const MAX_SMALL = 4;

/** Each increment leaves a small shard; when a split has several, their persons are written anew too, into one. */
async function foldSmallShards(
  database: Database,
  { dir, shards }: DatasetLayout,
  eventsPerShard: number,
): Promise<void> {
  const small = new Map<string, string[]>();
  for (const shard of shards) {
    const path = literal(join(dir, shard));
    const [file] = await database.rows(
      `SELECT CAST(num_rows AS DOUBLE) AS n FROM parquet_file_metadata(${path})`,
    );
    if ((file!.n as number) >= eventsPerShard / 2) continue;
    const split = dirname(shard);
    small.set(split, [...(small.get(split) ?? []), path]);
  }
  for (const paths of small.values()) {
    if (paths.length < MAX_SMALL) continue;
    await database.run(
      `INSERT INTO touched SELECT DISTINCT subject_id FROM read_parquet([${paths.join(", ")}])
       WHERE subject_id NOT IN (FROM touched)`,
    );
  }
}
