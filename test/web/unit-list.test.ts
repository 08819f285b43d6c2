/** The worklist of a unit in a real Chromium, over calls of an EHR that name it. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { fhirRecord, patientView } from "../support/fhir-record.ts";
import { makeServedSite } from "../support/served-site.ts";
import { CHROMIUM } from "./support/chromium.ts";
import {
  axeFaults,
  NARROW,
  picture,
  scrollsSideways,
  smallTargets,
  tabStops,
  ZOOMED,
} from "./support/look.ts";
import { openWorkspace, type Workspace } from "./support/workspace.ts";

const VIEW = "/cds-services/longitude-patient-view";
const PERSONS = 30;
const CLINICIAN = { roles: ["clinician"] as const, person: "dr.a", units: ["ward-a", "ward-b"] };
let workspace: Workspace;

describe.skipIf(CHROMIUM === null)("the worklist of a unit", () => {
  beforeAll(async () => {
    const { folder } = await makeServedSite({ verdict: "deploy", stage: "live" });
    workspace = await openWorkspace(folder);
    for (let i = 0; i < PERSONS; i++) {
      const record = fhirRecord({ id: `p${i}`, events: 12 + i, birthDate: `19${40 + i}-03-14` });
      const call = patientView(record, { extension: { "longitude-unit": "ward-a" } });
      const { json } = await workspace.server.post(VIEW, call);
      if (i > 0) continue;
      const said = { outcome: "overridden", outcomeTimestamp: "2026-01-01T00:00:00Z" };
      await workspace.server.post(`${VIEW}/feedback`, { feedback: [{ card: json.cards[0].uuid, ...said }] });
    }
  });
  afterAll(() => workspace?.stop());

  test("shows risks in words with intervals, by page, and never a name", async () => {
    const { page, told, elsewhere, window } = await workspace.visit("/app/worklist", CLINICIAN);
    expect(await page.getByLabel("Unit").inputValue()).toBe("ward-a");
    expect(await page.locator("tbody tr").count()).toBe(25);
    await page.getByText("Page 1 of 2").waitFor();
    const first = await page.locator("tbody tr").first().innerText();
    expect(first).toMatch(/^[0-9A-F]{4}-[0-9A-F]{4}\s/);
    expect(first).toMatch(/about \d+ of 1?,?\d{3} \(\d+\s%; comparable people: \d+\s% to \d+\s%\)/);
    expect(first).toMatch(/\d{4}-\d{2}-\d{2} \d{2}:\d{2} UTC/);
    expect(await page.locator("main").innerText()).not.toMatch(/Quillfeather|Ottoline/);
    await picture(page, "unit-worklist", false);
    expect([await axeFaults(page), await smallTargets(page)]).toEqual([[], []]);
    await page.getByRole("button", { name: "Next" }).click();
    await page.getByText("Page 2 of 2").waitFor();
    expect(await page.locator("tbody tr").count()).toBe(PERSONS - 25);
    expect([told, elsewhere]).toEqual([[], []]);
    await window.close();
  });

  test("keeps unit, filters, sorting and page in the address, and nothing of a person", async () => {
    const { page, window } = await workspace.visit("/app/worklist", CLINICIAN);
    await page.getByLabel("Unit").selectOption("ward-a");
    await page.getByRole("button", { name: "Age" }).click();
    await page.getByLabel("What was said").selectOption("overridden");
    await page.getByText(`1 of ${PERSONS} patients.`).waitFor();
    expect(await page.locator("tbody tr").innerText()).toContain("set aside");
    const { search } = new URL(page.url());
    expect(search).toBe("?sort=-age&said=overridden");
    await page.reload();
    await page.getByText(`1 of ${PERSONS} patients.`).waitFor();
    await page.getByLabel("What was said").selectOption("any");
    await page.getByLabel("Given or withheld").selectOption("no");
    await page.getByText("No patient meets these filters").waitFor();
    await page.getByLabel("Given or withheld").selectOption("any");
    await page.getByLabel("Forecast", { exact: true }).selectOption({ index: 1 });
    await page.getByText("Page 1 of 2").waitFor();
    const ages = await page.locator("tbody tr td:nth-child(2)").allInnerTexts();
    expect(ages.map(Number)).toEqual([...ages.map(Number)].sort((a, b) => b - a));
    expect(new URL(page.url()).search).toBe("?sort=-age&task=1");
    await window.close();
  });

  test("says of another unit of one's own that nobody is there, and of a foreign one that it is refused", async () => {
    const { page, window } = await workspace.visit("/app/worklist?unit=ward-b", CLINICIAN);
    await page.getByText("Nobody in ward-b yet").waitFor();
    await page.goto(`${workspace.server.address}/app/worklist?unit=ward-z`);
    await page.locator("[data-state=denied]").getByText("UNIT_REFUSED").waitFor();
    await page.getByLabel("Unit").selectOption("ward-a");
    await page.getByText("Page 1 of 2").waitFor();
    await window.close();
    const none = await workspace.visit("/app/worklist", { ...CLINICIAN, units: [] });
    await none.page.getByText("You belong to no unit here").waitFor();
    await none.window.close();
  });

  test("works by keyboard, narrow, zoomed and in Spanish", async () => {
    const { page, window } = await workspace.visit("/app/worklist", CLINICIAN);
    const stops = await tabStops(page);
    for (const name of ["Ask again", "Next"]) expect(stops.map((stop) => stop.name)).toContain(name);
    expect(stops.filter(({ outlined, visible }) => !outlined || !visible)).toEqual([]);
    for (const size of [NARROW, ZOOMED]) {
      await page.setViewportSize(size);
      expect([await scrollsSideways(page), await axeFaults(page)]).toEqual([false, []]);
    }
    await page.evaluate("localStorage.setItem('longitude.language', 'es')");
    await page.reload();
    await page.getByRole("heading", { level: 1, name: "Lista de trabajo" }).waitFor();
    await page.getByText(`${PERSONS} de ${PERSONS} pacientes.`).waitFor();
    expect([await scrollsSideways(page), await axeFaults(page)]).toEqual([false, []]);
    await window.close();
  });

  test("returns to silent with the unit", async () => {
    const { page, window } = await workspace.visit("/app/worklist", CLINICIAN);
    await page.getByText("Page 1 of 2").waitFor();
    await workspace.server.context.stages.set({
      ...{ outcome: null, unit: "ward-a", stage: "silent", by: "ada", reason: "for a test" },
    });
    // What is on the screen stays until it is asked again.
    await page.getByText("Page 1 of 2").waitFor();
    await page.getByRole("button", { name: "Ask again" }).click();
    await page.getByText("This forecast is not shown in ward-a").waitFor();
    expect(await page.locator("tbody").count()).toBe(0);
    await window.close();
  });
});
