/** The promise of a pull: killed at any moments, the run that is let live brings the whole of one and the same export. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { gunzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createRandom } from "../../src/effects/random.ts";
import { createClientKey, publicKeySet } from "../../src/ingest/bulk/client-key.ts";
import type { PullInput } from "../../src/ingest/bulk/pull-options.ts";
import {
  bundle,
  CLIENT_ID,
  type RunningBulkServer,
  startBulkServer,
} from "../support/start-bulk-data-server.ts";

const KILLS = 6;
const FILES = 6;
const LINES = 600;

let work: string;
let program: string;
let server: RunningBulkServer;
beforeAll(async () => {
  work = await mkdtemp(join(tmpdir(), "longitude-pull-killed-"));
  const key = await createClientKey(join(work, "key.json"), "ES384");
  await writeFile(join(work, "jwks.json"), JSON.stringify(await publicKeySet([key])));
  program = join(work, "pull.mjs");
  bundle("test/ingest/pull-until-killed.ts", program);
  server = await startBulkServer(work, join(work, "jwks.json"));
});
afterAll(async () => {
  await server.stop();
  await rm(work, { recursive: true, force: true });
});

/** Lines that gzip does not shrink to nothing, so that a kill falls into the middle of a file. */
function resources(file: number): string[] {
  const random = createRandom(`file ${file}`);
  return Array.from({ length: LINES }, (_, line) => {
    const noise = Array.from({ length: 8 }, () => random.integer(2 ** 31).toString(36)).join("");
    return JSON.stringify({ resourceType: "Patient", id: `${file}-${line}`, implicitRules: noise });
  });
}

it("brings the whole export after six kills at random moments, and asks for it once", {
  timeout: 120_000,
}, async () => {
  const files = Object.fromEntries(
    Array.from({ length: FILES }, (_, file) => [`Patient-${file}`, resources(file)]),
  );
  await server.configure({ files, bytesPerSecond: 20_000, pollsUntilReady: 3 });
  const out = join(work, "export");
  const input: PullInput = {
    server: server.base,
    out,
    clientId: CLIENT_ID,
    keyFile: join(work, "key.json"),
    pollMs: 20,
  };
  await mkdir(out);
  const random = createRandom("kills");
  let report: { resumed: boolean; resources: number; folder: string } | null = null;
  let kills = 0;
  for (let run = 0; report === null && run < 3 * KILLS; run++) {
    const child = spawn(process.execPath, [program, JSON.stringify(input)], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const exit = once(child, "exit");
    // Some runs are killed before they fetch anything, most in the middle of it.
    const early = random.next() < 0.2;
    for await (const line of createInterface({ input: child.stdout })) {
      if (line.startsWith("{")) report = JSON.parse(line) as typeof report;
      else if (kills < KILLS && (early || line === "fetching")) {
        await new Promise((done) => setTimeout(done, random.integer(150)));
        if (child.kill("SIGKILL")) kills += 1;
      }
    }
    await exit;
    expect(readdirSync(out).filter((name) => !name.startsWith("."))).toHaveLength(report === null ? 0 : 1);
  }
  expect(kills).toBeGreaterThan(3);
  expect(report).toMatchObject({ resources: FILES * LINES });
  const found = readdirSync(join(out, report!.folder)).flatMap((name) =>
    gunzipSync(readFileSync(join(out, report!.folder, name)))
      .toString("utf8")
      .split("\n")
      .filter((line) => line !== ""),
  );
  expect(found.sort()).toEqual(Object.values(files).flat().sort());
  const asked = server.requests();
  // A run killed between the server's answer and the note of it cannot know; every other goes on with the same export.
  expect(asked.filter(({ path }) => path.endsWith("$export")).length).toBeLessThanOrEqual(2);
  expect(asked.filter(({ range }) => range !== null).length).toBeGreaterThan(0);
  expect(readdirSync(out).filter((name) => name.startsWith("."))).toEqual([".source.json"]);
});
