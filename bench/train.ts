/**
 * `npm run bench:train`: training speed beside PyTorch on the same machine, in turns, medians of paired rounds.
 * (dense) full windows of a 5.8 M-parameter decoder; (real) the timelines of real cohorts, counting real tokens only,
 * PyTorch padding each batch to its longest timeline. Both sides do the same work: next-event loss, backward, clipping,
 * AdamW; Longitude in float32, PyTorch eager and compiled, in float32 and with bfloat16 autocast. A mode that is three times
 * slower than the fastest while warming up (bfloat16 where the processor lacks it) takes part in no round: it cannot be the
 * best one, and its steps would take minutes.
 *
 *   npm run bench:train -- [--json] [--rounds 3] [--python PATH] [--modes eager-float32,...] [--only dense,olmsted]
 *                          [--physionet RECORDS] [--memory]
 *
 * It looks for a Python that has torch: --python, then LONGITUDE_PYTHON, then python3. RECORDS (or
 * LONGITUDE_PHYSIONET_RECORDS) is the PhysioNet-2012 cohort as `longitude ingest` writes it; without it `real` is the
 * Olmsted cohort alone. With --memory it prints instead how peak memory grows with the context.
 */
import { cpus } from "node:os";
import { createRandom } from "../src/effects/random.ts";
import { initialParameters, parameterLayout } from "../src/network/parameters.ts";
import { Trainer } from "../src/training/trainer.ts";
import { emptyVectors } from "../src/training/training-state.ts";
import type { WindowBatch } from "../src/training/window-batch.ts";
import { benchOptions } from "./bench-options.ts";
import { median } from "./median.ts";
import { findPython, type PeerPython } from "./peer-python.ts";
import { TorchTrainer } from "./torch-trainer.ts";
import { measureMemory, memoryTable } from "./train-memory.ts";
import {
  denseWorkload,
  olmstedWorkload,
  physionetWorkload,
  THREADS,
  type Workload,
} from "./train-workloads.ts";

const MODES = ["eager-float32", "eager-bfloat16", "compiled-float32", "compiled-bfloat16"];
/** The mode that `ratioToEagerFloat32` needs: it takes part however slowly it warms up. */
const REFERENCE_MODE = "eager-float32";
const DENSE_STEPS = 4;
const TIMES_SLOWER = 3;

interface Comparison {
  readonly tokensPerSecond: number;
  readonly torchTokensPerSecond: Readonly<Record<string, number>>;
  /** Modes that took part in no round, with their rate while warming up. */
  readonly tooSlow: Readonly<Record<string, number>>;
  /** Medians over rounds of Longitude's rate over PyTorch's in the same round; above 1 Longitude is faster. */
  readonly ratioToEagerFloat32: number | null;
  /** To the best of PyTorch's modes in each round. */
  readonly ratioToBest: number | null;
  readonly peakMegabytes: number;
}

async function main(): Promise<void> {
  const values = benchOptions(import.meta.filename, {
    json: { type: "boolean", default: false },
    rounds: { type: "string", default: "3" },
    python: { type: "string" },
    modes: { type: "string", default: MODES.join(",") },
    only: { type: "string", default: "dense,olmsted,physionet" },
    physionet: { type: "string", default: process.env.LONGITUDE_PHYSIONET_RECORDS ?? "" },
    memory: { type: "boolean", default: false },
    "memory-of": { type: "string" },
  });
  if (values["memory-of"] !== undefined) return measureMemory(Number(values["memory-of"]));
  if (values.memory) return memoryTable(values.json);
  const rounds = Math.max(1, Number(values.rounds));
  const python = findPython("torch", values.python);
  if (python === null)
    console.error(
      "No Python with PyTorch was found, so only Longitude's own speed is measured. Install it " +
        "(pip install torch numpy --index-url https://download.pytorch.org/whl/cpu) and name that Python with --python PATH " +
        "or LONGITUDE_PYTHON.",
    );
  const wanted = values.only.split(",");
  const run = async (workload: Workload) => {
    const weights = parameterLayout(workload.architecture).size.toLocaleString("en-US");
    console.error(`${workload.name}: ${weights} parameters`);
    return compare(workload, values.modes.split(","), rounds, python);
  };

  const dense = wanted.includes("dense")
    ? await run(denseWorkload({ depth: 6, width: 256, heads: 8, feedForward: 688, time: 256, windows: 16 }))
    : null;
  const cohorts: Record<string, Comparison> = {};
  if (wanted.includes("olmsted")) cohorts.olmsted = await run(await olmstedWorkload());
  if (wanted.includes("physionet")) {
    if (values.physionet === "")
      console.error(
        "PhysioNet-2012 is not at hand (--physionet RECORDS): `real` is the Olmsted cohort alone.",
      );
    else cohorts.physionet = await run(await physionetWorkload(values.physionet));
  }
  const result = {
    dense,
    real: realFigures(cohorts),
    machine: `${cpus()[0]?.model ?? "unknown"} × ${cpus().length}, ${THREADS} threads, Node ${process.version}, PyTorch ${python?.version ?? "not found"}`,
    rounds,
  };
  if (values.json) console.log(JSON.stringify(result));
  else printTable({ ...(dense === null ? {} : { dense }), ...cohorts });
}

