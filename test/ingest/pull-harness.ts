import { readdirSync, readFileSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { systemEffects } from "../../src/effects/effects.ts";
import { createRandom } from "../../src/effects/random.ts";
import { LongitudeError } from "../../src/errors/longitude-error.ts";
import { createClientKey, publicKeySet, readClientKey } from "../../src/ingest/bulk/client-key.ts";
import { pull } from "../../src/ingest/bulk/pull.ts";
import type { PullInput } from "../../src/ingest/bulk/pull-options.ts";
import type { PullEvent, PullReport } from "../../src/ingest/bulk/pull-report.ts";
import { ingest } from "../../src/ingest/ingest.ts";
import type { IngestReport } from "../../src/ingest/ingest-report.ts";
import type { BulkServerConfiguration } from "../support/bulk-data-server.ts";
import { fixedEffects } from "../support/fixed-effects.ts";
import { CLIENT_ID, type RunningBulkServer, startBulkServer } from "../support/start-bulk-data-server.ts";

export let root: string;
export let work: string;
export let keyFile: string;
let jwks: string;
export let server: RunningBulkServer;
let runs = 0;

export async function startPulling(): Promise<void> {
  root = await mkdtemp(join(tmpdir(), "longitude-pull-"));
  keyFile = join(root, "key.json");
  jwks = join(root, "jwks.json");
  await createClientKey(keyFile, "ES384");
  await publish(keyFile);
  server = await startBulkServer(root, jwks);
}

export async function stopPulling(): Promise<void> {
  await server.stop();
  await rm(root, { recursive: true, force: true });
}

export async function publish(...files: string[]): Promise<void> {
  const keys = await Promise.all(files.map((file) => readClientKey(file)));
  await writeFile(jwks, JSON.stringify(await publicKeySet(keys)));
}

export const patient = (id: string, at = "2026-01-01T00:00:00Z"): string =>
  JSON.stringify({
    resourceType: "Patient",
    id,
    meta: { lastUpdated: at },
    gender: "female",
    birthDate: "1950-01-01",
  });
export const condition = (id: string, person: string, code = "E11.9"): string =>
  JSON.stringify({
    resourceType: "Condition",
    id,
    meta: { lastUpdated: "2026-01-01T00:00:00Z" },
    subject: { reference: `Patient/${person}` },
    onsetDateTime: "2020-05-01",
    code: { coding: [{ system: "http://hl7.org/fhir/sid/icd-10-cm", code }] },
  });

export const FILES = {
  "Patient-1": [patient("a"), patient("b"), patient("c")],
  "Condition-1": [condition("1", "a"), condition("2", "b")],
  "Condition-2": [condition("3", "c"), condition("4", "c", "I10")],
};

export async function serve(given: Partial<BulkServerConfiguration> = {}): Promise<RunningBulkServer> {
  work = join(root, `run-${++runs}`);
  await mkdir(work);
  await server.configure({ files: FILES, ...given });
  return server;
}

export function question(more: Partial<PullInput> = {}): PullInput {
  return {
    server: server.base,
    out: join(work, "export"),
    clientId: CLIENT_ID,
    keyFile,
    firstWaitMs: 5,
    longestWaitMs: 40,
    pollMs: 10,
    ...more,
  };
}

export async function pulled(
  more: Partial<PullInput> = {},
): Promise<{ report: PullReport; events: PullEvent[] }> {
  const events: PullEvent[] = [];
  const { signal } = new AbortController();
  for await (const event of pull(question(more), systemEffects, createRandom("pull"), signal))
    events.push(event);
  const last = events.at(-1)!;
  if (last.kind !== "done") throw new Error("the pull did not end");
  return { report: last.report, events };
}

export async function failureOf(more: Partial<PullInput> = {}): Promise<LongitudeError> {
  try {
    await pulled(more);
  } catch (error) {
    if (error instanceof LongitudeError) return error;
    throw error;
  }
  throw new Error("it should have failed");
}

export function filesOf(folder: string): Record<string, string[]> {
  const found: Record<string, string[]> = {};
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const bytes = readFileSync(path);
    const text = (path.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString("utf8");
    found[path.slice(folder.length + 1)] = text.split("\n").filter((line) => line !== "");
  }
  return found;
}

export const linesOf = (folder: string): string[] => Object.values(filesOf(folder)).flat().sort();
export const ALL = Object.values(FILES).flat().sort();

export async function ingested(input: string): Promise<IngestReport> {
  for await (const event of ingest(
    { input, out: join(work, "records"), overwrite: true, format: "fhir" },
    fixedEffects(),
  ))
    if (event.kind === "done") return event.report;
  throw new Error("the ingest did not end");
}
