import { once } from "node:events";
import { connect } from "node:net";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bundleOf, fhirRecord, patientView, recordBundle } from "../support/fhir-record.ts";
import { type RunningServer, runServer } from "../support/running-server.ts";
import { makeServedSite } from "../support/served-site.ts";

const VIEW = "/cds-services/longitude-patient-view";
const FORECAST = "/fhir/Patient/$longitude-forecast";
const record = fhirRecord();
let server: RunningServer;

beforeAll(async () => {
  const { folder } = await makeServedSite({
    verdict: "do not deploy",
    serving: { limits: { bodyMegabytes: 1, requestSeconds: 1 } },
  });
  server = await runServer(folder, { sandbox: true });
});
afterAll(() => server.stop());

const deep = (levels: number) => `${'{"a":'.repeat(levels)}1${"}".repeat(levels)}`;
const POSTS = [
  VIEW,
  `${VIEW}/feedback`,
  FORECAST,
  "/v1/forecasts",
  "/v1/forecasts/batch",
  "/v1/forecasts/file",
  "/v1/validations",
  "/token",
  "/v1/stages",
];

describe.each(POSTS)("POST %s", (path) => {
  test.each<[string, string, Record<string, string>]>([
    ["nothing", "", {}],
    ["no JSON", "{", {}],
    ["null", "null", {}],
    ["a list", "[]", {}],
    ["a number", "1e999", {}],
    ["an object without anything", "{}", {}],
    ["text of another alphabet", "\u0000\ud83e\udd2f", {}],
    ["what is nested a thousand deep", deep(1000), {}],
    ["what is nested a hundred thousand deep", deep(100_000), {}],
    ["keys of prototypes", '{"__proto__":{"a":1},"constructor":{"prototype":{"a":1}}}', {}],
    ["a body of two megabytes", JSON.stringify({ a: "x".repeat(2 ** 21) }), {}],
    ["a body of another kind", "<a/>", { "content-type": "application/xml" }],
    ["a body of no kind", "x", { "content-type": "" }],
  ])("answers %s with a coded 4xx", async (_, body, headers) => {
    const { status, text, json } = await server.post(path, body, headers);
    expect(status).toBeGreaterThanOrEqual(400);
    expect(status).toBeLessThan(500);
    const code = json.error?.code ?? json.error_description ?? json.issue?.[0]?.diagnostics;
    expect(code).toMatch(/^[A-Z]+(_[A-Z]+)+/);
    expect(text).not.toMatch(/node_modules|\.ts:|at /);
  });
});

