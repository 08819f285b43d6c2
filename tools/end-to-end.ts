/**
 * The main job, short: the demo on a sample, run as a person would run it, and what must be true afterwards.
 * Prints a line a check; writes {"passed", "failed"} to the file named by the first argument.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
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

  writeFileSync(join(site, "longitude.yaml"), "schema: longitude.site/1\nnmae: typo\n");
  check("a mistake in longitude.yaml ends with 2", () => longitude("build", "--site", site).status === 2);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

const [target] = process.argv.slice(2);
if (target !== undefined) writeFileSync(target, JSON.stringify(counts));
console.log(`end to end: ${counts.passed} passed, ${counts.failed} failed`);
if (counts.failed > 0) process.exitCode = 1;
