import { execFileSync } from "node:child_process";
import {
  appendFileSync,
  cpSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Worker } from "node:worker_threads";
import { beforeAll, describe, expect, it } from "vitest";
import { systemEffects } from "../../src/effects/effects.ts";
import { readSafetensors, tensorData } from "../../src/tokens/safetensors.ts";
import { readCheckpoint } from "../../src/training/checkpoint.ts";
import { type TrainOptions, train } from "../../src/training/train.ts";
import type { TrainEvent } from "../../src/training/train-event.ts";
import { trainingSchema } from "../../src/training/training-config.ts";
import { smallOutcomes, smallTimelines, smallTokens, temporaryFolder } from "../support/small-cohort.ts";

const CONFIG = {
  depth: 1,
  width: 16,
  heads: 2,
  context: 64,
  batchTokens: 512,
  epochs: 3,
  patience: 3,
  threads: 1,
};
let tokens: string;

beforeAll(async () => {
  tokens = await smallTokens(smallTimelines(200));
});

function optionsOf(changes: Partial<TrainOptions> & { out: string }, config: object = {}): TrainOptions {
  return {
    tokens,
    outcomes: smallOutcomes,
    config: trainingSchema.parse({ ...CONFIG, ...config }),
    work: join(changes.out, "work"),
    run: "test",
    ...changes,
  };
}

async function run(changes: Partial<TrainOptions> = {}, config: object = {}) {
  const out = changes.out ?? (await temporaryFolder());
  const events: TrainEvent[] = [];
  for await (const event of train(optionsOf({ ...changes, out }, config), systemEffects)) events.push(event);
  return { out, events };
}

async function leaveAfterFirstEpoch(work: string, config: object = {}, from = tokens): Promise<void> {
  const options = optionsOf({ out: await temporaryFolder(), work, tokens: from }, config);
  for await (const event of train(options, systemEffects)) if (event.kind === "tuning") break;
}

async function copyOfTokens(): Promise<string> {
  const folder = await temporaryFolder();
  cpSync(tokens, folder, { recursive: true });
  return folder;
}

function filesOf(folder: string): Record<string, string> {
  return Object.fromEntries(
    readdirSync(folder)
      .filter((name) => name !== "work")
      .sort()
      .map((name) => [name, readFileSync(join(folder, name)).toString("base64")]),
  );
}

