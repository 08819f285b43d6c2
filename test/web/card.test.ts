import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { makeServedSite } from "../support/served-site.ts";
import { CHROMIUM } from "./support/chromium.ts";
import { picture } from "./support/look.ts";
import { looksRight } from "./support/looks-right.ts";
import { openWorkspace, type Workspace } from "./support/workspace.ts";

const REVIEWER = { roles: ["reviewer"] as const, person: "rev" };
let workspace: Workspace;
let cardFile: string;

describe.skipIf(CHROMIUM === null)("the model card (skipped where there is no Chromium)", () => {
  beforeAll(async () => {
    const { folder, release } = await makeServedSite({ verdict: "deploy", stage: "live" });
    cardFile = join(folder, "releases", release, "card.json");
    workspace = await openWorkspace(folder);
  });
  afterAll(() => workspace?.stop());

  test("looks right in every window", () => looksRight(workspace, "/app/card", REVIEWER));

  test("shows what is known, what is missing as missing, and gives its files as they were signed", async () => {
    const { page, told, window } = await workspace.visit("/app/card", REVIEWER);
    await page.getByText("1 of 2 are missing.").waitFor();
    await page.getByText("The hospital").waitFor();
    await page.getByLabel("Show what is missing only").check();
    expect(await page.getByText("The hospital").count()).toBe(0);
    expect(new URL(page.url()).search).toBe("?only=missing");
    await page.getByText("This release holds no checklist").waitFor();
    const [file] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("link", { name: "card.json" }).click(),
    ]);
    const signed = await readFile(cardFile);
    expect(await readFile(await file.path())).toEqual(signed);
    expect(told).toEqual([]);
    await writeFile(cardFile, "{}");
    const changed = await page.request.get(`${workspace.server.address}/workspace/release/card/card.json`);
    expect([changed.status(), (await changed.json()).error.code]).toEqual([409, "RELEASE_DAMAGED"]);
    await writeFile(cardFile, signed);
    const none = await page.request.get(`${workspace.server.address}/workspace/release/card/card.pdf`);
    expect(none.status()).toBe(404);
    const path = await page.request.get(
      `${workspace.server.address}/workspace/release/card/..%2fmanifest.json`,
    );
    expect(path.status()).toBe(400);
    await window.close();
  });
});

describe.skipIf(CHROMIUM === null || process.env.LONGITUDE_PICTURES === undefined)("pictures", () => {
  test("of the model card", async () => {
    const finished = await openWorkspace(process.env.LONGITUDE_PICTURES as string);
    const { page, window } = await finished.visit("/app/card");
    await page.getByRole("heading", { level: 3 }).first().waitFor();
    await picture(page, "card");
    await window.close();
    await finished.stop();
  });
});
