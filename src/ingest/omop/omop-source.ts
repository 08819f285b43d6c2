/** Where OMOP tables come from: files or a live database. Both hand over text, so that one mapping judges them alike. */
import type { Database } from "../../timeline/database.ts";

/** The table that `load` fills. */
export const RAW = "omop_raw";

export interface LoadedTable {
  /** Rows with another number of fields than the header; they are not in the table. */
  readonly malformed: number;
}

export interface OmopSource {
  /** What progress and messages call it: never an address with a password. */
  readonly label: string;
  /** Names of the tables that are there, lower case. */
  readonly tables: ReadonlySet<string>;
  /** Columns of a table, lower case. */
  columns(table: string): Promise<ReadonlySet<string>>;
  /**
   * Copies the named columns, all as text, empty text as null, into `omop_raw`, which it creates.
   * Yields now and then, so that progress can be shown; returns what could not be read.
   */
  load(
    database: Database,
    table: string,
    columns: readonly string[],
    only?: RowFilter,
  ): AsyncGenerator<void, LoadedTable>;
  /** Rows of a table that is not read further. */
  count(database: Database, table: string): Promise<number>;
  close(): Promise<void>;
}

/** Rows whose column has this text; applied before the copy, for tables that are large and of which little is needed. */
export interface RowFilter {
  readonly column: string;
  readonly equals: string;
}
