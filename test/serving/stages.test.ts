import { describe, expect, test } from "vitest";
import { markModels } from "../../src/cli/affected-marks.ts";
import { readSite } from "../../src/cli/read-site.ts";
import type { VerdictWord } from "../../src/governance/gates/verdict.ts";
import type { Stage } from "../../src/governance/statements/statement.ts";
import { newestRequests } from "../../src/serving/answers/answer-store.ts";
import { fhirRecord, patientView, recordBundle } from "../support/fhir-record.ts";
import { runLongitude } from "../support/kill-after.ts";
import { type RunningServer, runServer } from "../support/running-server.ts";
import { makeServedSite, type ServedSiteOptions } from "../support/served-site.ts";

const VIEW = "/cds-services/longitude-patient-view";
const record = fhirRecord();

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
      const raised = await server.post("/v1/stages", { unit: "ward-3", stage: "live", reason: "better" });
      expect([raised.status, raised.json.error.code]).toEqual([409, "STAGE_REFUSED"]);
    });
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
