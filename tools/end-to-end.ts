/**
 * The main job, short: the demo on a sample, run as a person would run it, and what must be true afterwards.
 * Prints a line a check; writes {"passed", "failed"} to the file named by the first argument.
 */
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { z } from "zod";

const BIN = resolve("bin/longitude.js");
const folder = mkdtempSync(join(tmpdir(), "longitude-end-to-end-"));
const site = join(folder, "site");
const MODELS = ["longitude", "boostedHazards", "trees", "logistic", "cox", "ageSex"];
const counts = { passed: 0, failed: 0 };

function check(what: string, holds: () => boolean): void {
  let ok = false;
  let why = "";
  try {
    ok = holds();
  } catch (error) {
    why = error instanceof Error ? `: ${error.message}` : "";
  }
  counts[ok ? "passed" : "failed"]++;
  console.log(`${ok ? "ok    " : "FAILED"} ${what}${why}`);
}

function longitude(...args: string[]): { status: number | null; stdout: string; seconds: number } {
  const startedAt = performance.now();
  const { status, stdout } = spawnSync(process.execPath, [BIN, ...args], {
    cwd: folder,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
    maxBuffer: 1 << 28,
  });
  return { status, stdout, seconds: (performance.now() - startedAt) / 1000 };
}

async function inParallel(...args: string[]): Promise<{ status: number | null; stderr: string }> {
  const child = spawn(process.execPath, [BIN, ...args], { cwd: folder, stdio: ["ignore", "ignore", "pipe"] });
  let stderr = "";
  child.stderr.on("data", (part: Buffer) => {
    stderr += part.toString();
  });
  const [status] = (await once(child, "close")) as [number | null];
  return { status, stderr };
}

/** A process that goes on, once it has said in its first line of JSON where it listens. */
async function started(
  ...args: string[]
): Promise<{ said: Record<string, unknown>; end: () => Promise<unknown> }> {
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  const ended = once(child, "close");
  for await (const line of createInterface({ input: child.stdout })) {
    const end = (): Promise<unknown> => {
      child.kill("SIGTERM");
      return ended;
    };
    return { said: z.record(z.string(), z.unknown()).parse(JSON.parse(line)), end };
  }
  throw new Error("it ended before it listened");
}

const buildSchema = z.object({
  stages: z
    .array(z.object({ stage: z.string(), made: z.boolean(), id: z.string(), folder: z.string() }))
    .min(1),
});
const evaluationSchema = z.object({
  schema: z.string(),
  tasks: z
    .array(
      z.object({
        code: z.string().nullable(),
        models: z.record(z.string(), z.record(z.string(), z.unknown())),
      }),
    )
    .min(1),
});
const registrySchema = z.object({
  releases: z.array(z.object({ id: z.string(), model: z.string(), version: z.string() })),
});
const comparisonSchema = z.object({
  persons: z.number(),
  tasks: z.array(
    z.object({
      differences: z
        .object({ cIndex: z.object({ value: z.number(), low: z.number(), high: z.number() }).nullable() })
        .nullable(),
    }),
  ),
});
const cardsSchema = z.object({
  cards: z.array(z.object({ summary: z.string(), detail: z.string().default("") })).optional(),
});
const json = (text: string): unknown => JSON.parse(text);
const evaluationIn = (report: string) =>
  evaluationSchema.parse(json(readFileSync(join(report, "evaluation.json"), "utf8")));

