/** What a server tries before its first patient leaves nothing behind. */
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readSite } from "../../src/cli/read-site.ts";
import { siteKey } from "../../src/cli/signing.ts";
import { AnswerThreads } from "../../src/serving/answers/answer-threads.ts";
import type { ServingTables } from "../../src/serving/answers/serving-tables.ts";
import { rehearseRequests } from "../../src/serving/rehearse-requests.ts";
import { readAudit } from "../../src/state/audit/audit-log.ts";
import { fhirRecord, patientView } from "../support/fhir-record.ts";
import { type RunningServer, runServer } from "../support/running-server.ts";
import { makeServedSite } from "../support/served-site.ts";

let server: RunningServer;
let threads: AnswerThreads;

beforeAll(async () => {
  const made = await makeServedSite({ stage: "silent", verdict: "silent only" });
  server = await runServer(made.folder, { rehearsals: 3 });
  const site = await readSite(made.folder);
  const start = { folder: join(made.folder, "releases", made.release), siteKey: await siteKey(site) };
  threads = new AnswerThreads(server.context.model, start, 1);
});
afterAll(async () => {
  await threads.close();
  await server.stop();
});

async function recorded() {
  return server.context.state.transaction(async (tx) => {
    const tables = tx.withTables<ServingTables>();
    const entries: string[] = [];
    for await (const { action } of readAudit(tx)) entries.push(action);
    return {
      answers: (await tables.selectFrom("serving_answer").select("id").execute()).length,
      requests: (await tables.selectFrom("serving_request").select("id").execute()).length,
      forecasts: entries.filter((action) => action === "serving.forecast").length,
      entries: entries.length,
    };
  });
}

test("requests of the rehearsal are answered, and nothing of them is recorded, counted or logged", async () => {
  const before = await recorded();
  expect(before).toMatchObject({ answers: 0, requests: 0, forecasts: 0 });
  const lines = server.log.length;
  expect(await rehearseRequests(server.context, threads, 6)).toEqual([200, 200, 200, 200, 200, 200]);
  expect(await recorded()).toEqual(before);
  expect(server.log.slice(lines)).toEqual([]);
  expect(await server.context.metrics.registry.metrics()).not.toContain("longitude_forecasts_total{");
});

test("a real request is recorded as before", async () => {
  const path = "/cds-services/longitude-patient-view";
  const { status } = await server.post(path, patientView(fhirRecord({ events: 40 })));
  expect(status).toBe(200);
  expect(await recorded()).toMatchObject({ answers: 1, requests: 1, forecasts: 1 });
});
