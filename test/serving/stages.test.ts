import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { markModels } from "../../src/cli/affected-marks.ts";
import { readSite } from "../../src/cli/read-site.ts";
import { siteKey } from "../../src/cli/signing.ts";
import { requireSilentEvidence, type ShownPart } from "../../src/cli/silent-evidence.ts";
import { systemEffects } from "../../src/effects/effects.ts";
import { SILENT_GATE } from "../../src/governance/gates/silent-gate.ts";
import { type VerdictWord, verdictSchema } from "../../src/governance/gates/verdict.ts";
import { readPeople } from "../../src/governance/people.ts";
import { registryOf, requireRelease } from "../../src/governance/release/registry.ts";
import { readStatements, recordStatement } from "../../src/governance/statements/record-statement.ts";
import type { Stage } from "../../src/governance/statements/statement.ts";
import { newestRequests } from "../../src/serving/answers/answer-store.ts";
import { storeEvidence } from "../../src/serving/monitor/matured-evidence.ts";
import { SERVING_AREAS } from "../../src/serving/serving-areas.ts";
import { effectiveStage, SERVED_STAGES } from "../../src/serving/stages/effective-stage.ts";
import { openState, type StateTransaction } from "../../src/state/open-state.ts";
import { fhirRecord, patientView, recordBundle } from "../support/fhir-record.ts";
import { runLongitude } from "../support/kill-after.ts";
import { type RunningServer, runServer } from "../support/running-server.ts";
import { DAY_OF_RELEASE, makeServedSite, type ServedSiteOptions } from "../support/served-site.ts";

const VIEW = "/cds-services/longitude-patient-view";
const record = fhirRecord();

async function withStateOf(folder: string, work: (tx: StateTransaction) => Promise<void>): Promise<void> {
  const { configuration } = await readSite(folder);
  const state = await openState({
    folder,
    config: configuration.state,
    areas: SERVING_AREAS,
    effects: systemEffects,
  });
  await state.transaction(work).finally(() => state.close());
}

/** Evidence that both outcomes came true as forecast. */
function matureInSilence(folder: string, release: string, group: string): Promise<void> {
  const estimate = (value: number) => ({
    ...{ value, low: value - 0.05, high: value + 0.05, n: 400, method: "invented" },
  });
  const groups = ["onset 1", "death"].map((outcome) => ({
    ...{ tenant: "local", exposure: "silent" as const, group, outcome, horizon: "2y", left: {} },
    ...{ persons: 400, onsets: 80, deaths: 0, cIndex: estimate(0.8), observedIncidence: estimate(0.2) },
    ...{ meanRisk: estimate(0.2), observedToExpected: estimate(1), auroc: estimate(0.8) },
    ...{ calibrationIntercept: estimate(0), calibrationSlope: estimate(1) },
  }));
  return withStateOf(folder, (tx) =>
    storeEvidence(tx, { release, groups }, JSON.stringify({ release, groups }), systemEffects.now()),
  );
}

async function served<T>(
  options: ServedSiteOptions,
  work: (server: RunningServer, folder: string) => Promise<T>,
) {
  const { folder } = await makeServedSite(options);
  const server = await runServer(folder);
  try {
    return await work(server, folder);
  } finally {
    await server.stop();
  }
}

const requests = (server: RunningServer) => server.context.state.transaction((tx) => newestRequests(tx, 10));
const forecast = (server: RunningServer) => server.post("/v1/forecasts", { bundle: recordBundle(record) });

