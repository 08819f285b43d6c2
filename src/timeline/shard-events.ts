/**
 * Streams the events of Parquet shards, one person after the other, a few thousand rows at a time.
 * Invariant: rows of one person arrive together and are handed on in time order, statics first.
 */
import type { DuckDBConnection, DuckDBVector } from "@duckdb/node-api";
import { LongitudeError } from "../errors/longitude-error.ts";
import { MEDS_COLUMN, MEDS_SUBJECT_ID, PARQUET_UNREADABLE } from "../errors/registry.ts";
import { type Database, literal } from "./database.ts";
import { EVENT_COLUMNS } from "./event-columns.ts";
import type { PatientEvent, SubjectKey, Timeline } from "./patient-event.ts";

/** `read_parquet(...)` over shards whose optional columns may differ. */
export function parquetSource(files: readonly string[], extra = ""): string {
  return `read_parquet([${files.map(literal).join(", ")}], union_by_name = true, hive_partitioning = false${extra})`;
}

/** Column names of one Parquet file, as written. */
export async function parquetColumns(database: Database, file: string): Promise<Set<string>> {
  try {
    const rows = await database.rows(`DESCRIBE SELECT * FROM ${parquetSource([file])}`);
    return new Set(rows.map((row) => String(row.column_name)));
  } catch (cause) {
    throw unreadable(file, cause);
  }
}

export function unreadable(file: string, cause: unknown): LongitudeError {
  if (cause instanceof LongitudeError) return cause;
  return new LongitudeError(PARQUET_UNREADABLE, `cannot read ${file} as Parquet`, { cause });
}

/** The select list that gives every event column with its type, null where the shard lacks it. */
export function eventSelectList(present: ReadonlySet<string>, file: string): string {
  const missing = EVENT_COLUMNS.filter((column) => column.required && !present.has(column.name));
  if (missing.length > 0) {
    const names = missing.map((column) => column.name).join(", ");
    throw new LongitudeError(MEDS_COLUMN, `${file} lacks ${missing.length} required column(s): ${names}`);
  }
  return EVENT_COLUMNS.map((column) =>
    present.has(column.name)
      ? `CAST("${column.name}" AS ${column.sqlType}) AS "${column.name}"`
      : `CAST(NULL AS ${column.sqlType}) AS "${column.name}"`,
  ).join(", ");
}

/**
 * Texts that repeat on every row (codes, units, sources) are read as numbers and looked up in one list: a tenth of the
 * cost of decoding each, and one string in memory instead of many.
 */
export interface Names {
  readonly code: readonly string[];
  readonly unit: readonly string[];
  readonly source: readonly string[];
}

const NAMED = ["code", "unit", "source"] as const;

/** Makes an enumeration of the database for each of these columns, over all rows of `relation`. */
export async function createNames(database: Database, relation: string): Promise<Names> {
  const lists: Record<(typeof NAMED)[number], string[]> = { code: [], unit: [], source: [] };
  for (const column of NAMED) {
    const distinct = `SELECT DISTINCT ${column} FROM ${relation} WHERE ${column} IS NOT NULL ORDER BY ${column}`;
    lists[column] = (await database.rows(distinct)).map((row) => String(row[column]));
    if (lists[column].length > 0) await database.run(`CREATE TYPE ${column}_name AS ENUM (${distinct})`);
  }
  return lists;
}

/** Numbers as doubles, times as milliseconds, names as positions in their list: cheap to read in JavaScript. */
function readList(names: Names): string {
  const position = (column: (typeof NAMED)[number]): string =>
    names[column].length === 0
      ? "CAST(NULL AS DOUBLE)"
      : `CAST(enum_code(CAST(${column} AS ${column}_name)) AS DOUBLE)`;
  return `CAST(subject_id AS DOUBLE), epoch_us(time) / 1000.0, ${position("code")}, CAST(numeric_value AS DOUBLE),
    text_value, ${position("unit")}, epoch_us(available_time) / 1000.0, encounter_id, ${position("source")}`;
}

/** One part of a person's record: all rows of the person in one file. */
export interface TimelinePart extends Timeline {
  /** Position of the file among those read; 0 when there is only one. */
  readonly file: number;
}

/**
 * Persons in the order in which `relation` gives them.
 * @param relation has every event column and `file`, a number that changes with the file
 */
export async function* readTimelines(
  connection: DuckDBConnection,
  relation: string,
  names: Names,
): AsyncGenerator<TimelinePart> {
  const result = await connection.stream(`SELECT ${readList(names)}, CAST(file AS DOUBLE) FROM ${relation}`);
  let subject = Number.NaN;
  let file = Number.NaN;
  let events: PatientEvent[] = [];
  for (let chunk = await result.fetchChunk(); chunk !== null; chunk = await result.fetchChunk()) {
    if (chunk.rowCount === 0) break;
    const columns: DuckDBVector[] = [];
    for (let index = 0; index < chunk.columnCount; index++) columns.push(chunk.getColumnVector(index));
    const number = (index: number, row: number): number | null =>
      columns[index]!.getItem(row) as number | null;
    const text = (index: number, row: number): string | null => columns[index]!.getItem(row) as string | null;
    const named = (list: readonly string[], index: number, row: number): string | null => {
      const position = number(index, row);
      return position === null ? null : list[position]!;
    };
    for (let row = 0; row < chunk.rowCount; row++) {
      const id = number(0, row);
      if (id === null || !Number.isSafeInteger(id)) {
        throw new LongitudeError(MEDS_SUBJECT_ID, "a subject_id is null or not an integer below 2^53");
      }
      const rowFile = number(9, row)!;
      if (id !== subject || rowFile !== file) {
        if (events.length > 0) yield part(subject, file, events);
        subject = id;
        file = rowFile;
        events = [];
      }
      events.push({
        time: number(1, row),
        code: named(names.code, 2, row)!,
        numericValue: number(3, row),
        textValue: text(4, row),
        unit: named(names.unit, 5, row),
        availableTime: number(6, row),
        encounterId: text(7, row),
        source: named(names.source, 8, row) ?? "",
      });
    }
  }
  if (events.length > 0) yield part(subject, file, events);
}

function part(subject: number, file: number, events: PatientEvent[]): TimelinePart {
  const at = (event: PatientEvent): number => event.time ?? Number.NEGATIVE_INFINITY;
  for (let i = 1; i < events.length; i++) {
    if (at(events[i]!) < at(events[i - 1]!)) {
      events.sort((a, b) => (at(a) === at(b) ? 0 : at(a) - at(b)));
      break;
    }
  }
  return { subjectId: subject as SubjectKey, events, file };
}
