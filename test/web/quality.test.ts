import { mkdir, readFile, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { builtArtefacts } from "../../src/artefacts/built-artefacts.ts";
import { makeServedSite } from "../support/served-site.ts";
import { BUILD_MS, type BuiltSite, makeBuiltSite } from "./support/built-site.ts";
import { CHROMIUM } from "./support/chromium.ts";
import { axeFaults, picture } from "./support/look.ts";
import { looksRight } from "./support/looks-right.ts";
import { openWorkspace, type VisitOptions, type Workspace } from "./support/workspace.ts";

const STEWARD: VisitOptions = { roles: ["analyst"], person: "a.steward" };
let site: BuiltSite;
let workspace: Workspace;

describe.skipIf(CHROMIUM === null)("sources and quality", () => {
  beforeAll(async () => {
    site = await makeBuiltSite();
    workspace = await openWorkspace(site.folder);
  }, BUILD_MS);
  afterAll(() => workspace?.stop());

  test.each(["", "?year=2002&checks=plausibility"])(
    "have nothing that axe finds, narrow, zoomed or dark, and are gone through with Tab: %s",
    async (search) => {
      await looksRight(workspace, `/app/quality${search}`, STEWARD);
    },
  );

  test("account for every candidate event of the import", async () => {
    const { page, window } = await workspace.visit("/app/quality", STEWARD);
    const account = await ingestOf(site.folder);
    await page.getByRole("heading", { name: /^Of [\d,]+ candidate events, [\d,]+ were kept/ }).waitFor();
    const chart = page.locator("#fates");
    await chart.getByRole("button", { name: "As table" }).click();
    const cells = await chart.locator("tbody tr td:last-child").allTextContents();
    const sum = cells.reduce((total, text) => total + Number(text.replaceAll(",", "")), 0);
    expect(sum).toBe(account.candidates.in);
    await window.close();
  });

  test("say who has accepted what until when", async () => {
    const { page, window } = await workspace.visit("/app/quality", STEWARD);
    const row = page.getByRole("row", { name: /^Events that stand twice/ });
    expect(await row.innerText()).toMatch(
      /waived[\s\S]*a test until 2099-12-31: the published table has them/,
    );
    await page.getByLabel("Kind of check").selectOption("conformance");
    expect(await row.count()).toBe(0);
    expect(new URL(page.url()).searchParams.get("checks")).toBe("conformance");
    await window.close();
  });

  test("withhold a cell of few events in the answer, and tell empty ones from them", async () => {
    const { page, window } = await workspace.visit("/app/quality", STEWARD);
    const { density } = await (
      await page.request.get(`${workspace.server.address}/workspace/quality`)
    ).json();
    const cells: (number | null)[] = density.domains.flatMap(({ events }: { events: number[] }) => events);
    expect(cells.filter((n) => n === null).length).toBeGreaterThan(0);
    expect(cells.filter((n) => n !== null && n > 0 && n < 11)).toEqual([]);
    const chart = page.locator("#density");
    await chart.getByRole("button", { name: "As table" }).click();
    await chart.getByRole("cell", { name: "fewer than 11" }).first().waitFor();
    await window.close();
  });

  test("say that old records are old, and that a judgement of other records does not count", async () => {
    const records = (await builtArtefacts(site.folder)).find(({ kind }) => kind === "records")!;
    const file = join(site.folder, "quality", "quality.json");
    const judged = JSON.parse(await readFile(file, "utf8"));
    await writeFile(file, JSON.stringify({ ...judged, events: judged.events + 1 }));
    await utimes(records.folder, new Date("2025-01-01"), new Date("2025-01-01"));
    const { page, window } = await workspace.visit("/app/quality", STEWARD);
    await page.locator("[data-state=stale]").waitFor();
    expect(await page.locator("[data-state=partial]").innerText()).toContain("have not been judged");
    expect(await axeFaults(page)).toEqual([]);
    await window.close();
  });

  test("are refused to whoever has no role for them", async () => {
    const { page, window } = await workspace.visit("/app/quality", {
      roles: ["clinician"],
      person: "a.clinician",
    });
    await page.locator("[data-state=denied]").waitFor();
    expect(await axeFaults(page)).toEqual([]);
    await window.close();
  });
});

describe.skipIf(CHROMIUM === null)("a site without records", () => {
  test("says what reads them", async () => {
    const { folder } = await makeServedSite();
    await mkdir(join(folder, "artefacts"), { recursive: true });
    const empty = await openWorkspace(folder);
    const { page, window } = await empty.visit("/app/quality", STEWARD);
    await page.getByText("No records have been read yet").waitFor();
    expect(await axeFaults(page)).toEqual([]);
    await window.close();
    await empty.stop();
  });
});

describe.skipIf(CHROMIUM === null || process.env.LONGITUDE_PICTURES === undefined)("pictures", () => {
  test("of sources and quality", async () => {
    const finished = await openWorkspace(process.env.LONGITUDE_PICTURES as string);
    const { page, window } = await finished.visit("/app/quality");
    await page.locator("#density svg").waitFor();
    await page.waitForTimeout(1000);
    expect(await axeFaults(page)).toEqual([]);
    await picture(page, "quality");
    await window.close();
    await finished.stop();
  });
});

async function ingestOf(folder: string): Promise<{ candidates: { in: number } }> {
  const records = (await builtArtefacts(folder)).find(({ kind }) => kind === "records")!;
  return JSON.parse(await readFile(join(records.folder, "metadata", "ingest.json"), "utf8"));
}
