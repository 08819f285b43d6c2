import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
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
import { openWorkspace, type VisitOptions, type Workspace } from "./support/workspace.ts";
import { workspaceSite } from "./support/workspace-site.ts";

let workspace: Workspace;

/** From the list to the first patient, as a clinician goes. */
async function openFirst(options: VisitOptions = {}) {
  const visit = await workspace.visit("/app/worklist", options);
  await visit.page.locator("tbody th a").first().click();
  await settled(visit.page);
  return visit;
}

async function settled(page: Page) {
  await page.locator(".timeline canvas").waitFor();
  await page.locator("#risk-over-time svg").waitFor();
  await page.locator("#futures svg").waitFor();
  // Futures that measure nothing draw no fan, and say so.
  await page.locator(".charts .panel:last-child :is(figure svg, [data-state])").waitFor();
  await page.waitForLoadState("networkidle");
}

describe.skipIf(CHROMIUM === null)("the screens of a patient", () => {
  beforeAll(async () => {
    workspace = await openWorkspace(await workspaceSite(), { sandbox: true });
  });
  afterAll(() => workspace?.stop());

  test("the worklist keeps its filters in the address, and no name", async () => {
    const { page, told, window } = await workspace.visit("/app/worklist");
    const all = await page.locator("tbody tr").count();
    expect(all).toBeGreaterThan(3);
    await picture(page, "worklist", false);
    expect(await axeFaults(page)).toEqual([]);
    await page.getByLabel("Forecast", { exact: true }).selectOption({ index: 1 });
    await page.getByLabel("Newest entry within").selectOption("7");
    expect(page.url()).toMatch(/\?task=1&recent=7$/);
    await page.getByText("No patient meets these filters").waitFor();
    await page.reload();
    await page.getByText("No patient meets these filters").waitFor();
    expect(told).toEqual([]);
    await window.close();
  });

  test("show who it is, every forecast in words with its interval, what moved it, and the record", async () => {
    const { page, told, elsewhere, window } = await openFirst();
    await picture(page, "patient");
    expect(await page.locator(".banner").textContent()).toContain("example person");
    expect(await page.locator(".forecast-list li").count()).toBeGreaterThan(1);
    expect(await page.locator(".detail").textContent()).toMatch(
      /about \d+ of 1?,?\d{3} people like this one/,
    );
    expect(await axeFaults(page)).toEqual([]);
    expect(await smallTargets(page)).toEqual([]);
    expect(page.url()).toMatch(/\/app\/patients\/[0-9a-f]{32}$/);
    expect(await page.title()).toBe("Patient · Longitude");
    expect(await page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}])")).not.toMatch(
      /Quill|1950|risk/,
    );
    expect([told, elsewhere]).toEqual([[], []]);
    await window.close();
  });

  test("what was chosen and not sent survives leaving the page and a session that ends, for the same person and patient", async () => {
    const bea = { person: "bea", roles: ["clinician"] as const };
    const { page, window } = await openFirst(bea);
    const address = page.url();
    const reason = page.getByRole("radio", { name: "I do not trust this forecast" });
    const worklist = page.getByRole("navigation").getByRole("link", { name: "Worklist" });
    await page.getByRole("button", { name: "I disagree" }).click();
    await reason.click();
    await worklist.click();
    await page.locator("tbody th a").first().waitFor();
    await page.goBack();
    await settled(page);
    expect(await reason.isChecked()).toBe(true);

    // The session ends: the page says so, shows nobody's record, and the reason is still in the window.
    await window.clearCookies();
    await page.getByRole("button", { name: "Send the reason" }).click();
    await page.getByText("What you have typed and not sent is still in this window").waitFor();
    expect(await page.locator(".banner, .timeline").count()).toBe(0);
    expect(await axeFaults(page)).toEqual([]);
    await workspace.logIn(window, bea);
    await page.getByRole("button", { name: "I have logged in: go on" }).click();
    await settled(page);
    expect(page.url()).toBe(address);
    await page.getByRole("button", { name: "I disagree" }).click();
    expect(await reason.isChecked()).toBe(true);
    const stored = "JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie])";
    expect(await page.evaluate(stored)).not.toContain("trust");

    // Another patient's screen, and another person, have none of it.
    await worklist.click();
    await page.locator("tbody th a").nth(1).click();
    await settled(page);
    await page.getByRole("button", { name: "I disagree" }).click();
    expect(await page.getByRole("radio", { checked: true }).count()).toBe(0);
    await reason.click();
    await window.clearCookies();
    await page.getByRole("button", { name: "Send the reason" }).click();
    await page.getByText("What you have typed and not sent").waitFor();
    await workspace.logIn(window, { ...bea, person: "cleo" });
    await page.getByRole("button", { name: "I have logged in: go on" }).click();
    await settled(page);
    await page.getByRole("button", { name: "I disagree" }).click();
    expect(await page.getByRole("radio", { checked: true }).count()).toBe(0);
    await window.close();
  });

  test.each([
    ["320 pixels", NARROW],
    ["400 % zoom", ZOOMED],
  ])("fit in %s without scrolling sideways, each stop of Tab in sight", async (_what, size) => {
    const { page, window } = await openFirst(size);
    expect(await scrollsSideways(page)).toBe(false);
    const stops = await tabStops(page, 60);
    expect(stops.filter(({ visible, outlined }) => !visible || !outlined)).toEqual([]);
    await window.close();
  });

  test("in the dark are free of faults that axe finds", async () => {
    const { page, window } = await openFirst({ dark: true });
    expect(await axeFaults(page)).toEqual([]);
    await window.close();
  });

  test("refuse who may not look at records, and a key of nobody", async () => {
    const reviewer = await workspace.visit("/app/worklist", { roles: ["reviewer"] });
    await reviewer.page.locator("[data-state=denied]").waitFor();
    expect(await axeFaults(reviewer.page)).toEqual([]);
    await reviewer.window.close();
    const unknown = await workspace.visit(`/app/patients/${"0".repeat(32)}`);
    await unknown.page.locator("[data-state=denied]").waitFor();
    await unknown.window.close();
  });
});
