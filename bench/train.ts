/**
 * `npm run bench:train`: training speed beside PyTorch on the same machine, in turns, medians of paired rounds.
 * (dense) full windows of a 5.8 M-parameter decoder; (real) the timelines of the Olmsted cohort, counting real tokens
 * only, PyTorch padding each batch to its longest timeline. Both sides do the same work: next-event loss, backward,
 * clipping, AdamW, float32.
 *
 *   npm run bench:train -- [--json] [--rounds 3] [--python /path/to/python] [--all-modes]
 *
 * It looks for a Python that has torch: --python, then LONGITUDE_PYTHON, then python3.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { createRandom } from "../src/effects/random.ts";
import { type Architecture, deriveArchitecture } from "../src/network/architecture.ts";
import { initialParameters, parameterLayout } from "../src/network/parameters.ts";
import { planEpoch, rowLengthsFor, windowShapeFor } from "../src/training/epoch-plan.ts";
import { Trainer } from "../src/training/trainer.ts";
import { emptyVectors } from "../src/training/training-state.ts";
import { buildBatch, type WindowBatch } from "../src/training/window-batch.ts";
import { olmstedTokens } from "./olmsted-tokens.ts";

const ROOT = join(import.meta.dirname, "..");
const THREADS = 2;
const WARMUP = 2;
const STEPS = 6;
const REAL_BATCH_TOKENS = 2048;
const EVERY_MODE = ["eager-float32", "eager-bfloat16", "compiled-float32", "compiled-bfloat16"] as const;
type Mode = (typeof EVERY_MODE)[number];

interface Workload {
  readonly name: "dense" | "real";
  readonly architecture: Architecture;
  readonly batches: readonly WindowBatch[];
  /** The same kind of batches for PyTorch: rows of token ids of different lengths. */
  readonly rows: readonly (readonly (readonly number[])[])[];
}

interface Comparison {
  readonly tokensPerSecond: number;
  readonly torchTokensPerSecond: Readonly<Record<string, number>>;
  /** Medians over rounds of Longitude's rate over PyTorch's in the same round; above 1 Longitude is faster. */
  readonly ratioToEagerFloat32: number | null;
  readonly ratioToBest: number | null;
  readonly peakMegabytes: number;
}

const NO_ONSET = { outcomes: 0, edgesYears: [1], washoutDays: [], isDeath: [] };

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      json: { type: "boolean", default: false },
      rounds: { type: "string", default: "3" },
      python: { type: "string" },
      "all-modes": { type: "boolean", default: false },
    },
  });
  const rounds = Math.max(1, Number(values.rounds));
  const python = findPython(values.python);
  const modes: readonly Mode[] = python === null ? [] : values["all-modes"] ? EVERY_MODE : ["eager-float32"];
  if (python === null)
    console.error(
      "No Python with torch was found (set LONGITUDE_PYTHON): only Longitude's own speed is measured.",
    );

  const result: Record<string, unknown> = { rounds, machine: machine(), torch: python?.version ?? null };
  for (const workload of [denseWorkload(), await realWorkload()]) {
    console.error(
      `${workload.name}: ${parameterLayout(workload.architecture).size.toLocaleString("en-US")} parameters`,
    );
    result[workload.name] = await compare(workload, modes, rounds, python?.path ?? null);
  }
  if (values.json) console.log(JSON.stringify(result));
  else printTable(result as Record<"dense" | "real", Comparison>);
}

