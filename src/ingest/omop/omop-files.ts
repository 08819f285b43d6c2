/**
 * OMOP tables in files: `person.csv`, `PERSON.csv.gz`, `measurement_0001.parquet`, `measurement/part-0.parquet`.
 * CSV is read here and not by the database, which takes a truncated gzip for a short file.
 */
import { basename, dirname } from "node:path";
import { LongitudeError } from "../../errors/longitude-error.ts";
import { INPUT_FILE_EMPTY } from "../../errors/registry.ts";
import { type Database, literal } from "../../timeline/database.ts";
import { parquetColumns, parquetSource, unreadable } from "../../timeline/shard-events.ts";
import { csvRows } from "../csv/csv-rows.ts";
import { inputLines } from "../input-text.ts";
import { RawTable } from "./omop-raw-table.ts";
import { type LoadedTable, type OmopSource, RAW, type RowFilter } from "./omop-source.ts";
import { OMOP_TABLES } from "./omop-tables.ts";

const PART = /^(.*?)(?:[._-]?(?:part[._-])?\d+)?\.(csv|tsv|txt|parquet)(\.gz)?$/i;

/** The OMOP table that a file belongs to by its name or its folder's; null = none. */
export function omopTableOf(file: string): string | null {
  const stem = PART.exec(basename(file))?.[1]?.toLowerCase();
  if (stem === undefined) return null;
  if (OMOP_TABLES.has(stem)) return stem;
  const folder = basename(dirname(file)).toLowerCase();
  return OMOP_TABLES.has(folder) ? folder : null;
}

/** A folder is OMOP when it has the persons and at least one other table of the model. */
export function looksLikeOmop(files: readonly string[]): boolean {
  const tables = new Set(files.map(omopTableOf).filter((name) => name !== null));
  return tables.has("person") && tables.size > 1;
}

export class OmopFiles implements OmopSource {
  readonly label = "files";
  /** The file that was touched last, for progress. */
  reading: string | null = null;
  readonly #files = new Map<string, string[]>();

  constructor(
    files: readonly string[],
    private readonly database: Database,
  ) {
    for (const file of files) {
      const table = omopTableOf(file);
      if (table !== null) this.#files.set(table, [...(this.#files.get(table) ?? []), file]);
    }
  }

  get tables(): ReadonlySet<string> {
    return new Set(this.#files.keys());
  }

  async columns(table: string): Promise<ReadonlySet<string>> {
    const names = new Set<string>();
    for (const file of this.#of(table)) {
      const found = isParquet(file) ? await parquetColumns(this.database, file) : await headerOf(file);
      for (const name of found) names.add(name.toLowerCase());
    }
    return names;
  }

  async *load(
    database: Database,
    table: string,
    columns: readonly string[],
    only?: RowFilter,
  ): AsyncGenerator<void, LoadedTable> {
    const raw = await RawTable.create(database, columns, only);
    let malformed = 0;
    try {
      for (const file of this.#of(table)) {
        if (isParquet(file)) continue;
        this.reading = file;
        const text = delimiterOf(await firstLine(file)) === "\t" ? tabRows(file) : csvText(file);
        for await (const { header, rows, malformed: bad } of text) {
          malformed += bad;
          raw.header(header);
          for (const row of rows) raw.add(row);
          yield;
        }
      }
    } finally {
      raw.close();
    }
    for (const file of this.#of(table)) {
      if (!isParquet(file)) continue;
      this.reading = file;
      await copyParquet(database, file, columns, only);
      yield;
    }
    return { malformed };
  }

  async count(database: Database, table: string): Promise<number> {
    let rows = 0;
    for (const file of this.#of(table)) {
      if (isParquet(file)) {
        try {
          const counting = `SELECT CAST(count(*) AS DOUBLE) AS n FROM ${parquetSource([file])}`;
          const [row] = await database.rows(counting);
          rows += row!.n as number;
        } catch (cause) {
          throw unreadable(file, cause);
        }
      } else {
        for await (const lines of inputLines(file)) rows += lines.length;
        rows -= 1;
      }
    }
    return Math.max(0, rows);
  }

  async close(): Promise<void> {}

  #of(table: string): readonly string[] {
    return this.#files.get(table) ?? [];
  }
}

function isParquet(file: string): boolean {
  return /\.parquet$/i.test(file);
}

async function firstLine(file: string): Promise<string> {
  for await (const lines of inputLines(file)) return lines[0]!;
  throw new LongitudeError(INPUT_FILE_EMPTY, `${file} is empty`);
}

async function headerOf(file: string): Promise<string[]> {
  const line = await firstLine(file);
  return line.split(delimiterOf(line)).map(columnName);
}

function columnName(written: string): string {
  return written
    .trim()
    .replace(/^"(.*)"$/, "$1")
    .toLowerCase();
}

/** The one that the header has most of. */
function delimiterOf(header: string): string {
  const count = (mark: string): number => header.split(mark).length;
  return [",", "\t", ";", "|"].reduce((best, mark) => (count(mark) > count(best) ? mark : best));
}

interface TextRows {
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
  readonly malformed: number;
}

async function* csvText(file: string): AsyncGenerator<TextRows> {
  for await (const batch of csvRows(file, delimiterOf(await firstLine(file))))
    yield { ...batch, header: batch.header.map(columnName) };
}

/** Tab-separated as Athena and OHDSI write it: never quoted, so that a `"` in a name is a `"`. */
async function* tabRows(file: string): AsyncGenerator<TextRows> {
  let header: string[] | null = null;
  for await (const lines of inputLines(file)) {
    const records = lines.map((line) => line.split("\t"));
    if (header === null) header = records.shift()!.map(columnName);
    const fields = header.length;
    const rows = records.filter((record) => record.length === fields);
    yield { header, rows, malformed: records.length - rows.length };
  }
}

async function copyParquet(
  database: Database,
  file: string,
  columns: readonly string[],
  only: RowFilter | undefined,
): Promise<void> {
  const present = new Map(
    [...(await parquetColumns(database, file))].map((name) => [name.toLowerCase(), name]),
  );
  const text = (column: string): string => {
    const name = present.get(column);
    return name === undefined ? "NULL" : `nullif(trim(CAST("${name.replaceAll('"', '""')}" AS VARCHAR)), '')`;
  };
  const where = only === undefined ? "" : ` WHERE ${text(only.column)} = ${literal(only.equals)}`;
  try {
    await database.run(
      `INSERT INTO ${RAW} SELECT ${columns.map(text).join(", ")} FROM ${parquetSource([file])}${where}`,
    );
  } catch (cause) {
    throw unreadable(file, cause);
  }
}
