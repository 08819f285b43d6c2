/**
 * `npm run bench:forecast`: decoding speed beside Hugging Face `generate` with the same weights, in turns, medians of
 * paired rounds: 64 futures of 128 tokens from a history of 256, of one patient and of 32 patients. Then, on the Olmsted
 * cohort, the tokens that SCOPE and REACH need for the standard error of 1,000 Monte Carlo futures.
 *
 *   npm run bench:forecast -- [--json] [--rounds 3] [--python PATH] [--only one|many|estimator] [--site DIR]
 *                             [--peer-patients 2]
 *
 * It looks for a Python that has transformers (--python, then LONGITUDE_PYTHON, then python3), and for llama.cpp by way of
 * node-llama-cpp (LONGITUDE_LLAMA_CPP). The 2,048 futures of 32 patients in one batch take PyTorch some 15 GB and half an
 * hour a round on two cores, so that both are timed on `--peer-patients` of the 32, all futures of these in one batch; what
 * was timed is said on standard error. With --site the model of a built site is used for the estimators; without it a model
 * of the Olmsted cohort is trained for two epochs.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { createRandom } from "../src/effects/random.ts";
import { DecodingEngine, type Future } from "../src/forecast/decoding-engine.ts";
import { drawToken } from "../src/forecast/token-draw.ts";
import { deriveArchitecture } from "../src/network/architecture.ts";
import { initialParameters, parameterLayout } from "../src/network/parameters.ts";
import { buildVocabulary } from "../src/tokens/vocabulary.ts";
import { readCheckpoint, writeCheckpoint } from "../src/training/checkpoint.ts";
import { exportGguf } from "../src/training/export/export-gguf.ts";
import { benchOptions } from "./bench-options.ts";
import { compareEstimators, type EstimatorComparison, printEstimators } from "./estimator-tokens.ts";
import { askLlamaCpp } from "./llama-cpp.ts";
import { median } from "./median.ts";
import { findPython, type PeerPython, runPeer } from "./peer-python.ts";

const THREADS = 2;
const [FUTURES, LENGTH, HISTORY] = [64, 128, 256];
const PATIENTS = { one: 1, many: 32 } as const;
type Workload = keyof typeof PATIENTS;

const architecture = deriveArchitecture(
  { depth: 6, width: 256, heads: 8, feedForward: 688, context: 512 },
  { vocabulary: 2048, outcomes: 0, pieces: 0 },
);

/** What `--json` prints of one workload. */
interface Comparison {
  readonly tokensPerSecond: number;
  /** Median over rounds of Longitude's rate over Hugging Face's in the same round; above 1 Longitude is faster. */
  readonly ratioToHuggingFace: number | null;
}

interface Measured extends Comparison {
  readonly huggingFaceTokensPerSecond: number | null;
  /** Of one run, before the rounds. */
  readonly llamaCppTokensPerSecond: number | null;
}

type Results = Partial<Record<Workload, Measured>> & { estimator?: EstimatorComparison };

interface Peers {
  readonly python: PeerPython | null;
  /** GGUF file of the same weights; null where llama.cpp is not installed. */
  readonly gguf: string | null;
  readonly patients: number;
}

