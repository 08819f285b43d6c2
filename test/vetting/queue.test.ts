import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe } from "vitest";
import { systemEffects } from "../../src/effects/effects.ts";
import type { StateArea } from "../../src/state/migrate.ts";
import { openState } from "../../src/state/open-state.ts";
import { stateSchema } from "../../src/state/state-config.ts";
import { type PostgresServer, postgresPrograms, startPostgres } from "../support/postgres-server.ts";
import { describeQueue } from "./describe-queue.ts";

const effects = systemEffects;

describeQueue("PGlite", async () => {
  const folder = await mkdtemp(join(tmpdir(), "longitude-queue-"));
  return {
    open: (areas: readonly StateArea[]) =>
      openState({ folder, config: stateSchema.parse({}), areas, effects }),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
});

const programs = await postgresPrograms();
describe.skipIf(programs === null)(
  "PostgreSQL (skipped where Debian's package postgresql is not installed)",
  () => {
    let server: PostgresServer;
    beforeAll(async () => {
      server = await startPostgres(programs ?? "");
    });
    afterAll(() => server.stop());
    describeQueue("PostgreSQL", async () => {
      const environment = { LONGITUDE_STATE_URL: await server.newDatabase() };
      const config = stateSchema.parse({ engine: "postgres" });
      return {
        open: (areas: readonly StateArea[]) =>
          openState({ folder: "/", config, areas, effects, environment }),
        remove: async () => {},
      };
    });
  },
);
