/**
 * `npm run bench:ingest`: FHIR NDJSON to a dataset, beside a straightforward Python loader of the same mapping.
 * The input is generated: copies of Synthea patients with fresh identifiers, laid out as a Bulk Data export, claims and
 * all. Measured in a process of its own: wall time from its start, peak resident memory, size of the store; then
 * reading the store back as training does. The Python loader (json and pyarrow) reads a smaller export of the same make,
 * because its rate does not depend on the size and its memory does.
 *
 *   npm run bench:ingest -- [--json] [--sizes 1,5,20] [--seed-input FILE] [--work DIR] [--python PATH] [--python-gigabytes 0.25]
 *
 * It looks for a Python that has pyarrow: --python, then LONGITUDE_PYTHON, then python3.
 */
import { execFile, execFileSync } from "node:child_process";
import { mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { z } from "zod";
import { benchOptions } from "./bench-options.ts";
import { writeCopies } from "./synthea-copies.ts";

const ROOT = join(import.meta.dirname, "..");
const SEED = join(import.meta.dirname, "data/synthea-patients.ndjson.gz");
const MEASURED = z.object({
  seconds: z.number(),
  peakMegabytes: z.number(),
  events: z.number(),
  patients: z.number(),
});
const LOADED = z.object({ seconds: z.number(), bytes: z.number(), events: z.number() });
const run = promisify(execFile);

interface Run {
  readonly gigabytes: number;
  readonly megabytesPerSecond: number;
  readonly peakMegabytes: number;
  /** Megabytes a second over those of the Python loader; null without a Python that has pyarrow. */
  readonly ratioToPython: number | null;
  /** Bytes of the store over bytes of JSON. */
  readonly storeShare: number;
  readonly readEventsPerSecond: number;
  readonly seconds: number;
  readonly patients: number;
  readonly events: number;
}

async function main(): Promise<void> {
  const values = benchOptions(import.meta.filename, {
    json: { type: "boolean", default: false },
    sizes: { type: "string", default: "1,5,20" },
    "seed-input": { type: "string", default: SEED },
    work: { type: "string" },
    python: { type: "string" },
    "python-gigabytes": { type: "string", default: "0.25" },
  });
  const sizes = values.sizes.split(",").map(Number);
  if (sizes.some((size) => !(size > 0))) throw new TypeError("--sizes takes gigabytes, e.g. 1,5,20");
  const python = findPython(values.python);
  if (python === null) console.error("No Python with pyarrow was found (set LONGITUDE_PYTHON): no ratio.");
  const work = await mkdtemp(join(values.work ?? tmpdir(), "longitude-bench-ingest-"));
  try {
    const loader =
      python === null
        ? null
        : await pythonRate(python, work, values["seed-input"], Number(values["python-gigabytes"]));
    const runs: Run[] = [];
    for (const size of sizes) {
      runs.push(await measure(work, values["seed-input"], size, loader));
      console.error(describe(runs.at(-1)!));
    }
    const machine = `${cpus()[0]?.model ?? "unknown"} × ${cpus().length}, Node ${process.version}`;
    if (values.json) console.log(JSON.stringify({ runs, pythonMegabytesPerSecond: loader, machine }));
    else for (const each of runs) console.log(describe(each));
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

async function measure(work: string, seed: string, gigabytes: number, loader: number | null): Promise<Run> {
  const input = join(work, "export");
  const out = join(work, "store");
  console.error(`writing ${gigabytes} GB of FHIR NDJSON`);
  const written = await writeCopies(input, seed, gigabytes * 1e9);
  try {
    const ingested = await child("ingest", input, out);
    if (ingested.patients !== written.patients) {
      throw new Error(`${written.patients} patients were written, ${ingested.patients} are in the store`);
    }
    const read = await child("read", out);
    const megabytesPerSecond = written.bytes / 1e6 / ingested.seconds;
    return {
      gigabytes,
      megabytesPerSecond,
      peakMegabytes: ingested.peakMegabytes,
      ratioToPython: loader === null ? null : megabytesPerSecond / loader,
      storeShare: (await bytesBelow(out)) / written.bytes,
      readEventsPerSecond: read.events / read.seconds,
      seconds: ingested.seconds,
      patients: ingested.patients,
      events: ingested.events,
    };
  } finally {
    await rm(input, { recursive: true, force: true });
    await rm(out, { recursive: true, force: true });
  }
}

/** Wall time counts from the start of the process. */
async function child(...parameters: string[]): Promise<z.output<typeof MEASURED>> {
  const started = performance.now();
  const script = join(ROOT, "bench/run-ingest.ts");
  const { stdout } = await run(process.execPath, ["--import", "tsx", script, ...parameters], { cwd: ROOT });
  const seconds = (performance.now() - started) / 1000;
  const measured = MEASURED.parse(JSON.parse(stdout));
  return parameters[0] === "ingest" ? { ...measured, seconds } : measured;
}

/** Megabytes a second of the Python loader. */
async function pythonRate(python: string, work: string, seed: string, gigabytes: number): Promise<number> {
  const input = join(work, "python-export");
  await writeCopies(input, seed, gigabytes * 1e9);
  try {
    const script = join(ROOT, "trainers/torch/bench_ingest.py");
    const { stdout } = await run(python, [script, input, join(work, "python.parquet")]);
    const { bytes, seconds } = LOADED.parse(JSON.parse(stdout));
    return bytes / 1e6 / seconds;
  } finally {
    await rm(input, { recursive: true, force: true });
  }
}

async function bytesBelow(dir: string): Promise<number> {
  let bytes = 0;
  for (const entry of await readdir(dir, { recursive: true, withFileTypes: true })) {
    if (entry.isFile()) bytes += (await stat(join(entry.parentPath, entry.name))).size;
  }
  return bytes;
}

function findPython(stated: string | undefined): string | null {
  for (const path of [stated, process.env.LONGITUDE_PYTHON, "python3"]) {
    if (path === undefined) continue;
    try {
      execFileSync(path, ["-c", "import pyarrow"], { stdio: "ignore" });
      return path;
    } catch {
      // This Python is missing or has no pyarrow: try the next.
    }
  }
  return null;
}

function describe(each: Run): string {
  const ratio =
    each.ratioToPython === null ? "" : `, ${each.ratioToPython.toFixed(1)} times the Python loader`;
  return [
    `${each.gigabytes} GB: ${each.megabytesPerSecond.toFixed(0)} MB/s${ratio}`,
    `peak ${each.peakMegabytes.toFixed(0)} MB`,
    `store ${(100 * each.storeShare).toFixed(1)} %`,
    `read back at ${(each.readEventsPerSecond / 1e6).toFixed(1)} M events/s`,
    `${each.patients.toLocaleString("en-US")} patients, ${each.events.toLocaleString("en-US")} events in ${each.seconds.toFixed(0)} s`,
  ].join("; ");
}

await main();
