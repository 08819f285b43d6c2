/**
 * The same run by PyTorch: writes the run folder, plans its batches, starts `trainers/torch` under `torchrun` over gloo
 * or NCCL, passes its events on and takes over its checkpoint.
 * Invariant: when a worker dies, the state that was stored last stays, and the next start goes on from it.
 */
import { spawn } from "node:child_process";
import { cp, mkdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { LongitudeError } from "../../errors/longitude-error.ts";
import { TORCH_MISSING, TRAINING_DIVERGED, TRAINING_WORKER_LOST } from "../../errors/registry.ts";
import { type RunSetUp, setUpRun } from "../run-set-up.ts";
import type { TrainOptions } from "../train.ts";
import type { TrainEvent } from "../train-event.ts";
import { findPython } from "./find-python.ts";
import { feedRun, isTrained, type TorchPace, writeRunFolder } from "./run-folder.ts";
import { parseTorchEvent, type TorchEvent } from "./torch-event.ts";

export const TRAINER_FOLDER = fileURLToPath(new URL("../../../trainers/torch", import.meta.url));
const PACE: TorchPace = { stepsBetweenStates: 250, stepsBetweenEvents: 10 };
const PAUSE_MS = 300;
const KEPT_ERROR_CHARACTERS = 20_000;

/** Its `done` comes when the checkpoint lies in `options.out`, as with the embedded engine. */
export async function* trainWithTorch(
  options: TrainOptions,
  pace: TorchPace = PACE,
): AsyncGenerator<TrainEvent> {
  let done: TrainEvent | null = null;
  for await (const event of trainedElsewhere(options, pace)) {
    if (event.kind === "done") done = event;
    else yield event;
  }
  await cp(join(options.work, "out"), options.out, { recursive: true });
  await rm(options.work, { recursive: true, force: true });
  if (done !== null) yield done;
}

async function* trainedElsewhere(options: TrainOptions, pace: TorchPace): AsyncGenerator<TrainEvent> {
  const { config, work, run } = options;
  if (isTrained(work)) return yield* finishedElsewhere(work);
  const setUp = await prepareTorchRun(options, pace);
  const stop = new AbortController();
  const feeding = consume(
    feedRun(work, setUp, { run, epochs: config.epochs }, () => sleep(PAUSE_MS), stop.signal),
  );
  try {
    yield* relay(work, config.processes, config.sharding, config.threads);
  } finally {
    stop.abort();
    await feeding;
  }
}

/** Writes the run folder, and gives what its batches are planned from. */
export async function prepareTorchRun(options: TrainOptions, pace: TorchPace = PACE): Promise<RunSetUp> {
  const setUp = await (options.setUp ?? setUpRun)(options);
  await mkdir(options.work, { recursive: true });
  await writeRunFolder(options.work, options, setUp, pace);
  return setUp;
}

/** Starts torchrun and yields its events; throws by how it ended. */
async function* relay(
  work: string,
  processes: number,
  sharding: string,
  threads: number,
): AsyncGenerator<TrainEvent> {
  const python = findPython(["torch", "safetensors"]);
  if (python === null)
    throw new LongitudeError(TORCH_MISSING, "no Python with torch and safetensors was found");
  const each = Math.max(1, Math.floor(threads / processes));
  const command = [
    ...["-m", "torch.distributed.run", "--standalone", "--nnodes=1", `--nproc-per-node=${processes}`],
    ...["-m", "longitude_torch", "--folder", work, "--sharding", sharding, "--threads", String(each)],
  ];
  const child = spawn(python.path, command, {
    cwd: TRAINER_FOLDER,
    env: { ...process.env, PYTHONPATH: TRAINER_FOLDER, PYTHONUNBUFFERED: "1", OMP_NUM_THREADS: String(each) },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let errors = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    errors = (errors + text).slice(-KEPT_ERROR_CHARACTERS);
  });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", resolve);
  });
  let failed: Extract<TorchEvent, { kind: "failed" }> | null = null;
  let step = 0;
  let done = false;
  try {
    for await (const line of createInterface({ input: child.stdout })) {
      const event = parseTorchEvent(line);
      if (event === null) continue;
      if (event.kind === "failed") failed = event;
      else {
        if (event.kind === "start") step = event.resumedAtStep;
        if (event.kind === "step") step = event.step;
        if (event.kind === "done") done = true;
        yield event;
      }
    }
    const code = await ended;
    if (failed !== null)
      throw new LongitudeError(
        TRAINING_DIVERGED,
        `the loss is not a number or stays above that of guessing, at step ${failed.step}`,
      );
    if (code !== 0 || !done) throw workerLost(errors, processes, step, code);
  } finally {
    if (child.exitCode === null && child.signalCode === null) child.kill("SIGTERM");
    await ended.catch(() => null);
  }
}

/** Which worker ended first and how, from torchrun's own report. */
function workerLost(errors: string, processes: number, step: number, code: number | null): LongitudeError {
  const first = /Root Cause[\s\S]*?rank\s*:\s*(\d+)[\s\S]*?exitcode\s*:\s*(-?\d+)/.exec(errors);
  const exit = Number(first?.[2] ?? code ?? 1);
  const how = exit < 0 ? `was ended by signal ${-exit}` : `ended with code ${exit}`;
  const fault = /^(?:\[rank\d+\]: )?(\w+(?:Error|Exception)): /m.exec(errors)?.[1];
  return new LongitudeError(
    TRAINING_WORKER_LOST,
    `worker ${first?.[1] ?? "?"} of ${processes} ${how} after step ${step}${fault === undefined || exit < 0 ? "" : ` (${fault})`}; the state that was stored last is kept`,
    { cause: new Error(errors) },
  );
}

/** A job on other machines has trained it: its record is all there is to tell. */
async function* finishedElsewhere(work: string): AsyncGenerator<TrainEvent> {
  const record = JSON.parse(await readFile(join(work, "out", "training.json"), "utf8"));
  const event = parseTorchEvent(
    JSON.stringify({
      kind: "done",
      curve: record.curve,
      bestEpoch: record.curve.reduce(
        (best: number, point: { loss: number }, i: number) =>
          point.loss < record.curve[best].loss ? i : best,
        0,
      ),
      seconds: 0,
      realTokens: 0,
    }),
  );
  if (event !== null && event.kind !== "failed") yield event;
}

async function consume(events: AsyncGenerator<unknown>): Promise<void> {
  for await (const _ of events);
}
