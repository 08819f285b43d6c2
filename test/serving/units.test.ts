import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Effects, systemEffects } from "../../src/effects/effects.ts";
import { createIdentity } from "../../src/serving/identity/identity.ts";
import type { PersonRole } from "../../src/serving/identity/roles.ts";
import type { UnitList } from "../../src/serving/workspace/units/unit-list.ts";
import { readAudit } from "../../src/state/audit/audit-log.ts";
import { MS_PER_DAY } from "../../src/vetting/duration.ts";
import { fhirRecord, patientView } from "../support/fhir-record.ts";
import { type RunningServer, runServer } from "../support/running-server.ts";
import { makeServedSite } from "../support/served-site.ts";

const VIEW = "/cds-services/longitude-patient-view";
let server: RunningServer;
let later = 0;
const effects: Effects = { ...systemEffects, now: () => systemEffects.now() + later };

/** An EHR's call about a person in a unit. @returns ids of the cards */
async function view(id: string, unit: string | null, events = 20): Promise<string[]> {
  const extension = unit === null ? {} : { extension: { "longitude-unit": unit } };
  const { status, json } = await server.post(VIEW, patientView(fhirRecord({ id, events }), extension));
  expect(status).toBe(200);
  return json.cards.map(({ uuid }: { uuid: string }) => uuid);
}

async function reader(units: readonly string[], roles: readonly PersonRole[] = ["clinician"]) {
  const { sessions } = createIdentity(server.context);
  const person = { id: `dr.${units.join(".").replace("*", "all")}`, tenant: "local", roles, units };
  const cookie = `longitude-session=${await sessions.start(person, null, null)}`;
  return (path: string) => server.get(path, { cookie });
}

async function listOf(units: readonly string[], query: string): Promise<UnitList> {
  const { status, json } = await (await reader(units))(`/workspace/units/list?${query}`);
  expect(status).toBe(200);
  return json;
}

async function auditOf(action: string) {
  return server.context.state.transaction(async (tx) => {
    const found = [];
    for await (const entry of readAudit(tx)) if (entry.action === action) found.push(entry);
    return found;
  });
}

