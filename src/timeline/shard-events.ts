/**
 * Streams the events of Parquet shards, one person after the other, a few thousand rows at a time.
 * Invariant: rows of one person arrive together and are handed on in time order, statics first.
 */
import type { DuckDBConnection, DuckDBDataChunk, DuckDBResult } from "@duckdb/node-api";
import duckdb from "@duckdb/node-bindings";
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
  /** Ends the names of the database's enumerations. */
  readonly mark: string;
  readonly code: readonly string[];
  readonly unit: readonly string[];
  readonly source: readonly string[];
}

const NAMED = ["code", "unit", "source"] as const;

/** Makes an enumeration of the database for each of these columns, over all rows of `relation`. */
export async function createNames(database: Database, relation: string, mark = ""): Promise<Names> {
  const lists: Record<(typeof NAMED)[number], string[]> = { code: [], unit: [], source: [] };
  for (const column of NAMED) {
    const distinct = `SELECT DISTINCT ${column} FROM ${relation} WHERE ${column} IS NOT NULL ORDER BY ${column}`;
    lists[column] = (await database.rows(distinct)).map((row) => String(row[column]));
    if (lists[column].length > 0)
      await database.run(
        `CREATE OR REPLACE TYPE ${column}_name${mark} AS ENUM (${lists[column].map(literal).join(", ")})`,
      );
  }
  return { ...lists, mark };
}

/** Texts that differ from row to row, at the end of the list that is read. */
const TEXTS = ["text_value", "encounter_id"] as const;

/** Numbers as doubles, times as milliseconds, names as positions in their list, NaN for null; then the texts. */
function readList(names: Names, texts: boolean): string {
  const orNaN = (value: string): string => `coalesce(${value}, 'NaN'::DOUBLE)`;
  const position = (column: (typeof NAMED)[number]): string =>
    names[column].length === 0
      ? "'NaN'::DOUBLE"
      : orNaN(`CAST(enum_code(CAST(${column} AS ${column}_name${names.mark})) AS DOUBLE)`);
  const numbers: Record<keyof NumberColumns, string> = {
    subject: orNaN("CAST(subject_id AS DOUBLE)"),
    time: orNaN("epoch_us(time) / 1000.0"),
    code: position("code"),
    value: orNaN("CAST(numeric_value AS DOUBLE)"),
    unit: position("unit"),
    available: orNaN("epoch_us(available_time) / 1000.0"),
    source: position("source"),
    file: "CAST(file AS DOUBLE)",
  };
  return [...NUMBERS.map((name) => numbers[name]), ...(texts ? TEXTS : [])].join(", ");
}

/** The columns of numbers, in the order in which they are read. */
const NUMBERS = ["subject", "time", "code", "value", "unit", "available", "source", "file"] as const;
type NumberColumns = Record<(typeof NUMBERS)[number], Float64Array>;

/** The chunk's own memory: these columns are doubles without nulls. Valid as long as the chunk. */
function numberColumns(chunk: DuckDBDataChunk): NumberColumns {
  const columns: Partial<NumberColumns> = {};
  for (const [index, name] of NUMBERS.entries()) {
    const vector = duckdb.data_chunk_get_vector(chunk.chunk, index);
    const bytes = chunk.rowCount * Float64Array.BYTES_PER_ELEMENT;
    const { buffer, byteOffset } = duckdb.vector_get_data(vector, bytes);
    columns[name] = new Float64Array(buffer, byteOffset, chunk.rowCount);
  }
  return columns as NumberColumns;
}

/** One part of a person's record: all rows of the person in one file. */
export interface TimelinePart extends Timeline {
  /** Position of the file among those read; 0 when there is only one. */
  readonly file: number;
}

/**
 * Persons in the order in which `relation` gives them.
 * @param relation has every event column and `file`, a number that changes with the file
 * @param texts whether `textValue` and `encounterId` are read; null otherwise
 */
export async function* readTimelines(
  connection: DuckDBConnection,
  relation: string,
  names: Names,
  texts: boolean,
): AsyncGenerator<TimelinePart> {
  const result = await connection.stream(`SELECT ${readList(names, texts)} FROM ${relation}`);
  let subject = Number.NaN;
  let file = Number.NaN;
  let events: PatientEvent[] = [];
  for await (const chunk of chunksOf(result)) {
    const { rowCount } = chunk;
    const columns = numberColumns(chunk);
    const [textValues, encounterIds] = texts
      ? TEXTS.map((_, i) => chunk.getColumnVector(NUMBERS.length + i))
      : [];
    for (let row = 0; row < rowCount; row++) {
      const id = columns.subject[row]!;
      const rowFile = columns.file[row]!;
      if (id !== subject || rowFile !== file) {
        if (!Number.isSafeInteger(id))
          throw new LongitudeError(MEDS_SUBJECT_ID, "a subject_id is null or not an integer below 2^53");
        if (events.length > 0) yield part(subject, file, events);
        subject = id;
        file = rowFile;
        events = [];
      }
      const unit = columns.unit[row]!;
      const source = columns.source[row]!;
      events.push({
        time: orNull(columns.time[row]!),
        code: names.code[columns.code[row]!]!,
        numericValue: orNull(columns.value[row]!),
        textValue: (textValues?.getItem(row) as string | null | undefined) ?? null,
        unit: Number.isNaN(unit) ? null : names.unit[unit]!,
        availableTime: orNull(columns.available[row]!),
        encounterId: (encounterIds?.getItem(row) as string | null | undefined) ?? null,
        source: Number.isNaN(source) ? "" : names.source[source]!,
      });
    }
  }
  if (events.length > 0) yield part(subject, file, events);
}

/** Each chunk while the database is already at the next one. */
async function* chunksOf(result: DuckDBResult): AsyncGenerator<DuckDBDataChunk> {
  let coming = result.fetchChunk();
  for (;;) {
    const chunk = await coming;
    if (chunk === null || chunk.rowCount === 0) return;
    coming = result.fetchChunk();
    coming.catch(() => undefined); // it is awaited, and thrown, in the next turn; unless the reader has had enough
    yield chunk;
  }
}

function orNull(value: number): number | null {
  return Number.isNaN(value) ? null : value;
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
