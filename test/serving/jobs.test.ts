import { setTimeout } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { JobQueue } from "../../src/serving/jobs/job-queue.ts";
import { fhirRecord, recordBundle } from "../support/fhir-record.ts";
import { NO_POSTGRES, postgresPrograms, startPostgres } from "../support/postgres-server.ts";
import { type RunningServer, runServer } from "../support/running-server.ts";
import { makeServedSite } from "../support/served-site.ts";
import { spawnServer } from "../support/spawned-server.ts";

const LINES = { "content-type": "application/x-ndjson" };
const FORECASTS = "/v1/jobs/forecasts";
const programs = await postgresPrograms();

const fileOf = (count: number): string =>
  Array.from({ length: count }, (_, i) =>
    JSON.stringify({ bundle: recordBundle(fhirRecord({ id: `p${i}`, events: 60 })) }),
  ).join("\n");

/** A server as a client sees it, in this process or in one of its own. */
function jobsOf(address: string) {
  const ask = async (path: string, init: RequestInit = {}) => {
    const response = await fetch(`${address}${path}`, init);
    const text = await response.text();
    return { status: response.status, headers: response.headers, text };
  };
  const status = async (path: string) => JSON.parse((await ask(path)).text);
  return {
    ask,
    status,
    submit: (path: string, body: string) => ask(path, { method: "POST", headers: LINES, body }),
    lines: async (path: string, from = 0) =>
      (await ask(`${path}/lines?from=${from}`)).text
        .split("\n")
        .filter((line) => line !== "")
        .map((line) => JSON.parse(line)),
    ended: async (path: string, seconds = 60) => {
      for (let i = 0; i < seconds * 10; i++) {
        const job = await status(path);
        if (job.ended !== null) return job;
        await setTimeout(100);
      }
      throw new Error("the job has not ended");
    },
  };
}

describe("a job", () => {
  let server: RunningServer;
  let jobs: ReturnType<typeof jobsOf>;
  beforeAll(async () => {
    const { folder } = await makeServedSite({
      verdict: "do not deploy",
      serving: { jobs: { perTenant: 2 } },
    });
    server = await runServer(folder, { sandbox: true });
    jobs = jobsOf(server.address);
  });
  afterAll(() => server.stop());

  test("is accepted at once, and answers each line as the file does", async () => {
    const body = `${fileOf(3)}\n\n{\n${JSON.stringify({ a: { secret: 1 } })}\n`;
    const accepted = await jobs.submit(FORECASTS, body);
    expect(accepted.status).toBe(202);
    expect(JSON.parse(accepted.text)).toMatchObject({ state: "waiting", lines: 5, done: 0, ended: null });
    const path = accepted.headers.get("location") as string;
    expect(await jobs.ended(path)).toMatchObject({ state: "done", lines: 5, done: 5, error: null });
    const lines = await jobs.lines(path);
    expect(lines.map(({ request, error }) => [request, error?.code])).toEqual([
      [0, undefined],
      [1, undefined],
      [2, undefined],
      [3, "REQUEST_INVALID"],
      [4, "REQUEST_INVALID"],
    ]);
    const { text } = await server.post("/v1/forecasts/file", fileOf(3), LINES);
    const risksOf = (line: { forecasts: { risk: number }[] }) => line.forecasts.map(({ risk }) => risk);
    const asked = text.trim().split("\n");
    expect(lines.slice(0, 3).map(risksOf)).toEqual(asked.map((line) => risksOf(JSON.parse(line))));
    expect(await jobs.lines(path, 3)).toEqual(lines.slice(3));
  });

  test("of a validation ends with the evidence alone", async () => {
    const body = `${JSON.stringify({ bundle: recordBundle(fhirRecord()), at: "2024-01-01" })}\n{}\n`;
    const path = (await jobs.submit("/v1/jobs/validations", body)).headers.get("location") as string;
    expect(await jobs.ended(path)).toMatchObject({ state: "done", kind: "validations", done: 2 });
    expect(await jobs.lines(path)).toMatchObject([
      { event: "evidence", persons: 1, failed: { REQUEST_INVALID: 1 } },
    ]);
    // It is found at the path of its own kind alone.
    expect((await jobs.ask(path.replace("validations", "forecasts"))).status).toBe(404);
  });

  test("can be ended, and leaves nothing of what was sent or made", async () => {
    const path = (await jobs.submit(FORECASTS, fileOf(400))).headers.get("location") as string;
    const ended = await jobs.ask(path, { method: "DELETE" });
    expect(JSON.parse(ended.text)).toMatchObject({ state: "cancelled" });
    await setTimeout(1500);
    expect(await jobs.lines(path)).toEqual([]);
    const { rows } = await server.context.state.foreign("select count(*) as n from job where input <> ''");
    expect(rows).toEqual([{ n: 0 }]);
  });

  test("waits in the queue once; more than a tenant may have, without lines or of no known id is refused with a code", async () => {
    const first = await jobs.submit(FORECASTS, fileOf(200));
    const second = await jobs.submit(FORECASTS, fileOf(200));
    const third = await jobs.submit(FORECASTS, fileOf(1));
    expect(third.status).toBe(429);
    expect(third.text).toContain("JOB_LIMIT");

    const another = new JobQueue(server.context);
    for (let i = 0; i < 3; i++) await another.sendForsaken();
    const { state } = server.context;
    const { rows } = await state.foreign(
      `select count(*)::int as "times" from ${state.schema}_jobs.job where state = 'created' group by singleton_key`,
    );
    expect(rows.every((row) => (row as { times: number }).times === 1)).toBe(true);
    expect(rows.length).toBeGreaterThan(0);

    for (const { headers } of [first, second])
      await jobs.ask(headers.get("location") as string, { method: "DELETE" });
    expect((await jobs.submit(FORECASTS, "\n \n")).text).toContain("REQUEST_INVALID");
    expect((await jobs.submit(FORECASTS, '{"a": "\0"}')).text).toContain("REQUEST_INVALID");
    expect((await jobs.ask(`${FORECASTS}/job-${"0".repeat(32)}`)).text).toContain("JOB_UNKNOWN");
    expect((await jobs.ask(`${FORECASTS}/..%2f..`)).status).toBe(400);
  });
});

