/** Rows of a benchmark's file: CSV, NDJSON, JSON or Parquet, plain or gzip; values as they stand, nested ones as JSON. */
import { readFile } from "node:fs/promises";
import { gunzipSync } from "node:zlib";
import { LongitudeError } from "../../errors/longitude-error.ts";
import { TEXT_TASK_UNREADABLE } from "../../errors/registry.ts";
import { Database, literal } from "../../timeline/database.ts";

export type TaskRow = Readonly<Record<string, unknown>>;

const LARGEST_JSON_BYTES = 512 * 2 ** 20;

/** @throws TEXT_TASK_UNREADABLE */
export async function taskRows(path: string): Promise<TaskRow[]> {
  const kind = /\.(csv|parquet|jsonl|ndjson|json)(\.gz)?$/i.exec(path)?.[1]?.toLowerCase();
  try {
    if (kind === "csv") return await query(`read_csv(${literal(path)}, header = true, all_varchar = true)`);
    if (kind === "parquet") return await query(`read_parquet(${literal(path)})`);
    const bytes = await readFile(path);
    const zipped = bytes[0] === 0x1f && bytes[1] === 0x8b;
    const text = (zipped ? gunzipSync(bytes, { maxOutputLength: LARGEST_JSON_BYTES }) : bytes).toString(
      "utf8",
    );
    return kind === "json" ? rowsOfJson(JSON.parse(text)) : rowsOfLines(text);
  } catch (cause) {
    throw new LongitudeError(
      TEXT_TASK_UNREADABLE,
      `${path} cannot be read as ${kind ?? "CSV, NDJSON, JSON or Parquet"}`,
      { cause },
    );
  }
}

async function query(reader: string): Promise<TaskRow[]> {
  const database = await Database.open();
  try {
    const result = await database.connection.runAndReadAll(`SELECT * FROM ${reader}`);
    return result.getRowObjectsJson() as TaskRow[];
  } finally {
    database.close();
  }
}

function rowsOfLines(text: string): TaskRow[] {
  return text
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((line) => JSON.parse(line) as TaskRow);
}

/** A list, a list under `data`, or an object of items by id. */
function rowsOfJson(content: unknown): TaskRow[] {
  if (Array.isArray(content)) return content as TaskRow[];
  if (typeof content !== "object" || content === null) throw new TypeError("neither a list nor an object");
  const { data } = content as { data?: unknown };
  if (Array.isArray(data)) return data as TaskRow[];
  return Object.entries(content).map(([id, row]) => ({ id, ...(row as TaskRow) }));
}