async function compare(
  workload: Workload,
  modes: readonly Mode[],
  rounds: number,
  python: string | null,
): Promise<Comparison> {
  const own: number[] = [];
  const peers = new Map<Mode, number[]>(modes.map((mode) => [mode, []]));
  for (let round = 0; round < rounds; round++) {
    own.push(await ownRate(workload));
    for (const mode of modes) {
      const rate = torchRate(workload, mode, python as string);
      if (rate === null) peers.delete(mode);
      else peers.get(mode)?.push(rate);
    }
    const line = [...peers].map(([mode, rates]) => `${mode} ${rates.at(-1)?.toFixed(0)}`).join(", ");
    console.error(
      `  round ${round + 1}/${rounds}: Longitude ${own.at(-1)?.toFixed(0)} tokens/s; PyTorch ${line || "–"}`,
    );
  }
  const ratioTo = (rates: readonly number[] | undefined) =>
    rates === undefined ? null : median(own.map((rate, i) => rate / (rates[i] as number)));
  const best = own.map((_, i) => Math.max(...[...peers.values()].map((rates) => rates[i] as number)));
  return {
    tokensPerSecond: median(own),
    torchTokensPerSecond: Object.fromEntries([...peers].map(([mode, rates]) => [mode, median(rates)])),
    ratioToEagerFloat32: ratioTo(peers.get("eager-float32")),
    ratioToBest: peers.size === 0 ? null : ratioTo(best),
    peakMegabytes: Math.round(process.resourceUsage().maxRSS / 1024),
  };
}

/** Real tokens a second of the embedded trainer. */
async function ownRate({ architecture, batches }: Workload): Promise<number> {
  const layout = parameterLayout(architecture);
  const random = createRandom("bench");
  const vectors = emptyVectors(layout);
  vectors.parameters.set(initialParameters(layout, random));
  const shapes = [...new Map(batches.map(({ shape }) => [shape.time, shape])).values()];
  const trainer = await Trainer.open({
    architecture,
    layout,
    shapes,
    vectors,
    random,
    threads: THREADS,
    optimiser: {
      peakLearningRate: 1e-3,
      finalShare: 0.1,
      warmupSteps: 1,
      totalSteps: 100,
      weightDecay: 0.1,
      beta1: 0.9,
      beta2: 0.95,
      epsilon: 1e-8,
      clipNorm: 1,
      averageDecay: 0,
      dropout: 0,
      onsetWeight: 0,
    },
  });
  for (const [i, shape] of shapes.entries())
    await trainer.step(
      batches.find((batch) => batch.shape === shape || batch.shape.time === shape.time)!,
      i + 1,
    );
  const steps = Math.max(STEPS, batches.length);
  let tokens = 0;
  let seconds = 0;
  for (let i = 0; i < WARMUP + steps; i++) {
    const batch = batches[i % batches.length] as WindowBatch;
    const begin = performance.now();
    await trainer.step(batch, i + 1);
    if (i < WARMUP) continue;
    seconds += (performance.now() - begin) / 1000;
    tokens += batch.realTokens;
  }
  await trainer.close();
  return tokens / seconds;
}

/** Real tokens a second of PyTorch, or null when the mode does not run here. */
function torchRate(workload: Workload, mode: Mode, python: string): number | null {
  const request = {
    architecture: workload.architecture,
    threads: THREADS,
    warmup: WARMUP,
    steps: Math.max(STEPS, workload.rows.length),
    mode,
    batches: workload.rows,
  };
  const { OPENBLAS_CORETYPE: _, OPENBLAS_L2_SIZE: __, ...env } = process.env;
  const run = spawnSync(python, [join(ROOT, "trainers/torch/bench_train.py")], {
    input: JSON.stringify(request),
    encoding: "utf8",
    maxBuffer: 1 << 26,
    env,
  });
  if (run.status !== 0) {
    console.error(`  ${mode} does not run here: ${run.stderr.trim().split("\n").at(-1)}`);
    return null;
  }
  const { seconds, realTokens } = JSON.parse(run.stdout) as { seconds: number[]; realTokens: number[] };
  const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);
  return sum(realTokens) / sum(seconds);
}

function denseWorkload(): Workload {
  const architecture = deriveArchitecture(
    { depth: 6, width: 256, heads: 8, feedForward: 688, context: 256 },
    { vocabulary: 2048, outcomes: 0, pieces: 0 },
  );
  const random = createRandom("dense windows");
  const rows = Array.from({ length: 2 }, () =>
    Array.from({ length: 16 }, () => Array.from({ length: 256 }, () => random.integer(2048))),
  );
  return { name: "dense", architecture, rows, batches: rows.map((batch) => denseBatch(batch, 256)) };
}