try {
  const first = longitude("demo", "--short", "--site", site, "--json", "--no-serve");
  console.log(`       the short demo took ${first.seconds.toFixed(0)} s`);
  check("the short demo ends well", () => first.status === 0);
  check("it makes every stage", () => buildSchema.parse(json(first.stdout)).stages.every(({ made }) => made));
  check("its report is one page and its evidence", () => existsSync(join(site, "report", "index.html")));
  check("the page loads nothing from elsewhere", () => {
    const page = readFileSync(join(site, "report", "index.html"), "utf8");
    return !/(?:src|href)\s*=\s*["']?(?:https?:)?\/\//i.test(page);
  });
  check("every task that can be judged has the model and its baselines", () => {
    const judged = evaluationIn(join(site, "report")).tasks.filter(({ code }) => code === null);
    return judged.length > 0 && judged.every(({ models }) => MODELS.every((name) => name in models));
  });

  const second = longitude("build", "--site", site, "--json");
  console.log(`       the second build took ${second.seconds.toFixed(0)} s`);
  check("a second build reuses every stage", () =>
    buildSchema.parse(json(second.stdout)).stages.every(({ made }) => !made),
  );
  check("with the same artefacts", () => {
    const ids = (text: string) => buildSchema.parse(json(text)).stages.map(({ id }) => id);
    return ids(first.stdout).join() === ids(second.stdout).join();
  });

  const unseen = join(folder, "validated");
  const other = join(site, "export");
  const validated = longitude(
    "validate",
    "--site",
    site,
    "--input",
    other,
    "--format",
    "fhir",
    "--out",
    unseen,
  );
  console.log(`       validation took ${validated.seconds.toFixed(0)} s`);
  check("records from another folder are validated without training", () => validated.status === 0);
  check(
    "with the same evidence",
    () => evaluationIn(unseen).tasks.length === evaluationIn(join(site, "report")).tasks.length,
  );

  // The first card of docs/guides/serve.md: the server fetches the record from a FHIR server, with the call's token.
  const hospital = await started(
    ...["--import", "tsx", resolve("examples/fhir-server.ts")],
    ...["--folder", join(site, "export"), "--port", "0", "--recent"],
  );
  const { fhirServer, token } = hospital.said;
  const written = readFileSync(join(site, "longitude.yaml"), "utf8");
  const listed = `serving: { examples: export, cds: { fhirServers: ["${fhirServer}"] } }`;
  writeFileSync(join(site, "longitude.yaml"), written.replace(/^serving: .*$/m, listed));
  const serving = await started(BIN, "serve", "--site", site, "--sandbox", "--port", "0", "--json");
  const patient = /"id":"([^"]+)"/.exec(readFileSync(join(site, "export", "Patient.ndjson"), "utf8"));
  const call = await fetch(`${serving.said.address}/cds-services/longitude-patient-view`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({
      hook: "patient-view",
      hookInstance: "d1577c69-dfbe-44ad-ba6d-3e05e953b2ea",
      fhirServer,
      fhirAuthorization: {
        access_token: token,
        token_type: "Bearer",
        expires_in: 300,
        scope: "user/*.rs",
        subject: "longitude",
      },
      context: { userId: "Practitioner/1", patientId: patient?.[1] },
    }),
  });
  const { cards = [] } = cardsSchema.parse(await call.json());
  check("the guide's first card comes from a FHIR server's record, marked as not for care", () =>
    cards.some(
      ({ summary, detail }) =>
        /not for care/i.test(`${summary} ${detail}`) && /of (100|1,000|10,000)/.test(detail),
    ),
  );
  await serving.end();
  await hospital.end();

  // Another model of the same persons: two who release it at once make one release, and it is compared with the first.
  const configuration = readFileSync(join(site, "longitude.yaml"), "utf8");
  writeFileSync(
    join(site, "longitude.yaml"),
    configuration.replace(/^training: \{/m, "training: { seed: 7,"),
  );
  const built = longitude("build", "--site", site, "--json");
  console.log(`       the other model took ${built.seconds.toFixed(0)} s`);
  const atOnce = await Promise.all(
    [1, 2].map(() => inParallel("release", "create", "--site", site, "--version", "2")),
  );
  check(
    "of two who release at once one is told to wait, or finds the release there",
    () =>
      atOnce.every(({ status, stderr }) => status === 0 || /SITE_LOCKED|STATE_LOCKED/.test(stderr)) &&
      atOnce.some(({ status }) => status === 0),
  );
  const releases = registrySchema.parse(
    json(longitude("registry", "--site", site, "--json").stdout),
  ).releases;
  check("the registry has each release once, of two models", () => {
    const [one, two] = releases;
    return releases.length === 2 && one?.model !== two?.model && two?.version === "2";
  });
  const compared = longitude(
    ...["registry", "compare", "--site", site, "--json"],
    ...["--release", releases[0]?.id ?? "", "--with", releases[1]?.id ?? ""],
  );
  check("two models are compared on the same persons, with intervals around differences", () => {
    const { persons, tasks } = comparisonSchema.parse(json(compared.stdout));
    const told = tasks.flatMap(({ differences }) => differences?.cIndex ?? []);
    return persons > 100 && told.length > 3 && told.some(({ value, low, high }) => value !== 0 && low < high);
  });

  writeFileSync(join(site, "longitude.yaml"), "schema: longitude.site/1\nnmae: typo\n");
  check("a mistake in longitude.yaml ends with 2", () => longitude("build", "--site", site).status === 2);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

const [target] = process.argv.slice(2);
if (target !== undefined) writeFileSync(target, JSON.stringify(counts));
console.log(`end to end: ${counts.passed} passed, ${counts.failed} failed`);
if (counts.failed > 0) process.exitCode = 1;
