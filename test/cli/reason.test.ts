import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { createProgram } from "../../src/cli/program.ts";
import { readSite } from "../../src/cli/read-site.ts";
import { systemEffects } from "../../src/effects/effects.ts";
import { ASSOCIATION } from "../../src/reasoning/basis.ts";
import type { AuditEntry } from "../../src/state/audit/audit-entry.ts";
import { readAudit } from "../../src/state/audit/audit-log.ts";
import { openState } from "../../src/state/open-state.ts";
import { type AskedSite, makeAskedSite } from "../support/asked-site.ts";
import { fhirRecord } from "../support/fhir-record.ts";

let site: AskedSite;
beforeAll(async () => {
  site = await makeAskedSite([fhirRecord({ events: 40 }), fhirRecord({ events: 20, id: "p2" })]);
  await mkdir(join(site.folder, "reasoning"));
  await writeFile(
    join(site.folder, "reasoning", "tests.yaml"),
    JSON.stringify({
      schema: "longitude.tests/1",
      currency: "EUR",
      tests: [
        { name: "Pressure", code: "LOINC/8480-6", unit: "mm[Hg]", cost: 5 },
        { name: "Glucose", code: "LOINC/2339-0", unit: "mg/dL", cost: 10 },
      ],
    }),
  );
});
afterEach(() => vi.restoreAllMocks());

async function run(verb: string, ...words: string[]): Promise<string> {
  let said = "";
  vi.spyOn(process.stdout, "write").mockImplementation((text) => {
    said += String(text);
    return true;
  });
  const program = await createProgram("reason");
  const common = ["--site", site.folder, "--person", site.subjects[0]!];
  await program.parseAsync(["reason", verb, ...common, ...words], { from: "user" });
  return said;
}

describe("longitude reason", () => {
  it("says what another pressure would change, with model, futures, intervals and label", async () => {
    const words = ["--add", "LOINC/8480-6=190 mm[Hg]@-1d", "--horizon", "2y"];
    const answer = JSON.parse(await run("what-if", ...words, "--json"));
    expect(answer).toMatchObject({
      schema: "longitude.what-if/1",
      person: site.subjects[0],
      horizon: "2y",
      predictionTime: "last day of the record",
      basis: {
        model: "0",
        futures: 0,
        label: ASSOCIATION,
        interval: expect.stringContaining("no simulation error"),
      },
      heard: [{ code: "LOINC/8480-6", match: "exact" }],
    });
    expect(answer.rows.length).toBeGreaterThan(0);
    const table = await run("what-if", ...words);
    expect(table).toContain("if changed");
    expect(table).toContain(ASSOCIATION);
  });

  it("leaves an audit entry with the answer's hash, by who asked, before the answer is read", async () => {
    const answer = JSON.parse(await run("next-test", "--as", "dr-who", "--json"));
    const { configuration, folder } = await readSite(site.folder);
    const state = await openState({ folder, config: configuration.state, areas: [], effects: systemEffects });
    const entries: AuditEntry[] = [];
    await state.transaction(async (tx) => {
      entries.length = 0;
      for await (const entry of readAudit(tx)) if (entry.object === answer.id) entries.push(entry);
    });
    await state.close();
    expect(entries).toEqual([
      expect.objectContaining({
        actor: "dr-who",
        action: "reason.next-test",
        patientKey: site.subjects[0],
        outcome: "done",
        reason: expect.stringMatching(/^5y ahead, model 0, sha256 [0-9a-f]{64}$/),
      }),
    ]);
    expect(JSON.stringify(entries)).not.toMatch(/Glucose|LOINC/);
  });

  it("draws futures in pairs where it is asked to, and tells how many", async () => {
    const answer = JSON.parse(
      await run("what-if", "--add", "LOINC/8480-6=190", "--outcome", "death", "--simulate", "--json"),
    );
    expect(answer.basis.futures).toBeGreaterThan(0);
    expect(answer.rows[0]).toMatchObject({
      name: "death",
      estimator: "reach",
      futures: answer.basis.futures,
    });
  });

  it("ranks the site's tests and shows what each result would do", async () => {
    const answer = JSON.parse(await run("next-test", "--json"));
    expect(answer).toMatchObject({ schema: "longitude.next-test/1", currency: "EUR", unknownTests: [] });
    expect(answer.ranked.map(({ name }: { name: string }) => name).sort()).toEqual(["Glucose", "Pressure"]);
    expect(await run("next-test")).toContain("once ordered");
  });

  it.each<[string, string, string[], string]>([
    ["no change", "what-if", [], "REASONING_CHANGE"],
    [
      "an outcome that is none",
      "what-if",
      ["--add", "ICD10CM/I10", "--outcome", "gout"],
      "FORECAST_QUESTION",
    ],
    ["a horizon that is none", "next-test", ["--horizon", "soon"], "FORECAST_QUESTION"],
    ["a coverage that is none", "differential", ["--coverage", "2"], "FORECAST_QUESTION"],
    ["too few persons to calibrate on", "differential", [], "REASONING_TOO_FEW"],
    ["no panels", "care-team", [], "REASONING_FILE"],
  ])("refuses %s", async (_, verb, words, code) => {
    await expect(run(verb, ...words)).rejects.toMatchObject({ code });
  });
});
