import { expect, test } from "vitest";
import { systemEffects } from "../../src/effects/effects.ts";
import type { ServedStage } from "../../src/serving/stages/effective-stage.ts";
import { verifyAudit } from "../../src/state/audit/verify-audit.ts";
import { isoTime } from "../../src/state/value-parsers.ts";
import { NO_POSTGRES, postgresPrograms, startPostgres } from "../support/postgres-server.ts";
import { runServer } from "../support/running-server.ts";
import { makeServedSite } from "../support/served-site.ts";

const programs = await postgresPrograms();
const UNITS = ["ward-1", "ward-2"];
const LOWER: readonly ServedStage[] = ["pilot", "silent", "withheld"];

test.skipIf(programs === null)(
  `two servers that lower the same stages at once end at the lowest, each change with its audit entry (else: ${NO_POSTGRES})`,
  async () => {
    const postgres = await startPostgres(programs as string);
    process.env.LONGITUDE_TEST_STAGES = await postgres.newDatabase();
    const { folder } = await makeServedSite({
      verdict: "deploy",
      stage: "live",
      state: { engine: "postgres", urlFromEnvironment: "LONGITUDE_TEST_STAGES" },
    });
    const [one, two] = [await runServer(folder), await runServer(folder)];
    try {
      const changes = Array.from({ length: 24 }, (_, i) => ({
        server: i % 2 === 0 ? one : two,
        unit: UNITS[(i >> 1) % 2] as string,
        stage: LOWER[(i * 7) % 3] as ServedStage,
      }));
      const answers = await Promise.all(
        changes.map(async ({ server, unit, stage }) => {
          const { status } = await server.post("/v1/stages", { unit, stage, reason: "for a test" });
          return status;
        }),
      );
      // What comes after something lower would raise, and is refused.
      expect(answers.filter((status) => status !== 200 && status !== 409)).toEqual([]);
      const accepted = answers.filter((status) => status === 200).length;
      expect(accepted).toBeGreaterThanOrEqual(UNITS.length);

      const after = await runServer(folder);
      for (const unit of UNITS) {
        const { json } = await after.get(`/v1/outcomes?unit=${unit}`);
        expect(new Set(json.outcomes.map(({ stage }: { stage: ServedStage }) => stage))).toEqual(
          new Set(["withheld"]),
        );
      }
      await after.stop();
      await one.context.state.transaction(async (tx) => {
        const entries = await tx.selectFrom("audit_entry").select("action").execute();
        expect(entries.filter(({ action }) => action === "serving.stage")).toHaveLength(accepted);
        expect((await verifyAudit(tx, isoTime(systemEffects.now()))).faults).toEqual([]);
      });
    } finally {
      await Promise.all([one.stop(), two.stop()]);
      await postgres.stop();
    }
  },
);
