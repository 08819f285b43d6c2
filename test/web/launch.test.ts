import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { fhirRecord } from "../support/fhir-record.ts";
import { makeServedSite } from "../support/served-site.ts";
import { temporaryFolder } from "../support/small-cohort.ts";
import { type StartedProgram, startProgram } from "../support/started-program.ts";
import { CHROMIUM } from "./support/chromium.ts";
import { axeFaults } from "./support/look.ts";
import { openWorkspace, type Workspace } from "./support/workspace.ts";

let ehr: StartedProgram<{ iss: string }>;
let workspace: Workspace;

describe.skipIf(CHROMIUM === null)("a SMART launch in a browser", () => {
  beforeAll(async () => {
    const file = join(await temporaryFolder(), "resources.json");
    const people = [
      fhirRecord({ events: 40 }),
      fhirRecord({ events: 40, id: "p2", birthDate: "1950-01-02" }),
    ];
    const all = people.flatMap(({ patient, conditions, observations }) => [
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
    workspace = await openWorkspace(folder);
  });
  afterAll(async () => {
    await workspace?.stop();
    await ehr?.stop();
  });

  const launch = (patient: string) => `/launch?iss=${encodeURIComponent(ehr.told.iss)}&launch=${patient}`;

  test("opens the patient whose chart is open, with forecasts and what to say of them, and no identity in the address", async () => {
    const { page, window } = await workspace.visit(launch("p1"), { roles: [] });
    await page.locator(".forecast-list").waitFor();
    expect(new URL(page.url()).pathname).toBe("/app/patient");
    expect(new URL(page.url()).search).toBe("");
    expect(await page.locator(".banner").innerText()).toContain("1961-03-14");
    expect(await page.locator(".detail").innerText()).toContain("stage: live");
    expect(await axeFaults(page)).toEqual([]);
    await page.getByRole("button", { name: "I agree" }).click();
    await page.getByText("Recorded. Thank you.").waitFor();
    await window.close();
  });

  test("of another patient in a second window warns in the first", async () => {
    const { page, window } = await workspace.visit(launch("p1"), { roles: [] });
    await page.locator(".forecast-list").waitFor();
    const second = await window.newPage();
    await second.goto(`${workspace.server.address}${launch("p2")}`);
    await second.locator(".forecast-list").waitFor();
    await page.bringToFront();
    await page.evaluate("dispatchEvent(new Event('focus'))");
    await page.getByText("Another patient's chart was opened").waitFor();
    await page.getByRole("button", { name: "Open the chart that is open now" }).click();
    await page.getByText("1950-01-02").first().waitFor();
    await window.close();
  });

  test("of a patient whom the EHR does not have says why there is nothing, with code and remedy", async () => {
    const { page, window } = await workspace.visit(launch("nobody"), { roles: [] });
    await page.locator("[data-state=failed]").waitFor();
    expect(await page.locator("[data-state=failed]").innerText()).toContain("PREFETCH_MISSING");
    expect(await axeFaults(page)).toEqual([]);
    await window.close();
  });
});
