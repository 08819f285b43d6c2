/**
 * OMOP tables of a live PostgreSQL: one read-only transaction with one snapshot, rows through a cursor, all as text, so
 * that the mapping judges them as it judges a file's.
 * Invariant: nothing is written; what is read is of one instant; neither password nor row is in a message.
 */
import { Client, escapeIdentifier } from "pg";
import { LongitudeError } from "../../errors/longitude-error.ts";
import { OMOP_ADDRESS, OMOP_CONNECT, OMOP_QUERY, OMOP_TABLE } from "../../errors/registry.ts";
import type { Database } from "../../timeline/database.ts";
import { databasePassword } from "./database-password.ts";
import { RawTable } from "./omop-raw-table.ts";
import type { LoadedTable, OmopSource, RowFilter } from "./omop-source.ts";
import { OMOP_TABLES } from "./omop-tables.ts";

const ROWS_AT_A_TIME = 10_000;
/** Notes are long: fewer of them are in memory at once. */
const NOTES_AT_A_TIME = 200;
const CONNECT_MS = 30_000;

export interface OmopSchemas {
  /** Schema of the clinical tables; without it, the first of the search path that has PERSON. */
  readonly clinical?: string | undefined;
  /** Schema of the vocabulary; without it, the clinical one. */
  readonly vocabulary?: string | undefined;
}

/** Tables that a vocabulary schema of its own holds. */
const VOCABULARY = new Set(["concept", "concept_ancestor"]);

interface FoundTable {
  readonly schema: string;
  readonly name: string;
  /** Lower case → as the database spells it. */
  readonly columns: ReadonlyMap<string, string>;
}

export class OmopPostgres implements OmopSource {
  private constructor(
    readonly label: string,
    private readonly client: Client,
    private readonly found: ReadonlyMap<string, FoundTable>,
  ) {}

