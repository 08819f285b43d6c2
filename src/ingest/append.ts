/**
 * Puts a judged increment into a dataset: everybody whom it touches is taken out of the shards and written anew, with the
 * increment, into shards of their own; all other events stay where they are.
 * Invariant: afterwards the dataset has the events that an ingest of all exports together would have kept.
 */
import { mkdir, readFile, rename } from "node:fs/promises";
import { dirname, join } from "node:path";
import { filesBelow } from "../artefacts/durable.ts";
import { LongitudeError } from "../errors/longitude-error.ts";
import { INGEST_NO_SUBJECTS } from "../errors/registry.ts";
import { type Database, literal } from "../timeline/database.ts";
import {
  CODES_PARQUET,
  GROUPS_PARQUET,
  INGEST_JSON,
  readDatasetLayout,
  SPLITS_PARQUET,
} from "../timeline/dataset-layout.ts";
import { type MedsSource, writeMedsDataset } from "../timeline/write-meds-dataset.ts";
import { copyState, writeUsedCodes } from "./copy-state.ts";
import type { IncrementReport, IngestReport } from "./ingest-report.ts";
import { countSubjects } from "./settle-subjects.ts";

const PARQUET = "(FORMAT parquet, COMPRESSION zstd)";
/** Tables of one row a person. */
const PERSONAL = [SPLITS_PARQUET, GROUPS_PARQUET];

/**
 * @param source what is written of the touched; tables `touched` and `subject` say who that is
 * @param scratch for what is merged and not kept
 */
export async function appendTo(
  state: string,
  folder: string,
  scratch: string,
  source: MedsSource,
): Promise<{ increment: IncrementReport; dataset: IngestReport["dataset"] }> {
  const { database } = source;
  await database.run("SET threads = 1; CREATE TABLE unwanted AS SELECT DISTINCT subject_id FROM touched");
  const others = new Set([...PERSONAL, CODES_PARQUET, INGEST_JSON]);
  const copy = copyState(
    database,
    state,
    folder,
    (file) => !others.has(file) && (!file.startsWith("ledger/") || file.startsWith("ledger/events/")),
  );
  let step = await copy.next();
  while (step.done !== true) step = await copy.next();
  const { shards } = step.value;
  const [present] = await database.rows("SELECT CAST(count(*) AS DOUBLE) AS n FROM subject");
  const added = join(scratch, "added");
  await mkdir(join(added, "metadata"), { recursive: true });
  let written = 0;
  if ((present!.n as number) > 0) {
    const firstShard = await nextShards(state);
    written = (await writeMedsDataset(added, { ...source, ledger: true, firstShard })).shards;
    await database.run("SET threads = 1");
    for (const part of ["data", "ledger/events"]) await moveShards(join(added, part), join(folder, part));
  }
  if (shards.rewritten + shards.kept + written === 0) {
    throw new LongitudeError(INGEST_NO_SUBJECTS, "0 persons are left in the dataset");
  }
  for (const file of PERSONAL) await mergePersonal(database, state, added, folder, file);
  await mergeCodes(database, state, added, folder);
  await database.run("RESET threads");
  const total = async (sql: string): Promise<number> => (await database.rows(sql))[0]!.n as number;
  const count = (what: string): string => `SELECT CAST(count(*) AS DOUBLE) AS n FROM ${what}`;
  const layout = await readDatasetLayout(folder);
  const all = layout.shards.map((shard) => literal(join(folder, shard))).join(", ");
  return {
    increment: {
      personsAdded: await total(count("subject WHERE subject_id NOT IN (FROM met)")),
      personsWrittenAnew: await total(count("subject WHERE subject_id IN (FROM met)")),
      personsGone: await total(`SELECT CAST(count(DISTINCT subject_id) AS DOUBLE) AS n FROM met
        WHERE subject_id NOT IN (SELECT subject_id FROM subject)`),
      eventsReplaced: await total(count("judged WHERE previous AND verdict IS NOT NULL")),
      shardsRewritten: shards.rewritten,
      shardsKept: shards.kept,
      shardsAdded: written,
    },
    dataset: {
      subjects: await total(count(`read_parquet(${literal(join(folder, SPLITS_PARQUET))})`)),
      events: await total(count(`read_parquet([${all}], union_by_name = true)`)),
      codes: await total(
        `SELECT CAST(count(DISTINCT code) AS DOUBLE) AS n FROM read_parquet([${all}], union_by_name = true)`,
      ),
      shards: layout.shards.length,
      ...(await countSubjects(database, await personsOf(database, folder))),
    },
  };
}

