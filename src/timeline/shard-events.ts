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

/** Column names of one Parquet file, lower-cased names excluded: as written. */
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

/** Numbers as doubles and times as milliseconds: cheap to read in JavaScript. */
const READ_LIST = `
  CAST(subject_id AS DOUBLE), epoch_us(time) / 1000.0, code, CAST(numeric_value AS DOUBLE), text_value, unit,
  epoch_us(available_time) / 1000.0, encounter_id, coalesce(source, '')`;

/** One part of a person's record: all rows of the person in one file. */
export interface TimelinePart extends Timeline {
  readonly file: string;
}

/** Persons in the order in which `relation` gives them. `relation` has every event column and `filename`. */
export async function* readTimelines(
  connection: DuckDBConnection,
  relation: string,
): AsyncGenerator<TimelinePart> {
  const result = await connection.stream(`SELECT ${READ_LIST}, filename FROM ${relation}`);
  let subject = Number.NaN;
  let file = "";
  let events: PatientEvent[] = [];
  for (let chunk = await result.fetchChunk(); chunk !== null; chunk = await result.fetchChunk()) {
    if (chunk.rowCount === 0) break;
    const column = (index: number): DuckDBVector => chunk.getColumnVector(index);
    const [ids, times, codes, numbers, texts] = [column(0), column(1), column(2), column(3), column(4)];
    const [units, availables, encounters, sources, files] = [
      column(5),
      column(6),
      column(7),
      column(8),
      column(9),
    ];
    for (let row = 0; row < chunk.rowCount; row++) {
      const id = ids.getItem(row) as number | null;
      const rowFile = files.getItem(row) as string;
      if (id === null || !Number.isSafeInteger(id)) {
        throw new LongitudeError(MEDS_SUBJECT_ID, `a subject_id in ${rowFile} is null or beyond 2^53`);
      }
      if (id !== subject || rowFile !== file) {
        if (events.length > 0) yield part(subject, file, events);
        subject = id;
        file = rowFile;
        events = [];
      }
      events.push({
        time: times.getItem(row) as number | null,
        code: codes.getItem(row) as string,
        numericValue: numbers.getItem(row) as number | null,
        textValue: texts.getItem(row) as string | null,
        unit: units.getItem(row) as string | null,
        availableTime: availables.getItem(row) as number | null,
        encounterId: encounters.getItem(row) as string | null,
        source: sources.getItem(row) as string,
      });
    }
  }
  if (events.length > 0) yield part(subject, file, events);
}

function part(subject: number, file: string, events: PatientEvent[]): TimelinePart {
  const at = (event: PatientEvent): number => event.time ?? Number.NEGATIVE_INFINITY;
  for (let i = 1; i < events.length; i++) {
    if (at(events[i]!) < at(events[i - 1]!)) {
      events.sort((a, b) => (at(a) === at(b) ? 0 : at(a) - at(b)));
      break;
    }
  }
  return { subjectId: subject as SubjectKey, events, file };
}
