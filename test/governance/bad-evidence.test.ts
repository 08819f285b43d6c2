import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { BuildReport } from "../../src/cli/build.ts";
import { evidenceBundle } from "../../src/cli/governance-folder.ts";
import { parseSite, type Site } from "../../src/cli/read-site.ts";
import { concludeAudit } from "../../src/evaluation/audits/audit.ts";
import { DEFAULT_GATES } from "../../src/governance/gates/gate.ts";
import { judgeGates } from "../../src/governance/gates/judge-gates.ts";
import { inventedEvaluation } from "../evaluation/report/invented-evaluation.ts";

const MODEL = "a".repeat(64);
let folder: string;
let site: Site;
let built: BuildReport;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "longitude-evidence-"));
  const configuration = parseSite(
    `schema: longitude.site/1
name: small
records: { input: export }
outcomes: { predictionTimes: [{ at: index, horizons: [5y] }], list: [{ name: death, events: { codes: [MEDS_DEATH] } }] }`,
    "longitude.yaml",
  );
  site = { folder, configuration, vetting: [] };
  const evaluation = inventedEvaluation();
  await writeFile(
    join(folder, "evaluation.json"),
    JSON.stringify({
      ...evaluation,
      tasks: evaluation.tasks.map((task, i) => ({
        ...task,
        code: i === 0 ? "EVALUATION_ONE_CLASS" : "EVALUATION_TOO_FEW_EVENTS",
        events: i === 0 ? 0 : 5,
      })),
    }),
  );
  const stage = (name: string) => ({ stage: name, id: MODEL, folder });
  built = { stages: ["model", "evaluation", "audits"].map(stage) } as unknown as BuildReport;
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function external(provenance: string): Promise<string> {
  const elsewhere = join(folder, "elsewhere");
  await mkdir(elsewhere, { recursive: true });
  await writeFile(join(elsewhere, "provenance.json"), provenance);
  return elsewhere;
}

describe("evidence that is not what it should be", () => {
  test.each([
    [
      "of another model",
      JSON.stringify({
        schema: "longitude.validation-provenance/1",
        model: "b".repeat(64),
        baselines: "c",
        knownPersons: 0,
      }),
    ],
    ["that does not say of which model", "{}"],
    ["whose provenance cannot be read", "{"],
  ])("from elsewhere, %s, is refused", async (_, provenance) => {
    const given = evidenceBundle(site, built, DEFAULT_GATES, await external(provenance));
    await expect(given).rejects.toMatchObject({ code: "VERDICT_STALE" });
  });

  test("from elsewhere is refused when the folder is not there", async () => {
    const given = evidenceBundle(site, built, DEFAULT_GATES, join(folder, "nowhere"));
    await expect(given).rejects.toMatchObject({ code: "VERDICT_STALE" });
  });

  test("an audit that cannot be read, or was put where people can write, counts for nothing", async () => {
    const audit = concludeAudit("privacy", MODEL, 1, []);
    await mkdir(join(folder, "governance/audits"), { recursive: true });
    await writeFile(
      join(folder, "governance/audits/privacy.json"),
      JSON.stringify({ ...audit, passed: true }),
    );
    await writeFile(join(folder, "privacy.json"), "{");
    expect((await evidenceBundle(site, built, DEFAULT_GATES, undefined)).audits.privacy).toBeUndefined();
    await writeFile(join(folder, "privacy.json"), JSON.stringify(audit));
    const bundle = await evidenceBundle(site, built, DEFAULT_GATES, undefined);
    expect(bundle.audits.privacy).toMatchObject({ passed: false });
    const verdict = judgeGates(DEFAULT_GATES, { ...bundle, model: "b".repeat(64) }, [], "2026-06-15");
    expect(verdict.tasks[0]!.gates.find(({ gate }) => gate === "memory")).toMatchObject({
      passed: false,
      because: "the privacy audit is of another model",
    });
  });

  test("an outcome with one class, or with five events, keeps the model from being deployed", async () => {
    const bundle = await evidenceBundle(site, built, DEFAULT_GATES, undefined);
    const verdict = judgeGates(DEFAULT_GATES, bundle, [], "2026-06-15");
    expect(verdict.verdict).toBe("do not deploy");
    for (const { gates } of verdict.tasks) {
      expect(gates.find(({ gate }) => gate === "ranking")).toMatchObject({
        passed: false,
        because: "too few onsets to judge",
      });
    }
  });
});
