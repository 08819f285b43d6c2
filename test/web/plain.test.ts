import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CHROMIUM } from "./support/chromium.ts";
import { axeFaults, NARROW, picture, scrollsSideways } from "./support/look.ts";
import { readingGrade } from "./support/reading-grade.ts";
import { openWorkspace, type VisitOptions, type Workspace } from "./support/workspace.ts";
import { workspaceSite } from "./support/workspace-site.ts";

let workspace: Workspace;

async function openPlain(options: VisitOptions = {}) {
  const visit = await workspace.visit("/app/worklist", options);
  await visit.page.locator("tbody th a").first().click();
  await visit.page.getByRole("link", { name: "In plain words" }).click();
  await visit.page.locator(".plain h2").first().waitFor();
  return visit;
}

describe("the grade of a text", () => {
  test("is that of the formula", () => {
    // 6 words, 1 sentence, 6 syllables: 0.39 × 6 + 11.8 × 1 − 15.59.
    expect(readingGrade("The cat sat on the mat.")).toBeCloseTo(-1.45, 2);
    expect(readingGrade("Epidemiological heterogeneity necessitates stratification.")).toBeGreaterThan(20);
  });
});

describe("translations", () => {
  const folder = "web/languages";
  const WHOLE = ["plain.json", "shell.json"];
  const read = (language: string, file: string): Record<string, string> =>
    JSON.parse(readFileSync(join(folder, language, file), "utf8"));
  const others = readdirSync(folder).filter((language) => language !== "en");

  test.each(others)("of %s have keys of the English ones, and the same places for values", (language) => {
    for (const file of readdirSync(join(folder, language))) {
      const [own, english] = [read(language, file), read("en", file)];
      expect(Object.keys(english)).toEqual(expect.arrayContaining(Object.keys(own)));
      // English stands in for what a page says newly; what patients read, and what stands around it, is never of two languages.
      if (WHOLE.includes(file)) expect(Object.keys(own).sort()).toEqual(Object.keys(english).sort());
      const places = (text: string) => (text.match(/\{\w+\}/g) ?? []).sort();
      for (const [key, text] of Object.entries(own))
        expect([key, places(text)]).toEqual([key, places(english[key]!)]);
    }
    expect(readdirSync(join(folder, language))).toEqual(expect.arrayContaining(WHOLE));
  });
});

describe.skipIf(CHROMIUM === null)("the patient's page", () => {
  beforeAll(async () => {
    workspace = await openWorkspace(await workspaceSite(), { sandbox: true });
  });
  afterAll(() => workspace?.stop());

  test("is read with a sixth grade's schooling, and has a picture for each chance", async () => {
    const { page, told, window } = await openPlain();
    await picture(page, "plain");
    const text = await page.locator(".plain").innerText();
    const read = text
      .split("\n")
      .filter((line) => !/^For |rel-|ans-|Back to|Print this|Show the/.test(line))
      .join("\n");
    expect(readingGrade(read)).toBeLessThanOrEqual(6);
    expect(text).not.toMatch(/\d\s?%|verdict|threshold|percent/);
    const chances = await page.locator(".chance").count();
    expect(chances).toBeGreaterThan(0);
    expect(await page.locator(".chance svg[role=img]").count()).toBe(chances);
    expect(await axeFaults(page)).toEqual([]);
    expect(told).toEqual([]);
    await window.close();
  });

  test("shows the chance of dying only when asked for", async () => {
    const { page, window } = await openPlain();
    expect(await page.locator(".plain").innerText()).not.toContain("Your chance of dying");
    const before = await page.locator(".chance").count();
    await page.getByRole("button", { name: "Show the chance of dying" }).click();
    expect(await page.locator(".chance").count()).toBe(before + 1);
    await window.close();
  });

  test("speaks Spanish, in a window of 320 pixels too, and stays so", async () => {
    const { page, window } = await openPlain(NARROW);
    await page.getByLabel("Language").selectOption("es");
    await page.getByRole("heading", { level: 1, name: "Lo que puede venir" }).waitFor();
    expect(await page.locator("html").getAttribute("lang")).toBe("es");
    await page.reload();
    await page.getByRole("heading", { level: 1, name: "Lo que puede venir" }).waitFor();
    expect(await scrollsSideways(page)).toBe(false);
    expect(await axeFaults(page)).toEqual([]);
    await window.close();
  });

  test("prints who it is for, and no navigation", async () => {
    const { page, window } = await openPlain();
    await page.emulateMedia({ media: "print" });
    expect(await page.locator(".plain .who").isVisible()).toBe(true);
    expect(await page.getByRole("button", { name: "Print" }).isVisible()).toBe(false);
    expect(await page.locator(".top").isVisible()).toBe(false);
    await window.close();
  });
});

describe.skipIf(CHROMIUM === null)("the sandbox", () => {
  beforeAll(async () => {
    workspace = await openWorkspace(await workspaceSite(), { sandbox: true });
  });
  afterAll(() => workspace?.stop());

  test("fires a hook and shows request, cards and the way to the explanation", async () => {
    const { page, told, window } = await workspace.visit("/app/sandbox");
    await page.getByRole("button", { name: "Fire the hook" }).click();
    await page.locator(".card").first().waitFor();
    expect(await page.locator(".card").first().innerText()).toContain("Sandbox, not for care");
    expect(await page.locator(".fired pre").first().innerText()).toContain('"hook": "patient-view"');
    await picture(page, "sandbox", false);
    expect(await axeFaults(page)).toEqual([]);
    expect(told).toEqual([]);
    await window.close();
  });

  test("puts whom a call with a unit was about on the worklist of that unit", async () => {
    const { page, told, window } = await workspace.visit("/app/sandbox");
    const person = await page.getByLabel("Example person").locator("option:checked").innerText();
    await page.getByLabel("Unit").fill("ward-a");
    await page.getByRole("button", { name: "Fire the hook" }).click();
    await page.locator(".card").first().waitFor();
    await page.getByRole("link", { name: "Worklist" }).click();
    await page.getByLabel("Unit").selectOption("ward-a");
    await page.locator("tbody tr").waitFor();
    expect(await page.locator("tbody th").innerText()).toContain(person.split(" (")[0] ?? "-");
    expect(new URL(page.url()).search).toBe("?unit=ward-a");
    await page.locator("tbody th a").click();
    await page.locator(".forecast-list li").first().waitFor();
    expect(told).toEqual([]);
    await window.close();
  });
});
