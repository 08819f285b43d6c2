import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { systemEffects } from "../../src/effects/effects.ts";
import { readCheckpoint } from "../../src/training/checkpoint.ts";
import { type TrainEvent, type TrainOptions, train } from "../../src/training/train.ts";
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

async function run(changes: Partial<TrainOptions> = {}, config: Record<string, unknown> = {}) {
  const out = changes.out ?? (await temporaryFolder());
  const options: TrainOptions = {
    tokens,
    outcomes: smallOutcomes,
    config: trainingSchema.parse({ ...CONFIG, ...config }),
    out,
    work: changes.work ?? join(out, "work"),
    run: "test",
    ...changes,
  };
  const events: TrainEvent[] = [];
  for await (const event of train(options, systemEffects)) events.push(event);
  return { out, events };
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

  it("that was stopped and started again ends with the bytes of a run that was not", async () => {
    const whole = await run();
    const out = await temporaryFolder();
    const work = join(await temporaryFolder(), "work");
    await run({ out, work, stopAfterSteps: 1 });
    await run({ out, work, stopAfterSteps: 7 });
    const last = await run({ out, work });
    expect(filesOf(out)).toEqual(filesOf(whole.out));
    expect(last.events[0]).toMatchObject({ kind: "start" });
  });

  it("refuses the state of another run and keeps it", async () => {
    const work = join(await temporaryFolder(), "work");
    await run({ work, stopAfterSteps: 9 });
    await expect(run({ work, run: "another" })).rejects.toMatchObject({ code: "TRAINING_STATE_MISMATCH" });
    expect(readdirSync(work)).toContain("state.safetensors");
  });

  it("refuses a truncated state by its code", async () => {
    const work = join(await temporaryFolder(), "work");
    await run({ work, stopAfterSteps: 9 });
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

  it("stops with a code when the loss is not a number", async () => {
    await expect(run({}, { learningRate: 1e30, warmupShare: 0, clipNorm: 1e30 })).rejects.toMatchObject({
      code: "TRAINING_DIVERGED",
    });
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
