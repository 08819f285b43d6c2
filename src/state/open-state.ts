/**
 * The state of a site: what changes after its artefacts are made (users, reviews, approvals, releases, audit, feedback).
 * One port over two engines: PGlite below the site's folder, or a PostgreSQL server; same SQL, same migrations.
 * Invariant: what `transaction` has returned is recorded, whole, whatever happens to the process afterwards.
 */
import { setTimeout } from "node:timers/promises";
import {
  CompiledQuery,
  type DatabaseConnection,
  Kysely,
  PostgresDialect,
  type PostgresPool,
  sql,
  type Transaction,
} from "kysely";
import type { SiteLock } from "../artefacts/site-lock.ts";
import type { Effects } from "../effects/effects.ts";
import { LongitudeError } from "../errors/longitude-error.ts";
import { STATE_UNAVAILABLE } from "../errors/registry.ts";
import { type AuditTables, auditArea } from "./audit/audit-tables.ts";
import { migrate, type StateArea } from "./migrate.ts";
import type { StateConfig } from "./state-config.ts";
import { lockState, stateFolder } from "./state-lock.ts";
import { isoTime } from "./value-parsers.ts";

/** A transaction under way. An area sees its own tables with `tx.withTables<ItsTables>()`. */
export type StateTransaction = Transaction<AuditTables>;

export interface State {
  readonly engine: StateConfig["engine"];
  /**
   * Runs `work` in one transaction (read committed): all of it is recorded, or nothing. `work` must touch nothing but
   * the database, because it runs again after a deadlock or a connection that was lost before the commit.
   * @throws LongitudeError STATE_UNAVAILABLE; when the connection is lost during the commit, its message says that the
   * outcome is unknown, and a caller that repeats must recognise what was recorded
   */
  transaction<T>(work: (tx: StateTransaction) => Promise<T>): Promise<T>;
  /** Schema of the tables. */
  readonly schema: string;
  /**
   * Runs SQL of a library that keeps tables of its own beside ours: one statement with values, or several without any, which may
   * begin and end a transaction. @throws LongitudeError STATE_UNAVAILABLE
   */
  foreign(sql: string, values?: readonly unknown[]): Promise<{ rows: unknown[] }>;
  close(): Promise<void>;
}

export interface OpenStateOptions {
  /** The site's folder. */
  readonly folder: string;
  readonly config: StateConfig;
  /** The areas whose tables are used; the audit log is always there. */
  readonly areas: readonly StateArea[];
  readonly effects: Effects;
  /** How long to wait for another process that holds the embedded state; 15 s when left out. */
  readonly waitMs?: number;
  /** On the embedded state, where it is held already; released when the state is closed, or does not open. */
  readonly lock?: SiteLock | undefined;
  readonly environment?: Readonly<Record<string, string | undefined>>;
}

const ATTEMPTS = 6;

/** Either engine takes a while to load: only the one in use is. */
async function openPool(options: OpenStateOptions): Promise<PostgresPool> {
  const { folder, config, effects, environment } = options;
  if (config.engine === "pglite") {
    const lock = options.lock ?? (await lockState(folder, effects, options.waitMs));
    const { openPglitePool } = await import("./pglite-pool.ts");
    return openPglitePool(stateFolder(folder), lock);
  }
  const { openPostgresPool } = await import("./postgres-pool.ts");
  return openPostgresPool(folder, config, environment ?? process.env);
}

/** @throws LongitudeError STATE_LOCKED, STATE_DAMAGED, STATE_NEWER, STATE_UNAVAILABLE, STATE_URL_MISSING */
export async function openState(options: OpenStateOptions): Promise<State> {
  const { config, effects, areas } = options;
  const pool = await openPool(options);
  const db = new Kysely<AuditTables>({
    dialect: new PostgresDialect({ pool, ...connectionOptions(config) }),
  });
  const state: State = {
    engine: config.engine,
    transaction: (work) => transact(db, work),
    schema: config.engine === "postgres" ? config.schema : "public",
    foreign: async (text, values = []) => {
      try {
        return await db.executeQuery(CompiledQuery.raw(text, [...values]));
      } catch (error) {
        throw asStateError(error, "whether it was recorded is not known");
      }
    },
    close: () => db.destroy(),
  };
  try {
    if (config.engine === "postgres") await createSchema(db, config.schema);
    await migrate(db as Kysely<unknown>, [auditArea, ...areas], isoTime(effects.now()));
    return state;
  } catch (error) {
    await state.close().catch(() => undefined);
    throw asStateError(error, "before anything was recorded");
  }
}

/** Every connection of a server speaks UTC and looks in the site's schema alone. */
function connectionOptions(config: StateConfig) {
  if (config.engine === "pglite") return {};
  return {
    onCreateConnection: async (connection: DatabaseConnection) => {
      await connection.executeQuery(CompiledQuery.raw(`set search_path to "${config.schema}"`));
      await connection.executeQuery(CompiledQuery.raw("set timezone to 'UTC'"));
    },
  };
}

async function createSchema(db: Kysely<AuditTables>, schema: string): Promise<void> {
  const found = await sql`select 1 from pg_namespace where nspname = ${schema}`.execute(db);
  if (found.rows.length > 0) return;
  await sql`create schema if not exists ${sql.id(schema)}`.execute(db).catch((error: unknown) => {
    // Two processes that start at once: one of them made it.
    if (codeOf(error) !== "23505" && codeOf(error) !== "42P06") throw error;
  });
}

async function transact<T>(db: Kysely<AuditTables>, work: (tx: StateTransaction) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    let committing = false;
    try {
      return await db.transaction().execute(async (tx) => {
        committing = false;
        const result = await work(tx);
        committing = true;
        return result;
      });
    } catch (error) {
      const again = isConflict(error) || (isConnectionLoss(error) && !committing);
      if (!again || attempt >= ATTEMPTS) {
        throw asStateError(
          error,
          committing ? "whether it was recorded is not known" : "nothing was recorded",
        );
      }
      await setTimeout(2 ** attempt * 10);
    }
  }
}

/** Serialisation failure and deadlock: PostgreSQL asks for the transaction to be run again. */
function isConflict(error: unknown): boolean {
  return ["40001", "40P01"].includes(codeOf(error));
}

/** Classes 08 (connection), 57P (shut down) and the operating system's own codes; `pg` gives some without a code. */
function isConnectionLoss(error: unknown): boolean {
  if (error instanceof LongitudeError) return false;
  return (
    /^(08...|57P0[123]|ECONN|ENOTFOUND|ENOENT|EPIPE|ETIMEDOUT)/.test(codeOf(error)) ||
    (error instanceof Error &&
      /^(Connection terminated|timeout exceeded when trying|Client has encountered a connection error)/.test(
        error.message,
      ))
  );
}

/** Of the driver's errors only the code is told: its text can hold values. */
function asStateError(error: unknown, what: string): unknown {
  if (error instanceof LongitudeError) return error;
  const code = codeOf(error);
  // 28 sign-in, 3D no such database, 42501 not permitted, 53 the server has run out of something
  if (isConnectionLoss(error) || isConflict(error) || /^(28|3D|42501|53)/.test(code)) {
    return new LongitudeError(
      STATE_UNAVAILABLE,
      `the database of the state said ${code || "no more"}; ${what}`,
      {
        cause: error,
      },
    );
  }
  return error;
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "";
}
