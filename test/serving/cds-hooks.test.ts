import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { HOOK_NAMES } from "../../src/serving/cds/hooks.ts";
import { conformsTo } from "../support/cds-hooks-schema.ts";
import { bundleOf, fhirRecord, patientView } from "../support/fhir-record.ts";
import { type RunningServer, runServer } from "../support/running-server.ts";
import { makeServedSite } from "../support/served-site.ts";

const record = fhirRecord();
const VIEW = "/cds-services/longitude-patient-view";
let server: RunningServer;

beforeAll(async () => {
  const { folder } = await makeServedSite({ verdict: "do not deploy" });
  server = await runServer(folder, { sandbox: true });
});
afterAll(() => server.stop());

const contexts: Readonly<Record<(typeof HOOK_NAMES)[number], object>> = {
  "patient-view": {},
  "encounter-start": { encounterId: "e1" },
  "encounter-discharge": { encounterId: "e1" },
  "order-select": { selections: ["ServiceRequest/1"], draftOrders: bundleOf([]) },
  "order-sign": { draftOrders: bundleOf([]) },
  "appointment-book": { appointments: bundleOf([]) },
};
const call = (hook: string, context: object, change: object = {}) =>
  patientView(record, {
    hook,
    context: { userId: "Practitioner/1", patientId: record.id, ...context },
    ...change,
  });

describe("discovery", () => {
  test("lists all six hooks in the published shape", async () => {
    const { status, json } = await server.get("/cds-services");
    expect(status).toBe(200);
    expect(conformsTo("discovery", json)).toEqual([]);
    expect(json.services.map(({ hook }: { hook: string }) => hook)).toEqual(HOOK_NAMES);
  });
});

describe.each(HOOK_NAMES)("the service of %s", (hook) => {
  const path = `/cds-services/longitude-${hook}`;
  test("answers with cards in the published shape", async () => {
    const { status, json } = await server.post(path, call(hook, contexts[hook]));
    expect(status).toBe(200);
    expect(conformsTo("response", json)).toEqual([]);
    expect(json.cards).toHaveLength(1);
    expect(json.cards[0].summary).toMatch(/^Sandbox, not for care\. /);
    expect(json.cards[0].summary.length).toBeLessThan(140);
  });
  test("refuses a context that lacks what the hook must say", async () => {
    for (const missing of ["userId", "patientId", ...Object.keys(contexts[hook])]) {
      const context = {
        userId: "Practitioner/1",
        patientId: record.id,
        ...contexts[hook],
        [missing]: undefined,
      };
      const { status, json } = await server.post(path, { ...call(hook, {}), context });
      expect(status).toBe(400);
      expect(json.error).toMatchObject({ code: "REQUEST_INVALID" });
      expect(json.error.message).toContain(`context.${missing}`);
    }
  });
});

describe("a card", () => {
  test("says interval, natural frequency, drivers with links, for whom it was validated, and the version", async () => {
    const { json } = await server.post(VIEW, call("patient-view", {}));
    const [card] = json.cards;
    for (const part of [
      /about \d+ of (100|1,000)/,
      /% to .* %, n = 250/,
      /What moved /,
      /Release rel-[0-9a-f]{16}, version 1, to be reviewed by 2099-06-15/,
      /Answer ans-[0-9a-f]{32}/,
      /no simulated futures/,
      /was validated on 1250 held-out people of served, 500 of whom had it/,
    ])
      expect(card.detail).toMatch(part);
    expect(card.overrideReasons.length).toBeGreaterThan(3);
  });

  test("is the same for the same request, and its answer gives the same bytes again", async () => {
    const first = await server.post(VIEW, call("patient-view", {}));
    const second = await server.post(VIEW, call("patient-view", {}));
    expect(second.text).toBe(first.text);
    const [id] = /ans-[0-9a-f]{32}/.exec(first.text) ?? [];
    expect((await server.post(`/v1/answers/${id}/replay`, {})).json).toEqual({ id, same: true });
  });

  test("does not depend on the order of the resources, and holds no name", async () => {
    const turned = patientView({
      ...record,
      conditions: record.conditions.toReversed(),
      observations: record.observations.toReversed(),
    });
    const [one, other] = [await server.post(VIEW, patientView(record)), await server.post(VIEW, turned)];
    expect(other.json.cards[0].detail).toBe(one.json.cards[0].detail);
    expect(one.text).not.toMatch(/Quillfeather|Ottoline/);
  });

  test("says why there is no forecast", async () => {
    const old = fhirRecord({ newest: Date.parse("2015-01-01") });
    const { json } = await server.post(VIEW, patientView(old));
    expect(json.cards[0].summary).toMatch(/No forecast: the record is stale/);
    expect(conformsTo("response", json)).toEqual([]);
  });
});

describe("a prefetch", () => {
  test.each([
    ["is missing", { prefetch: undefined }],
    ["lacks one part", { prefetch: { patient: record.patient, conditions: bundleOf(record.conditions) } }],
    [
      "has an OperationOutcome for a part",
      {
        prefetch: {
          patient: record.patient,
          conditions: bundleOf([]),
          observations: { resourceType: "OperationOutcome", issue: [] },
        },
      },
    ],
  ])("that %s, without a server to fetch from, is answered with 412", async (_, change) => {
    const { status, json } = await server.post(VIEW, patientView(record, change));
    expect(status).toBe(412);
    expect(json.error.code).toBe("PREFETCH_MISSING");
  });

  test("of another person is refused", async () => {
    const { status, json } = await server.post(VIEW, call("patient-view", { patientId: "somebody-else" }));
    expect([status, json.error.code]).toEqual([422, "RECORD_UNUSABLE"]);
  });
});

describe("feedback", () => {
  test("counts once, however often it is sent", async () => {
    const { json } = await server.post(VIEW, patientView(record));
    const feedback = [
      { card: json.cards[0].uuid, outcome: "accepted", outcomeTimestamp: "2026-06-15T00:00:00Z" },
      {
        card: json.cards[0].uuid,
        outcome: "overridden",
        overrideReason: {
          reason: { code: "wrong-time", system: "urn:longitude:override-reason" },
          userComment: "secret",
        },
        outcomeTimestamp: "2026-06-15T00:00:01Z",
      },
    ];
    for (let i = 0; i < 3; i++)
      expect((await server.post(`${VIEW}/feedback`, { feedback })).status).toBe(200);
    const { text } = await server.get("/metrics");
    expect(text).toMatch(/longitude_feedback_total\{outcome="accepted"\} 1\n/);
    expect(text).toMatch(/longitude_feedback_total\{outcome="overridden"\} 1\n/);
  });
});

test("the log has routes and codes, and nothing of what was sent", () => {
  // An id is drawn by chance: it may have any digits.
  const text = server.log.join("").replaceAll(/"requestId":"[^"]*"/g, "");
  expect(text).toContain('"route":"/cds-services/:id"');
  expect(text).not.toMatch(/Quillfeather|secret|2339-0|p1\b|1961/);
});
