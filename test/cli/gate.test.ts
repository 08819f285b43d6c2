import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { runPipeline, type Stage } from "../../src/cli/pipeline.ts";
import { parseSite } from "../../src/cli/read-site.ts";
import { stages as realStages } from "../../src/cli/stages.ts";
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
  folder = await mkdtemp(join(tmpdir(), "longitude-gate-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const stage = (name: string, inputs: string[], more: Partial<Stage> = {}): Stage => ({
  name,
  schemaVersion: 1,
  module: import.meta.filename,
  inputs,
  configuration: () => ({}),
  // biome-ignore lint/correctness/useYield: a stage without progress
  async *run() {
    return { headline: name, figures: {} };
  },
  ...more,
});

async function build(stages: readonly Stage[], targets?: readonly string[]): Promise<string[]> {
  const done: string[] = [];
  const options = targets === undefined ? {} : { targets };
  for await (const event of runPipeline(
    { folder, configuration, vetting: [] },
    stages,
    systemEffects,
    options,
  )) {
    if (event.type === "finished")
      done.push(`${event.result.stage} ${event.result.made ? "made" : "reused"}`);
  }
  return done;
}

describe("the gate behind the records", () => {
  it("stops what comes after it, on a second build too, when everything is reused", async () => {
    let open = true;
    const stages = [
      stage("records", []),
      stage("quality", ["records"], {
        gate: async ({ input }) => {
          expect(input("records").manifest.kind).toBe("records");
          if (!open) throw new Error("the gate is shut");
        },
      }),
      stage("tokens", ["records"], { after: ["quality"] }),
    ];
    expect(await build(stages)).toEqual(["records made", "quality made", "tokens made"]);
    open = false;
    await expect(build(stages, ["tokens"])).rejects.toThrow("the gate is shut");
    open = true;
    expect(await build(stages, ["tokens"])).toEqual(["records reused", "quality reused", "tokens reused"]);
  });

  it("stands before every stage that reads the records", () => {
    const readers = realStages.filter(({ name, inputs }) => inputs.includes("records") && name !== "quality");
    const before = (name: string): readonly string[] => {
      const one = realStages.find((candidate) => candidate.name === name)!;
      const direct = [...one.inputs, ...(one.after ?? [])];
      return [...direct, ...direct.flatMap(before)];
    };
    for (const { name } of readers) expect(before(name), name).toContain("quality");
  });
});