async function personsOf(database: Database, folder: string): Promise<string> {
  const splits = `read_parquet(${literal(join(folder, SPLITS_PARQUET))})`;
  const groups = await readable(database, join(folder, GROUPS_PARQUET));
  return groups === null
    ? `(SELECT split, NULL::VARCHAR AS group_key FROM ${splits})`
    : `(SELECT split, group_key FROM ${splits} LEFT JOIN ${groups} USING (subject_id))`;
}

/** Units that the dataset's codes have: an increment does not choose others. */
export async function unitsOf(state: string): Promise<IngestReport["units"]> {
  const report = JSON.parse(await readFile(join(state, INGEST_JSON), "utf8")) as Partial<IngestReport>;
  return report.units ?? [];
}

/** The number after the last shard of each split. */
async function nextShards(state: string): Promise<Record<string, number>> {
  const next: Record<string, number> = {};
  for (const shard of (await readDatasetLayout(state)).shards) {
    const [, split = "", number = "0"] = /^data\/(\w+)\/(\d+)\.parquet$/.exec(shard) ?? [];
    next[split] = Math.max(next[split] ?? 0, Number(number) + 1);
  }
  return next;
}

async function moveShards(from: string, to: string): Promise<void> {
  for (const file of await filesBelow(from)) {
    await mkdir(dirname(join(to, file)), { recursive: true });
    await rename(join(from, file), join(to, file));
  }
}

async function mergePersonal(
  database: Database,
  state: string,
  added: string,
  folder: string,
  file: string,
): Promise<void> {
  const [before, now] = await Promise.all([state, added].map((dir) => readable(database, join(dir, file))));
  const parts = [
    ...(before === null ? [] : [`SELECT * FROM ${before} WHERE subject_id NOT IN (FROM unwanted)`]),
    ...(now === null ? [] : [`SELECT * FROM ${now}`]),
  ];
  if (parts.length === 0) return;
  await database.run(
    `COPY (SELECT * FROM (${parts.join(" UNION ALL BY NAME ")}) ORDER BY subject_id)
     TO ${literal(join(folder, file))} ${PARQUET}`,
  );
}

/** What a code was called first stands. */
async function mergeCodes(database: Database, state: string, added: string, folder: string): Promise<void> {
  const [before, now] = await Promise.all(
    [state, added].map((dir) => readable(database, join(dir, CODES_PARQUET))),
  );
  const none =
    "(SELECT NULL::VARCHAR AS code, NULL::VARCHAR AS description, NULL::VARCHAR[] AS parent_codes WHERE false)";
  await database.run(`
    CREATE TABLE merged_code AS
    SELECT coalesce(b.code, n.code) AS code, coalesce(b.description, n.description) AS description,
           coalesce(b.parent_codes, n.parent_codes) AS parent_codes
    FROM ${before ?? none} AS b FULL JOIN ${now ?? none} AS n ON b.code = n.code`);
  const target = join(folder, CODES_PARQUET);
  if (await writeUsedCodes(database, "merged_code", folder, CODES_PARQUET)) return;
  await database.run(`COPY (SELECT * FROM merged_code ORDER BY code) TO ${literal(target)} ${PARQUET}`);
}

/** The table, or null where there is none. */
async function readable(database: Database, path: string): Promise<string | null> {
  const [found] = await database.rows(`SELECT count(*) > 0 AS some FROM glob(${literal(path)})`);
  return found?.some === true ? `read_parquet(${literal(path)})` : null;
}
