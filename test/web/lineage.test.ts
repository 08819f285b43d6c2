import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { makeServedSite } from "../support/served-site.ts";
import { BUILD_MS, type BuiltSite, makeBuiltSite } from "./support/built-site.ts";
import { CHROMIUM } from "./support/chromium.ts";
import { axeFaults, picture } from "./support/look.ts";
import { looksRight } from "./support/looks-right.ts";
import { openWorkspace, type VisitOptions, type Workspace } from "./support/workspace.ts";

const AUDITOR: VisitOptions = { roles: ["auditor"], person: "an.auditor" };
const id = (letter: string) => letter.repeat(64);

describe.skipIf(CHROMIUM === null)("where an artefact of the site comes from", () => {
  let site: BuiltSite;
  let workspace: Workspace;
  beforeAll(async () => {
    site = await makeBuiltSite();
    workspace = await openWorkspace(site.folder);
  }, BUILD_MS);
  afterAll(() => workspace?.stop());

  test("has nothing that axe finds, narrow, zoomed or dark, and is gone through with Tab", async () => {
    await looksRight(workspace, `/app/lineage?of=${site.runs[0]}`, AUDITOR);
  });

  test("goes back to the export, in the graph and in the list alike", async () => {
    const { page, window } = await workspace.visit(`/app/lineage?of=${site.runs[0]}`, AUDITOR);
    await page.locator("svg.lineage").waitFor();
    const kinds = await page.locator("svg.lineage .kind").allTextContents();
    expect(kinds.sort()).toEqual(["hazards", "input", "model", "records", "tokens", "zone"]);
    const told = await page.locator(".lineage-list").innerText();
    for (const kind of kinds) expect(told).toContain(kind);
    // A line from each thing to what was made of it: model of records, tokens, hazards; those of records; records of two.
    expect(await page.locator("svg.lineage path").count()).toBe(3 + 1 + 1 + 2);
    await page.getByRole("button", { name: "As table" }).click();
    expect(await page.getByRole("rowheader").count()).toBe(6);
    await window.close();
  });

  test("is chosen in the address, and a run leads to its page", async () => {
    const { page, window } = await workspace.visit("/app/lineage", {
      roles: ["analyst"],
      person: "an.analyst",
    });
    await page.getByText("It says nothing of what it was made from").waitFor();
    expect(await axeFaults(page)).toEqual([]);
    await page.getByLabel("Where this comes from").selectOption(site.runs[1] as string);
    await page.locator("svg.lineage").waitFor();
    expect(new URL(page.url()).searchParams.get("of")).toBe(site.runs[1]);
    await page.getByRole("link", { name: /^model / }).click();
    await page.getByRole("heading", { level: 1, name: "Runs" }).waitFor();
    expect(new URL(page.url()).searchParams.get("run")).toBe(site.runs[1]);
    await window.close();
  });
});

describe.skipIf(CHROMIUM === null)("where a release comes from whose artefacts lie elsewhere", () => {
  test("is told as it was signed, and says what is not here any more", async () => {
    const { folder } = await makeServedSite({
      lineage: [
        { kind: "records", id: id("a"), inputs: { input: id("0") } },
        { kind: "model", id: id("b"), inputs: { records: id("a") } },
      ],
    });
    const workspace = await openWorkspace(folder);
    const { page, window } = await workspace.visit("/app/lineage", AUDITOR);
    await page.getByText("2 artefacts do not lie in this site any more").waitFor();
    const kinds = await page.locator("svg.lineage .kind").allTextContents();
    expect(kinds).toEqual(["input", "records", "model", "release"]);
    expect(await axeFaults(page)).toEqual([]);
    await window.close();
    const denied = await workspace.visit("/app/lineage", { roles: ["clinician"], person: "a.clinician" });
    await denied.page.locator("[data-state=denied]").waitFor();
    await denied.window.close();
    await workspace.stop();
  });
});

describe.skipIf(CHROMIUM === null || process.env.LONGITUDE_PICTURES === undefined)("pictures", () => {
  test("of lineage", async () => {
    const finished = await openWorkspace(process.env.LONGITUDE_PICTURES as string);
    const { page, window } = await finished.visit("/app/lineage");
    await page.locator("svg.lineage").waitFor();
    expect(await axeFaults(page)).toEqual([]);
    await picture(page, "lineage");
    await window.close();
    await finished.stop();
  });
});
