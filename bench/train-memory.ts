/** How the peak memory of a training step grows with the context: each size in a process of its own. */
import { spawnSync } from "node:child_process";
import { cpus } from "node:os";
import { join } from "node:path";
import { createRandom } from "../src/effects/random.ts";
import { initialParameters, parameterLayout } from "../src/network/parameters.ts";
import { Trainer } from "../src/training/trainer.ts";
import { emptyVectors } from "../src/training/training-state.ts";
import type { WindowBatch } from "../src/training/window-batch.ts";
import { denseWorkload, THREADS } from "./train-workloads.ts";

const CONTEXTS = [128, 256, 512, 1024, 2048];
const TOKENS_A_STEP = 4096;

interface MemoryRow {
  readonly context: number;
  readonly parameters: number;
  readonly peakMegabytes: number;
  readonly secondsAStep: number;
}

export function memoryTable(asJson: boolean): void {
  const rows = CONTEXTS.map((context): MemoryRow => {
    const bench = join(import.meta.dirname, "train.ts");
    const run = spawnSync(
      process.execPath,
      ["--import", import.meta.resolve("tsx"), bench, "--memory-of", String(context)],
      { encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] },
    );
    if (run.status !== 0) throw new Error(`context ${context} ended with code ${run.status}`);
    return JSON.parse(run.stdout) as MemoryRow;
  });
  if (asJson) {
    console.log(JSON.stringify({ memory: rows, machine: `${cpus()[0]?.model} × ${cpus().length}` }));
    return;
  }
  console.log(
    `Llama shape of ${rows[0]?.parameters.toLocaleString("en-US")} weights, ${TOKENS_A_STEP} tokens a step`,
  );
  console.log("context   peak memory, MB   seconds a step");
  for (const { context, peakMegabytes, secondsAStep } of rows)
    console.log(
      `${String(context).padStart(7)}   ${String(peakMegabytes).padStart(15)}   ${secondsAStep.toFixed(1).padStart(14)}`,
    );
}

/** Two steps of a 30 M-parameter model; prints one line of JSON. */
export async function measureMemory(context: number): Promise<void> {
  const { architecture, batches } = denseWorkload({
    depth: 9,
    width: 512,
    heads: 16,
    time: context,
    windows: TOKENS_A_STEP / context,
  });
  const layout = parameterLayout(architecture);
  const random = createRandom("memory");
  const vectors = emptyVectors(layout);
  vectors.parameters.set(initialParameters(layout, random));
  const batch = batches[0] as WindowBatch;
  const trainer = await Trainer.open({
    architecture,
    layout,
    shapes: [batch.shape],
    vectors,
    random,
    threads: THREADS,
    losses: { dropout: 0, onsetWeight: 0 },
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
      averageDecay: 0.9,
    },
  });
  await trainer.step(batch, 1);
  const begin = performance.now();
  await trainer.step(batch, 2);
  const row: MemoryRow = {
    context,
    parameters: layout.size,
    peakMegabytes: Math.round(process.resourceUsage().maxRSS / 1024),
    secondsAStep: (performance.now() - begin) / 1000,
  };
  console.log(JSON.stringify(row));
  await trainer.close();
}