describe("a release", () => {
  test("that is silent is computed and stored, and shown to nobody", async () => {
    const folder = await served({ verdict: "silent only", stage: "silent" }, async (server, site) => {
      expect((await server.post(VIEW, patientView(record))).json).toEqual({ cards: [] });
      const refused = await forecast(server);
      expect([refused.status, refused.json.error.code]).toEqual([403, "ANSWER_WITHHELD"]);
      expect(refused.text).not.toMatch(/"risk"/);
      const stored = await requests(server);
      expect(stored.map(({ kind, stage }) => [kind, stage]).sort()).toEqual([
        ["cds.patient-view", "silent"],
        ["v1.forecast", "silent"],
      ]);
      const metrics = await server.get("/metrics");
      expect(metrics.text).toMatch(/longitude_forecasts_total\{stage="silent",outcome="onset 1"\} 4/);
      expect((await server.get(`/v1/answers/${stored[0]?.answer}`)).status).toBe(403);
      return site;
    });
    const listed = await runLongitude(["replay", "--site", folder, "--json"]);
    const [{ answer }] = JSON.parse(listed.out).requests;
    const replayed = await runLongitude(["replay", answer, "--site", folder, "--json"]);
    expect(replayed.code).toBe(0);
    expect(JSON.parse(replayed.out)).toMatchObject({ id: answer, same: true });
  });

  test.each<[string, VerdictWord, Stage, Partial<ServedSiteOptions>, RegExp]>([
    ["that is a candidate", "deploy", "candidate", {}, /candidate/],
    ["whose verdict forbids it", "do not deploy", "live", {}, /its verdict is: do not deploy/],
    ["live on a verdict for silence", "silent only", "live", {}, /its verdict is: silent only/],
    ["that was stopped", "deploy", "stopped", {}, /stopped/],
    ["past its review date", "deploy", "live", { reviewBy: "2026-06-30" }, /to be reviewed by 2026-06-30/],
  ])("%s is not even computed, and the reason is told", async (_, verdict, stage, more, reason) => {
    await served({ verdict, stage, ...more }, async (server) => {
      expect((await server.post(VIEW, patientView(record))).json).toEqual({ cards: [] });
      const { status, json } = await forecast(server);
      expect(status).toBe(403);
      expect(json.error.message).toMatch(reason);
      expect(await requests(server)).toEqual([]);
    });
  });

  test("whose model was trained with somebody who was taken out since is withheld", async () => {
    const { folder } = await makeServedSite({ verdict: "deploy", stage: "live" });
    const persons = { train: 1, tuning: 0, held_out: 0 };
    const mark = { model: "m".repeat(64), folder: "", records: "r", persons, markedAt: null, releases: [] };
    await markModels(await readSite(folder), [mark], "2026-06-20T00:00:00.000Z");
    const server = await runServer(folder);
    const { status, json } = await forecast(server);
    await server.stop();
    expect([status, json.error.code]).toEqual([403, "ANSWER_WITHHELD"]);
    expect(json.error.message).toMatch(/1 and tuned with 0 person\(s\) who were taken out on 2026-06-20/);
  });

  test("that is a pilot is marked so, and is lowered for one unit or one outcome with one call", async () => {
    await served({ verdict: "deploy", stage: "pilot" }, async (server) => {
      const view = async (unit: string) =>
        (await server.post(VIEW, patientView(record, { extension: { "longitude-unit": unit } }))).json.cards;
      expect((await view("ward-3"))[0].summary).toMatch(/^Pilot\. /);
      const lower = { unit: "ward-3", stage: "silent", reason: "alarm of the ward" };
      expect((await server.post("/v1/stages", lower)).json).toEqual({ done: true });
      expect(await view("ward-3")).toEqual([]);
      expect(await view("ward-4")).toHaveLength(1);
      expect(
        (await server.post("/v1/stages", { outcome: "onset 1", stage: "stopped", reason: "drift" })).status,
      ).toBe(200);
      const [card] = await view("ward-4");
      expect(card.detail).not.toContain("Onset 1");
      expect(card.detail).toContain("Death");
      for (const stage of ["live", "pilot"]) {
        const raised = await server.post("/v1/stages", { unit: "ward-3", stage, reason: "better" });
        expect([raised.status, raised.json.error.code]).toEqual([409, "STAGE_REFUSED"]);
      }
      expect(await view("ward-3")).toEqual([]);
    });
  });

  test("goes up again, or further in one ward, by a signed statement alone", async () => {
    const { folder, release, people } = await makeServedSite({ verdict: "deploy", stage: "silent" });
    const pem = join(folder, "tim.pem");
    await writeFile(pem, people.tim.export({ type: "pkcs8", format: "pem" }), { mode: 0o600 });
    const signed = (verb: string[], words: string[]) =>
      runLongitude([
        ...[...verb, "--site", folder, "--as", "tim", "--key", pem],
        ...["--reason", "for a test", "--json", ...words],
      ]);
    const state = (...words: string[]) => signed(["registry", "stage"], ["--release", release, ...words]);
    const waive = (...words: string[]) =>
      signed(["waive"], ["--gate", SILENT_GATE, "--until", "2999-01-01", ...words]);
    // Nothing has matured in silence: nobody is shown anything, signed or not; what has matured counts in its own ward.
    expect((await state("--to", "live")).error).toContain("SILENT_EVIDENCE_MISSING");
    await matureInSilence(folder, release, "unit ward-3");
    expect((await state("--to", "pilot", "--unit", "ward-4")).error).toContain("SILENT_EVIDENCE_MISSING");
    expect((await state("--to", "pilot", "--unit", "ward-3")).code).toBe(0);
    const unknown = await state("--to", "pilot", "--outcome", "no such outcome");
    expect(unknown.error).toContain("RELEASE_FORBIDDEN");
    const cards = async (server: RunningServer, unit: string) =>
      (await server.post(VIEW, patientView(record, { extension: { "longitude-unit": unit } }))).json.cards;
    const server = await runServer(folder);
    expect((await cards(server, "ward-3"))[0].summary).toMatch(/^Pilot\. /);
    expect(await cards(server, "ward-4")).toEqual([]);
    const lower = { unit: "ward-3", stage: "silent", reason: "alarm of the ward" };
    expect((await server.post("/v1/stages", lower)).status).toBe(200);
    expect(await cards(server, "ward-3")).toEqual([]);
    await server.stop();
    expect((await state("--to", "pilot", "--unit", "ward-3")).code).toBe(0);
    const again = await runServer(folder);
    expect(await cards(again, "ward-3")).toHaveLength(1);
    await again.stop();

    expect((await waive()).error).toContain("WAIVER_INVALID");
    expect((await waive("--release", "nobody")).error).toContain("RELEASE_MISSING");
    expect((await state("--to", "pilot", "--unit", "ward-4")).error).toContain("SILENT_EVIDENCE_MISSING");
    expect((await waive("--release", release)).code).toBe(0);
    expect((await state("--to", "pilot", "--unit", "ward-4")).code).toBe(0);
  }, 240_000);
});

