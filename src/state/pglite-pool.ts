/**
 * The embedded PostgreSQL as a pool of one connection, so that one Kysely dialect serves both engines.
 * PGlite writes below one folder and must be its only writer: a lock keeps other processes out (state-lock.ts).
 * Invariant: a commit that returned is on the disk (write-ahead log, fsync), also when the process or the machine dies.
 */
import { fsyncSync } from "node:fs";
import { rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { PGlite, type Results } from "@electric-sql/pglite";
import { NodeFS } from "@electric-sql/pglite/nodefs";
import type { PostgresPool, PostgresPoolClient, PostgresQueryResult } from "kysely";
import { publishFolder } from "../artefacts/durable.ts";
import type { SiteLock } from "../artefacts/site-lock.ts";
import { LongitudeError } from "../errors/longitude-error.ts";
import { STATE_DAMAGED } from "../errors/registry.ts";
import { valueParsers } from "./value-parsers.ts";

const DATABASE = "database";

/**
 * PGlite starts PostgreSQL with `-F` (no fsync), and its file system has none. Both are undone here.
 * `fdatasync`, the default for the log, does nothing in this build; `fsync` reaches the operating system.
 */
class DurableFolder extends NodeFS {
  override async init(...[pglite, options]: Parameters<NodeFS["init"]>): ReturnType<NodeFS["init"]> {
    const { emscriptenOpts } = await super.init(pglite, options);
    const withSync = (module: object) => {
      const { NODEFS } = module as { NODEFS: { stream_ops: { fsync?: (stream: { nfd: number }) => void } } };
      NODEFS.stream_ops.fsync = ({ nfd }) => fsyncSync(nfd);
    };
    return { emscriptenOpts: { ...emscriptenOpts, preRun: [...(emscriptenOpts.preRun ?? []), withSync] } };
  }
}

const START = [
  ...PGlite.defaultStartParams.filter((parameter) => parameter !== "-F"),
  "-c",
  "wal_sync_method=fsync",
  "-c",
  "timezone=UTC",
];

/**
 * @param folder of the state
 * @param lock on it, released with the pool, also when it does not open
 * @throws LongitudeError STATE_DAMAGED
 */
export async function openPglitePool(folder: string, lock: SiteLock): Promise<PostgresPool> {
  try {
    const database = await openDatabase(folder);
    return poolOfOne(database, lock);
  } catch (error) {
    await lock.release();
    throw error;
  }
}

/** A first start that is interrupted leaves nothing: the folder gets its name when the database in it is whole. */
async function openDatabase(folder: string): Promise<PGlite> {
  const final = join(folder, DATABASE);
  if ((await stat(final).catch(() => null)) === null) {
    const draft = join(folder, `${DATABASE}.partial`);
    await rm(draft, { recursive: true, force: true });
    await (await start(draft)).close();
    await publishFolder(draft, final);
  }
  return await start(final);
}

async function start(folder: string): Promise<PGlite> {
  try {
    return await PGlite.create({ fs: new DurableFolder(folder), startParams: START, parsers: valueParsers });
  } catch (cause) {
    throw new LongitudeError(STATE_DAMAGED, `the embedded database in ${folder} does not start`, { cause });
  }
}

function poolOfOne(database: PGlite, lock: SiteLock): PostgresPool {
  let turn: Promise<void> = Promise.resolve();
  return {
    connect: async () => {
      const before = turn;
      let release = () => {};
      turn = new Promise((resolve) => {
        release = resolve;
      });
      await before;
      return clientOf(database, release);
    },
    end: async () => {
      await turn;
      try {
        await database.close();
      } finally {
        await lock.release();
      }
    },
  };
}

/** Several statements at once. A semicolon within one would do no harm: it would be prepared a little later. */
function isScript(sql: string, parameters: readonly unknown[]): boolean {
  return parameters.length === 0 && /;\s*\S/.test(sql);
}

function clientOf(database: PGlite, release: () => void): PostgresPoolClient {
  async function query<R>(sql: string, parameters: readonly unknown[]): Promise<PostgresQueryResult<R>> {
    const { rows, affectedRows, command } = isScript(sql, parameters)
      ? ((await database.exec(sql)).at(-1) as Results<R>)
      : await database.query<R>(sql, [...parameters]);
    return {
      command: command as PostgresQueryResult<R>["command"],
      rowCount: affectedRows ?? rows.length,
      rows,
    };
  }
  return { query: query as PostgresPoolClient["query"], release };
}
