import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
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
import { measuredRelease } from "./support/measured-release.ts";
import { openWorkspace, type Workspace } from "./support/workspace.ts";

const SCREENS = ["/app/evidence", "/app/release"];
let workspace: Workspace;

describe.skipIf(CHROMIUM === null)("evidence and release", () => {
  beforeAll(async () => {
    const { folder } = await makeServedSite({
      verdict: "silent only",
      stage: "silent",
      texts: measuredRelease(),
    });
    workspace = await openWorkspace(folder);
  });
  afterAll(() => workspace?.stop());

  test.each(SCREENS)(
    "%s has nothing that axe finds, narrow, zoomed or dark, and tells the console nothing",
    async (path) => {
      for (const look of [{}, NARROW, ZOOMED, { dark: true }]) {
        const { page, told, elsewhere, window } = await workspace.visit(path, look);
        await page.getByRole("heading", { level: 2 }).first().waitFor();
        expect(await axeFaults(page)).toEqual([]);
        expect(await scrollsSideways(page)).toBe(false);
        expect([told, elsewhere]).toEqual([[], []]);
        await window.close();
      }
    },
  );

  test.each(SCREENS)("%s is gone through with Tab, each stop visible and large enough", async (path) => {
    const { page, window } = await workspace.visit(path);
    await page.getByRole("heading", { level: 2 }).first().waitFor();
    const stops = await tabStops(page);
    expect(stops.filter(({ visible, outlined }) => !visible || !outlined)).toEqual([]);
    expect(await smallTargets(page)).toEqual([]);
    await window.close();
  });

  test("a model of which more happens than it expects is said to under-estimate", async () => {
    const { page, window } = await workspace.visit("/app/evidence");
    await page
      .getByRole("heading", { name: /^The model under-estimates risk: .*1\.50 \(1\.35 to 1\.65\)/ })
      .waitFor();
    await page
      .getByText("Above the dashed line more people have it than predicted: the model under-estimates")
      .waitFor();
    await window.close();
  });

  test("one threshold, moved by keyboard, changes every chart that depends on it, and stands in the address", async () => {
    const { page, window } = await workspace.visit("/app/evidence");
    await page.getByRole("heading", { name: /^Flagging 40 of 100/ }).waitFor();
    await page.getByRole("button", { name: "Higher" }).focus();
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: /^Flagging 20 of 100/ }).waitFor();
    await page.getByRole("heading", { name: /^At 30\.0.%/ }).waitFor();
    await page.getByRole("heading", { name: /^Of those flagged at 30\.0.%, \d+.% \(/ }).waitFor();
    await page
      .getByRole("heading", { name: /^Of two people, one with an onset .* share of 0\.\d\d \(/ })
      .waitFor();
    expect(new URL(page.url()).searchParams.get("threshold")).toBe("2");
    await page.reload();
    await page.getByRole("heading", { name: /^Flagging 20 of 100/ }).waitFor();
    await window.close();
  });

  test("a group that is too small is not called fair, and its size is not told", async () => {
    const { page, window } = await workspace.visit("/app/evidence");
    const row = page.getByRole("row", { name: /^M / });
    expect(await row.innerText()).toMatch(/fewer than 11\s+fewer than 11\s+too few to judge/);
    await window.close();
  });

  test("what the evidence knows of time: periods, designs, gaps, lead time and label delay, each with a table", async () => {
    const { page, window } = await workspace.visit("/app/evidence");
    const chart = (name: string) => page.locator(`figure#${name}`);
    const heading = (name: string) => chart(name).getByRole("heading").innerText();
    expect(await heading("periods")).toMatch(/^By year, 1 of 3 judged periods differ in AUROC/i);
    expect(await heading("designs")).toMatch(/^Measured in one design alone \(By chance 0\.75/);
    expect(await heading("gaps")).toMatch(/^Without the onsets of the first 1 year the AUROC is 0\.66 \(/);
    expect(await heading("lead-time")).toMatch(
      /^At 20\.0.%, of the onsets up to 30 days after the prediction 80.% .*; of those 30 days to 1 year after it, 40.%/,
    );
    expect(await heading("label-delay")).toMatch(/^70.% \(.*\) of onsets were on record up to 1 day after/);
    await page.getByLabel("Measure", { exact: true }).selectOption("observedToExpected");
    expect(new URL(page.url()).searchParams.get("measure")).toBe("observedToExpected");
    for (const name of ["periods", "designs", "gaps", "lead-time", "label-delay"])
      await chart(name).getByRole("button", { name: "As table" }).press("Enter");
    expect(
      await chart("periods")
        .getByRole("row", { name: /^other, too few/ })
        .innerText(),
    ).toContain("too few to judge");
    expect(
      await chart("designs")
        .getByRole("row", { name: /^Later persons/ })
        .innerText(),
    ).toContain("not measured");
    expect(await axeFaults(page)).toEqual([]);
    const [file] = await Promise.all([
      page.waitForEvent("download"),
      chart("gaps").getByRole("button", { name: "CSV" }).press("Enter"),
    ]);
    expect(file.suggestedFilename()).toContain("gaps");
    await window.close();
  });

  test("a task of fewer people than the minimum cell has no figures, in the answer neither", async () => {
    const { page, window } = await workspace.visit("/app/evidence?task=1");
    await page.locator("[data-state=suppressed]").waitFor();
    expect(await axeFaults(page)).toEqual([]);
    const answer = await (
      await page.request.get(`${workspace.server.address}/workspace/evidence/task?task=1`)
    ).json();
    expect(answer).toMatchObject({ n: null, events: null, figures: null, closer: null });
    await window.close();
  });

  test("gates say passed, not passed and waived in words, with who waived until when", async () => {
    const { page, window } = await workspace.visit("/app/release", {
      roles: ["auditor"],
      person: "a.auditor",
    });
    const rows = page.getByRole("row", { name: /^Gate / });
    expect(await rows.filter({ hasText: "Gate one" }).innerText()).toContain("passed");
    expect(await rows.filter({ hasText: "Gate two" }).innerText()).toContain("not passed");
    expect(await rows.filter({ hasText: "Gate three" }).innerText()).toContain(
      "Waived by ada until 2099-01-01: a pilot alone",
    );
    const registry = page.getByRole("row", { name: /^rel-/ });
    const said = await registry.innerText();
    for (const part of ["silent", "ada (clinical, 2026-06-15)", "tim (technical, 2026-06-15)"])
      expect(said).toContain(part);
    await page.getByText("unbroken").waitFor();
    await window.close();
  });

  test("nobody without a role for it sees gates or the log", async () => {
    const { page, window } = await workspace.visit("/app/release", {
      roles: ["clinician"],
      person: "a.clinician",
    });
    await page.locator("[data-state=denied]").waitFor();
    expect(await page.locator("main").innerText()).toContain("ROLE_REQUIRED");
    expect(await axeFaults(page)).toEqual([]);
    expect((await page.request.get(`${workspace.server.address}/workspace/release/audit`)).status()).toBe(
      403,
    );
    await window.close();
  });

  test("an answer that fails is told with its code, and can be asked for again", async () => {
    const { page, window } = await workspace.visit("/app");
    await page.route("**/workspace/evidence", (route) => route.abort());
    await page.goto(`${workspace.server.address}/app/evidence`);
    await page.locator("[data-state=failed]").waitFor();
    expect(await axeFaults(page)).toEqual([]);
    await page.unroute("**/workspace/evidence");
    await page.getByRole("button", { name: "Try again" }).click();
    await page.getByRole("heading", { name: "Scorecard" }).waitFor();
    await window.close();
  });

  test("a changed entry of the audit log is told when it is checked again", async () => {
    const { page, window } = await workspace.visit("/app/release", {
      roles: ["auditor"],
      person: "a.auditor",
    });
    await page.getByText("unbroken").waitFor();
    // As somebody who owns the database would: past the triggers.
    await workspace.server.context.state.transaction(async (tx) => {
      await sql`alter table audit_entry disable trigger all`.execute(tx);
      await sql`update audit_entry set actor = 'somebody-else' where sequence = 1`.execute(tx);
      await sql`alter table audit_entry enable trigger all`.execute(tx);
    });
    await page.getByRole("button", { name: "Check again" }).click();
    await page.getByText("Entry 1: changed").waitFor();
    expect(await axeFaults(page)).toEqual([]);
    await window.close();
  });
});

describe.skipIf(CHROMIUM === null || process.env.LONGITUDE_PICTURES === undefined)("pictures", () => {
  test("of evidence and release", async () => {
    const finished = await openWorkspace(process.env.LONGITUDE_PICTURES as string);
    for (const name of ["evidence", "release"]) {
      const { page, window } = await finished.visit(`/app/${name}`);
      await page.getByRole("heading", { level: 2 }).first().waitFor();
      await page.waitForTimeout(1500);
      expect(await axeFaults(page)).toEqual([]);
      await picture(page, name);
      await window.close();
    }
    await finished.stop();
  });
});
