/** Rows of a benchmark's file: CSV, NDJSON, JSON or Parquet, plain or gzip; values as they stand, nested ones as JSON. */
import { readdir, readFile, stat } from "node:fs/promises";
import { basename, join, sep } from "node:path";
import { gunzipSync } from "node:zlib";
import { LongitudeError } from "../../errors/longitude-error.ts";
import { TEXT_TASK_UNREADABLE } from "../../errors/registry.ts";
import { Database, literal } from "../../timeline/database.ts";

export type TaskRow = Readonly<Record<string, unknown>>;

const LARGEST_JSON_BYTES = 512 * 2 ** 20;
const LONGEST_ROW_BYTES = 8 * 2 ** 20;

/** Field of a row with its file's path below the folder that was read, or its name. */
export const FILE_FIELD = "longitude.file";

const READABLE = /\.(csv|parquet|jsonl|ndjson|json)(\.gz)?$/i;
/** MedSafetyBench's requests without answers: one a line. */
const REQUESTS = /(^|[/_])category_\d+\.txt$/i;

/** @param path a file, or a folder of files, read in the order of their names @throws TEXT_TASK_UNREADABLE */
export async function taskRows(path: string): Promise<TaskRow[]> {
  const about = await stat(path).catch(() => null);
  if (about?.isDirectory() !== true) return rowsOfFile(path, basename(path));
  const names = (await readdir(path, { recursive: true }))
    .map((name) => name.split(sep).join("/"))
    .filter((name) => READABLE.test(name) || REQUESTS.test(name))
    .sort();
  if (names.length === 0)
    throw new LongitudeError(TEXT_TASK_UNREADABLE, `${path} holds no CSV, NDJSON, JSON or Parquet file`);
  const rows: TaskRow[] = [];
  for (const name of names) for (const row of await rowsOfFile(join(path, name), name)) rows.push(row);
  return rows;
}

async function rowsOfFile(path: string, name: string): Promise<TaskRow[]> {
  const kind = READABLE.exec(path)?.[1]?.toLowerCase();
  try {
    const rows = await rowsOfKind(path, kind);
    return rows.map((row) => ({ ...row, [FILE_FIELD]: name }));
  } catch (cause) {
    throw new LongitudeError(
      TEXT_TASK_UNREADABLE,
      `${path} cannot be read as ${kind ?? "CSV, NDJSON, JSON or Parquet"}`,
      { cause },
    );
  }
}

async function rowsOfKind(path: string, kind: string | undefined): Promise<TaskRow[]> {
  if (kind === "csv")
    return query(
      `read_csv(${literal(path)}, header = true, all_varchar = true, delim = ',', quote = '"', escape = '"', max_line_size = ${LONGEST_ROW_BYTES}, buffer_size = ${2 * LONGEST_ROW_BYTES}, parallel = false)`,
    );
  if (kind === "parquet") return query(`read_parquet(${literal(path)})`);
  const bytes = await readFile(path);
  const zipped = bytes[0] === 0x1f && bytes[1] === 0x8b;
  const whole = zipped ? gunzipSync(bytes, { maxOutputLength: LARGEST_JSON_BYTES }) : bytes;
  const text = whole.toString("utf8").replace(/^\uFEFF/, "");
  if (kind === undefined && REQUESTS.test(path))
    return text
      .split(/\r?\n/)
      .map((line) => line.replace(/^\s*\d+[.)]\s+/, "").trim())
      .filter((line) => line !== "")
      .map((line) => ({ harmful_medical_request: line }));
  if (kind !== "json") return rowsOfLines(text);
  // Some authors call lines of JSON objects .json.
  return /^\s*\{[^\n]*\}\s*\n\s*\{/.test(text) ? rowsOfLines(text) : rowsOfJson(JSON.parse(text));
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