describe("training", () => {
  it("lowers the tuning loss and ends with a checkpoint that reads back", async () => {
    const { out, events } = await run();
    const curve = events.flatMap((event) => (event.kind === "tuning" ? [event.point.loss] : []));
    expect(curve).toHaveLength(3);
    expect(curve.at(-1)).toBeLessThan(curve[0] as number);
    const checkpoint = await readCheckpoint(out);
    expect(checkpoint.weights.every(Number.isFinite)).toBe(true);
    expect(JSON.parse(readFileSync(join(out, "config.json"), "utf8")).architectures).toEqual([
      "LlamaForCausalLM",
    ]);
  });

  it("gives the same bytes for the same seed and inputs, and others for another seed", async () => {
    const [a, b, c] = [await run(), await run(), await run({}, { seed: 2 })];
    expect(filesOf(a.out)).toEqual(filesOf(b.out));
    expect(filesOf(c.out)["model.safetensors"]).not.toEqual(filesOf(a.out)["model.safetensors"]);
  });

  it("on two threads gives the same bytes again, and loses nothing when it is left and taken up", async () => {
    const [a, b] = [await run({}, { threads: 2 }), await run({}, { threads: 2 })];
    expect(filesOf(a.out)).toEqual(filesOf(b.out));
    const out = await temporaryFolder();
    const work = join(await temporaryFolder(), "work");
    await leaveAfterFirstEpoch(work, { threads: 2 });
    const last = await run({ out, work }, { threads: 2 });
    expect(filesOf(out)).toEqual(filesOf(a.out));
    expect(last.events[0]).toMatchObject({ kind: "start" });
    expect((last.events[0] as { resumedAtStep: number }).resumedAtStep).toBeGreaterThan(0);
  });

  it("says which thread died in the middle of a step, keeps the state, and goes on to the same bytes", async () => {
    const out = await temporaryFolder();
    const work = join(await temporaryFolder(), "work");
    const threads: Worker[] = [];
    const remember = (thread: Worker) => threads.push(thread);
    process.on("worker", remember);
    const training = train(optionsOf({ out, work, stepsBetweenStates: 1 }, { threads: 2 }), systemEffects);
    const killOne = async () => {
      for await (const event of training)
        if (event.kind === "tuning" && event.point.epoch === 0)
          setTimeout(() => void threads[1]?.terminate(), 1);
    };
    await expect(killOne()).rejects.toMatchObject({
      code: "TRAINING_WORKER_DIED",
      message: expect.stringContaining("training thread 2"),
    });
    process.off("worker", remember);
    expect(threads).toHaveLength(2);
    expect(readdirSync(work)).toContain("state.safetensors");
    await run({ out, work }, { threads: 2 });
    expect(filesOf(out)).toEqual(filesOf((await run({}, { threads: 2 })).out));
  });

  it("refuses the state of another run and keeps it", async () => {
    const work = join(await temporaryFolder(), "work");
    await leaveAfterFirstEpoch(work);
    await expect(run({ work, run: "another" })).rejects.toMatchObject({ code: "TRAINING_STATE_MISMATCH" });
    expect(readdirSync(work)).toContain("state.safetensors");
  });

  it("refuses to go on with token files that changed, and keeps the state", async () => {
    const own = await copyOfTokens();
    const work = join(await temporaryFolder(), "work");
    await leaveAfterFirstEpoch(work, {}, own);
    appendFileSync(join(own, "train.safetensors"), "x");
    await expect(run({ work, tokens: own })).rejects.toMatchObject({ code: "TRAINING_DATA_CHANGED" });
    expect(readdirSync(work)).toContain("state.safetensors");
  });

  it("publishes nothing when a shard changes under the running job", async () => {
    const own = await copyOfTokens();
    const out = await temporaryFolder();
    const work = join(await temporaryFolder(), "work");
    const training = train(optionsOf({ out, work, tokens: own }), systemEffects);
    const finish = async () => {
      for await (const event of training)
        if (event.kind === "tuning" && event.point.epoch === 0)
          appendFileSync(join(own, "tuning.safetensors"), "x");
    };
    await expect(finish()).rejects.toMatchObject({ code: "TRAINING_DATA_CHANGED" });
    expect(readdirSync(out)).toEqual([]);
    expect(readdirSync(work)).toContain("state.safetensors");
  });

  it("refuses a truncated state by its code", async () => {
    const work = join(await temporaryFolder(), "work");
    await leaveAfterFirstEpoch(work);
    const path = join(work, "state.safetensors");
    writeFileSync(path, readFileSync(path).subarray(0, 5000));
    await expect(run({ work })).rejects.toMatchObject({ code: "TENSOR_FILE_INVALID" });
  });

  it("says so when the disk is full, and keeps the state that was there", async () => {
    const work = join(await temporaryFolder(), "work");
    await mkdir(work);
    symlinkSync("/dev/full", join(work, "state.safetensors.partial"));
    await expect(run({ work })).rejects.toMatchObject({ code: "TENSOR_FILE_UNWRITABLE" });
  });

  it("keeps its state when the disk is full only as the checkpoint is written, and then goes on", async () => {
    const out = await temporaryFolder();
    const work = join(await temporaryFolder(), "work");
    symlinkSync("/dev/full", join(out, "training.json"));
    await expect(run({ out, work })).rejects.toMatchObject({ code: "TENSOR_FILE_UNWRITABLE" });
    rmSync(join(out, "training.json"));
    await run({ out, work });
    expect(filesOf(out)).toEqual(filesOf((await run()).out));
  });

  it("stops with a code when the loss is not a number", async () => {
    await expect(run({}, { learningRate: 1e30, warmupShare: 0, clipNorm: 1e30 })).rejects.toMatchObject({
      code: "TRAINING_DIVERGED",
    });
  });

  it("stops with a code when the loss stays far above guessing, and keeps the state of before", async () => {
    const work = join(await temporaryFolder(), "work");
    const diverging = { learningRate: 3, warmupShare: 0, batchTokens: 64, epochs: 20, patience: 20 };
    await expect(run({ work, stepsBetweenStates: 1 }, diverging)).rejects.toMatchObject({
      code: "TRAINING_DIVERGED",
    });
    const state = readSafetensors(join(work, "state.safetensors"));
    expect(tensorData(state, "parameters", Float32Array).every(Number.isFinite)).toBe(true);
  });
});

describe("a checkpoint", () => {
  it("of another schema, or cut short, is refused by its code", async () => {
    const { out } = await run({}, { epochs: 1 });
    const path = join(out, "longitude.json");
    const description = readFileSync(path, "utf8");
    writeFileSync(path, description.replace("longitude.checkpoint/1", "longitude.checkpoint/99"));
    await expect(readCheckpoint(out)).rejects.toMatchObject({ code: "CHECKPOINT_SCHEMA" });
    writeFileSync(path, description);
    execFileSync("truncate", ["-s", "-100", join(out, "model.safetensors")]);
    await expect(readCheckpoint(out)).rejects.toMatchObject({ code: "TENSOR_FILE_INVALID" });
  });
});
