import { randomUUID } from "node:crypto";
import { setTimeout } from "node:timers/promises";
import { expect, test } from "vitest";
import { readSite } from "../../src/cli/read-site.ts";
import { systemEffects } from "../../src/effects/effects.ts";
import { createRandom } from "../../src/effects/random.ts";
import type { ServingTables } from "../../src/serving/answers/serving-tables.ts";
import { SERVING_AREAS } from "../../src/serving/serving-areas.ts";
import { verifyAudit } from "../../src/state/audit/verify-audit.ts";
import { openState } from "../../src/state/open-state.ts";
import { isoTime } from "../../src/state/value-parsers.ts";
import { fhirRecord, patientView } from "../support/fhir-record.ts";
import { NO_POSTGRES, postgresPrograms, startPostgres } from "../support/postgres-server.ts";
import { makeServedSite } from "../support/served-site.ts";
import { type SpawnedServer, spawnServer } from "../support/spawned-server.ts";

const VIEW = "/cds-services/longitude-patient-view";
/** LONGITUDE_KILLS=30 for the figure in docs/benchmarks.md. */
const KILLS = Number(process.env.LONGITUDE_KILLS ?? 2);
const programs = await postgresPrograms();

const sent = (card: string) => ({
  feedback: [{ card, outcome: "accepted", outcomeTimestamp: "2026-06-15T00:00:00Z" }],
});

async function post(server: SpawnedServer, path: string, body: object) {
  const response = await fetch(`${server.address}${path}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  return { status: response.status, text: await response.text() };
}

async function stored(folder: string) {
  const { configuration } = await readSite(folder);
  const state = await openState({
    folder,
    config: configuration.state,
    areas: SERVING_AREAS,
    effects: systemEffects,
  });
  try {
    return await state.transaction(async (tx) => {
      const tables = tx.withTables<ServingTables>();
      const feedback = await tables.selectFrom("serving_feedback").select("card").execute();
      const answers = await tables.selectFrom("serving_answer").select("id").execute();
      const entries = await tx.selectFrom("audit_entry").select("action").execute();
      return {
        cards: feedback.map(({ card }) => card),
        answers: new Set(answers.map(({ id }) => id)),
        audited: entries.filter(({ action }) => action === "serving.feedback-accepted").length,
        faults: (await verifyAudit(tx, isoTime(systemEffects.now()))).faults,
      };
    });
  } finally {
    await state.close();
  }
}

test(
  `${KILLS} times killed under load, it loses no feedback and no answer that it has accepted, and the audit log has no gap`,
  async () => {
    const { folder } = await makeServedSite({ verdict: "do not deploy" });
    const random = createRandom("kills");
    const cards: string[] = [];
    const answers: string[] = [];
    for (let kill = 0; kill < KILLS; kill++) {
      const server = await spawnServer(folder);
      let running = true;
      const loads = [0, 1, 2, 3].map(async (worker) => {
        for (let i = 0; running; i++) {
          const card = randomUUID();
          const record = fhirRecord({ id: `p${kill}-${worker}-${i}` });
          try {
            const given = await post(server, `${VIEW}/feedback`, sent(card));
            if (given.status === 200) cards.push(card);
            const viewed = await post(server, VIEW, patientView(record));
            const [id] = /ans-[0-9a-f]{32}/.exec(viewed.text) ?? [];
            if (viewed.status === 200 && id !== undefined) answers.push(id);
          } catch {
            return; // it is dead
          }
        }
      });
      // A busy machine accepts its first ones late; the kill comes at any moment after them.
      const enough = [cards.length + 2, answers.length + 2] as const;
      for (let i = 0; i < 400 && (cards.length < enough[0] || answers.length < enough[1]); i++)
        await setTimeout(25);
      await setTimeout(random.integer(400));
      await server.end("SIGKILL");
      running = false;
      await Promise.all(loads);
    }
    const kept = await stored(folder);
    expect(cards.length).toBeGreaterThan(KILLS);
    expect(answers.length).toBeGreaterThan(KILLS);
    expect(cards.filter((card) => !kept.cards.includes(card))).toEqual([]);
    expect(answers.filter((id) => !kept.answers.has(id))).toEqual([]);
    // What was stored without its sender being told is in the audit log as well.
    expect(kept.audited).toBe(kept.cards.length);
    expect(kept.faults).toEqual([]);
    if (process.env.LONGITUDE_KILLS !== undefined)
      process.stdout.write(
        `${KILLS} kills, ${cards.length} feedbacks and ${answers.length} answers accepted\n`,
      );
  },
  60_000 + KILLS * 30_000,
);

test("a stop answers what is under way, and ends with 0", async () => {
  const { folder } = await makeServedSite({ verdict: "do not deploy" });
  const server = await spawnServer(folder);
  const asked = Array.from({ length: 5 }, (_, i) =>
    post(server, VIEW, patientView(fhirRecord({ id: `p${i}`, events: 200 }))),
  );
  await setTimeout(60);
  const code = await server.end("SIGTERM");
  const statuses = (await Promise.all(asked)).map(({ status }) => status);
  expect(statuses.every((status) => status === 200 || status === 503)).toBe(true);
  expect(code).toBe(0);
});

test.skipIf(programs === null)(
  `outlives a restart of PostgreSQL, with clear 503s meanwhile (else: ${NO_POSTGRES})`,
  async () => {
    const postgres = await startPostgres(programs as string);
    const url = await postgres.newDatabase();
    process.env.LONGITUDE_TEST_STATE = url;
    const { folder } = await makeServedSite({
      verdict: "do not deploy",
      state: { engine: "postgres", urlFromEnvironment: "LONGITUDE_TEST_STATE" },
    });
    const [one, two] = await Promise.all([spawnServer(folder), spawnServer(folder)]);
    try {
      const accepted: string[] = [];
      const give = async (server: SpawnedServer) => {
        const card = randomUUID();
        const { status, text } = await post(server, `${VIEW}/feedback`, sent(card));
        if (status === 200) accepted.push(card);
        return { status, text };
      };
      expect((await give(one)).status).toBe(200);
      expect((await give(two)).status).toBe(200);
      await postgres.without(async () => {
        const refused = await give(one);
        expect(refused.status).toBe(503);
        expect(refused.text).toContain("STATE_UNAVAILABLE");
        expect((await fetch(`${one.address}/readyz`)).status).toBe(503);
        expect((await fetch(`${one.address}/healthz`)).status).toBe(200);
      });
      expect((await give(one)).status).toBe(200);
      expect((await give(two)).status).toBe(200);
      expect((await fetch(`${one.address}/readyz`)).status).toBe(200);
      const kept = await stored(folder);
      expect(accepted.every((card) => kept.cards.includes(card))).toBe(true);
      expect(kept.faults).toEqual([]);
    } finally {
      await Promise.all([one.end("SIGTERM"), two.end("SIGTERM")]);
      await postgres.stop();
    }
  },
);
