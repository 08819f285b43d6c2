/** What `npm run bench:train` trains on: full windows, and the timelines of real cohorts. */
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRandom } from "../src/effects/random.ts";
import { type Architecture, deriveArchitecture } from "../src/network/architecture.ts";
import { openTimelineStore } from "../src/timeline/open-timeline-store.ts";
import type { EncodedPatient } from "../src/tokens/encoded-patient.ts";
import { readTokenShard } from "../src/tokens/token-shard.ts";
import { readVocabulary, tokenize } from "../src/tokens/tokenize.ts";
import { tokensSchema } from "../src/tokens/tokens-config.ts";
import type { Vocabulary } from "../src/tokens/vocabulary.ts";
import { planEpoch, rowLengthsFor, windowShapeFor } from "../src/training/epoch-plan.ts";
import { buildBatch, type WindowBatch } from "../src/training/window-batch.ts";
import { cohortSchema } from "../src/vetting/outcome-definition.ts";
import { olmstedTokens } from "./olmsted-tokens.ts";

export const THREADS = 2;

export interface Workload {
  readonly name: string;
  readonly architecture: Architecture;
  readonly batches: readonly WindowBatch[];
  /** The same tokens for PyTorch: batches of rows of different lengths. */
  readonly rows: readonly (readonly (readonly number[])[])[];
}

const NO_ONSET = { outcomes: 0, edgesYears: [1], washoutDays: [], isDeath: [] };
const REAL_BATCHES = 24;

/** Full windows of one length. */
export function denseWorkload(sizes: {
  readonly depth: number;
  readonly width: number;
  readonly heads: number;
  readonly feedForward?: number;
  readonly time: number;
  readonly windows: number;
}): Workload {
  const { time, windows } = sizes;
  const architecture = deriveArchitecture(
    { ...sizes, context: time },
    { vocabulary: 2048, outcomes: 0, pieces: 0 },
  );
  const random = createRandom("dense windows");
  const rows = Array.from({ length: 2 }, () =>
    Array.from({ length: windows }, () => Array.from({ length: time }, () => random.integer(2048))),
  );
  return { name: "dense", architecture, rows, batches: rows.map((batch) => denseBatch(batch, time)) };
}

function denseBatch(rows: readonly (readonly number[])[], time: number): WindowBatch {
  const flat = rows.flat();
  const size = flat.length;
  return {
    shape: { ...windowShapeFor(time, size, THREADS), reads: 0 },
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

export async function olmstedWorkload(): Promise<Workload> {
  return inTemporaryFolder(async (folder) =>
    realWorkload("olmsted", await olmstedTokens(folder), { context: 256, batchTokens: 2048 }),
  );
}

/** @param records the PhysioNet-2012 stays as `longitude ingest` writes them */
export async function physionetWorkload(records: string): Promise<Workload> {
  return inTemporaryFolder(async (folder) => {
    const tokens = join(folder, "tokens");
    await mkdir(tokens);
    const store = await openTimelineStore(records);
    const config = tokensSchema.parse({});
    const cohort = cohortSchema.parse({});
    for await (const _ of tokenize({ store, cohort, outcomes: [], config, seed: 1, out: tokens }));
    store.close();
    const vocabulary = await readVocabulary(join(tokens, "vocabulary.json"));
    const patients = readTokenShard(join(tokens, "train.safetensors"));
    return realWorkload("physionet", { vocabulary, patients }, { context: 512, batchTokens: 8192 });
  });
}

function realWorkload(
  name: string,
  { vocabulary, patients }: { vocabulary: Vocabulary; patients: EncodedPatient[] },
  { context, batchTokens }: { context: number; batchTokens: number },
): Workload {
  const architecture = deriveArchitecture(
    { depth: 4, width: 96, context },
    { vocabulary: vocabulary.size, outcomes: 0, pieces: 0 },
  );
  const options = { vocabulary, rowLengths: rowLengthsFor(context), batchTokens, threads: THREADS };
  const random = createRandom("real timelines");
  const planned = planEpoch(patients, options, random).slice(0, REAL_BATCHES);
  const batches = planned.map(({ rows, shape }) => buildBatch(rows, { ...shape, reads: 0 }, NO_ONSET, 1));
  const sequences = random.shuffle(
    planned.flatMap(({ rows }) => rows.flat().map(({ part }) => [...part.tokens])),
  );
  return { name, architecture, batches, rows: batchesOfTokens(sequences, batchTokens) };
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

async function inTemporaryFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), "longitude-bench-"));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
