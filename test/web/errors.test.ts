import { setTimeout } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readAudit } from "../../src/state/audit/audit-log.ts";
import { makeServedSite } from "../support/served-site.ts";
import { CHROMIUM } from "./support/chromium.ts";
import { axeFaults, picture } from "./support/look.ts";
import { looksRight } from "./support/looks-right.ts";
import { measuredRelease } from "./support/measured-release.ts";
import { ALARMED, LINEAGE, MISSED, writeProven, writeReviewed } from "./support/reviewed-errors.ts";
import { openWorkspace, type Workspace } from "./support/workspace.ts";

const CLINICIAN = { roles: ["clinician"] as const, person: "cli" };
const AT = "/app/errors?threshold=1";
let workspace: Workspace;
let bare: Workspace;

async function site() {
  const made = await makeServedSite({
    ...{ verdict: "silent only", stage: "silent" },
    texts: measuredRelease(),
    lineage: LINEAGE,
  });
  await writeReviewed(made.folder);
  return made.folder;
}

describe.skipIf(CHROMIUM === null)("error review (skipped where there is no Chromium)", () => {
  beforeAll(async () => {
    const folder = await site();
    await writeProven(folder);
    workspace = await openWorkspace(folder);
    bare = await openWorkspace(await site());
  });
  afterAll(async () => {
    await workspace?.stop();
    await bare?.stop();
  });

  test("looks right in every window", () => looksRight(workspace, AT, CLINICIAN));

  test("those missed come first, the farthest from the threshold; a record is opened and tagged by keyboard, and both are logged", async () => {
    const { page, told, window } = await workspace.visit(AT, CLINICIAN);
    const heads = page.locator("main").getByRole("heading", { level: 2 });
    await page.getByRole("heading", { name: `Missed: ${MISSED.length} of 20 people` }).waitFor();
    expect((await heads.allInnerTexts()).map((one) => one.split(":")[0])).toEqual([
      "Missed",
      "False alarms",
      "Failure modes so far",
    ]);
    await page.getByRole("heading", { name: `False alarms: ${ALARMED.length} of 40 people` }).waitFor();
    const missed = page.getByRole("region", { name: /^Missed:/ }).getByRole("row");
    expect(await missed.nth(1).innerText()).toMatch(/5\.0.%\s+the outcome\s+516 days after\s+no tag/);
    await picture(page, "errors");
    await missed.nth(1).getByRole("link").focus();
    await page.keyboard.press("Enter");
    await page.getByText("That you opened this record is in the audit log").waitFor();
    await page.getByText("The outcome came 516 days later.").waitFor();
    await page.getByRole("heading", { name: "Why was it wrong?" }).waitFor();
    expect(await page.title()).not.toMatch(/[0-9a-f]{8}/);
    expect(await axeFaults(page)).toEqual([]);
    await page.getByRole("button", { name: "Record", exact: true }).press("Enter");
    await page.getByText("Not recorded yet: choose a failure mode.").waitFor();
    await page.keyboard.type("Nothing foretold");
    await page.getByLabel("In your words").fill("a fall at home");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await page.getByText("✓ Recorded.").waitFor();
    await page.getByRole("link", { name: "Back to the list" }).press("Enter");
    expect(new URL(page.url()).searchParams.get("threshold")).toBe("1");
    await page.getByRole("row", { name: /Nothing foretold it.*cli, / }).waitFor();
    await page.getByRole("row", { name: /^Nothing foretold it.* fewer than 11/ }).waitFor();
    await page.getByLabel("Show").selectOption("untagged");
    await page.getByRole("row", { name: /cli, / }).waitFor({ state: "detached" });
    expect(told).toEqual([]);
    const log: string[] = [];
    await workspace.server.context.state.transaction(async (tx) => {
      for await (const { action, actor, object, patientKey } of readAudit(tx))
        if (/^errors\.(open|tag)/.test(action))
          log.push(`${actor} ${action} ${object.slice(0, 4)} ${patientKey?.length}`);
    });
    expect(log).toEqual(["cli errors.open-record rel- 32", "cli errors.tag sudd 32"]);
    await expect(
      workspace.server.context.state.foreign("update error_tag set mode = 'other'"),
    ).rejects.toThrow(/append-only/);
    await window.close();
  });

  test("an opened record looks right in every window", async () => {
    const { page, window } = await workspace.visit(AT, CLINICIAN);
    const link = page.getByRole("region", { name: /^Missed:/ }).getByRole("link");
    const href = (await link.first().getAttribute("href")) as string;
    await window.close();
    await looksRight(workspace, href, CLINICIAN);
  });

  test("a tag that was not recorded survives leaving the page, and not another person's record", async () => {
    const { page, window } = await workspace.visit(AT, CLINICIAN);
    const links = page.getByRole("region", { name: /^Missed:/ }).getByRole("link");
    const words = page.getByLabel("In your words");
    await links.first().click();
    await page.getByLabel("Failure mode", { exact: true }).selectOption("sudden");
    await words.fill("a fall");
    await page.getByRole("link", { name: "Back to the list" }).click();
    await links.first().click();
    await words.waitFor();
    expect(await words.inputValue()).toBe("a fall");
    expect(await page.getByLabel("Failure mode", { exact: true }).inputValue()).toBe("sudden");
    await page.getByRole("link", { name: "Back to the list" }).click();
    await links.nth(1).click();
    await words.waitFor();
    expect(await words.inputValue()).toBe("");
    await page.getByRole("link", { name: "Back to the list" }).click();
    await links.first().click();
    await words.waitFor();
    expect(await words.inputValue()).toBe("");
    await window.close();
  });

  test("a record opens by its address before it is known who is logged in", async () => {
    const { page, told, window } = await workspace.visit(AT, CLINICIAN);
    const link = page.getByRole("region", { name: /^Missed:/ }).getByRole("link");
    const href = (await link.first().getAttribute("href")) as string;
    await page.route(
      (url) => url.pathname === "/session",
      async (route) => {
        await setTimeout(2000);
        await route.continue();
      },
    );
    await page.goto(`${workspace.server.address}${href}`);
    await page.getByText("That you opened this record is in the audit log").waitFor();
    expect(told).toEqual([]);
    await window.close();
  });

  test("a tag counts once, for what is wrong at the threshold alone", async () => {
    const { page, tell, window } = await workspace.visit(AT, CLINICIAN);
    const ask = async (threshold: number) =>
      (
        await page.request.get(`${workspace.server.address}/workspace/errors?task=0&threshold=${threshold}`)
      ).json();
    const { rows } = await ask(1);
    const { key } = rows.find(({ error }: { error: string }) => error === "false alarm");
    const body = {
      ...{ id: "d1577c69-dfbe-44ad-ba6d-3e05e953b2ea", task: 0, threshold: 1, key },
      ...{ mode: "treated", reason: "" },
    };
    const count = async () =>
      (await workspace.server.context.state.foreign("select id from error_tag")).rows.length;
    const before = await count();
    expect((await tell("/workspace/errors/tags", body)).status).toBe(200);
    expect((await tell("/workspace/errors/tags", body)).status).toBe(200);
    expect(await count()).toBe(before + 1);
    const near = rows.find(({ risk }: { risk: number }) => risk === 0.25);
    const other = { ...body, id: "0b0e8a3e-5b0f-4c29-8f25-0e2f3f3a1c11", threshold: 2, key: near.key };
    const refused = await tell("/workspace/errors/tags", other);
    expect([refused.status, refused.json.error.code]).toEqual([400, "REQUEST_INVALID"]);
    const unknown = await tell("/workspace/errors/open", { task: 0, key: "0".repeat(32) });
    expect([unknown.status, unknown.json.error.code]).toEqual([403, "PATIENT_REFUSED"]);
    await window.close();
  });

  test("is for who may see persons; a stranger's key opens nothing, and what is not proven is not shown", async () => {
    const analyst = await workspace.visit("/app/errors", { roles: ["analyst"], person: "ana" });
    await analyst.page.locator("[data-state=denied]").waitFor();
    expect((await analyst.page.request.get(`${workspace.server.address}/workspace/errors`)).status()).toBe(
      403,
    );
    await analyst.window.close();
    const stranger = await workspace.visit(`/app/errors/${"0".repeat(32)}`, CLINICIAN);
    await stranger.page.locator("[data-state=denied]").waitFor();
    expect(await axeFaults(stranger.page)).toEqual([]);
    await stranger.window.close();
    const { page, window } = await bare.visit(AT, CLINICIAN);
    await page.getByText("The records are not proven to be de-identified").waitFor();
    await window.close();
  });
});
