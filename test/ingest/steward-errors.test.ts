/** Faults that a data steward meets, each with its code: of pulls, drafts, terminologies and records of bad quality. */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readImports } from "../../src/cli/stages/quality-stage.ts";
import { systemEffects } from "../../src/effects/effects.ts";
import { createRandom } from "../../src/effects/random.ts";
import { LongitudeError } from "../../src/errors/longitude-error.ts";
import { createClientKey } from "../../src/ingest/bulk/client-key.ts";
import { pull } from "../../src/ingest/bulk/pull.ts";
import type { PullInput } from "../../src/ingest/bulk/pull-options.ts";
import { proposeMapping } from "../../src/ingest/csv/propose/propose-mapping.ts";
import { emptyFindings } from "../../src/ingest/findings.ts";
import { judgeEvents } from "../../src/ingest/judge-events.ts";
import { Staging } from "../../src/ingest/staging.ts";
import { relationsOf } from "../../src/terminology/site-terminology.ts";
import { Database } from "../../src/timeline/database.ts";

let folder: string;
let server: Server;
let base: string;
/** What the server answers, by path. */
const answers = new Map<string, { status: number; headers?: Record<string, string>; body?: string }>();

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "longitude-steward-"));
  server = createServer((request, response) => {
    const path = request.url!.split("?")[0]!;
    const { status, headers, body } = answers.get(path) ?? { status: 404 };
    response.writeHead(status, headers).end(body);
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", () => done()));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}/fhir`;
});
afterAll(async () => {
  server.close();
  await rm(folder, { recursive: true, force: true });
});

async function codeOf(work: () => Promise<unknown>): Promise<string> {
  try {
    await work();
  } catch (error) {
    if (error instanceof LongitudeError) return error.code;
    throw error;
  }
  return "none";
}

let pulls = 0;
function pullOf(more: Partial<PullInput> = {}): () => Promise<void> {
  const options = {
    server: base,
    out: join(folder, `pull-${++pulls}`),
    tries: 1,
    firstWaitMs: 1,
    pollMs: 1,
    ...more,
  };
  return async () => {
    const { signal } = new AbortController();
    for await (const _ of pull(options, systemEffects, createRandom("steward"), signal));
  };
}

const MANIFEST = {
  transactionTime: "2026-01-01T00:00:00Z",
  requiresAccessToken: false,
  output: [],
  error: [],
};

describe("a pull", () => {
  const accepted = { status: 202, headers: { "content-location": "/fhir/state" } };
  it("refuses options that do not go together", async () => {
    expect(await codeOf(pullOf({ level: "group" }))).toBe("PULL_OPTIONS");
  });

  it("needs a key that signs, and a server that names its token endpoint", async () => {
    const wrong = join(folder, "wrong.pem");
    await writeFile(wrong, "no key");
    expect(await codeOf(pullOf({ clientId: "site", keyFile: wrong }))).toBe("PULL_KEY");
    const keyFile = join(folder, "key.json");
    await createClientKey(keyFile, "ES384");
    expect(await codeOf(pullOf({ clientId: "site", keyFile }))).toBe("PULL_DISCOVERY");
  });

  it("is told when the server does not begin an export, and when its manifest cannot be used", async () => {
    answers.set("/fhir/Patient/$export", { status: 400, body: "no" });
    expect(await codeOf(pullOf())).toBe("PULL_REQUEST");
    answers.set("/fhir/Patient/$export", accepted);
    for (const manifest of [
      {},
      { ...MANIFEST, transactionTime: "soon" },
      { ...MANIFEST, outputFormat: "text/csv" },
    ]) {
      answers.set("/fhir/state", { status: 200, body: JSON.stringify(manifest) });
      expect(await codeOf(pullOf())).toBe("PULL_MANIFEST");
    }
    answers.set("/fhir/state", { status: 200, body: JSON.stringify(MANIFEST) });
    expect(await codeOf(pullOf())).toBe("none");
  });

  it("does not go on from a note that it cannot read", async () => {
    const out = join(folder, "noted");
    await mkdir(out);
    await writeFile(join(out, ".job.json"), "{}");
    expect(await codeOf(pullOf({ out }))).toBe("PULL_STATE");
  });
});

describe("a steward", { timeout: 120_000 }, () => {
  it("is told what a draft lacks", async () => {
    const path = join(folder, "nobody.csv");
    await writeFile(path, "colour,shape\nred,round\n");
    expect(await codeOf(() => proposeMapping([path], "nobody"))).toBe("MAPPING_PROPOSAL");
  });

  it("is told which file of a terminology is missing", async () => {
    for (const kind of ["snomed", "rxnorm", "loinc", "omop", "csv"] as const)
      expect(await codeOf(() => relationsOf({ kind, path: join(folder, "none") }))).toBe("TERMINOLOGY_FILE");
  });

  it("is stopped by records of bad quality, with an exit code, a report and a picture of it", async () => {
    const input = join(folder, "labs");
    await mkdir(input);
    // Half of the creatinines are in µmol/L and say mg/dL.
    const rows = Array.from({ length: 400 }, (_, i) => {
      const day = new Date(Date.UTC(2019, 0, 1 + i)).toISOString().slice(0, 10);
      return `${i % 40},1950-01-01,F,${day},${i % 2 === 0 ? 0.8 + (i % 7) / 10 : 70 + (i % 50)},mg/dL`;
    });
    await writeFile(join(input, "labs.csv"), `id,born,sex,day,value,unit\n${rows.join("\n")}\n`);
    await writeFile(
      join(input, "mapping.yaml"),
      `schema: longitude.mapping/1
subjects: { file: labs.csv, id: id, repeated: { keep: first, by: value }, birth: { column: born }, sex: { column: sex, values: { F: F } } }
tables:
  - { file: labs.csv, subject: id, time: { column: day }, code: { fixed: LOINC/2160-0 }, value: value, unit: unit }
`,
    );
    const run = (...words: string[]) =>
      spawnSync(process.execPath, ["bin/longitude.js", ...words], { encoding: "utf8" });
    const [records, out] = [join(folder, "records"), join(folder, "quality")];
    expect(run("ingest", "--format", "csv", "--input", input, "--out", records).status).toBe(0);
    const judged = run("quality", "--records", records, "--out", out, "--json");
    expect(judged.status).toBe(3);
    expect(judged.stderr).toContain("QUALITY_FAILED");
    expect(existsSync(join(out, "index.html"))).toBe(true);
    const report = JSON.parse(judged.stdout) as { checks: { check: string; outcome: string }[] };
    const failed = report.checks.filter(({ outcome }) => outcome === "failed").map(({ check }) => check);
    expect(failed).toContain("mislabelledUnits");
    expect(failed).toContain("implausibleValues");
  });

  it("is told when what an earlier import looked like cannot be read", async () => {
    const imports = join(folder, "site", "quality", "imports");
    await mkdir(imports, { recursive: true });
    for (const text of ["{", "{}"]) {
      await writeFile(join(imports, "earlier.json"), text);
      expect(await codeOf(() => readImports(imports, "records"))).toBe("QUALITY_PROFILE_INVALID");
    }
  });

  it("is told when two persons would have one key", async () => {
    const database = await Database.open();
    const staging = await Staging.create(database);
    await staging.close();
    await database.run(
      "INSERT INTO person BY NAME SELECT 7 AS subject_id, unnest([1, 2]) AS checksum, 0 AS version, 0 AS instance",
    );
    expect(await codeOf(() => judgeEvents(database, [], emptyFindings().tally))).toBe(
      "SUBJECT_KEY_COLLISION",
    );
    database.close();
  });
});