function denseBatch(rows: readonly (readonly number[])[], time: number): WindowBatch {
  const flat = rows.flat();
  const size = flat.length;
  return {
    shape: { batch: rows.length, time, reads: 0, microBatches: (rows.length * time) / 1024 },
    tokens: BigInt64Array.from(flat, BigInt),
    positions: BigInt64Array.from(flat, (_, i) => BigInt(i % time)),
    segments: new BigInt64Array(size).fill(1n),
    targets: BigInt64Array.from(flat, (_, i) => BigInt(flat[(i + 1) % size] as number)),
    targetWeights: Float32Array.from(flat, (_, i) => ((i + 1) % time === 0 ? 0 : 1 / (size - rows.length))),
    reads: new BigInt64Array(0),
    exposure: new Float32Array(0),
    events: new Float32Array(0),
    realTokens: size,
    targetTotal: size - rows.length,
    readTotal: 0,
  };
}

async function realWorkload(): Promise<Workload> {
  const folder = await mkdtemp(join(tmpdir(), "longitude-bench-"));
  try {
    const { vocabulary, patients } = await olmstedTokens(folder);
    const context = 256;
    const architecture = deriveArchitecture(
      { depth: 4, width: 96, context },
      { vocabulary: vocabulary.size, outcomes: 0, pieces: 0 },
    );
    const options = { vocabulary, rowLengths: rowLengthsFor(context), batchTokens: REAL_BATCH_TOKENS };
    const random = createRandom("real timelines");
    const planned = planEpoch(patients, options, random).slice(0, 24);
    const batches = planned.map(({ rows, shape }) =>
      buildBatch(rows, { ...windowShapeFor(shape.time, REAL_BATCH_TOKENS), reads: 0 }, NO_ONSET, 1),
    );
    const sequences = random.shuffle(
      planned.flatMap(({ rows }) => rows.flat().map(({ part }) => [...part.tokens])),
    );
    return { name: "real", architecture, batches, rows: batchesOfTokens(sequences, REAL_BATCH_TOKENS) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Batches of whole timelines with about as many real tokens each as the packed ones. */
function batchesOfTokens(sequences: readonly number[][], tokens: number): number[][][] {
  const batches: number[][][] = [[]];
  let count = 0;
  for (const sequence of sequences) {
    if (count >= tokens) {
      batches.push([]);
      count = 0;
    }
    batches.at(-1)?.push(sequence);
    count += sequence.length;
  }
  return batches;
}

function findPython(stated: string | undefined): { path: string; version: string } | null {
  for (const path of [stated, process.env.LONGITUDE_PYTHON, "python3"]) {
    if (path === undefined) continue;
    try {
      const version = execFileSync(path, ["-c", "import torch; print(torch.__version__)"], {
        encoding: "utf8",
        stdio: ["ignore", "pipe", "ignore"],
      });
      return { path, version: version.trim() };
    } catch {
      // This Python is missing or has no torch: try the next.
    }
  }
  return null;
}

function machine(): string {
  return `${cpus()[0]?.model ?? "unknown"} × ${cpus().length}, ${THREADS} threads, Node ${process.version}`;
}

function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1
    ? (sorted[middle] as number)
    : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2;
}

function printTable(result: Record<"dense" | "real", Comparison>): void {
  console.log("workload   Longitude tok/s   PyTorch eager float32 tok/s   ratio");
  for (const name of ["dense", "real"] as const) {
    const { tokensPerSecond, torchTokensPerSecond, ratioToEagerFloat32 } = result[name];
    const peer = torchTokensPerSecond["eager-float32"];
    console.log(
      `${name.padEnd(10)} ${tokensPerSecond.toFixed(0).padStart(15)}   ${(peer?.toFixed(0) ?? "–").padStart(27)}   ${ratioToEagerFloat32?.toFixed(2) ?? "–"}`,
    );
  }
}

await main();
