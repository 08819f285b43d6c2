/** The rows of one OMOP table as text, on their way to be judged. */
import type { DuckDBAppender } from "@duckdb/node-api";
import { asMachineError } from "../../artefacts/machine-error.ts";
import type { Database } from "../../timeline/database.ts";
import { RAW, type RowFilter } from "./omop-source.ts";

const FLUSH_EVERY = 50_000;

export class RawTable {
  #places: readonly number[] = [];
  #filter = -1;
  #header: readonly string[] = [];
  #pending = 0;

  private constructor(
    private readonly appender: DuckDBAppender,
    private readonly columns: readonly string[],
    private readonly only: RowFilter | undefined,
  ) {}

  static async create(
    database: Database,
    columns: readonly string[],
    only: RowFilter | undefined,
  ): Promise<RawTable> {
    await database.run(
      `CREATE OR REPLACE TABLE ${RAW} (${columns.map((column) => `${column} VARCHAR`).join(", ")})`,
    );
    return new RawTable(await database.connection.createAppender(RAW), columns, only);
  }

  /** Names of the fields of the rows that follow, lower case. */
  header(names: readonly string[]): void {
    if (names === this.#header) return;
    this.#header = names;
    this.#places = this.columns.map((column) => names.indexOf(column));
    this.#filter = this.only === undefined ? -1 : names.indexOf(this.only.column);
  }

  add(row: readonly (string | null)[]): void {
    const { appender, only } = this;
    if (only !== undefined && row[this.#filter] !== only.equals) return;
    for (const place of this.#places) {
      const text = place < 0 ? null : row[place];
      const trimmed = text === null || text === undefined ? "" : text.trim();
      if (trimmed === "") appender.appendNull();
      else appender.appendVarchar(trimmed);
    }
    appender.endRow();
    this.#pending += 1;
    if (this.#pending < FLUSH_EVERY) return;
    this.#pending = 0;
    try {
      appender.flushSync();
    } catch (error) {
      throw asMachineError(error, "staging records");
    }
  }

  close(): void {
    this.appender.closeSync();
  }
}
