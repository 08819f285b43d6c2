/**
 * `npm run bench:forecast`: decoding speed beside Hugging Face `generate` with the same weights, in turns, medians of
 * paired rounds: 64 futures of 128 tokens from a history of 256, of one patient and of 32 patients. Then, on the Olmsted
 * cohort, the tokens that SCOPE and REACH need for the standard error of 1,000 Monte Carlo futures.
 *
 *   npm run bench:forecast -- [--json] [--rounds 3] [--python PATH] [--only one|many|estimator] [--site DIR]
 *                             [--peer-patients 4]
 *
 * It looks for a Python that has transformers: --python, then LONGITUDE_PYTHON, then python3. All 2,048 futures of 32
 * patients in one batch take PyTorch some 15 GB, so that it is timed on `--peer-patients` of them (each a batch of 64 or
 * more); its tokens a second do not grow with further patients. With --site the model of a built site is used for the
 * estimators; without it a model of the Olmsted cohort is trained for two epochs.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { createRandom } from "../src/effects/random.ts";
import { DecodingEngine, type Future } from "../src/forecast/decoding-engine.ts";
import { drawToken } from "../src/forecast/token-draw.ts";
import { deriveArchitecture } from "../src/network/architecture.ts";
import { initialParameters, parameterLayout } from "../src/network/parameters.ts";
import { buildVocabulary } from "../src/tokens/vocabulary.ts";
import { writeCheckpoint } from "../src/training/checkpoint.ts";
import { compareEstimators, printEstimators } from "./estimator-tokens.ts";
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

interface Comparison {
  readonly tokensPerSecond: number;
  readonly huggingFaceTokensPerSecond: number | null;
  /** Median over rounds of Longitude's rate over Hugging Face's in the same round; above 1 Longitude is faster. */
  readonly ratioToHuggingFace: number | null;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      json: { type: "boolean", default: false },
      rounds: { type: "string", default: "3" },
      python: { type: "string" },
      only: { type: "string" },
      site: { type: "string" },
      "peer-patients": { type: "string", default: "4" },
    },
  });
  const rounds = Math.max(1, Number(values.rounds));
  const python = findPython("transformers", values.python);
  if (python === null)
    console.error(
      "No Python with transformers was found (set LONGITUDE_PYTHON): only Longitude's own speed is measured.",
    );
  const result: Record<string, unknown> = {
    rounds,
    machine: `${cpus()[0]?.model ?? "unknown"} × ${cpus().length}, ${THREADS} threads, Node ${process.version}`,
    transformers: python?.version ?? null,
  };
  const folder = await mkdtemp(join(tmpdir(), "longitude-bench-"));
  try {
    const wanted = (name: string) => values.only === undefined || values.only === name;
    const weights = await benchCheckpoint(folder);
    for (const workload of ["one", "many"] as const)
      if (wanted(workload))
        result[workload] = await compare(workload, weights, folder, rounds, {
          python,
          patients: Math.min(PATIENTS[workload], Math.max(1, Number(values["peer-patients"]))),
        });
    if (wanted("estimator")) result.estimator = await compareEstimators(folder, values.site);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  if (values.json) console.log(JSON.stringify(result));
  else print(result as Parameters<typeof print>[0]);
}

async function benchCheckpoint(folder: string): Promise<Float32Array> {
  const weights = initialParameters(parameterLayout(architecture), createRandom("bench"));
  const vocabulary = buildVocabulary(
    { counts: new Map(), staticCounts: new Map(), edges: new Map(), parents: new Map() },
    { minimumEvents: 1, intervalDays: [1], clockYears: 1 },
  );
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
  peer: { readonly python: PeerPython | null; readonly patients: number },
): Promise<Comparison> {
  const random = createRandom("bench histories");
  const histories = Array.from({ length: PATIENTS[workload] }, () =>
    Int32Array.from({ length: HISTORY }, () => random.integer(architecture.vocabulary)),
  );
  const engine = new DecodingEngine({ architecture, weights, longestFuture: LENGTH, threads: THREADS });
  await ownRate(engine, histories, 2, 4);
  const own: number[] = [];
  const peers: number[] = [];
  for (let round = 0; round < rounds; round++) {
    own.push(await ownRate(engine, histories, FUTURES, LENGTH));
    const other =
      peer.python === null ? null : peerRate(peer.python, checkpoint, histories.slice(0, peer.patients));
    if (other !== null) peers.push(other);
    console.error(
      `  ${workload}, round ${round + 1}/${rounds}: Longitude ${own.at(-1)?.toFixed(0)} tokens/s; Hugging Face ${other?.toFixed(0) ?? "–"}`,
    );
  }
  await engine.close();
  const paired = peers.length === own.length && peers.length > 0;
  return {
    tokensPerSecond: median(own),
    huggingFaceTokensPerSecond: paired ? median(peers) : null,
    ratioToHuggingFace: paired ? median(own.map((rate, i) => rate / (peers[i] as number))) : null,
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

function peerRate(python: PeerPython, checkpoint: string, histories: readonly Int32Array[]): number | null {
  const run = runPeer(python, "bench_generate.py", {
    checkpoint,
    threads: THREADS,
    futures: FUTURES,
    length: LENGTH,
    histories: histories.map((history) => [...history]),
  }) as { seconds: number; tokens: number } | null;
  return run === null ? null : run.tokens / run.seconds;
}

function print(
  result: Partial<Record<Workload, Comparison>> & {
    estimator?: Awaited<ReturnType<typeof compareEstimators>>;
  },
): void {
  console.log("patients   Longitude tok/s   Hugging Face tok/s   ratio");
  for (const workload of ["one", "many"] as const) {
    const row = result[workload];
    if (row === undefined) continue;
    const cells = [
      row.tokensPerSecond.toFixed(0).padStart(15),
      (row.huggingFaceTokensPerSecond?.toFixed(0) ?? "–").padStart(18),
      row.ratioToHuggingFace?.toFixed(2) ?? "–",
    ];
    console.log(`${String(PATIENTS[workload]).padEnd(8)} ${cells.join("   ")}`);
  }
  if (result.estimator !== undefined) printEstimators(result.estimator);
}

await main();
