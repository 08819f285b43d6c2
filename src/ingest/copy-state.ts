/**
 * A state of a dataset without some persons (table `unwanted`): what names them is written anew without them, everything
 * else gets a second name.
 */
import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { linkOrCopy } from "../artefacts/durable.ts";
import { type Database, literal } from "../timeline/database.ts";
import { readDatasetLayout } from "../timeline/dataset-layout.ts";
import { datasetFiles } from "../timeline/dataset-state.ts";
import { ARROW_SCHEMA } from "../timeline/event-columns.ts";
import { parquetColumns } from "../timeline/shard-events.ts";

export interface CopiedState {
  /** Events of the unwanted. */
  readonly events: number;
  readonly shards: { readonly rewritten: number; readonly kept: number };
}

/** Fills table `met` with the unwanted who were there. @param takes which files are copied at all */
export async function* copyState(
  database: Database,
  from: string,
  to: string,
  takes: (file: string) => boolean,
): AsyncGenerator<{ readonly done: number; readonly files: number }, CopiedState> {
  const layout = await readDatasetLayout(from);
  const files = (await datasetFiles(from)).filter(takes);
  await database.run("CREATE TABLE met (subject_id BIGINT)");
  let [events, rewritten, kept, done] = [0, 0, 0, 0];
  for (const file of files) {
    yield { done: done++, files: files.length };
    const [source, target] = [join(from, file), join(to, file)];
    await mkdir(dirname(target), { recursive: true });
    const isShard = layout.shards.includes(file);
    const hit = file.endsWith(".parquet") ? await unwantedRows(database, source) : 0;
    if (hit === 0) {
      await linkOrCopy(source, target);
      if (isShard) kept += 1;
      continue;
    }
    const left = await copyWithout(database, source, target, isShard);
    if (!isShard) continue;
    events += hit;
    if (left > 0) rewritten += 1;
  }
  return { events, shards: { rewritten, kept } };
}

/** Rows of a table about unwanted persons; 0 for a table that is not about persons. They are noted in `met`. */
async function unwantedRows(database: Database, file: string): Promise<number> {
  const source = `read_parquet(${literal(file)})`;
  if (!(await parquetColumns(database, file)).has("subject_id")) return 0;
  const [hit] = await database.rows(
    `SELECT CAST(count(*) AS DOUBLE) AS n FROM ${source} WHERE subject_id IN (FROM unwanted)`,
  );
  if (hit!.n === 0) return 0;
  await database.run(
    `INSERT INTO met SELECT DISTINCT subject_id FROM ${source} WHERE subject_id IN (FROM unwanted)`,
  );
  return hit!.n as number;
}

/** The rows that are left, in their order; a shard without any is not written. */
async function copyWithout(
  database: Database,
  source: string,
  target: string,
  isShard: boolean,
): Promise<number> {
  const left = `FROM read_parquet(${literal(source)}) WHERE subject_id NOT IN (FROM unwanted)`;
  const [count] = await database.rows(`SELECT CAST(count(*) AS DOUBLE) AS n ${left}`);
  if (count!.n === 0) return 0;
  const [ours] = await database.rows(
    `SELECT count(*) > 0 AS is FROM parquet_kv_metadata(${literal(source)}) WHERE key = 'ARROW:schema'`,
  );
  const arrow =
    isShard && ours?.is === true ? `, KV_METADATA {'ARROW:schema': ${literal(ARROW_SCHEMA)}}` : "";
  await database.run(
    `COPY (SELECT * ${left}) TO ${literal(target)} (FORMAT parquet, COMPRESSION zstd${arrow})`,
  );
  return count!.n as number;
}

/**
 * A code that only the persons who go had may tell of them: what is neither used nor a parent of what is used goes too.
 * @param source relation with the codes; false, and nothing is written, when all of them stay
 */
export async function writeUsedCodes(
  database: Database,
  source: string,
  to: string,
  file: string,
): Promise<boolean> {
  const { shards } = await readDatasetLayout(to);
  const used = shards.map((shard) => literal(join(to, shard))).join(", ");
  const described = await database.rows(`DESCRIBE SELECT * FROM ${source}`);
  const hasParents = described.some((column) => column.column_name === "parent_codes");
  const parents = hasParents ? "unnest(parent_codes)" : "NULL";
  await database.run(`
    CREATE OR REPLACE TABLE wanted_code AS
    WITH RECURSIVE link AS (SELECT code, ${parents} AS parent FROM ${source}),
    wanted AS (
      SELECT DISTINCT code FROM read_parquet([${used}], union_by_name = true)
      UNION SELECT link.parent FROM wanted JOIN link ON link.code = wanted.code WHERE link.parent IS NOT NULL)
    SELECT code FROM wanted`);
  const [gone] = await database.rows(
    `SELECT count(*) > 0 AS some FROM ${source} WHERE code NOT IN (FROM wanted_code)`,
  );
  if (gone?.some !== true) return false;
  await database.run(
    `COPY (SELECT * FROM ${source} WHERE code IN (FROM wanted_code) ORDER BY code)
     TO ${literal(join(to, file))} (FORMAT parquet, COMPRESSION zstd)`,
  );
  return true;
}