describe("whatever stands in a record", () => {
  test("the answer is a forecast or a coded 4xx, never a 500", async () => {
    const junk = fc.oneof(
      fc.jsonValue(),
      fc.constantFrom("2020-13-45", "", -1, 1e308, null, [], {}, "LOINC", "9999-12-31T23:59:59Z"),
    );
    const keys = fc.constantFrom(
      "id",
      "birthDate",
      "code",
      "subject",
      "effectiveDateTime",
      "onsetDateTime",
      "valueQuantity",
      "status",
      "resourceType",
      "meta",
      "gender",
      "deceasedDateTime",
      "verificationStatus",
      "identifier",
    );
    const resources = [record.patient, ...record.conditions, ...record.observations];
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: resources.length - 1 }),
        keys,
        junk,
        async (i, key, value) => {
          const changed = resources.map((one, at) => (at === i ? { ...one, [key]: value } : one));
          for (const [path, body] of [
            [FORECAST, bundleOf(changed, "collection")],
            ["/v1/forecasts", { bundle: bundleOf(changed, "collection"), explain: true }],
          ] as const) {
            const { status } = await server.post(path, body);
            expect(status).toBeLessThan(500);
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  test.each<[string, unknown]>([
    ["no Patient", bundleOf(record.conditions)],
    ["two Patients", bundleOf([record.patient, { ...record.patient, id: "p2" }])],
    ["an entry without a resource", { resourceType: "Bundle", entry: [null, 1, {}] }],
    [
      "Bundles in Bundles",
      Array.from({ length: 20 }).reduce<object>((inner) => bundleOf([inner]), record.patient),
    ],
  ])("%s is a 4xx", async (_, bundle) => {
    const { status, json } = await server.post(FORECAST, bundle);
    expect([400, 422]).toContain(status);
    expect(json.resourceType).toBe("OperationOutcome");
  });

  test("a value of another kind than the model knows does not stop the rest", async () => {
    const strange = {
      ...record.observations[0],
      id: "s",
      code: { coding: [{ system: "urn:x", code: "y" }] },
    };
    const { status, json } = await server.post(
      FORECAST,
      bundleOf([record.patient, strange, ...record.observations]),
    );
    expect(status).toBe(200);
    expect(json.resourceType).toBe("RiskAssessment");
  });
});

test.each([
  ["reason", { stage: "silent", reason: "a\u0000b" }],
  ["outcome", { stage: "silent", reason: "input drift", outcome: "a\u0000b" }],
])("a %s with a character that the state cannot store is a 400", async (_, body) => {
  const { status, json } = await server.post("/v1/stages", body);
  expect([status, json.error.code]).toEqual([400, "REQUEST_INVALID"]);
});

test.each([
  { card: "c\u0000", outcome: "accepted" },
  { card: "c", outcome: "overridden", overrideReason: { reason: { code: "\u0000" } } },
])("feedback with a character that the state cannot store is a 400", async (said) => {
  const feedback = [{ ...said, outcomeTimestamp: "2026-01-01T00:00:00Z" }];
  const { status } = await server.post(`${VIEW}/feedback`, { feedback });
  expect(status).toBe(400);
});

test("paths out of the server lead nowhere", async () => {
  for (const path of [
    "/../../etc/passwd",
    "/%2e%2e/%2e%2e/etc/passwd",
    "/fhir/Device/..%2f..%2fetc",
    "/v1/answers/ans-..%2f..",
  ]) {
    const { status } = await server.get(path);
    expect([400, 404]).toContain(status);
  }
});

test("a header cannot be split, nor the log", async () => {
  const { status, headers } = await server.get("/healthz?x=%0d%0aset-cookie:a=b");
  expect(status).toBe(200);
  expect(headers.get("set-cookie")).toBeNull();
  await server.get("/nothing%0a%7b%22event%22:%22started%22%7d");
  for (const line of server.log) expect(() => JSON.parse(line)).not.toThrow();
  expect(server.log.filter((line) => line.includes('"started"'))).toHaveLength(1);
});

test("a client that sends its request byte after byte is cut off", async () => {
  const { hostname, port } = new URL(server.address);
  const socket = connect(Number(port), hostname);
  socket.write(
    `POST ${VIEW} HTTP/1.1\r\nhost: ${hostname}\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{`,
  );
  socket.on("data", () => {});
  socket.on("error", () => {});
  await once(socket, "close");
  expect((await server.get("/healthz")).status).toBe(200);
}, 40_000);

test("a page of another site cannot reach this machine's server under its own name", async () => {
  const { hostname, port } = new URL(server.address);
  const socket = connect(Number(port), hostname);
  socket.write("GET /v1/model HTTP/1.1\r\nhost: evil.example\r\nconnection: close\r\n\r\n");
  let text = "";
  socket.on("data", (part: Buffer) => (text += part.toString()));
  await once(socket, "close");
  expect(text).toMatch(/^HTTP\/1\.1 403 /);
});

test("the operation takes Parameters, a whole record, and a time", async () => {
  const parameters = {
    resourceType: "Parameters",
    parameter: [
      { name: "record", resource: recordBundle(record) },
      { name: "patient", valueId: record.id },
      { name: "at", valueDateTime: "2026-01-01" },
    ],
  };
  const { status, json, headers } = await server.post(FORECAST, parameters);
  expect([status, json.resourceType]).toEqual([200, "RiskAssessment"]);
  expect(headers.get("content-type")).toMatch(/fhir\+json/);
  expect(json.occurrenceDateTime).toBe("2026-01-01T00:00:00.000Z");
  expect(json.meta.security[0].code).toBe("AIAST");
  expect((await server.post(VIEW, patientView(record))).status).toBe(200);
});

test("where nothing can be forecast, a GuidanceResponse says why", async () => {
  const old = recordBundle(fhirRecord({ newest: Date.parse("2010-01-01") }));
  const { status, json } = await server.post(FORECAST, old);
  expect([status, json.resourceType, json.status]).toEqual([200, "GuidanceResponse", "data-required"]);
  expect(JSON.stringify(json.note)).toContain("stale");
});