describe("the worklist of a unit", () => {
  beforeAll(async () => {
    const { folder } = await makeServedSite({ verdict: "deploy", stage: "live" });
    server = await runServer(folder, { effects });
    await view("p1", "ward-a");
    await view("p2", "ward-a");
    await view("p3", "ward-b");
    await view("p4", null);
  });
  afterAll(() => server.stop());

  test("has whose forecast was shown there, and nobody of another unit", async () => {
    const { rows, tasks, unit } = await listOf(["ward-a"], "unit=ward-a");
    expect([unit, rows.length, tasks[0]?.shown]).toEqual(["ward-a", 2, true]);
    for (const { key, name, ageYears, sex, risk, low, high, at } of rows) {
      expect(key).toMatch(/^[0-9a-f]{32}$/);
      expect([name, sex]).toEqual([null, "female"]);
      expect(ageYears).toBeGreaterThan(60);
      expect(risk).toBeGreaterThanOrEqual(0);
      expect((low as number) <= (high as number)).toBe(true);
      expect(Date.parse(at)).toBeGreaterThan(effects.now() - 60_000);
    }
    expect((await listOf(["ward-b"], "unit=ward-b")).rows).toHaveLength(1);
  });

  test("tells nothing of the person but a key, age and sex", async () => {
    const text = JSON.stringify(await listOf(["ward-a"], "unit=ward-a"));
    expect(text).not.toMatch(/Quillfeather|Ottoline|1961|"p1"|LOINC|ICD10/);
  });

  test("is refused to whom the site gives another unit, or none, and that is audited", async () => {
    for (const units of [["ward-b"], []]) {
      const { status, json } = await (await reader(units))("/workspace/units/list?unit=ward-a");
      expect([status, json.error.code]).toEqual([403, "UNIT_REFUSED"]);
    }
    const refused = (await auditOf("serving.worklist")).filter(({ outcome }) => outcome === "refused");
    expect(refused).toHaveLength(2);
    expect(refused[0]).toMatchObject({ actor: "dr.ward-b", object: "ward-a", patientKey: null });
  });

  test("is for clinicians alone", async () => {
    for (const role of ["administrator", "reviewer", "analyst", "auditor"] as const) {
      const ask = await reader(["*"], [role]);
      for (const path of ["/workspace/units", "/workspace/units/list?unit=ward-a"]) {
        const { status, json } = await ask(path);
        expect([status, json.error.code]).toEqual([403, "ROLE_REQUIRED"]);
      }
    }
  });

  test("is audited as a read across patients, with how many and what for", async () => {
    const before = (await auditOf("serving.worklist")).length;
    const requests = (await auditOf("serving.forecast")).length;
    await listOf(["ward-a"], "unit=ward-a");
    const entries = await auditOf("serving.worklist");
    expect(entries).toHaveLength(before + 1);
    expect(entries.at(-1)).toMatchObject({
      ...{ actor: "dr.ward-a", object: "ward-a", patientKey: null, outcome: "done" },
      reason: "across 2 patients, purpose TREAT",
    });
    // Nothing is asked of the model by looking.
    expect(await auditOf("serving.forecast")).toHaveLength(requests);
  });

  test("names all units in use to whom the site gives every one, and only the own to others", async () => {
    expect((await (await reader(["*"]))("/workspace/units")).json).toEqual({
      ...{ examples: false, units: ["", "ward-a", "ward-b"] },
    });
    expect((await (await reader(["ward-c"]))("/workspace/units")).json.units).toEqual(["ward-c"]);
    expect((await listOf(["*"], "unit=")).rows).toHaveLength(1);
  });

  test("has the newest answer of each person, and what was said last of that one", async () => {
    const [card] = await view("p5", "ward-d", 20);
    const said = (outcome: object) =>
      server.post(`${VIEW}/feedback`, {
        feedback: [{ card, outcomeTimestamp: "2026-01-01T00:00:00Z", ...outcome }],
      });
    await said({ outcome: "overridden", overrideReason: { reason: { code: "wrong-time" } } });
    const [first] = (await listOf(["*"], "unit=ward-d")).rows;
    expect(first?.said).toEqual({ said: "overridden", reason: "wrong-time" });
    later += 1000;
    await said({ outcome: "accepted", acceptedSuggestions: [{ id: "s" }] });
    expect((await listOf(["*"], "unit=ward-d")).rows[0]?.said).toEqual({ said: "accepted", reason: "" });
    later += 60_000;
    await view("p5", "ward-d", 30);
    const { rows } = await listOf(["*"], "unit=ward-d");
    expect(rows).toMatchObject([{ key: first?.key, said: null }]);
    expect(Date.parse(rows[0]?.at ?? "")).toBeGreaterThan(Date.parse(first?.at ?? ""));
  });

  test("forgets who was shown earlier than the span", async () => {
    await view("p6", "ward-e");
    later += 2 * MS_PER_DAY;
    expect((await listOf(["*"], "unit=ward-e&days=1")).rows).toEqual([]);
    expect((await listOf(["*"], "unit=ward-e&days=7")).rows).toHaveLength(1);
    expect((await (await reader(["*"]))("/workspace/units/list?unit=ward-e&days=400")).status).toBe(400);
  });

  test("has nobody once the unit has gone back to silent, and nobody who was asked about in silence", async () => {
    await view("p7", "ward-f");
    const { outcome } = (await listOf(["*"], "unit=ward-f")).tasks[0]!;
    await server.context.stages.set({
      outcome,
      unit: "ward-f",
      stage: "silent",
      by: "ada",
      reason: "a test",
    });
    await view("p8", "ward-f");
    const silent = await listOf(["*"], "unit=ward-f");
    expect([silent.rows, silent.tasks[0]?.stage, silent.tasks[0]?.shown]).toEqual([[], "silent", false]);
    const other = silent.tasks.findIndex((task) => task.outcome !== outcome);
    expect((await listOf(["*"], `unit=ward-f&task=${other}`)).rows).toHaveLength(2);
  });
});
