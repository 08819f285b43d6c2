/**
 * The folder by which a run is handed to `trainers/torch`: what to train (`run.json`), from which weights (`initial/`,
 * a whole checkpoint), how to measure it (`tuning.safetensors`) and, epoch by epoch, the batches (`batches/`).
 * Torch leaves its state there and, at the end, the trained checkpoint (`out/`).
 */
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { LongitudeError } from "../../errors/longitude-error.ts";
import { TRAINING_STATE_MISMATCH } from "../../errors/registry.ts";
import { writeCheckpoint } from "../checkpoint.ts";
import { type RunSetUp, setUpRun } from "../run-set-up.ts";
import type { TrainOptions } from "../train.ts";
import { writeBatchFile } from "./batch-file.ts";

export const RUN_FILE = "run.json";
const POSITION_FILE = "position.json";
const BATCHES = "batches";
/** Epochs that lie ready beside the one under way. */
const AHEAD = 1;

/** How often torch stores its state and tells of its steps; smaller in tests. */
export interface TorchPace {
  readonly stepsBetweenStates: number;
  readonly stepsBetweenEvents: number;
}

/** Writes what does not change during a run; refuses the folder of another run. */
export async function writeRunFolder(
  folder: string,
  options: Pick<TrainOptions, "tokens" | "outcomes" | "config" | "run">,
  setUp: RunSetUp,
  pace: TorchPace,
): Promise<void> {
  const path = join(folder, RUN_FILE);
  const stored = await readFile(path, "utf8").catch(() => null);
  if (stored !== null) {
    const found: unknown = JSON.parse(stored).run;
    if (found === options.run) return;
    throw new LongitudeError(TRAINING_STATE_MISMATCH, `the folder ${folder} belongs to another run`);
  }
  await mkdir(join(folder, BATCHES), { recursive: true });
  const { description, layout, vocabulary, architecture, textTokenizer } = setUp;
  await writeCheckpoint(join(folder, "initial"), {
    description,
    weights: setUp.firstVectors().parameters,
    vocabulary,
    textTokenizer,
  });
  writeBatchFile(join(folder, "tuning.safetensors"), setUp.tuning, columnsOf(setUp), options.run);
  const plan = {
    schema: "longitude.torch-run/1",
    run: options.run,
    tokens: options.tokens,
    seed: options.config.seed,
    architecture,
    optimiser: { ...setUp.optimiser, ...setUp.losses },
    configuration: options.config,
    epochs: options.config.epochs,
    patience: options.config.patience,
    persons: setUp.persons,
    tuningPersons: setUp.tuningPersons,
    decaying: layout.parts.filter((part) => part.decays).map((part) => part.name),
    baseLogRates: [...setUp.baseLogRates],
    ...pace,
  };
  await writeFile(path, `${JSON.stringify(plan)}\n`);
}

const planSchema = z.object({ run: z.string(), tokens: z.string(), epochs: z.int() });
const positionSchema = z.object({ epoch: z.int(), finished: z.boolean() });

/**
 * Plans the epoch under way and the next, and removes those that are used; waits for torch between.
 * Ends when torch has finished or the signal is aborted. Yields each epoch that it planned.
 * @param pause resolves after a moment, so that a test need not wait
 */
export async function* feedRun(
  folder: string,
  setUp: Pick<RunSetUp, "plannedBatches" | "batchOf" | "architecture">,
  { run, epochs }: { readonly run: string; readonly epochs: number },
  pause: () => Promise<void>,
  signal: AbortSignal,
): AsyncGenerator<number> {
  while (!signal.aborted) {
    const { epoch, finished } = await readPosition(folder);
    if (finished) return;
    for (const name of await readdir(join(folder, BATCHES))) {
      if (Number(/^epoch-(\d+)\.safetensors$/.exec(name)?.[1] ?? epoch) < epoch)
        await rm(join(folder, BATCHES, name), { force: true });
    }
    for (let next = epoch; next <= Math.min(epoch + AHEAD, epochs - 1); next++) {
      const path = join(folder, BATCHES, `epoch-${String(next).padStart(5, "0")}.safetensors`);
      if (existsSync(path)) continue;
      writeBatchFile(path, setUp.plannedBatches(next).map(setUp.batchOf), columnsOf(setUp), run);
      yield next;
    }
    await pause();
  }
}

/** Feeds a run from a job file, where only the folder is known beside what the site says. */
export async function setUpFeed(
  folder: string,
  options: Pick<TrainOptions, "outcomes" | "config" | "from">,
): Promise<{ setUp: RunSetUp; run: string; epochs: number }> {
  const plan = planSchema.parse(JSON.parse(await readFile(join(folder, RUN_FILE), "utf8")));
  return { setUp: await setUpRun({ ...options, tokens: plan.tokens }), run: plan.run, epochs: plan.epochs };
}

/** Whether torch has written the whole checkpoint. */
export function isTrained(folder: string): boolean {
  return existsSync(join(folder, "out", "training.json"));
}

async function readPosition(folder: string): Promise<z.output<typeof positionSchema>> {
  const text = await readFile(join(folder, POSITION_FILE), "utf8").catch(() => null);
  return text === null ? { epoch: 0, finished: false } : positionSchema.parse(JSON.parse(text));
}

function columnsOf({ architecture }: Pick<RunSetUp, "architecture">): number {
  return architecture.outcomes * architecture.pieces;
}
