import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { AuditEntry } from "../../../src/state/audit/audit-entry.ts";
import { readAudit } from "../../../src/state/audit/audit-log.ts";
import type { StateTransaction } from "../../../src/state/open-state.ts";
import { fhirRecord, recordBundle } from "../../support/fhir-record.ts";
import { type RunningServer, runServer } from "../../support/running-server.ts";
import { makeServedSite } from "../../support/served-site.ts";
import { SmallBrowser } from "../../support/small-browser.ts";
import { temporaryFolder } from "../../support/small-cohort.ts";
import { type StartedProgram, startProgram } from "../../support/started-program.ts";

let ehr: StartedProgram<{ iss: string }>;
let server: RunningServer;
const [first, second] = [fhirRecord({ events: 40 }), fhirRecord({ events: 30, id: "p2" })];
const FIRST = first.id;

beforeAll(async () => {
  const file = join(await temporaryFolder(), "resources.json");
  const all = [first, second].flatMap(({ patient, conditions, observations }) => [
    patient,
    ...conditions,
    ...observations,
  ]);
  await writeFile(file, JSON.stringify(all));
  ehr = await startProgram("smart-server.js", [file]);
  const { folder } = await makeServedSite({
    verdict: "deploy",
    stage: "live",
    serving: { smart: { servers: [{ iss: ehr.told.iss, clientId: "longitude", tenant: "north" }] } },
  });
  server = await runServer(folder);
});
afterAll(async () => {
  await server.stop();
  await ehr.stop();
});

async function auditOf(tx: StateTransaction): Promise<AuditEntry[]> {
  const entries: AuditEntry[] = [];
  for await (const entry of readAudit(tx)) entries.push(entry);
  return entries;
}
const launchAt = (launch: string | null, iss = ehr.told.iss) =>
  `${server.address}/launch?iss=${encodeURIComponent(iss)}${launch === null ? "" : `&launch=${launch}`}`;
const atWorkspace = (url: URL) => url.pathname.startsWith("/app");
const get = (browser: SmallBrowser, path: string) => browser.visit(`${server.address}${path}`);

