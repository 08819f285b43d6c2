import { cp, mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { systemEffects } from "../../src/effects/effects.ts";
import type { StateArea } from "../../src/state/migrate.ts";
import { openState } from "../../src/state/open-state.ts";
import { stateSchema } from "../../src/state/state-config.ts";
import { type PostgresServer, postgresPrograms, startPostgres } from "../support/postgres-server.ts";
import { describeAudit } from "./describe-audit.ts";
import { describeState } from "./describe-state.ts";

const embedded = stateSchema.parse({});
const effects = systemEffects;

/** A first start takes seconds, hence one for all tests; each of them has a copy. */
let firstStart: Promise<string> | null = null;
async function embeddedFolder(): Promise<string> {
  firstStart ??= (async () => {
    const folder = await mkdtemp(join(tmpdir(), "longitude-state-"));
    await (await openState({ folder, config: embedded, areas: [], effects })).close();
    return folder;
  })();
  const folder = await mkdtemp(join(tmpdir(), "longitude-state-"));
  await cp(await firstStart, folder, { recursive: true });
  return folder;
}
afterAll(async () => {
  if (firstStart !== null) await rm(await firstStart, { recursive: true });
});

async function embeddedPlace() {
  const folder = await embeddedFolder();
  return {
    open: (areas: readonly StateArea[]) => openState({ folder, config: embedded, areas, effects }),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

describeState("PGlite", embeddedPlace);
describeAudit("PGlite", embeddedPlace);

const programs = await postgresPrograms();
describe.skipIf(programs === null)(
  "PostgreSQL (skipped where Debian's package postgresql is not installed)",
  () => {
    let server: PostgresServer;
    beforeAll(async () => {
      server = await startPostgres(programs ?? "");
    });
    afterAll(() => server.stop());

    const config = stateSchema.parse({ engine: "postgres", urlFromEnvironment: "STATE_URL" });
    async function serverPlace() {
      const environment = { STATE_URL: await server.newDatabase() };
      const open = (areas: readonly StateArea[]) =>
        openState({ folder: "/nowhere", config, areas, effects, environment });
      return { open, remove: async () => {}, environment };
    }
    describeState("PostgreSQL", serverPlace);
    describeAudit("PostgreSQL", serverPlace);

    it("migrates once when many processes open a new state at the same moment", async () => {
      const { open } = await serverPlace();
      const once: StateArea = {
        name: "once",
        migrations: [
          { name: "0001-once", run: async (tx) => void (await sql`create table once (i int)`.execute(tx)) },
        ],
      };
      const states = await Promise.all(Array.from({ length: 6 }, () => open([once])));
      await Promise.all(states.map((state) => state.close()));
      expect(states).toHaveLength(6);
    });

    it("runs a transaction again when its connection was lost before the commit", async () => {
      const { open } = await serverPlace();
      const state = await open([]);
      let attempts = 0;
      const answer = await state.transaction(async (tx) => {
        attempts++;
        if (attempts === 1) await sql`select pg_terminate_backend(pg_backend_pid())`.execute(tx);
        return (await sql<{ one: number }>`select 1 as one`.execute(tx)).rows[0]?.one;
      });
      expect({ answer, attempts }).toEqual({ answer: 1, attempts: 2 });
      await state.close();
    });

    it("keeps two sites in one database apart by their schemas", async () => {
      const environment = { STATE_URL: await server.newDatabase() };
      const opened = await Promise.all(
        ["one", "two"].map((schema) =>
          openState({ folder: "/", config: { ...config, schema }, areas: [], effects, environment }),
        ),
      );
      for (const state of opened) {
        const { rows } = await state.transaction((tx) =>
          sql`select current_schema() as here, (select count(*) from state_migration) as n`.execute(tx),
        );
        expect(rows).toEqual([{ here: state === opened[0] ? "one" : "two", n: 1 }]);
        await state.close();
      }
    });

    it("reads the URL from a key file", async () => {
      const folder = await mkdtemp(join(tmpdir(), "longitude-state-"));
      await writeFile(join(folder, "url"), `${await server.newDatabase()}\n`, { mode: 0o600 });
      const state = await openState({
        folder,
        config: { ...config, urlFile: "url" },
        areas: [],
        effects,
        environment: {},
      });
      expect(state.engine).toBe("postgres");
      await state.close();
      await rm(folder, { recursive: true });
    });
  },
);

describe("opening a state", () => {
  it("says that the URL is missing, and where it was looked for", async () => {
    const config = stateSchema.parse({ engine: "postgres", urlFromEnvironment: "NO_SUCH_URL" });
    await expect(
      openState({ folder: "/", config, areas: [], effects, environment: {} }),
    ).rejects.toMatchObject({ code: "STATE_URL_MISSING", message: expect.stringContaining("NO_SUCH_URL") });
  });

  it("does not print the URL or its password when the server cannot be reached", async () => {
    const config = stateSchema.parse({ engine: "postgres" });
    const environment = { LONGITUDE_STATE_URL: "postgresql://reader:opensesame@127.0.0.1:1/state" };
    const error: unknown = await openState({ folder: "/", config, areas: [], effects, environment }).catch(
      (thrown: unknown) => thrown,
    );
    expect(error).toMatchObject({ code: "STATE_UNAVAILABLE" });
    expect(String(error)).not.toMatch(/opensesame|reader|127/);
  });

  it("says who holds the embedded state, and leaves it as it was", async () => {
    const folder = await embeddedFolder();
    const first = await openState({ folder, config: embedded, areas: [], effects });
    await expect(
      openState({ folder, config: embedded, areas: [], effects, waitMs: 100 }),
    ).rejects.toMatchObject({ code: "STATE_LOCKED", message: expect.stringContaining(String(process.pid)) });
    await first.close();
    expect((await stat(join(folder, "state"))).mode & 0o077).toBe(0);
    await rm(folder, { recursive: true });
  });

  it("says that the embedded database is damaged instead of starting an empty one", async () => {
    const folder = await embeddedFolder();
    await rm(join(folder, "state", "database", "global", "pg_control"));
    await expect(openState({ folder, config: embedded, areas: [], effects })).rejects.toMatchObject({
      code: "STATE_DAMAGED",
    });
    await rm(folder, { recursive: true });
  });
});
