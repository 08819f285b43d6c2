/**
 * A dataset's events as the view `event` of a database of its own, with the domain that each belongs to: the resource
 * type or table that it came from, and where that says nothing, its code system.
 */
import { join } from "node:path";
import { Database } from "../../timeline/database.ts";
import { readDatasetLayout } from "../../timeline/dataset-layout.ts";
import { eventSelectList, parquetColumns, parquetSource } from "../../timeline/shard-events.ts";

export interface OpenRecords {
  readonly database: Database;
  readonly dir: string;
  readonly hasCodes: boolean;
}

/** The caller closes the database. @param spillDir where DuckDB may spill */
export async function openRecords(dir: string, spillDir: string): Promise<OpenRecords> {
  const layout = await readDatasetLayout(dir);
  const database = await Database.open({ spillDir });
  try {
    const selects: string[] = [];
    for (const shard of layout.shards) {
      const file = join(dir, shard);
      const columns = eventSelectList(await parquetColumns(database, file), file);
      selects.push(`SELECT ${columns} FROM ${parquetSource([file])}`);
    }
    await database.run(`
      CREATE VIEW event AS
      SELECT *, ${MONTH} AS month,
             CASE WHEN source IS NULL OR source = 'MEDS' THEN regexp_extract(code, '^[^/]+') ELSE source END AS domain
      FROM (${selects.join(" UNION ALL ")})`);
    return { database, dir, hasCodes: layout.hasCodes };
  } catch (error) {
    database.close();
    throw error;
  }
}

/** Months are counted from January of year 0. */
const MONTH = "CAST(year(time) * 12 + month(time) - 1 AS INTEGER)";
