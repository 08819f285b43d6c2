import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { appendAudit } from "../../src/state/audit/audit-log.ts";
import { makeServedSite } from "../support/served-site.ts";
import { CHROMIUM } from "./support/chromium.ts";
import { picture } from "./support/look.ts";
import { looksRight } from "./support/looks-right.ts";
import { openWorkspace, type Workspace } from "./support/workspace.ts";

const AUDITOR = { roles: ["auditor"] as const, person: "aud" };
let workspace: Workspace;

describe.skipIf(CHROMIUM === null)("the audit page (skipped where there is no Chromium)", () => {
  beforeAll(async () => {
    const { folder } = await makeServedSite({ verdict: "deploy", stage: "live" });
    workspace = await openWorkspace(folder);
    const { state, effects } = workspace.server.context;
    for (let i = 0; i < 60; i++) {
      const facts = { actor: i % 2 === 0 ? "ann" : "ben", action: "vetting.review", object: `item-${i}` };
      const rest = { patientKey: i % 3 === 0 ? `k${i}` : null, reason: "for a test", outcome: "done" };
      await state.transaction((tx) => appendAudit(tx, { ...facts, ...rest } as never, effects.now()));
    }
  });
  afterAll(() => workspace?.stop());

  test("looks right in every window", () => looksRight(workspace, "/app/audit", AUDITOR));

  test("shows the newest first, page by page, by who and what, and that somebody looked", async () => {
    const { page, told, window } = await workspace.visit("/app/audit", AUDITOR);
    const table = page.getByRole("table", { name: /^The newest entries first/ });
    await page.getByLabel("What begins with").selectOption("vetting.");
    await table.getByText("item-59").waitFor();
    await picture(page, "audit", false);
    expect(new URL(page.url()).search).toBe("?action=vetting.");
    expect(await table.getByRole("row").count()).toBe(51);
    await page.getByRole("button", { name: "Older entries" }).click();
    await table.getByText("item-0", { exact: true }).waitFor();
    expect(await table.getByRole("row").count()).toBe(11);
    await page.getByLabel("Who, exactly").fill("ben");
    await page.keyboard.press("Enter");
    await table.getByText("item-59").waitFor();
    expect(await table.getByText("ann").count()).toBe(0);
    await page.getByLabel("What begins with").selectOption("audit.");
    await page.getByLabel("Who, exactly").fill("aud");
    await page.keyboard.press("Enter");
    await table.getByText("audit.read").first().waitFor();
    expect(told).toEqual([]);
    await window.close();
  });

  test("is for auditors and administrators alone", async () => {
    const { page, window } = await workspace.visit("/app/audit", { roles: ["analyst"], person: "an" });
    await page.locator("[data-state=denied]").first().waitFor();
    expect(await page.getByRole("navigation").getByText("Audit log").count()).toBe(0);
    await window.close();
  });
});
