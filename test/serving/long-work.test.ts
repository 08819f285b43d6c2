import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { MS_PER_DAY } from "../../src/vetting/duration.ts";
import { fhirRecord, recordBundle } from "../support/fhir-record.ts";
import { type RunningServer, runServer } from "../support/running-server.ts";
import { makeServedSite } from "../support/served-site.ts";

const LINES = { "content-type": "application/x-ndjson" };
let server: RunningServer;

beforeAll(async () => {
  const { folder } = await makeServedSite({ verdict: "do not deploy" });
  server = await runServer(folder, { sandbox: true });
});
afterAll(() => server.stop());

const linesOf = (text: string) =>
  text
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
const bundle = recordBundle(fhirRecord());

/** A person of another institution, followed for years after the prediction time. */
function timeline(i: number) {
  const at = Date.parse("2018-01-01") + i * MS_PER_DAY;
  const day = (offset: number) => new Date(at + offset * MS_PER_DAY).toISOString().slice(0, 10);
  const event = (offset: number, code: string, numericValue?: number) => ({
    time: day(offset),
    code,
    ...(numericValue === undefined ? {} : { numericValue, unit: "mg/dL" }),
  });
  const events = [
    { code: "SEX/F" },
    { time: "1960-01-01", code: "MEDS_BIRTH" },
    event(-400, "LOINC/2339-0", 80 + (i % 50)),
    event(-100, "LOINC/2085-9", 50),
    ...(i % 3 === 0 ? [event(200 + i, "ICD10CM/E11.9")] : []),
    event(1500, "LOINC/2085-9", 55),
  ];
  return { timeline: { events }, at: day(0) };
}

describe("a file of requests", () => {
  test("is answered line by line, in order, and a line that cannot be read stops nothing", async () => {
    const text = [{ bundle }, "{", { bundle, explain: true }, { a: { secret: 1 } }]
      .map((line) => (typeof line === "string" ? line : JSON.stringify(line)))
      .join("\n");
    const { status, headers, text: answered } = await server.post("/v1/forecasts/file", text, LINES);
    expect(status).toBe(200);
    expect(headers.get("content-type")).toMatch(/ndjson/);
    const lines = linesOf(answered);
    expect(lines.map(({ request }) => request)).toEqual([0, 1, 2, 3]);
    expect(lines.map(({ error }) => error?.code)).toEqual([
      undefined,
      "REQUEST_INVALID",
      undefined,
      "REQUEST_INVALID",
    ]);
    expect(lines[0].forecasts.map(({ risk }: { risk: number }) => risk)).toEqual(
      lines[2].forecasts.map(({ risk }: { risk: number }) => risk),
    );
    expect(answered).not.toContain("secret");
  });

  test("may be a list of requests as well", async () => {
    const { text } = await server.post("/v1/forecasts/batch", { requests: [{ bundle }, timeline(1)] });
    expect(linesOf(text)).toMatchObject([{ request: 0, notice: "Sandbox: not for care." }, { request: 1 }]);
  });
});

describe("a validation", () => {
  const validate = async (count: number) => {
    const text = Array.from({ length: count }, (_, i) => JSON.stringify(timeline(i))).join("\n");
    return linesOf((await server.post("/v1/validations", `${text}\n{}\n`, LINES)).text);
  };

  test("tells its progress and then evidence with intervals, of what came after the prediction times", async () => {
    const lines = await validate(120);
    expect(lines.slice(0, -1).map(({ event, persons }) => [event, persons])).toEqual([
      ["progress", 50],
      ["progress", 100],
    ]);
    const evidence = lines.at(-1);
    expect(evidence).toMatchObject({ event: "evidence", persons: 120, failed: { REQUEST_INVALID: 1 } });
    const onset = evidence.tasks.find(
      ({ outcome, horizon }: { outcome: string; horizon: string }) =>
        outcome === "onset 1" && horizon === "2y",
    );
    expect(onset).toMatchObject({ persons: 120, onsets: 40 });
    for (const measure of ["cIndex", "observedIncidence", "meanRisk", "observedToExpected"])
      expect(onset[measure].low).toBeLessThanOrEqual(onset[measure].high);
    expect(onset.observedIncidence.value).toBeCloseTo(1 / 3, 2);
  });

  test("gives counts alone where too few had the outcome, and stores nobody", async () => {
    const before = await server.context.state.transaction(async (tx) =>
      tx.selectFrom("audit_entry").select("sequence").execute(),
    );
    const evidence = (await validate(12)).at(-1);
    for (const { cIndex, meanRisk } of evidence.tasks) expect([cIndex, meanRisk]).toEqual([null, null]);
    const after = await server.context.state.transaction(async (tx) =>
      tx.selectFrom("audit_entry").select("sequence").execute(),
    );
    expect(after).toEqual(before);
  });

  test("needs a prediction time for each person", async () => {
    const { at: _, ...without } = timeline(1);
    const [evidence] = linesOf((await server.post("/v1/validations", JSON.stringify(without), LINES)).text);
    expect(evidence).toMatchObject({ persons: 0, failed: { REQUEST_INVALID: 1 } });
  });
});

test("the same request has the same bytes, computed or remembered", async () => {
  const ask = async () => (await server.post("/v1/forecasts", { ...timeline(77), explain: true })).text;
  expect(await ask()).toBe(await ask());
});

test("a stored answer shows what may be seen today", async () => {
  const { json } = await server.post("/v1/forecasts", { bundle });
  const stored = await server.get(`/v1/answers/${json.id}`);
  expect(stored.json.forecasts).toEqual(json.forecasts);
});
