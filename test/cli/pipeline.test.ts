import { appendFile, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Interrupted } from "../../src/cli/interrupted.ts";
import { type BuildOptions, runPipeline, type Stage, type StageResult } from "../../src/cli/pipeline.ts";
import { parseSite } from "../../src/cli/read-site.ts";
import { systemEffects } from "../../src/effects/effects.ts";

const configuration = parseSite(
  `schema: longitude.site/1
name: small
records: { input: export }
outcomes: { predictionTimes: [{ at: index, horizons: [5y] }], list: [{ name: death, events: { codes: [MEDS_DEATH] } }] }`,
  "longitude.yaml",
);

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "longitude-pipeline-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

interface Dials {
  /** Part of the tokens stage's configuration. */
  bins?: number;
  /** Hash of the outside input. */
  input?: string;
  /** What the model stage does instead of finishing. */
  fail?: () => Promise<void>;
}

/** records → tokens → model, and a side branch records → audit. */
function fakeStages({ bins = 10, input: outside = "in", fail }: Dials = {}): Stage[] {
  const stage = (
    name: string,
    inputs: string[],
    configuration: number,
    work?: () => Promise<void>,
  ): Stage => ({
    name,
    schemaVersion: 1,
    module: "src/artefacts/recipe.ts",
    inputs,
    ...(name === "records" ? { outsideInputs: () => Promise.resolve({ export: outside }) } : {}),
    configuration: () => ({ dial: configuration }),
    async *run({ folder: out, scratch, input }) {
      yield { step: "working", done: 0, total: 2, unit: "parts" };
      await appendFile(join(scratch, "attempts"), "x");
      for (const upstream of inputs) await readFile(join(input(upstream).folder, "content"));
      await work?.();
      yield { step: "working", done: 1, total: 2, unit: "parts" };
      await writeFile(join(out, "content"), name);
      const attempts = (await readFile(join(scratch, "attempts"), "utf8")).length;
      return { headline: `${attempts} attempts`, figures: { attempts } };
    },
  });
  return [
    stage("records", [], 0),
    stage("audit", ["records"], 0),
    stage("tokens", ["records"], bins),
    stage("model", ["tokens"], 0, fail),
  ];
}

async function run(stages: Stage[], options: BuildOptions = {}): Promise<readonly StageResult[]> {
  const running = runPipeline({ folder, configuration, vetting: [] }, stages, systemEffects, options);
  for (;;) {
    const step = await running.next();
    if (step.done === true) return step.value;
  }
}

const made = (results: readonly StageResult[]) =>
  results.filter((result) => result.made).map(({ stage }) => stage);

describe("the pipeline", () => {
  it("makes everything once and reuses it the second time", async () => {
    expect(made(await run(fakeStages()))).toEqual(["records", "audit", "tokens", "model"]);
    const second = await run(fakeStages());
    expect(made(second)).toEqual([]);
    expect(second.map(({ figures }) => figures)).toEqual(Array(4).fill({ attempts: 1 }));
  });

  it("re-makes only what depends on a changed line", async () => {
    await run(fakeStages());
    expect(made(await run(fakeStages({ bins: 20 })))).toEqual(["tokens", "model"]);
    expect(made(await run(fakeStages({ bins: 10 })))).toEqual([]);
  });

  it("re-makes everything when the input changed", async () => {
    await run(fakeStages());
    expect(made(await run(fakeStages({ input: "other" })))).toEqual(["records", "audit", "tokens", "model"]);
  });

  it("runs up to one stage and only what it needs", async () => {
    expect(made(await run(fakeStages(), { targets: ["tokens"] }))).toEqual(["records", "tokens"]);
  });

  it("gives the same ids in another folder", async () => {
    const first = await run(fakeStages());
    const there = folder;
    folder = await mkdtemp(join(tmpdir(), "longitude-pipeline-"));
    const second = await run(fakeStages());
    expect(second.map(({ id }) => id)).toEqual(first.map(({ id }) => id));
    await rm(there, { recursive: true });
  });

  it("leaves the site usable after a stage failed, with what was finished before", async () => {
    const failing = fakeStages({ fail: () => Promise.reject(new Error("boom")) });
    await expect(run(failing)).rejects.toThrow("boom");
    const folders = await readdir(join(folder, "artefacts"));
    expect(folders.some((name) => name.startsWith("."))).toBe(false);
    expect(made(await run(fakeStages()))).toEqual(["model"]);
  });

  it("reports a full disk as such", async () => {
    const full = fakeStages({ fail: () => appendFile("/dev/full", "x") });
    await expect(run(full)).rejects.toMatchObject({ code: "DISK_FULL" });
    expect(made(await run(fakeStages()))).toEqual(["model"]);
  });

  it("stops on request, keeps the scratch folder, and goes on from it next time", async () => {
    const controller = new AbortController();
    const interrupting = fakeStages({ fail: () => Promise.resolve(controller.abort(new Interrupted())) });
    await expect(run(interrupting, { signal: controller.signal })).rejects.toBeInstanceOf(Interrupted);
    const again = await run(fakeStages());
    expect(again.at(-1)?.figures).toEqual({ attempts: 2 });
  });

  it("lets nobody else build the same site meanwhile", async () => {
    const running = runPipeline({ folder, configuration, vetting: [] }, fakeStages(), systemEffects);
    await running.next();
    await expect(run(fakeStages())).rejects.toMatchObject({ code: "SITE_LOCKED" });
    await running.return([]);
    expect(made(await run(fakeStages()))).toHaveLength(4);
  });
});