  static async open(address: string, schemas: OmopSchemas): Promise<OmopPostgres> {
    const client = await connect(address);
    try {
      // Dates as ISO and instants in UTC, whatever the server's own settings are.
      await client.query("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
      await client.query(
        "SET LOCAL DateStyle = 'ISO, YMD'; SET LOCAL TimeZone = 'UTC'; SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0",
      );
      return new OmopPostgres("the database", client, await tablesOf(client, schemas));
    } catch (cause) {
      await client.end().catch(() => undefined);
      throw failure(cause, "looking for the tables");
    }
  }

  get tables(): ReadonlySet<string> {
    return new Set(this.found.keys());
  }

  async columns(table: string): Promise<ReadonlySet<string>> {
    return new Set(this.#table(table).columns.keys());
  }

  async *load(
    database: Database,
    table: string,
    columns: readonly string[],
    only?: RowFilter,
  ): AsyncGenerator<void, LoadedTable> {
    const source = this.#table(table);
    const asked = columns.filter((column) => source.columns.has(column));
    const text = (column: string): string => `${escapeIdentifier(source.columns.get(column)!)}::text`;
    const filter =
      only !== undefined && source.columns.has(only.column) ? ` WHERE ${text(only.column)} = $1` : "";
    if (only !== undefined && filter === "") return { malformed: 0 };
    const raw = await RawTable.create(database, columns, undefined);
    raw.header(asked);
    try {
      await this.client.query(
        `DECLARE longitude_rows NO SCROLL CURSOR FOR SELECT ${asked.map(text).join(", ")} FROM ${nameOf(source)}${filter}`,
        only === undefined ? [] : [only.equals],
      );
      const fetch = `FETCH ${table === "note" ? NOTES_AT_A_TIME : ROWS_AT_A_TIME} FROM longitude_rows`;
      for (;;) {
        const { rows } = await this.client.query<(string | null)[]>({ text: fetch, rowMode: "array" });
        if (rows.length === 0) break;
        for (const row of rows) raw.add(row);
        yield;
      }
      await this.client.query("CLOSE longitude_rows");
    } catch (cause) {
      throw failure(cause, `reading ${table}`);
    } finally {
      raw.close();
    }
    return { malformed: 0 };
  }

  async count(_database: Database, table: string): Promise<number> {
    try {
      const { rows } = await this.client.query<{ n: string }>(
        `SELECT count(*)::text AS n FROM ${nameOf(this.#table(table))}`,
      );
      return Number(rows[0]!.n);
    } catch (cause) {
      throw failure(cause, `counting ${table}`);
    }
  }

  async close(): Promise<void> {
    await this.client.query("ROLLBACK").catch(() => undefined);
    await this.client.end().catch(() => undefined);
  }

  #table(table: string): FoundTable {
    const known = this.found.get(table);
    if (known === undefined) throw new TypeError(`${table} is not among the tables`);
    return known;
  }
}

function nameOf({ schema, name }: FoundTable): string {
  return `${escapeIdentifier(schema)}.${escapeIdentifier(name)}`;
}

async function connect(address: string): Promise<Client> {
  const url = parsed(address);
  if (url.password !== "" || url.searchParams.has("password"))
    throw new LongitudeError(
      OMOP_ADDRESS,
      "the database's address has a password in it, which others can see",
    );
  const host = decodeURIComponent(url.hostname);
  const given = process.env.PGSSLMODE !== undefined || url.searchParams.has("sslmode");
  const here = /^(|localhost|127(\.\d+){3}|\[::1\]|\/.*)$/.test(host);
  const client = new Client({
    connectionString: address,
    // On the way to another machine records are encrypted and the server is who it says, unless sslmode says otherwise.
    ...(given || here ? {} : { ssl: { rejectUnauthorized: true } }),
    password: () => databasePassword(url),
    connectionTimeoutMillis: CONNECT_MS,
    application_name: "longitude",
  });
  client.on("error", () => undefined); // the query under way sees it
  try {
    await client.connect();
    return client;
  } catch (cause) {
    await client.end().catch(() => undefined);
    throw new LongitudeError(OMOP_CONNECT, `the database cannot be reached${codeOf(cause)}`, { cause });
  }
}

function parsed(address: string): URL {
  try {
    return new URL(address);
  } catch {
    throw new LongitudeError(OMOP_ADDRESS, "the database's address cannot be read");
  }
}

async function tablesOf(client: Client, schemas: OmopSchemas): Promise<Map<string, FoundTable>> {
  const clinical = schemas.clinical ?? (await schemaOfPersons(client));
  const found = new Map<string, FoundTable>();
  for (const [schema, wanted] of [
    [clinical, (name: string) => OMOP_TABLES.has(name)],
    [schemas.vocabulary ?? clinical, (name: string) => VOCABULARY.has(name)],
  ] as const) {
    const { rows } = await client.query<{ table: string; column: string }>(
      `SELECT c.relname AS table, a.attname AS column
       FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
       JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
       WHERE n.nspname = $1 AND c.relkind IN ('r', 'p', 'v', 'm', 'f') AND has_table_privilege(c.oid, 'SELECT')
       ORDER BY c.relname, a.attnum`,
      [schema],
    );
    for (const { table, column } of rows) {
      const name = table.toLowerCase();
      if (!wanted(name)) continue;
      let known = found.get(name);
      if (known?.schema !== schema || known.name !== table) {
        known = { schema, name: table, columns: new Map() };
        found.set(name, known);
      }
      (known.columns as Map<string, string>).set(column.toLowerCase(), column);
    }
  }
  return found;
}

async function schemaOfPersons(client: Client): Promise<string> {
  const { rows } = await client.query<{ schema: string }>(
    `SELECT n.nspname AS schema FROM unnest(current_schemas(false)) WITH ORDINALITY AS s (name, place)
     JOIN pg_namespace AS n ON n.nspname = s.name JOIN pg_class AS c ON c.relnamespace = n.oid
     WHERE lower(c.relname) = 'person' ORDER BY s.place LIMIT 1`,
  );
  if (rows.length === 0)
    throw new LongitudeError(
      OMOP_TABLE,
      "no schema of the search path has the table person; name one with --omop-schema",
    );
  return rows[0]!.schema;
}

/** What the database says may hold a value of a row; its code never does. */
function failure(cause: unknown, doing: string): unknown {
  if (cause instanceof LongitudeError || codeOf(cause) === "") return cause;
  return new LongitudeError(OMOP_QUERY, `the database failed while ${doing}${codeOf(cause)}`, { cause });
}

function codeOf(error: unknown): string {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  if (code !== "") return ` (${code})`;
  return error instanceof Error && /terminated|timeout|Connection/.test(error.message)
    ? " (connection lost)"
    : "";
}
