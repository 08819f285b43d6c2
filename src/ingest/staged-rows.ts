/**
 * Rows on their way to the staging tables, column by column: the same whether they were read in this thread or in a
 * worker, and cheap to hand from one to the other.
 * Invariant: a row comes out as it went in; NaN never stands for a number of a record.
 */
import { writeResourceKey } from "./resource-key.ts";

/** KEY: a text of which only the 64-bit key is kept (`BIGINT` in the database). HEX: a text of 16 hexadecimal digits. */
export type ColumnKind = "DOUBLE" | "BOOLEAN" | "VARCHAR" | "KEY" | "HEX";

/**
 * The staging tables. `ms` columns are relative to the person's index date where `from_index`. `instance` numbers
 * copies of resources in the order of the input; `version` is their `meta.lastUpdated`.
 */
export const STAGING_TABLES = {
  event: {
    subject_id: "DOUBLE",
    ms: "DOUBLE",
    from_index: "BOOLEAN",
    code: "VARCHAR",
    numeric_value: "DOUBLE",
    text_value: "VARCHAR",
    unit: "VARCHAR",
    available_ms: "DOUBLE",
    encounter_id: "HEX",
    source: "VARCHAR",
    resource: "KEY",
    version: "DOUBLE",
    instance: "DOUBLE",
    medication: "VARCHAR",
    order_key: "DOUBLE",
    order_every: "DOUBLE",
    awaits_end: "BOOLEAN",
  },
  person: {
    subject_id: "DOUBLE",
    birth_ms: "DOUBLE",
    death_ms: "DOUBLE",
    from_index: "BOOLEAN",
    index_ms: "DOUBLE",
    group_key: "VARCHAR",
    checksum: "DOUBLE",
    resource: "VARCHAR",
    version: "DOUBLE",
    instance: "DOUBLE",
    left_out: "VARCHAR",
  },
  identifier: { identifier: "DOUBLE", subject_id: "DOUBLE" },
  medication: { resource: "VARCHAR", code: "VARCHAR", display: "VARCHAR" },
  /** `alias` is another key of the person `subject_id`: a merged record, an identifier used as a reference. */
  person_alias: { alias: "DOUBLE", subject_id: "DOUBLE" },
  /** Copies of resources that give no event, so that an older copy does not stand. */
  void_copy: { resource: "KEY", version: "DOUBLE", instance: "DOUBLE" },
  /** What identifies somebody (known-identifier.ts); only where it is collected. */
  known: { subject_id: "DOUBLE", kind: "VARCHAR", value: "VARCHAR" },
  encounter_end: { encounter_id: "HEX", end_ms: "DOUBLE", version: "DOUBLE", instance: "DOUBLE" },
} as const satisfies Readonly<Record<string, Readonly<Record<string, ColumnKind>>>>;

export type StagingTable = keyof typeof STAGING_TABLES;

type ValueOf<K extends ColumnKind> = K extends "DOUBLE" ? number : K extends "BOOLEAN" ? boolean : string;

/** One row of a staging table, by column. */
export type StagingRow<T extends StagingTable> = {
  readonly [C in keyof (typeof STAGING_TABLES)[T]]: (typeof STAGING_TABLES)[T][C] extends ColumnKind
    ? ValueOf<(typeof STAGING_TABLES)[T][C]> | null
    : never;
};

/** What travels between threads: for each column its kind and values; texts are positions in `texts`. */
export interface PackedRows {
  readonly table: StagingTable;
  readonly count: number;
  readonly columns: readonly PackedColumn[];
  readonly texts: readonly string[];
}

export type PackedColumn =
  /** NaN = null; booleans are 0 and 1. */
  | { readonly kind: "DOUBLE" | "BOOLEAN"; readonly values: Float64Array<ArrayBuffer> }
  /** -1 = null. */
  | { readonly kind: "VARCHAR"; readonly values: Int32Array<ArrayBuffer> }
  /** Two halves a row; both 0 = null. */
  | { readonly kind: "KEY" | "HEX"; readonly values: Uint32Array<ArrayBuffer> };

const FIRST_CAPACITY = 1024;

/** Collects rows of one table. */
export class RowBuffer<T extends StagingTable> {
  #count = 0;
  #capacity = FIRST_CAPACITY;
  #columns: (PackedColumn & { readonly name: string })[];
  #texts: string[] = [];
  #positions = new Map<string, number>();

  constructor(readonly table: T) {
    this.#columns = this.#allocate();
  }

  get count(): number {
    return this.#count;
  }

  add(row: StagingRow<T>): void {
    if (this.#count === this.#capacity) this.#grow();
    const at = this.#count++;
    for (const column of this.#columns) {
      const value = (row as Readonly<Record<string, number | boolean | string | null>>)[column.name]!;
      if (column.kind === "VARCHAR") column.values[at] = value === null ? -1 : this.#text(String(value));
      else if (column.kind === "KEY") {
        if (value !== null) writeResourceKey(String(value), column.values, 2 * at);
      } else if (column.kind === "HEX") {
        if (value !== null) writeHex(String(value), column.values, 2 * at);
      } else column.values[at] = value === null ? Number.NaN : Number(value);
    }
  }

  /** Everything collected so far; the buffer is empty afterwards. */
  take(): PackedRows {
    const count = this.#count;
    const packed: PackedRows = {
      table: this.table,
      count,
      columns: this.#columns.map((column) => firstRows(column, count)),
      texts: this.#texts,
    };
    for (const column of this.#columns) {
      if (column.kind === "KEY" || column.kind === "HEX") column.values.fill(0, 0, 2 * count);
    }
    this.#count = 0;
    this.#texts = [];
    this.#positions = new Map();
    return packed;
  }

  #text(text: string): number {
    let position = this.#positions.get(text);
    if (position === undefined) {
      position = this.#texts.length;
      this.#texts.push(text);
      this.#positions.set(text, position);
    }
    return position;
  }

  #allocate(): (PackedColumn & { readonly name: string })[] {
    return Object.entries<ColumnKind>(STAGING_TABLES[this.table]).map(([name, kind]) =>
      kind === "VARCHAR"
        ? { name, kind, values: new Int32Array(this.#capacity) }
        : kind === "KEY" || kind === "HEX"
          ? { name, kind, values: new Uint32Array(2 * this.#capacity) }
          : { name, kind, values: new Float64Array(this.#capacity) },
    );
  }

  #grow(): void {
    const before = this.#columns;
    this.#capacity *= 2;
    this.#columns = this.#allocate();
    for (const [i, column] of this.#columns.entries()) column.values.set(before[i]!.values);
  }
}

function firstRows(column: PackedColumn, count: number): PackedColumn {
  switch (column.kind) {
    case "VARCHAR":
      return { kind: column.kind, values: column.values.slice(0, count) };
    case "KEY":
    case "HEX":
      return { kind: column.kind, values: column.values.slice(0, 2 * count) };
    case "DOUBLE":
    case "BOOLEAN":
      return { kind: column.kind, values: column.values.slice(0, count) };
  }
}

function writeHex(text: string, out: Uint32Array, at: number): void {
  out[at] = Number.parseInt(text.slice(8), 16);
  out[at + 1] = Number.parseInt(text.slice(0, 8), 16);
}
