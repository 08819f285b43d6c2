import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { historyUntil } from "../../src/forecast/direct-reading.ts";
import { historyAt } from "../../src/serving/answers/history-at.ts";
import { patientRecord } from "../../src/serving/records/patient-record.ts";
import { patientTokens } from "../../src/serving/workspace/patient/patient-tokens.ts";
import { newestAudit } from "../../src/state/audit/audit-log.ts";
import { encodePatient } from "../../src/tokens/encoded-patient.ts";
import { latestPart } from "../../src/tokens/lay-out.ts";
import { MS_PER_DAY } from "../../src/vetting/duration.ts";
import { fhirRecord } from "../support/fhir-record.ts";
import { CHROMIUM } from "./support/chromium.ts";
import { picture, until } from "./support/look.ts";
import { looksRight } from "./support/looks-right.ts";
import { openWorkspace, type VisitOptions, type Workspace } from "./support/workspace.ts";
import { workspaceSite } from "./support/workspace-site.ts";

const CLINICIAN: VisitOptions = { roles: ["clinician"], person: "ada" };
/** More than the small model reads at once. */
const EVENTS = 120;
let workspace: Workspace;
let path: string;

describe.skipIf(CHROMIUM === null)("a record as tokens", () => {
  beforeAll(async () => {
    workspace = await openWorkspace(await workspaceSite(EVENTS), { sandbox: true });
    const { page, window } = await workspace.visit("/app/worklist", CLINICIAN);
    const counts: string[] = await page.evaluate(
      "[...document.querySelectorAll('tbody tr')].map((row) => row.lastElementChild.textContent)",
    );
    const longest = page
      .locator("tbody th a")
      .nth(counts.map(Number).indexOf(Math.max(...counts.map(Number))));
    path = `${await longest.getAttribute("href")}/tokens`;
    await window.close();
  });
  afterAll(() => workspace?.stop());

  test("is what the model reads, token by token, each event with its place in the record", () => {
    const { context } = workspace.server;
    const { patient, conditions, observations } = fhirRecord({
      id: "p",
      birthDate: "1950-03-14",
      events: EVENTS,
    });
    const strange = {
      ...{ resourceType: "Observation", id: "strange", status: "final", subject: { reference: "Patient/p" } },
      code: { coding: [{ system: "http://loinc.org", code: "99999-9" }] },
      ...{ effectiveDateTime: "2020-01-01", valueQuantity: { value: 1, code: "1" } },
    };
    const resources = [patient, ...conditions, ...observations, strange];
    const record = patientRecord(resources, "p", context.records);
    const opened = {
      key: "launch",
      patientKey: "0".repeat(32),
      patientId: "p",
      resources,
      record,
      example: false,
      stored: null,
    };
    const now = context.effects.now();
    const told = patientTokens(context, opened, (code) => code, now);

    const { checkpoint } = context.model.reader;
    const day = Date.parse(told.predictionTime) / MS_PER_DAY;
    const events = record.events.map((event) => context.meaning.settled(event));
    const history = historyAt(context.model, events, { knownUntil: now, day });
    const sequence = historyUntil(encodePatient(history, checkpoint.vocabulary), day, checkpoint);
    const read = [...latestPart(sequence, told.context)];
    expect(told.tokens.map(({ id }) => id)).toEqual(read);
    expect(told.tokens.map(({ position }) => position)).toEqual(read.map((_, i) => i));
    expect(told.beyond?.tokens).toBe(sequence.tokens.length - told.context);

    const shown = events.filter(({ time, code }) => time !== null && code !== "MEDS_BIRTH");
    for (const { event } of told.tokens) {
      if (event === null) continue;
      expect(shown[event.place as number]?.code).toBe(event.code);
      if (event.bin !== null && event.value !== null) {
        expect(event.value).toBeGreaterThanOrEqual((event.bin.low ?? Number.NEGATIVE_INFINITY) - 1e-3);
        expect(event.value).toBeLessThanOrEqual((event.bin.high ?? Number.POSITIVE_INFINITY) + 1e-3);
      }
    }
    const places = told.tokens.flatMap(({ event }) => (event === null ? [] : [event.place]));
    expect(new Set(places).size).toBe(places.length);
  });

  test("has nothing that axe finds, narrow, zoomed or dark, and is gone through with Tab", async () => {
    await looksRight(workspace, path, CLINICIAN);
  });

  test("says what is not read, leads to the event in the record, and is written into the audit log", async () => {
    const { page, told, window } = await workspace.visit(path, CLINICIAN);
    await page.getByText(/older tokens are not read/).waitFor();
    await picture(page, "patient-tokens", false);
    await page.getByLabel("Tokens", { exact: true }).selectOption("events");
    expect(page.url()).toMatch(/\/tokens\?show=events$/);
    await page
      .getByRole("link", { name: /in the record/ })
      .first()
      .click();
    await page
      .locator(".timeline .current")
      .filter({ hasText: /^\d{4}/ })
      .waitFor();
    expect(page.url()).toMatch(/\/app\/patients\/[0-9a-f]{32}#event-\d+$/);
    await until(page, "document.activeElement?.tagName === 'CANVAS'");
    expect(told).toEqual([]);
    const [looked] = await workspace.server.context.state.transaction((tx) =>
      newestAudit(tx, { action: "record.tokens", limit: 1 }),
    );
    expect(looked).toMatchObject({ actor: "ada", object: "tokens", outcome: "done" });
    expect(looked?.patientKey).toMatch(/^[0-9a-f]{32}$/);
    await window.close();
  });

  test("is refused to whoever may not look at records", async () => {
    for (const role of ["reviewer", "analyst", "auditor"] as const) {
      const { page, window } = await workspace.visit(path, { roles: [role], person: role });
      await page.locator("[data-state=denied]").waitFor();
      expect(await page.getByRole("table").count()).toBe(0);
      await window.close();
    }
  });
});