async function main(): Promise<void> {
  const values = benchOptions(import.meta.filename, {
    json: { type: "boolean", default: false },
    rounds: { type: "string", default: "3" },
    python: { type: "string" },
    only: { type: "string" },
    site: { type: "string" },
    "peer-patients": { type: "string", default: "2" },
  });
  const rounds = Math.max(1, Number(values.rounds));
  const python = findPython("transformers", values.python);
  if (python === null)
    console.error(
      "No Python with transformers was found (set LONGITUDE_PYTHON): only Longitude's own speed is measured.",
    );
  const llamaCpp = askLlamaCpp({ ask: "version" });
  console.error(
    `${cpus()[0]?.model ?? "unknown"} × ${cpus().length}, ${THREADS} threads, Node ${process.version}, ${rounds} rounds; transformers ${python?.version ?? "not installed"}; node-llama-cpp ${llamaCpp?.version ?? "not installed (optional; set LONGITUDE_LLAMA_CPP)"}`,
  );
  const result: Results = {};
  const folder = await mkdtemp(join(tmpdir(), "longitude-bench-"));
  try {
    const wanted = (name: string) => values.only === undefined || values.only === name;
    const weights = await benchCheckpoint(folder);
    const gguf = llamaCpp === null ? null : join(folder, "bench.gguf");
    if (gguf !== null) exportGguf(await readCheckpoint(folder), gguf, "f32", "bench");
    for (const workload of ["one", "many"] as const) {
      if (!wanted(workload)) continue;
      const patients = Math.min(PATIENTS[workload], Math.max(1, Number(values["peer-patients"])));
      result[workload] = await compare(workload, weights, folder, rounds, { python, gguf, patients });
    }
    if (wanted("estimator")) result.estimator = await compareEstimators(folder, values.site);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  print(result, values.json ? console.error : console.log);
  if (values.json) console.log(JSON.stringify(figuresOf(result)));
}

/** Exactly the figures, nothing of how they came about. */
function figuresOf({ one, many, estimator }: Results) {
  const rates = (measured: Measured): Comparison => ({
    tokensPerSecond: measured.tokensPerSecond,
    ratioToHuggingFace: measured.ratioToHuggingFace,
  });
  return {
    ...(one === undefined ? {} : { one: rates(one) }),
    ...(many === undefined ? {} : { many: rates(many) }),
    ...(estimator === undefined ? {} : { estimator }),
  };
}

async function benchCheckpoint(folder: string): Promise<Float32Array> {
  const weights = initialParameters(parameterLayout(architecture), createRandom("bench"));
  const withCodes = (codes: number) =>
    buildVocabulary(
      {
        counts: new Map(Array.from({ length: codes }, (_, i) => [`CODE/${i}`, 1])),
        staticCounts: new Map(),
        edges: new Map(),
        parents: new Map(),
      },
      { minimumEvents: 1, intervalDays: [1], clockYears: 1 },
    );
  const vocabulary = withCodes(architecture.vocabulary - withCodes(1).size + 1);
  await writeCheckpoint(folder, {
    description: { schema: "longitude.checkpoint/1", architecture, outcomes: [], hazardEdgesYears: [1] },
    weights,
    vocabulary,
  });
  return weights;
}

async function compare(
  workload: Workload,
  weights: Float32Array,
  checkpoint: string,
  rounds: number,
  peer: Peers,
): Promise<Measured> {
  const random = createRandom("bench histories");
  const histories = Array.from({ length: PATIENTS[workload] }, () =>
    Int32Array.from({ length: HISTORY }, () => random.integer(architecture.vocabulary)),
  );
  const timed = histories.slice(0, peer.patients);
  console.error(
    `${workload}: Longitude is timed on ${histories.length} × ${FUTURES} futures, the others on ${timed.length} × ${FUTURES}`,
  );
  const engine = new DecodingEngine({ architecture, weights, longestFuture: LENGTH, threads: THREADS });
  await ownRate(engine, histories, 2, 4);
  const own: number[] = [];
  const huggingFace: number[] = [];
  const llamaCpp = peer.gguf === null ? null : llamaCppRate(peer.gguf, timed);
  for (let round = 0; round < rounds; round++) {
    own.push(await ownRate(engine, histories, FUTURES, LENGTH));
    const hugging = peer.python === null ? null : huggingFaceRate(peer.python, checkpoint, timed);
    if (hugging !== null) huggingFace.push(hugging);
    console.error(
      `  ${workload}, round ${round + 1}/${rounds}: Longitude ${own.at(-1)?.toFixed(0)} tokens/s; Hugging Face ${hugging?.toFixed(0) ?? "–"}`,
    );
  }
  await engine.close();
  const paired = huggingFace.length === own.length;
  return {
    tokensPerSecond: median(own),
    ratioToHuggingFace: paired ? median(own.map((rate, i) => rate / (huggingFace[i] as number))) : null,
    huggingFaceTokensPerSecond: paired ? median(huggingFace) : null,
    llamaCppTokensPerSecond: llamaCpp,
  };
}

/** Tokens a second over all futures, the history pass included. */
async function ownRate(
  engine: DecodingEngine,
  histories: readonly Int32Array[],
  futures: number,
  length: number,
): Promise<number> {
  const random = createRandom("bench draws");
  const before = engine.tokens;
  const begin = performance.now();
  const prefixes = await engine.prefixes(histories);
  await engine.decode(
    prefixes.map((prefix) => ({
      prefix,
      futures: Array.from({ length: futures }, () => futureOf(length, () => random.next())),
    })),
  );
  return (1000 * (engine.tokens - before)) / (performance.now() - begin);
}

function futureOf(length: number, uniform: () => number): Future {
  let drawn = 0;
  return {
    next(probabilities) {
      const token = drawToken(probabilities, uniform());
      return ++drawn < length ? token : null;
    },
  };
}

/** All futures of all histories in one batch of `generate`. */
function huggingFaceRate(
  python: PeerPython,
  checkpoint: string,
  histories: readonly Int32Array[],
): number | null {
  const run = runPeer(python, "bench_generate.py", {
    checkpoint,
    threads: THREADS,
    futures: FUTURES,
    length: LENGTH,
    histories: histories.map((history) => [...history]),
  }) as { seconds: number; tokens: number } | null;
  return run === null ? null : run.tokens / run.seconds;
}

/** The futures of one history at a time, each a sequence of one context. */
function llamaCppRate(model: string, histories: readonly Int32Array[]): number | null {
  const run = askLlamaCpp({
    ask: "speed",
    model,
    threads: THREADS,
    futures: FUTURES,
    length: LENGTH,
    histories: histories.map((history) => [...history]),
  }) as { seconds: number; tokens: number } | null;
  return run === null ? null : run.tokens / run.seconds;
}

function print(result: Results, say: (line: string) => void): void {
  say("patients   Longitude tok/s   Hugging Face tok/s   ratio   llama.cpp tok/s");
  for (const workload of ["one", "many"] as const) {
    const row = result[workload];
    if (row === undefined) continue;
    const cells = [
      row.tokensPerSecond.toFixed(0).padStart(15),
      (row.huggingFaceTokensPerSecond?.toFixed(0) ?? "–").padStart(18),
      (row.ratioToHuggingFace?.toFixed(2) ?? "–").padStart(5),
      (row.llamaCppTokensPerSecond?.toFixed(0) ?? "–").padStart(15),
    ];
    say(`${String(PATIENTS[workload]).padEnd(8)} ${cells.join("   ")}`);
  }
  if (result.estimator !== undefined) printEstimators(result.estimator, say);
}

await main();
