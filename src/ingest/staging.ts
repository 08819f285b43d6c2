/**
 * The tables between reading and judging: candidates are appended as they are read, in any order, to a database on
 * disk, so that memory does not grow with the input.
 * Rows go in as columns of numbers, a vector at a time; texts are numbered, and come back when the reading is over.
 */
import {
  BIGINT,
  DOUBLE,
  type DuckDBAppender,
  DuckDBDataChunk,
  type DuckDBType,
  INTEGER,
} from "@duckdb/node-api";
import duckdb from "@duckdb/node-bindings";
import { asMachineError } from "../artefacts/machine-error.ts";
import type { Database } from "../timeline/database.ts";
import {
  type ColumnKind,
  type PackedColumn,
  type PackedRows,
  STAGING_TABLES,
  type StagingTable,
} from "./staged-rows.ts";
import { type StagedRows, StagingSink } from "./staging-sink.ts";

/** How a kind of column is kept while reading, and what it is afterwards. */
const KINDS: Readonly<
  Record<ColumnKind, { staged: DuckDBType; bytes: number; sqlType: string; restored: (c: string) => string }>
> = {
  DOUBLE: {
    staged: DOUBLE,
    bytes: 8,
    sqlType: "DOUBLE",
    restored: (column) => `CASE WHEN isnan(${column}) THEN NULL ELSE ${column} END`,
  },
  BOOLEAN: {
    staged: DOUBLE,
    bytes: 8,
    sqlType: "BOOLEAN",
    restored: (column) => `CASE WHEN isnan(${column}) THEN NULL ELSE ${column} = 1 END`,
  },
  VARCHAR: { staged: INTEGER, bytes: 4, sqlType: "VARCHAR", restored: (column) => `text_of_${column}.text` },
  KEY: { staged: BIGINT, bytes: 8, sqlType: "BIGINT", restored: (column) => `nullif(${column}, 0)` },
  HEX: {
    staged: BIGINT,
    bytes: 8,
    sqlType: "VARCHAR",
    restored: (column) => `CASE WHEN ${column} <> 0 THEN lpad(lower(hex(${column})), 16, '0') END`,
  },
};

/** Appended rows that DuckDB holds back before it writes them into the table: whole row groups go to disk at once. */
const FLUSH_EVERY = 245_760;
/** Rows of this thread's own sink that wait for the appenders. */
const TAKE_EVERY = 10_000;
const MAX_KNOWN_TEXTS = 200_000;
const MAX_KNOWN_LENGTH = 100;
const VECTOR_ROWS = duckdb.vector_size();

/** What the readers write to. */
export type EventSink = Pick<
  StagingSink,
  | "beginResource"
  | "addEvent"
  | "addPerson"
  | "addAlias"
  | "addMedication"
  | "addEncounterEnd"
  | "addVoidCopy"
  | "addKnown"
  | "describe"
>;

export class Staging {
  #pending = 0;
  #eventCount = 0;
  /** Code → its first description, by place in the input. */
  readonly #described = new Map<string, { description: string; instance: number }>();
  readonly #texts: StagedTexts;
  /** For readers of this thread. */
  readonly sink = new StagingSink();

  private constructor(
    readonly database: Database,
    private readonly writers: ReadonlyMap<StagingTable, ColumnWriter>,
    texts: DuckDBAppender,
  ) {
    this.#texts = new StagedTexts(texts);
  }

  static async create(database: Database): Promise<Staging> {
    const writers = new Map<StagingTable, ColumnWriter>();
    for (const [table, columns] of tablesOfStaging()) {
      const typed = (typeOf: (kind: ColumnKind) => string): string =>
        columns.map(([name, kind]) => `${name} ${typeOf(kind)}`).join(", ");
      await database.run(`
        CREATE TABLE ${table} (${typed((kind) => KINDS[kind].sqlType)});
        CREATE TABLE staged_${table} (${typed((kind) => KINDS[kind].staged.toString())})`);
      const appender = await database.connection.createAppender(`staged_${table}`);
      writers.set(
        table,
        new ColumnWriter(
          appender,
          columns.map(([, kind]) => kind),
        ),
      );
    }
    await database.run(`
      CREATE TABLE staged_text (id INTEGER, text VARCHAR);
      CREATE TABLE described (code VARCHAR, description VARCHAR);
      CREATE TABLE known_parent (code VARCHAR, parent VARCHAR)`);
    return new Staging(database, writers, await database.connection.createAppender("staged_text"));
  }

  /** Events staged so far. */
  get eventCount(): number {
    return this.#eventCount + this.sink.waiting;
  }

