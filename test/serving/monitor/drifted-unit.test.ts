import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { systemEffects } from "../../../src/effects/effects.ts";
import { createRandom } from "../../../src/effects/random.ts";
import type { Answer } from "../../../src/serving/answers/answer.ts";
import type { ServingTables } from "../../../src/serving/answers/serving-tables.ts";
import { renderMonitor } from "../../../src/serving/monitor/render-monitor.ts";
import { monitorFigures, runMonitor } from "../../../src/serving/monitor/run-monitor.ts";
import { readAudit } from "../../../src/state/audit/audit-log.ts";
import { MS_PER_DAY } from "../../../src/vetting/duration.ts";
import { runLongitude } from "../../support/kill-after.ts";
import { type RunningServer, runServer } from "../../support/running-server.ts";
import { LABS, makeServedSite } from "../../support/served-site.ts";

const random = createRandom("stream of a drifted unit");

/** A person with values as the model learned them, times `factor`. */
function person(factor: number, now: number) {
  const at = (days: number) => new Date(now - days * MS_PER_DAY).toISOString().slice(0, 10);
  return {
    events: [
      { code: "SEX/F" },
      { time: "1961-03-14", code: "MEDS_BIRTH" },
      ...LABS.map(({ code, unit, level }) => ({
        time: at(5),
        code: `LOINC/${code}`,
        numericValue: Math.round(1000 * factor * level * (1 + 0.2 * random.normal())) / 1000,
        unit,
      })),
    ],
  };
}

const monitored = ({ context }: RunningServer) => ({ ...context, config: context.config.monitor });

