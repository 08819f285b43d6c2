/** A release that came by a change plan goes back when newer evidence breaks a rule of it: two releases, real keys, the verb. */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import type { Evaluation } from "../../src/evaluation/design/evaluation-schema.ts";
import { brokenRules, changePlanSchema } from "../../src/governance/release/change-plan.ts";
import { calibratedTask, inventedEvaluation } from "../evaluation/report/invented-evaluation.ts";
import { runLongitude } from "../support/kill-after.ts";
import { addSecondRelease, SECOND_MODEL } from "../support/second-release.ts";
import { makeServedSite } from "../support/served-site.ts";

const PLAN = {
  schema: "longitude.change-plan/1",
  mayChange: ["weights"],
  tests: [{ title: "Ranks as well", measure: "cIndex", worseByAtMost: 0.01 }],
  rollBack: [{ title: "Fewer onsets than stated", measure: "calibrationAalenJohansen", atLeast: 0.7 }],
};

let folder: string;
let first: string;
let second: string;
let signing: string[];

/** Two releases: the first approved and live; the second counts its approvals and is the champion. */
beforeAll(async () => {
  const made = await makeServedSite({ verdict: "deploy", stage: "live" });
  folder = made.folder;
  first = made.release;
  second = await addSecondRelease(made, {
    texts: { "change-plan.json": JSON.stringify(PLAN) },
    ...{ inherits: true, stage: "live", alias: "champion" },
  });
  const pem = join(folder, "tim.pem");
  await writeFile(pem, made.people.tim.export({ type: "pkcs8", format: "pem" }), { mode: 0o600 });
  signing = ["--site", folder, "--as", "tim", "--key", pem, "--reason", "newer records", "--json"];
}, 240_000);

async function evidence(observedToExpected: number, model = SECOND_MODEL): Promise<string> {
  const out = join(folder, `evidence-${observedToExpected}-${model.slice(0, 1)}`);
  await mkdir(out, { recursive: true });
  await writeFile(
    join(out, "evaluation.json"),
    JSON.stringify(inventedEvaluation([calibratedTask(observedToExpected)])),
  );
  const provenance = { schema: "longitude.validation-provenance/1", model, baselines: "b", knownPersons: 0 };
  await writeFile(join(out, "provenance.json"), JSON.stringify(provenance));
  return out;
}

const rollBack = (release: string, from: string) =>
  runLongitude(["registry", "roll-back", ...signing, "--release", release, "--evidence", from]);

async function registry() {
  const { out } = await runLongitude(["registry", "--site", folder, "--json"]);
  const { releases } = JSON.parse(out) as { releases: { id: string; stage: string }[] };
  return Object.fromEntries(releases.map(({ id, stage }) => [id, stage]));
}

describe("rolling back", () => {
  test("is by rules that a task breaks with its whole interval", () => {
    const plan = changePlanSchema.parse(PLAN);
    const of = (value: number): Evaluation => inventedEvaluation([calibratedTask(value)]);
    expect(brokenRules(plan, of(0.3))).toMatchObject([{ title: "Fewer onsets than stated" }]);
    expect(brokenRules(plan, of(1))).toEqual([]);
    // The interval of 0.69 reaches over 0.7.
    expect(brokenRules(plan, of(0.69))).toEqual([]);
  });

  test("does nothing while the rules hold, and refuses evidence of another model and a release without a plan", async () => {
    const kept = await rollBack("champion", await evidence(1));
    expect([kept.code, JSON.parse(kept.out).rolledBack]).toEqual([0, false]);
    const other = await rollBack("champion", await evidence(0.3, "x".repeat(64)));
    expect(other.code).not.toBe(0);
    expect(other.error).toContain("VERDICT_STALE");
    const none = await rollBack(first, await evidence(0.3, "m".repeat(64)));
    expect(none.error).toContain("CHANGE_PLAN_INVALID");
    expect(await registry()).toEqual({ [first]: "live", [second]: "live" });
  }, 240_000);

  test("stops the release and gives its name to the one before", async () => {
    const done = await rollBack("champion", await evidence(0.3));
    expect(JSON.parse(done.out)).toMatchObject({ release: second, rolledBack: true, to: first });
    expect(await registry()).toEqual({ [first]: "live", [second]: "stopped" });
    const shown = await runLongitude([
      "registry",
      "show",
      "--site",
      folder,
      "--release",
      "champion",
      "--json",
    ]);
    expect(JSON.parse(shown.out).id).toBe(first);
    const audit = await runLongitude(["audit", "verify", "--site", folder, "--json"]);
    expect(audit.code).toBe(0);
  }, 240_000);

  test("goes back without evidence because a person says so; where nothing is before, it is stopped alone", async () => {
    const { out } = await runLongitude(["registry", "roll-back", ...signing, "--release", first]);
    expect(JSON.parse(out)).toMatchObject({ release: first, rolledBack: true, to: null, broken: [] });
    expect(await registry()).toEqual({ [first]: "stopped", [second]: "stopped" });
  }, 240_000);
});
