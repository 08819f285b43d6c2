import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import {
  changePlanSchema,
  judgeChange,
  type ReleaseSide,
  readChangePlan,
} from "../../src/governance/release/change-plan.ts";
import { inventedEvaluation } from "../evaluation/report/invented-evaluation.ts";

const WRITTEN = {
  schema: "longitude.change-plan/1",
  mayChange: ["weights", "records"],
  tests: [{ title: "Ranks as well", measure: "cIndex", worseByAtMost: 0.01 }],
  rollBack: [{ title: "Too few onsets", measure: "observedToExpected", atLeast: 0.7 }],
};
const plan = changePlanSchema.parse(WRITTEN);
const evaluation = inventedEvaluation();

const side = (changes: Partial<ReleaseSide> = {}): ReleaseSide => ({
  files: { "definitions.json": "d", "model/model.safetensors": "w", "model/vocabulary.json": "v" },
  lineage: [{ kind: "records", id: "r", inputs: {} }],
  verdict: "silent only",
  evaluation,
  ...changes,
});
const judge = (next: Partial<ReleaseSide>, samePlan = true) =>
  judgeChange(plan, samePlan, "rel-1", side(), side(next));

describe("a change plan", () => {
  test("lets new weights and records pass without a new approval, when every test holds", () => {
    const files = { ...side().files, "model/model.safetensors": "w2" };
    expect(judge({ files, lineage: [{ kind: "records", id: "r2", inputs: {} }] })).toMatchObject({
      withinPlan: true,
      changed: ["records", "weights"],
      because: "the change keeps to the plan",
    });
  });

  test("asks for a new approval when something else changed, the plan itself included", () => {
    expect(judge({ files: { ...side().files, "model/vocabulary.json": "v2" } }).withinPlan).toBe(false);
    expect(judge({ files: { ...side().files, "definitions.json": "d2" } }).withinPlan).toBe(false);
    expect(judge({}, false).because).toContain("another plan");
    expect(judge({ verdict: "do not deploy" }).because).toContain("the verdict is worse");
    expect(judge({ verdict: "deploy" }).withinPlan).toBe(true);
  });

  test("asks for a new approval when a figure is worse than the plan allows, or is not measured any more", () => {
    const worse = structuredClone(evaluation);
    for (const task of worse.tasks)
      for (const model of Object.values(task.models))
        if (model.cIndex !== null) (model.cIndex as { value: number }).value -= 0.02;
    expect(judge({ evaluation: worse }).tests[0]).toMatchObject({ passed: false });
    expect(judge({ evaluation: { ...evaluation, tasks: [] } }).withinPlan).toBe(false);
  });

  test("is read from a file; a site may have none; definitions and gates never change by plan", async () => {
    const folder = await mkdtemp(join(tmpdir(), "longitude-plan-"));
    const path = join(folder, "change-plan.yaml");
    expect(await readChangePlan(path)).toBeNull();
    await writeFile(path, JSON.stringify(WRITTEN));
    expect(await readChangePlan(path)).toEqual(plan);
    await writeFile(path, JSON.stringify({ ...WRITTEN, mayChange: ["definitions"] }));
    await expect(readChangePlan(path)).rejects.toMatchObject({ code: "CHANGE_PLAN_INVALID" });
    await rm(folder, { recursive: true });
  });
});
