import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import type { OpenAPI3 } from "openapi-typescript";
import { afterAll, beforeAll, expect, test } from "vitest";
import { longitudeClient } from "../../src/client/longitude-client.ts";
import { CLIENT_TYPES, clientTypes } from "../../tools/client-types.ts";
import { type RunningServer, runServer } from "../support/running-server.ts";
import { makeServedSite } from "../support/served-site.ts";
import { temporaryFolder } from "../support/small-cohort.ts";

const run = promisify(execFile);
const root = resolve(import.meta.dirname, "../..");
let server: RunningServer;
let guide: string;

beforeAll(async () => {
  const { folder } = await makeServedSite({
    verdict: "do not deploy",
    serving: { abstain: { minimumEvents: 1 } },
  });
  server = await runServer(folder, { sandbox: true });
  guide = await readFile(join(root, "docs/guides/api.md"), "utf8");
});
afterAll(() => server.stop());

/** Code blocks of the guide, asking this server. */
const blocks = (language: string): string[] =>
  [...guide.matchAll(new RegExp(`\`\`\`${language}\n(.*?)\`\`\``, "gs"))].map(([, code]) =>
    code!.replaceAll("http://127.0.0.1:8080", server.address),
  );

test("the types that are checked in are those of the server's OpenAPI", async () => {
  const openapi = (await server.get("/openapi.json")).json as OpenAPI3;
  const written = await readFile(join(root, CLIENT_TYPES), "utf8");
  expect(written).toBe(await clientTypes(openapi));
}, 60_000);

test("the guide's calls with curl are answered", async () => {
  const cwd = await temporaryFolder();
  const answered: string[] = [];
  for (const code of blocks("sh")) answered.push((await run("bash", ["-ec", code], { cwd })).stdout);
  // A job: what it is, its lines so far, and what it is after it was ended.
  const [job] = answered.splice(3, 1);
  const [outcomes, forecast, line, chat] = answered.map((text) => JSON.parse(text));
  expect(job).toMatch(/^\{"id":"job-[0-9a-f]{32}","kind":"forecasts"/);
  expect(job).toMatch(/"state":"(cancelled|done)"[^\n]*$/);
  expect(outcomes.outcomes.length).toBeGreaterThan(0);
  expect(forecast.forecasts.some(({ risk }: { risk: number | null }) => risk !== null)).toBe(true);
  expect(line.request).toBe(0);
  expect(chat.choices[0].message.content).toContain("151 mmHg (2026-05-02)");
});

test("the guide's program runs and prints the forecasts", async () => {
  const file = join(await temporaryFolder(), "asks.mts");
  const [code] = blocks("ts");
  await writeFile(file, code!.replace("./src/", `${root}/src/`));
  const { stdout } = await run(process.execPath, ["--import", "tsx", file], { cwd: root });
  expect(stdout).toMatch(/^Onset 1 2y 0\.\d+$/m);
}, 60_000);

test("a refused request has the server's coded error, and a token is sent as it stands", async () => {
  const client = longitudeClient(server.address, () => "no-token");
  const { error, response } = await client.GET("/v1/answers/{id}", {
    params: { path: { id: `ans-${"0".repeat(32)}` } },
  });
  expect(response.status).toBe(401);
  expect(error).toMatchObject({ error: { code: expect.stringMatching(/^[A-Z_]+$/) } });
});