test("a waiver of the silent evidence counts until its last day, for its outcome, from whoever may sign it", async () => {
  const { folder, release, people } = await makeServedSite({ verdict: "deploy", stage: "silent" });
  const site = await readSite(folder);
  const waive = (
    tx: StateTransaction,
    by: "ada" | "tim",
    outcome: string | null,
    until: string,
    at: string,
  ): Promise<void> =>
    recordStatement(
      tx,
      {
        kind: "waiver",
        subject: "m".repeat(64),
        gate: SILENT_GATE,
        reason: "for a test",
        ...{ by, outcome, until, at },
      },
      people[by],
      Date.parse(at),
    );
  await withStateOf(folder, async (tx) => {
    const registered = registryOf(
      await readStatements(tx),
      await readPeople(join(folder, "governance", "people.yaml")),
      await siteKey(site),
    );
    const found = requireRelease(registered, release);
    const verdict = verdictSchema.parse(
      JSON.parse(await readFile(join(folder, found.folder, "verdict.json"), "utf8")),
    );
    const allowed = (part: ShownPart, today = "2026-07-01") =>
      requireSilentEvidence(site, tx, found, verdict, part, today);
    await expect(allowed({})).rejects.toThrow(/fewer than 200 silent forecasts/);
    await waive(tx, "ada", null, "2026-08-01", "2026-06-16T00:00:00.000Z");
    await expect(allowed({})).rejects.toThrow(/silent forecasts/);
    await waive(tx, "tim", "death", "2026-08-01", "2026-06-17T00:00:00.000Z");
    await expect(allowed({})).rejects.toThrow(/onset 1/);
    await allowed({ outcome: "death" });
    await expect(allowed({ outcome: "death" }, "2026-08-02")).rejects.toThrow(/death/);
    await waive(tx, "tim", null, "2026-08-01", "2026-06-18T00:00:00.000Z");
    await allowed({});
  });
}, 120_000);

