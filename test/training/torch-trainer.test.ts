import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { parse, parseAllDocuments } from "yaml";
import { systemEffects } from "../../src/effects/effects.ts";
import { readCheckpoint } from "../../src/training/checkpoint.ts";
import { setUpRun } from "../../src/training/run-set-up.ts";
import { findPython } from "../../src/training/torch/find-python.ts";
import { type JobPlan, kubernetesJob, slurmJob } from "../../src/training/torch/job-file.ts";
import { parseTorchEvent } from "../../src/training/torch/torch-event.ts";
import { trainWithTorch } from "../../src/training/torch/train-with-torch.ts";
import { type TrainOptions, train } from "../../src/training/train.ts";
import type { TrainEvent } from "../../src/training/train-event.ts";
import { Trainer } from "../../src/training/trainer.ts";
import { trainingSchema } from "../../src/training/training-config.ts";
import { smallOutcomes, smallTimelines, smallTokens, temporaryFolder } from "../support/small-cohort.ts";

const python = findPython(["torch", "safetensors"]);
const why = python === null ? " (skipped: no Python with torch and safetensors; set LONGITUDE_PYTHON)" : "";
const withTorch = it.skipIf(python === null);
const PACE = { stepsBetweenStates: 5, stepsBetweenEvents: 1 };

let tokens: string;

beforeAll(async () => {
  tokens = await smallTokens(smallTimelines(200));
});

async function options(changes: Record<string, unknown> = {}): Promise<TrainOptions> {
  const out = await temporaryFolder();
  const config = trainingSchema.parse({
    depth: 2,
    width: 16,
    heads: 2,
    context: 64,
    batchTokens: 512,
    epochs: 3,
    patience: 3,
    threads: 2,
    dropout: 0,
    engine: "torch",
    ...changes,
  });
  return { tokens, outcomes: smallOutcomes, config, out, work: join(out, "work"), run: "test" };
}

async function eventsOf(running: AsyncGenerator<TrainEvent>): Promise<TrainEvent[]> {
  const events: TrainEvent[] = [];
  for await (const event of running) events.push(event);
  return events;
}

const stepLosses = (events: readonly TrainEvent[]) =>
  events.flatMap((event) => (event.kind === "step" ? [[event.nextEventLoss, event.onsetLoss]] : []));

/** The running means of each epoch's losses, step by step, of the embedded trainer. */
async function embeddedLosses(run: TrainOptions): Promise<number[][]> {
  const setUp = await setUpRun(run);
  const trainer = await Trainer.open({ ...setUp, vectors: setUp.firstVectors(), threads: 2 });
  const losses: number[][] = [];
  let step = 0;
  for (let epoch = 0; epoch < run.config.epochs; epoch++) {
    let [nextEvent, onset] = [0, 0];
    for (const [i, planned] of setUp.plannedBatches(epoch).entries()) {
      const result = await trainer.step(setUp.batchOf(planned), ++step);
      nextEvent += result.nextEventLoss;
      onset += result.onsetLoss;
      losses.push([nextEvent / (i + 1), onset / (i + 1)]);
    }
  }
  await trainer.close();
  return losses;
}

function largest(a: readonly (readonly number[])[], b: readonly (readonly number[])[]): number {
  return Math.max(...a.flatMap((row, i) => row.map((value, k) => Math.abs(value - (b[i]?.[k] ?? NaN)))));
}