describe("a SMART App Launch", () => {
  test("from the EHR ends in the workspace, with the patient whose chart is open", async () => {
    const browser = new SmallBrowser();
    const { url } = await browser.visit(launchAt(FIRST), {}, atWorkspace);
    expect(url.href).toBe(`${server.address}/app/patient`);
    const { json } = await get(browser, "/session");
    expect(json).toMatchObject({ patient: FIRST, encounter: "enc-1", tenant: "north", roles: ["clinician"] });
    expect(json.person).toContain("Practitioner/7");
  });

  test("of a patient whose record cannot be read gets a reason instead of a forecast", async () => {
    const browser = new SmallBrowser();
    await browser.visit(launchAt("nobody"), {}, atWorkspace);
    const { status, json } = await get(browser, "/session/forecast");
    expect([status, json.error.code]).toEqual([412, "PREFETCH_MISSING"]);
  });

  test("by itself ends in the workspace, with the patient who was chosen there", async () => {
    const browser = new SmallBrowser();
    const { url } = await browser.visit(launchAt(null), {}, atWorkspace);
    expect(url.pathname).toBe("/app/patient");
  });

  test("lets the assistant be asked about the launch's patient, and about no other record", async () => {
    const browser = new SmallBrowser();
    await browser.visit(launchAt(FIRST), {}, atWorkspace);
    const { csrf } = (await get(browser, "/session")).json;
    const chat = (longitude?: object) =>
      browser.visit(`${server.address}/v1/chat/completions`, {
        method: "POST",
        headers: { "content-type": "application/json", "x-csrf-token": csrf },
        body: JSON.stringify({
          model: "longitude",
          messages: [{ role: "user", content: "What was the last systolic blood pressure?" }],
          longitude,
        }),
      });
    const own = await chat();
    expect([own.status, own.json.choices[0].message.content]).toEqual([200, expect.stringMatching(/mmHg/)]);
    for (const other of [{ key: "0".repeat(32) }, { bundle: recordBundle(second) }])
      expect([(await chat(other)).json.error.code, other]).toEqual(["PATIENT_REFUSED", other]);
  });

  test("reads the record with the launch's token, and forecasts", async () => {
    const browser = new SmallBrowser();
    await browser.visit(launchAt(FIRST), {}, atWorkspace);
    const { status, json } = await get(browser, "/session/forecast");
    expect(status).toBe(200);
    expect(json.forecasts.length).toBeGreaterThan(0);
  });

  test.each([
    "wrong-state",
    "wrong-nonce",
    "wrong-audience",
    "wrong-issuer",
    "wrong-key",
    "alg-none",
    "hs256",
    "expired",
    "no-identity",
    "no-patient",
    "odd-patient",
  ])("with the fault %s lets nobody in", async (fault) => {
    const browser = new SmallBrowser();
    const refusals = async () => {
      const entries = await server.context.state.transaction(auditOf);
      return entries.filter(({ action, outcome }) => action === "identity.login" && outcome === "refused")
        .length;
    };
    const before = await refusals();
    const { status, json } = await browser.visit(launchAt(`${FIRST}~${fault}`), {}, atWorkspace);
    expect(status).toBe(403);
    expect(json.error.code).toBe("LOGIN_REFUSED");
    // Whoever has begun no log-in writes nothing into the audit log.
    expect((await refusals()) - before).toBe(fault === "wrong-state" ? 0 : 1);
    expect((await get(browser, "/session")).status).toBe(401);
  });

  test("from a server that the site does not list asks nobody", async () => {
    const others = ["http://169.254.169.254/latest", "http://127.0.0.1:1/fhir", "file:///etc/passwd"];
    for (const iss of [...others, `${ehr.told.iss}/..`, `${ehr.told.iss}@evil.example`]) {
      const { status, json } = await new SmallBrowser().visit(launchAt(FIRST, iss));
      expect([status, json.error.code]).toEqual([403, "LOGIN_REFUSED"]);
    }
  });

  test("ends only in the browser that began it, and once", async () => {
    const began = new SmallBrowser();
    const { url } = await began.visit(launchAt(FIRST), {}, ({ pathname }) => pathname === "/login/callback");
    expect((await new SmallBrowser().visit(url.href)).status).toBe(403);
    expect((await began.visit(url.href, {}, atWorkspace)).url.pathname).toBe("/app/patient");
    expect((await began.visit(url.href)).status).toBe(403);
  });
});

describe("whoever was launched for one patient", () => {
  test("sees no other, until the glass is broken with a reason, which is audited", async () => {
    const browser = new SmallBrowser();
    await browser.visit(launchAt(FIRST), {}, atWorkspace);
    expect((await get(browser, "/session/forecast?patient=p2")).json.error.code).toBe("PATIENT_REFUSED");
    const { csrf } = (await get(browser, "/session")).json;
    const breakGlass = (reason: string, headers: Record<string, string> = { "x-csrf-token": csrf }) =>
      browser.visit(`${server.address}/session/break-glass`, {
        method: "POST",
        headers: { "content-type": "application/json", ...headers },
        body: JSON.stringify({ patient: "p2", reason }),
      });
    expect((await breakGlass("urgent")).json.error.code).toBe("GLASS_REFUSED");
    expect((await breakGlass("two\r\nlines of a reason")).json.error.code).toBe("GLASS_REFUSED");
    expect((await breakGlass("collapsed in the corridor", {})).json.error.code).toBe("CSRF_REFUSED");
    expect((await breakGlass("collapsed in the corridor")).status).toBe(200);
    expect((await get(browser, "/session/forecast?patient=p2")).status).toBe(200);
    const entries = await server.context.state.transaction(auditOf);
    const broken = entries.filter(({ action }) => action === "identity.break-glass");
    expect(broken).toMatchObject([{ outcome: "done", reason: "other, purpose ETREAT" }]);
    expect(broken[0]?.patientKey).not.toContain("p2");
  });

  test("reads no stored answers, changes no stage and sees no metrics", async () => {
    const browser = new SmallBrowser();
    await browser.visit(launchAt(FIRST), {}, atWorkspace);
    const { json } = await get(browser, "/session/forecast");
    expect((await get(browser, `/v1/answers/${json.id}`)).status).toBe(403);
    expect((await get(browser, "/metrics")).status).toBe(403);
  });
});