/** Speed of the first cohort; of each ratio the lowest of all cohorts, so that a bar is met only if all meet it. */
function realFigures(cohorts: Readonly<Record<string, Comparison>>) {
  const all = Object.values(cohorts);
  const [first] = all;
  if (first === undefined) return null;
  const lowest = (of: (comparison: Comparison) => number | null) => {
    const ratios = all.map(of);
    return ratios.some((ratio) => ratio === null) ? null : Math.min(...(ratios as number[]));
  };
  return {
    tokensPerSecond: first.tokensPerSecond,
    ratioToEagerFloat32: lowest((comparison) => comparison.ratioToEagerFloat32),
    ratioToBest: lowest((comparison) => comparison.ratioToBest),
    cohorts,
  };
}

async function compare(
  workload: Workload,
  modes: readonly string[],
  rounds: number,
  python: PeerPython | null,
): Promise<Comparison> {
  const { architecture, rows } = workload;
  const own: number[] = [];
  const rates = new Map<string, number[]>();
  const peers = new Map<string, TorchTrainer>();
  for (const mode of python === null ? [] : modes) {
    const peer = await TorchTrainer.open(python as PeerPython, {
      architecture,
      threads: THREADS,
      mode,
      batches: rows,
    });
    if (peer !== null) peers.set(mode, peer);
  }
  const fastest = Math.max(...[...peers.values()].map((peer) => peer.firstRate));
  const tooSlow: Record<string, number> = {};
  for (const [mode, peer] of peers) {
    if (mode === REFERENCE_MODE || peer.firstRate * TIMES_SLOWER >= fastest) continue;
    tooSlow[mode] = Math.round(peer.firstRate);
    peers.delete(mode);
    await peer.close();
    console.error(
      `  PyTorch ${mode} made ${tooSlow[mode]} tokens/s while warming up and takes part in no round`,
    );
  }
  const trainer = await OwnTrainer.open(workload);
  for (let round = 0; round < rounds; round++) {
    own.push(await trainer.rate());
    for (const [mode, peer] of peers) {
      const rate = await peer.rate(Math.max(DENSE_STEPS, rows.length));
      rates.set(mode, [...(rates.get(mode) ?? []), rate]);
    }
    const line = [...rates].map(([mode, all]) => `${mode} ${all.at(-1)?.toFixed(0)}`).join(", ");
    console.error(
      `  round ${round + 1}/${rounds}: Longitude ${own.at(-1)?.toFixed(0)} tokens/s; PyTorch ${line || "–"}`,
    );
  }
  await trainer.close();
  for (const peer of peers.values()) await peer.close();
  const ratioTo = (others: readonly number[] | undefined) =>
    others === undefined ? null : median(own.map((rate, i) => rate / (others[i] as number)));
  const best = own.map((_, i) => Math.max(...[...rates.values()].map((all) => all[i] as number)));
  return {
    tokensPerSecond: median(own),
    torchTokensPerSecond: Object.fromEntries([...rates].map(([mode, all]) => [mode, median(all)])),
    tooSlow,
    ratioToEagerFloat32: ratioTo(rates.get(REFERENCE_MODE)),
    ratioToBest: rates.size === 0 ? null : ratioTo(best),
    peakMegabytes: Math.round(process.resourceUsage().maxRSS / 1024),
  };
}

/** The embedded trainer, warmed up. */
class OwnTrainer {
  private done = 0;

  private constructor(
    private readonly trainer: Trainer,
    private readonly batches: readonly WindowBatch[],
  ) {}

  static async open({ architecture, batches }: Workload): Promise<OwnTrainer> {
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
      losses: { dropout: 0, onsetWeight: 0 },
      optimiser: {
        peakLearningRate: 1e-3,
        finalShare: 0.1,
        warmupSteps: 1,
        totalSteps: 10_000,
        weightDecay: 0.1,
        beta1: 0.9,
        beta2: 0.95,
        epsilon: 1e-8,
        clipNorm: 1,
        averageDecay: 0,
      },
    });
    const own = new OwnTrainer(trainer, batches);
    for (const { time } of shapes)
      await own.step(batches.find(({ shape }) => shape.time === time) as WindowBatch);
    return own;
  }

  /** Real tokens a second over each batch once. */
  async rate(): Promise<number> {
    const begin = performance.now();
    let tokens = 0;
    for (let i = 0; i < Math.max(DENSE_STEPS, this.batches.length); i++) {
      const batch = this.batches[i % this.batches.length] as WindowBatch;
      await this.step(batch);
      tokens += batch.realTokens;
    }
    return (1000 * tokens) / (performance.now() - begin);
  }

  async close(): Promise<void> {
    await this.trainer.close();
  }

  private async step(batch: WindowBatch): Promise<void> {
    await this.trainer.step(batch, ++this.done);
  }
}

function printTable(result: Readonly<Record<string, Comparison>>): void {
  console.log(
    "workload   Longitude tok/s   best PyTorch mode tok/s   ratio to eager float32   ratio to best",
  );
  for (const [name, { tokensPerSecond, torchTokensPerSecond, ...ratios }] of Object.entries(result)) {
    const [mode, rate] = Object.entries(torchTokensPerSecond).sort(([, a], [, b]) => b - a)[0] ?? [
      "–",
      Number.NaN,
    ];
    const cells = [
      name.padEnd(10),
      tokensPerSecond.toFixed(0).padStart(15),
      `${mode} ${rate.toFixed(0)}`.padStart(25),
      (ratios.ratioToEagerFloat32?.toFixed(2) ?? "–").padStart(24),
      (ratios.ratioToBest?.toFixed(2) ?? "–").padStart(15),
    ];
    console.log(cells.join("   "));
  }
}

await main();