test("what is lowered by a machine whose clock is behind the last statement is lowered", async () => {
  const { folder } = await makeServedSite({ verdict: "deploy", stage: "pilot" });
  const behind = Date.parse(DAY_OF_RELEASE) - 60_000;
  const server = await runServer(folder, { effects: { ...systemEffects, now: () => behind } });
  const stagesIn = async (unit: string) =>
    (await server.get(`/v1/outcomes?unit=${unit}`)).json.outcomes.map(
      ({ stage }: { stage: string }) => stage,
    );
  const lower = { unit: "ward-3", stage: "silent", reason: "alarm of the ward" };
  expect((await server.post("/v1/stages", lower)).status).toBe(200);
  expect(new Set(await stagesIn("ward-3"))).toEqual(new Set(["silent"]));
  expect(new Set(await stagesIn("ward-4"))).toEqual(new Set(["pilot"]));
  await server.stop();
});

describe("the stage of an outcome in a unit", () => {
  const stages = fc.constantFrom(...SERVED_STAGES);
  const part = fc.record({
    outcome: fc.constantFrom(null, "a", "b"),
    unit: fc.constantFrom(null, "w1", "w2"),
    at: fc.integer({ min: 0, max: 9 }).map((hour) => `2026-06-15T0${hour}:00:00.000Z`),
    stage: stages,
  });
  const task = { outcome: { name: "a" }, verdict: { verdict: "deploy" } } as never;

  test("is that of the last statement about it, or lower; settings count in any order, and never raise", () => {
    fc.assert(
      fc.property(
        fc.array(part, { maxLength: 4 }),
        fc.array(part, { maxLength: 6 }),
        stages,
        (said, set, top) => {
          const stated = [...said].sort((a, b) => (a.at < b.at ? -1 : 1));
          const release = { stage: "silent" as const, stated, highest: top, because: null, sandbox: false };
          const stage = effectiveStage(release, task, "w1", set);
          expect(effectiveStage(release, task, "w1", [...set].reverse())).toBe(stage);
          const without = effectiveStage(release, task, "w1", []);
          expect(SERVED_STAGES.indexOf(stage as never)).toBeLessThanOrEqual(
            SERVED_STAGES.indexOf(without as never),
          );
          expect(SERVED_STAGES.indexOf(stage as never)).toBeLessThanOrEqual(SERVED_STAGES.indexOf(top));
          const last = stated.findLast(
            ({ outcome, unit }) => (outcome === null || outcome === "a") && (unit === null || unit === "w1"),
          );
          if (set.length === 0 && top === "live") expect(stage).toBe(last?.stage ?? "silent");
        },
      ),
    );
  });
});

test("a sandbox or an open server is refused where others reach it", async () => {
  const { folder } = await makeServedSite();
  for (const words of [
    ["--host", "0.0.0.0"],
    ["--host", "0.0.0.0", "--sandbox"],
  ]) {
    const { code, error } = await runLongitude(["serve", "--site", folder, "--port", "0", ...words]);
    expect(code).toBe(2);
    expect(error).toContain("SERVE_OPEN");
  }
});
