/** The way of who builds a model: trainings started with the command beside the server, everything else by keyboard in the page. */
import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { BUILD_MS, builtSiteText, makeUnbuiltSite } from "./support/built-site.ts";
import { CHROMIUM } from "./support/chromium.ts";
import { axeFaults, NARROW, scrollsSideways, tabTo, ZOOMED } from "./support/look.ts";
import { openWorkspace, type VisitOptions, type Workspace } from "./support/workspace.ts";
import { writePlan } from "./support/written-plan.ts";

const ENGINEER: VisitOptions = { roles: ["analyst"], person: "an.engineer" };
const PROGRAM = join(import.meta.dirname, "../../bin/longitude.js");
/** Enough to be watched: every epoch is trained, whatever the tuning loss says. */
const EPOCHS = 200;
const JOURNEY_MS = 600_000;

let folder: string;
let workspace: Workspace;

const longitude = (...words: string[]) =>
  promisify(execFile)(process.execPath, [PROGRAM, ...words, "--site", folder, "--json"]);
const configure = (training: object) =>
  writeFile(join(folder, "longitude.yaml"), builtSiteText({ epochs: EPOCHS, patience: EPOCHS, ...training }));

/** "12" of "12 % of the steps done". */
async function shareDone(page: Page): Promise<number> {
  return Number.parseInt(await page.getByText(/% of the steps done/).innerText(), 10);
}

describe.skipIf(CHROMIUM === null)("who builds a model (skipped where there is no Chromium)", () => {
  beforeAll(async () => {
    folder = await makeUnbuiltSite();
    await configure({ depth: 1 });
    workspace = await openWorkspace(folder);
  }, BUILD_MS);
  afterAll(() => workspace?.stop());

  test("watches a real training in the page, holds two runs against each other, and goes back to the export", {
    timeout: JOURNEY_MS,
  }, async () => {
    const { page, told, elsewhere, window } = await workspace.visit("/app", ENGINEER);
    await tabTo(page, "Runs");
    await page.keyboard.press("Enter");
    await page.getByText("No run yet").waitFor();
    await page.getByText("longitude train trains the site's model").waitFor();

    const first = longitude("train");
    await page.getByRole("heading", { name: /training$/ }).waitFor({ timeout: BUILD_MS });
    const early = await shareDone(page);
    await expect.poll(() => shareDone(page), { timeout: BUILD_MS }).toBeGreaterThan(early);
    await page.locator("#losses svg").waitFor();
    await page.getByRole("heading", { name: /^The tuning loss/ }).waitFor({ timeout: BUILD_MS });
    await first;
    await page.getByRole("heading", { name: /finished$/ }).waitFor({ timeout: BUILD_MS });

    await configure({ depth: 2 });
    const second = longitude("train");
    await page.getByRole("heading", { name: /training$/ }).waitFor({ timeout: BUILD_MS });
    await second;
    await page.getByRole("heading", { name: /finished$/ }).waitFor({ timeout: BUILD_MS });
    const differing = page.getByRole("region", { name: /^1 of \d+ keys differ/ });
    expect((await differing.locator("tbody tr").innerText()).split(/\s+/)).toEqual([
      "configuration.training.depth",
      "2",
      "1",
    ]);

    await page.getByText("No plan yet").waitFor();
    await writePlan(folder);
    await page.reload();
    await page.getByRole("heading", { name: /^In 60 min, depth 2 with 8 k parameters/ }).waitFor();
    for (const viewport of [NARROW, ZOOMED, { width: 1280, height: 800 }]) {
      await page.setViewportSize(viewport);
      expect([await axeFaults(page), await scrollsSideways(page)]).toEqual([[], false]);
    }

    await tabTo(page, "Tokens");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { level: 1, name: "Tokens" }).waitFor();
    await page.locator("#coverage svg").waitFor();
    expect(await axeFaults(page)).toEqual([]);
    await page.keyboard.press("Escape");
    await page.goBack();
    await page.getByRole("heading", { level: 1, name: "Runs" }).waitFor();
    await tabTo(page, "Lineage");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { level: 1, name: "Lineage" }).waitFor();
    await tabTo(page, "Where this comes from");
    await page.keyboard.type("model");
    await page.locator("svg.lineage").waitFor();
    expect((await page.locator("svg.lineage .kind").allTextContents()).sort()).toEqual(
      expect.arrayContaining(["input", "model", "records", "tokens"]),
    );
    expect(await axeFaults(page)).toEqual([]);
    expect([told, elsewhere]).toEqual([[], []]);
    await window.close();
  });
});