describe(`PyTorch${why}`, () => {
  for (const [sharding, processes] of [
    ["ddp", 2],
    ["fsdp", 2],
  ] as const) {
    withTorch(
      `gives the losses of the embedded trainer step by step, and its weights, on ${processes} processes (${sharding})`,
      async () => {
        const torch = await options({ sharding, processes });
        const embedded = await options({ engine: "embedded" });
        const events = await eventsOf(trainWithTorch(torch, PACE));
        const own = await embeddedLosses(embedded);
        expect(own.length).toBeGreaterThan(15);
        expect(stepLosses(events)).toHaveLength(own.length);
        expect(largest(stepLosses(events), own)).toBeLessThan(1e-3);

        const ownEvents = await eventsOf(train(embedded, systemEffects));
        const curve = (all: readonly TrainEvent[]) =>
          all.flatMap((event) =>
            event.kind === "tuning" ? [[event.point.nextEventLoss, event.point.onsetLoss]] : [],
          );
        expect(largest(curve(events), curve(ownEvents))).toBeLessThan(1e-3);
        const [theirs, ours] = [await readCheckpoint(torch.out), await readCheckpoint(embedded.out)];
        expect(theirs.description).toEqual(ours.description);
        expect(largest([[...theirs.weights]], [[...ours.weights]])).toBeLessThan(5e-3);
        expect(readdirSync(torch.out).sort()).toEqual(readdirSync(embedded.out).sort());
        const record = (folder: string) => JSON.parse(readFileSync(join(folder, "training.json"), "utf8"));
        expect(record(torch.out).onsetShrinkage).toBeCloseTo(record(embedded.out).onsetShrinkage, 1);
      },
      240_000,
    );
  }

  withTorch(
    "that loses a worker in the middle of a step says so, keeps its last state, and goes on from it",
    async () => {
      const run = await options({ processes: 2, dropout: 0.1 });
      const undisturbed = await options({ processes: 2, dropout: 0.1 });
      await eventsOf(trainWithTorch(undisturbed, PACE));
      const running = trainWithTorch(run, PACE);
      await expect(
        (async () => {
          for await (const event of running)
            if (event.kind === "step" && event.step === 8) process.kill(workerOf(run.work, 1), "SIGKILL");
        })(),
      ).rejects.toMatchObject({
        code: "TRAINING_WORKER_LOST",
        message: expect.stringMatching(/worker 1 of 2 was ended by signal 9/),
      });
      expect(existsSync(join(run.work, "state.safetensors"))).toBe(true);
      const events = await eventsOf(trainWithTorch(run, PACE));
      const start = events.find((event) => event.kind === "start");
      expect(start?.resumedAtStep).toBeGreaterThanOrEqual(5);
      const [again, once] = [await readCheckpoint(run.out), await readCheckpoint(undisturbed.out)];
      expect(largest([[...again.weights]], [[...once.weights]])).toBeLessThan(1e-4);
    },
    240_000,
  );

  withTorch(
    "whose loss is not a number ends with the code of the embedded trainer",
    async () => {
      const run = await options({ learningRate: 1e30, warmupShare: 0, clipNorm: 1e30 });
      await expect(eventsOf(trainWithTorch(run, PACE))).rejects.toMatchObject({ code: "TRAINING_DIVERGED" });
    },
    120_000,
  );

  withTorch(
    "has left its checkpoint when it says that it is done, as stages stop listening there",
    async () => {
      const run = await options({ epochs: 1 });
      for await (const event of trainWithTorch(run, PACE)) {
        if (event.kind !== "done") continue;
        expect((await readCheckpoint(run.out)).architecture.depth).toBe(2);
        expect(existsSync(run.work)).toBe(false);
        break;
      }
      expect((await readCheckpoint(run.out)).architecture.depth).toBe(2);
    },
  );

  it("that is not installed is asked for by its code", async () => {
    const { LONGITUDE_PYTHON, PATH } = process.env;
    process.env.LONGITUDE_PYTHON = "/nowhere/python";
    process.env.PATH = "/nowhere";
    try {
      await expect(eventsOf(trainWithTorch(await options(), PACE))).rejects.toMatchObject({
        code: "TORCH_MISSING",
      });
    } finally {
      process.env.PATH = PATH;
      if (LONGITUDE_PYTHON === undefined) delete process.env.LONGITUDE_PYTHON;
      else process.env.LONGITUDE_PYTHON = LONGITUDE_PYTHON;
    }
  });

  it("is read line by line, and what is no event is passed over", () => {
    expect(parseTorchEvent("loading weights ...")).toBeNull();
    expect(parseTorchEvent('{"kind": "step"')).toBeNull();
    expect(parseTorchEvent('{"kind": "failed", "code": "TRAINING_DIVERGED", "step": 3}')).toMatchObject({
      step: 3,
    });
  });
});

describe("a job file", () => {
  const plan: JobPlan = {
    name: "longitude-olmsted",
    site: "/shared/it's a site",
    run: "/shared/it's a site/scratch/model-0123",
    program: "/opt/longitude/bin/longitude.js",
    trainers: "/opt/longitude/trainers/torch",
    nodes: 4,
    gpusPerNode: 8,
    sharding: "fsdp",
    from: undefined,
    image: "longitude:latest",
  };
  const isShell = (script: string) => execFileSync("bash", ["-n"], { input: script });

  it("for Slurm is a script that bash reads, and starts torchrun on every node", () => {
    const script = slurmJob(plan);
    isShell(script);
    expect(script).toMatch(/^#SBATCH --nodes=4$/m);
    expect(script).toMatch(/^#SBATCH --gpus-per-node=8$/m);
    expect(script).toContain('--rdzv-endpoint="$head:29400"');
    expect(script).toContain(`--folder '/shared/it'\\''s a site/scratch/model-0123' --sharding fsdp`);
  });

  it("for Kubernetes is an indexed Job behind a headless Service, its script one that bash reads", () => {
    const [service, job] = parseAllDocuments(kubernetesJob(plan)).map((document) => parse(String(document)));
    expect(service.spec.clusterIP).toBe("None");
    expect(service.spec.selector).toEqual(job.spec.template.metadata.labels);
    expect(job.spec).toMatchObject({ completionMode: "Indexed", completions: 4, parallelism: 4 });
    const [container] = job.spec.template.spec.containers;
    expect(container.resources.limits["nvidia.com/gpu"]).toBe(8);
    isShell(container.command[2]);
    expect(container.command[2]).toContain("--rdzv-endpoint=longitude-olmsted-0.longitude-olmsted:29400");
  });
});

/** The process number of a worker, found by its rank and the run that it names. */
function workerOf(work: string, rank: number): number {
  for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    try {
      const command = readFileSync(`/proc/${pid}/cmdline`, "utf8");
      const environment = readFileSync(`/proc/${pid}/environ`, "utf8").split("\0");
      if (
        command.includes("longitude_torch") &&
        command.includes(work) &&
        environment.includes(`RANK=${rank}`)
      )
        return Number(pid);
    } catch {
      // The process has ended meanwhile, or is not ours.
    }
  }
  throw new Error("the worker does not run");
}
