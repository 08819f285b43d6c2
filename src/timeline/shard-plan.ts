/**
 * Finds out how shards can be read in ascending `subject_id` without holding them: chains of shards whose id ranges
 * follow one another are read side by side and merged; anything else is sorted by DuckDB, which spills to disk.
 */
import { join } from "node:path";
import type { Database } from "./database.ts";
import { type DatasetLayout, ETL_NAME } from "./dataset-layout.ts";
import { parquetSource, unreadable } from "./shard-events.ts";

export interface ShardPlan {
  /** Each chain's files in ascending id order, never overlapping; null = has to be sorted. */
  readonly chains: readonly (readonly string[])[] | null;
}

/** More chains than this would hold too many files open at once. */
const MAX_CHAINS = 16;

interface ShardRange {
  readonly file: string;
  readonly first: number;
  readonly last: number;
  readonly ascending: boolean;
}

export async function planShards(database: Database, layout: DatasetLayout): Promise<ShardPlan> {
  const trusted = layout.metadata.etl_name === ETL_NAME;
  const ranges: ShardRange[] = [];
  for (const shard of layout.shards) {
    const range = await shardRange(database, join(layout.dir, shard), trusted);
    if (range === null) continue;
    if (!range.ascending) return { chains: null };
    ranges.push(range);
  }
  ranges.sort((a, b) => a.first - b.first || a.last - b.last);
  const chains: ShardRange[][] = [];
  for (const range of ranges) {
    const chain = chains.find((candidate) => candidate.at(-1)!.last < range.first);
    if (chain === undefined) chains.push([range]);
    else chain.push(range);
  }
  if (chains.length > MAX_CHAINS) return { chains: null };
  return { chains: chains.map((chain) => chain.map((range) => range.file)) };
}

/** Range of ids in a shard, or null when it is empty. A shard of ours is ascending by construction. */
async function shardRange(database: Database, file: string, trusted: boolean): Promise<ShardRange | null> {
  const source = parquetSource([file]);
  try {
    const [row] = await database.rows(
      `SELECT CAST(min(subject_id) AS DOUBLE) AS first, CAST(max(subject_id) AS DOUBLE) AS last FROM ${source}`,
    );
    if (row === undefined || row.first === null) return null;
    const range = { file, first: row.first as number, last: row.last as number };
    return { ...range, ascending: trusted || (await isAscending(database, source)) };
  } catch (cause) {
    throw unreadable(file, cause);
  }
}

async function isAscending(database: Database, source: string): Promise<boolean> {
  const result = await database.connection.stream(`SELECT CAST(subject_id AS DOUBLE) FROM ${source}`);
  let previous = Number.NEGATIVE_INFINITY;
  for (let chunk = await result.fetchChunk(); chunk !== null; chunk = await result.fetchChunk()) {
    if (chunk.rowCount === 0) break;
    const ids = chunk.getColumnVector(0);
    for (let row = 0; row < chunk.rowCount; row++) {
      const id = ids.getItem(row) as number;
      if (id < previous) return false;
      previous = id;
    }
  }
  return true;
}