/** Kills the process amid the job, and lets `next` go on. */
async function killed(folder: string, next: "the same again" | "another that runs"): Promise<void> {
  const one = await spawnServer(folder);
  const other = next === "another that runs" ? await spawnServer(folder) : null;
  const path = (await jobsOf(one.address).submit(FORECASTS, fileOf(300))).headers.get("location") as string;
  for (let i = 0; i < 600 && (await jobsOf(one.address).status(path)).done === 0; i++) await setTimeout(50);
  const before = await jobsOf(one.address).lines(path);
  await one.end("SIGKILL");
  const two = other ?? (await spawnServer(folder));
  try {
    expect(before.length).toBeGreaterThan(0);
    expect(before.length).toBeLessThan(300);
    const job = await jobsOf(two.address).ended(path, 180);
    expect(job).toMatchObject({ state: "done", done: 300 });
    const lines = await jobsOf(two.address).lines(path);
    expect(lines.map(({ request }) => request)).toEqual(Array.from({ length: 300 }, (_, i) => i));
    expect(lines.slice(0, before.length)).toEqual(before);
  } finally {
    await two.end("SIGTERM");
  }
}

test("a job outlives the process that is killed amid it, and goes on after the last line that was stored", async () => {
  const { folder } = await makeServedSite({ verdict: "do not deploy" });
  await killed(folder, "the same again");
}, 240_000);

test.skipIf(programs === null)(
  `another process takes a job over from one that was killed (else: ${NO_POSTGRES})`,
  async () => {
    const postgres = await startPostgres(programs as string);
    try {
      process.env.LONGITUDE_TEST_JOBS = await postgres.newDatabase();
      const { folder } = await makeServedSite({
        verdict: "do not deploy",
        state: { engine: "postgres", urlFromEnvironment: "LONGITUDE_TEST_JOBS" },
      });
      await killed(folder, "another that runs");
    } finally {
      await postgres.stop();
    }
  },
  300_000,
);