  /** To be called now and then by whoever fills `sink`. */
  drain(): void {
    if (this.sink.waiting >= TAKE_EVERY) this.append(this.sink.take());
  }

  append(rows: StagedRows): void {
    for (const { code, description, instance } of rows.descriptions) {
      const known = this.#described.get(code);
      if (known === undefined || instance < known.instance)
        this.#described.set(code, { description, instance });
    }
    try {
      for (const packed of rows.tables) this.#appendTable(packed);
      if (this.#pending >= FLUSH_EVERY) this.#flush();
    } catch (error) {
      throw asMachineError(error, "staging records");
    }
  }

  /** No more rows; the tables can be queried. */
  async close(): Promise<void> {
    this.append(this.sink.take());
    try {
      this.#flush();
      for (const writer of this.writers.values()) writer.close();
      this.#texts.close();
      await this.#restore();
      const appender = await this.database.connection.createAppender("described");
      for (const [code, { description }] of this.#described) {
        appender.appendVarchar(code);
        appender.appendVarchar(description);
        appender.endRow();
      }
      appender.closeSync();
    } catch (error) {
      throw asMachineError(error, "staging records");
    }
  }

  /** What was staged as numbers becomes the tables that are judged. */
  async #restore(): Promise<void> {
    for (const [table, columns] of tablesOfStaging()) {
      const list = columns.map(([name, kind]) => KINDS[kind].restored(name));
      const joins = columns
        .filter(([, kind]) => kind === "VARCHAR")
        .map(([name]) => `LEFT JOIN staged_text AS text_of_${name} ON text_of_${name}.id = ${name}`);
      await this.database.run(`
        INSERT INTO ${table} SELECT ${list.join(", ")} FROM staged_${table} ${joins.join(" ")};
        DROP TABLE staged_${table}`);
    }
    await this.database.run("DROP TABLE staged_text");
  }

  #flush(): void {
    for (const writer of this.writers.values()) writer.flush();
    this.#pending = 0;
  }

  #appendTable({ table, count, columns, texts }: PackedRows): void {
    const ids = Int32Array.from(texts, (text) => this.#texts.idOf(text));
    this.writers.get(table)!.append(
      columns.map(({ kind, values }) => {
        if (kind !== "VARCHAR") return values;
        return values.map((position) => (position < 0 ? -1 : ids[position]!));
      }),
      count,
    );
    if (table === "event") this.#eventCount += count;
    this.#pending += count;
  }
}

function tablesOfStaging(): readonly [StagingTable, [string, ColumnKind][]][] {
  return Object.entries(STAGING_TABLES).map(([table, columns]) => [
    table as StagingTable,
    Object.entries<ColumnKind>(columns),
  ]);
}

/** Appends columns of numbers to one table, a vector at a time: the memory is copied as it is. */
class ColumnWriter {
  readonly #chunk: DuckDBDataChunk;

  constructor(
    private readonly appender: DuckDBAppender,
    private readonly kinds: readonly ColumnKind[],
  ) {
    this.#chunk = DuckDBDataChunk.create(kinds.map((kind) => KINDS[kind].staged));
  }

  append(columns: readonly PackedColumn["values"][], rows: number): void {
    for (let from = 0; from < rows; from += VECTOR_ROWS) {
      const count = Math.min(VECTOR_ROWS, rows - from);
      this.#chunk.reset();
      this.#chunk.rowCount = count;
      for (const [i, { buffer }] of columns.entries()) {
        const { bytes } = KINDS[this.kinds[i]!];
        const vector = duckdb.data_chunk_get_vector(this.#chunk.chunk, i);
        duckdb.copy_data_to_vector(vector, 0, buffer, from * bytes, count * bytes);
      }
      this.appender.appendDataChunk(this.#chunk);
    }
  }

  flush(): void {
    this.appender.flushSync();
  }

  close(): void {
    this.appender.closeSync();
  }
}

/** Short texts repeat and get one number each; long ones, and those beyond a bound, are simply written again. */
class StagedTexts {
  readonly #known = new Map<string, number>();
  #count = 0;

  constructor(private readonly appender: DuckDBAppender) {}

  idOf(text: string): number {
    const known = this.#known.get(text);
    if (known !== undefined) return known;
    const id = this.#count++;
    if (text.length <= MAX_KNOWN_LENGTH && this.#known.size < MAX_KNOWN_TEXTS) this.#known.set(text, id);
    this.appender.appendInteger(id);
    this.appender.appendVarchar(text);
    this.appender.endRow();
    return id;
  }

  close(): void {
    this.appender.closeSync();
  }
}