test("a unit whose inputs have drifted returns to silent by itself and abstains; the others do not, and nothing raises it", async () => {
  const { folder } = await makeServedSite({
    verdict: "deploy",
    stage: "live",
    // The random model's risks are not those of the invented evidence: scores are not what this is about.
    serving: {
      monitor: {
        minimumPersons: 40,
        rules: { "score drift": { above: 1000 }, "alert burden": { above: 1000 } },
      },
    },
  });
  let ahead = 0;
  const effects = { ...systemEffects, now: () => systemEffects.now() + ahead };
  const server = await runServer(folder, { effects });
  const forecast = (of: RunningServer, unit: string, factor: number) =>
    of.post("/v1/forecasts", { timeline: person(factor, effects.now()), unit });
  const stream = async (of: RunningServer, unit: string, factor: number, persons: number) => {
    for (let i = 0; i < persons; i++) await forecast(of, unit, factor);
  };
  await stream(server, "ward-3", 1.6, 60);
  await stream(server, "ward-4", 1, 60);
  await stream(server, "ward-5", 1.6, 10);

  const before = await server.get("/v1/monitor");
  expect(before.json.standing).toEqual([]);
  const { returned, units } = await runMonitor(monitored(server));
  expect(returned.map(({ unit }) => unit)).toEqual(["ward-3", "ward-3"]);
  expect(new Set(returned.map(({ outcome }) => outcome))).toEqual(new Set(["onset 1", "death"]));
  expect(units.map(({ unit, judged }) => [unit, judged])).toEqual([
    ["ward-3", true],
    ["ward-4", true],
    ["ward-5", false],
  ]);
  expect(units[2]).toMatchObject({ requests: 10, persons: 10, withheld: null, inputs: [], alarms: [] });
  expect(units[1]?.alarms).toEqual([]);
  expect(units[0]?.inputs).toHaveLength(3);
  server.context.alarms.forget();

  expect((await forecast(server, "ward-3", 1)).json.error.code).toBe("ANSWER_WITHHELD");
  expect((await forecast(server, "ward-4", 1)).status).toBe(200);
  expect((await forecast(server, "ward-5", 1)).status).toBe(200);
  expect((await runMonitor(monitored(server))).returned).toEqual([]);
  const { json } = await server.get("/v1/monitor");
  expect(new Set(json.standing.map(({ unit }: { unit: string }) => unit))).toEqual(new Set(["ward-3"]));
  const newest = async (of: RunningServer) => {
    const row = await of.context.state.transaction((tx) =>
      tx
        .withTables<ServingTables>()
        .selectFrom("serving_request")
        .innerJoin("serving_answer", "serving_answer.id", "serving_request.answer")
        .select(["serving_answer.answer as bytes", "stages"])
        .where("unit", "=", "ward-3")
        .orderBy("serving_request.at", "desc")
        .executeTakeFirstOrThrow(),
    );
    return { answer: JSON.parse(row.bytes) as Answer, stages: JSON.parse(row.stages) };
  };
  const silent = await newest(server);
  expect(silent.stages).toContainEqual({ outcome: "death", horizon: "2y", stage: "silent" });
  for (const { abstained } of silent.answer.forecasts)
    expect(abstained).toMatch(/inputs of this unit have drifted/);
  const replayed = await server.post(`/v1/answers/${silent.answer.id}/replay`, {});
  expect(replayed.json).toMatchObject({ same: true });
  const audited: string[] = [];
  await server.context.state.transaction(async (tx) => {
    for await (const { action, actor, reason } of readAudit(tx))
      if (action === "serving.stage") audited.push(`${actor} ${reason}`);
  });
  expect(audited).toHaveLength(2);
  expect(audited[0]).toMatch(/^system alarm: input drift LOINC\/.* above 0.25 \(60 persons\)$/);
  const html = renderMonitor(await monitorFigures(monitored(server)));
  expect(html).toContain("Input drift in ward-3");
  await server.stop();

  // A week later the values are as they were: the alarm ends, and the ward stays silent until somebody signs.
  ahead = 8 * MS_PER_DAY;
  const again = await runServer(folder, { effects });
  expect((await forecast(again, "ward-3", 1)).json.error.code).toBe("ANSWER_WITHHELD");
  await runMonitor(monitored(again));
  expect((await again.get("/v1/monitor")).json.standing).not.toEqual([]);
  await stream(again, "ward-3", 1, 60);
  await runMonitor(monitored(again));
  again.context.alarms.forget();
  // Those of this week were all withheld, and that is an alarm of its own.
  const rules = (await again.get("/v1/monitor")).json.standing.map(({ rule }: { rule: string }) => rule);
  expect(rules).toEqual(["withheld"]);
  expect((await forecast(again, "ward-3", 1)).json.error.code).toBe("ANSWER_WITHHELD");
  expect((await newest(again)).answer.forecasts.some(({ risk }) => risk !== null)).toBe(true);
  await again.stop();

  const out = join(folder, "monitor.html");
  const told = await runLongitude(["monitor", "--site", folder, "--look", "--out", out]);
  expect(told.out).toMatch(/ward-4 +6/);
  expect(told.out).toContain("withheld in ward-3");
  expect(await readFile(out, "utf8")).toContain("Monitoring of");
}, 240_000);

test("the silence of one command lasts, at a running server and in the state", async () => {
  const { folder } = await makeServedSite({ verdict: "deploy", stage: "live" });
  const server = await runServer(folder);
  const lower = (...words: string[]) =>
    runLongitude(["stage", "silent", "--unit", "ward-3", "--reason", "for a test", ...words]);
  expect((await lower("--server", server.address)).code).toBe(0);
  const ask = (of: RunningServer, unit: string) =>
    of.post("/v1/forecasts", { timeline: person(1, systemEffects.now()), unit });
  expect((await ask(server, "ward-3")).status).toBe(403);
  expect((await ask(server, "ward-4")).status).toBe(200);
  await server.stop();
  const stopped = await runLongitude([
    "stage",
    "stopped",
    "--site",
    folder,
    "--as",
    "tim",
    "--reason",
    "all",
  ]);
  expect(stopped.code).toBe(0);
  const again = await runServer(folder);
  expect((await ask(again, "ward-4")).status).toBe(403);
  await again.stop();
  expect((await lower("--server", "http://127.0.0.1:9")).error).toContain("SERVER_REFUSED");
}, 240_000);
