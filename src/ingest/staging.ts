/**
 * The tables between reading and judging: candidates are appended as they are read, in any order, to a database on
 * disk, so that memory does not grow with the input.
 */
import type { DuckDBAppender } from "@duckdb/node-api";
import { asMachineError } from "../artefacts/machine-error.ts";
import type { Database } from "../timeline/database.ts";
import { type ColumnKind, type PackedRows, STAGING_TABLES, type StagingTable } from "./staged-rows.ts";
import { type StagedRows, StagingSink } from "./staging-sink.ts";

const SQL_TYPE: Readonly<Record<ColumnKind, string>> = {
  DOUBLE: "DOUBLE",
  BOOLEAN: "BOOLEAN",
  VARCHAR: "VARCHAR",
  KEY: "BIGINT",
};

/** Appended rows that DuckDB holds back before it writes them into the table. */
const FLUSH_EVERY = 50_000;
/** Rows of this thread's own sink that wait for the appenders. */
const TAKE_EVERY = 10_000;

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
  | "describe"
>;

export class Staging {
  #pending = 0;
  #eventCount = 0;
  /** Code → its first description, by place in the input. */
  readonly #described = new Map<string, { description: string; instance: number }>();
  /** For readers of this thread. */
  readonly sink = new StagingSink();

  private constructor(
    readonly database: Database,
    private readonly appenders: ReadonlyMap<StagingTable, DuckDBAppender>,
  ) {}

  static async create(database: Database): Promise<Staging> {
    const appenders = new Map<StagingTable, DuckDBAppender>();
    for (const [table, columns] of Object.entries(STAGING_TABLES)) {
      const list = Object.entries<ColumnKind>(columns).map(([name, kind]) => `${name} ${SQL_TYPE[kind]}`);
      await database.run(`CREATE TABLE ${table} (${list.join(", ")})`);
      appenders.set(table as StagingTable, await database.connection.createAppender(table));
    }
    await database.run(`
      CREATE TABLE described (code VARCHAR, description VARCHAR);
      CREATE TABLE known_parent (code VARCHAR, parent VARCHAR)`);
    return new Staging(database, appenders);
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
      for (const appender of this.appenders.values()) appender.closeSync();
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

  #flush(): void {
    for (const appender of this.appenders.values()) appender.flushSync();
    this.#pending = 0;
  }

  #appendTable({ table, count, columns, texts }: PackedRows): void {
    const appender = this.appenders.get(table)!;
    for (let row = 0; row < count; row++) {
      for (const column of columns) {
        if (column.kind === "VARCHAR") {
          const position = column.values[row]!;
          if (position < 0) appender.appendNull();
          else appender.appendVarchar(texts[position]!);
        } else if (column.kind === "KEY") {
          const [low, high] = [column.values[2 * row]!, column.values[2 * row + 1]!];
          if (low === 0 && high === 0) appender.appendNull();
          else appender.appendBigInt(BigInt.asIntN(64, (BigInt(high) << 32n) | BigInt(low)));
        } else {
          const value = column.values[row]!;
          if (Number.isNaN(value)) appender.appendNull();
          else if (column.kind === "BOOLEAN") appender.appendBoolean(value === 1);
          else appender.appendDouble(value);
        }
      }
      appender.endRow();
    }
    if (table === "event") this.#eventCount += count;
    this.#pending += count;
  }
}
