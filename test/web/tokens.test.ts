import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { builtArtefacts } from "../../src/artefacts/built-artefacts.ts";
import { BUILD_MS, makeBuiltSite } from "./support/built-site.ts";
import { CHROMIUM } from "./support/chromium.ts";
import { axeFaults, picture } from "./support/look.ts";
import { looksRight } from "./support/looks-right.ts";
import { openWorkspace, type VisitOptions, type Workspace } from "./support/workspace.ts";

const ANALYST: VisitOptions = { roles: ["analyst"], person: "an.analyst" };
let file: string;
let workspace: Workspace;

describe.skipIf(CHROMIUM === null)("tokens", () => {
  beforeAll(async () => {
    const { folder } = await makeBuiltSite();
    const tokens = (await builtArtefacts(folder)).find(({ kind }) => kind === "tokens")!;
    file = join(tokens.folder, "coverage.json");
    workspace = await openWorkspace(folder);
  }, BUILD_MS);
  afterAll(() => workspace?.stop());

  test("have nothing that axe finds, narrow, zoomed or dark, and are gone through with Tab", async () => {
    await looksRight(workspace, "/app/tokens", ANALYST);
  });

  test("tell the coverage of the split in the address, and withhold that of few persons", async () => {
    const coverage = JSON.parse(await readFile(file, "utf8"));
    const { page, window } = await workspace.visit("/app/tokens?split=held_out", ANALYST);
    const { persons } = coverage.held_out;
    await page.getByText(`n = ${persons} persons`).waitFor();
    await page.getByRole("button", { name: "As table" }).click();
    await page.getByRole("rowheader", { name: "all", exact: true }).waitFor();
    await writeFile(file, JSON.stringify({ ...coverage, held_out: { ...coverage.held_out, persons: 5 } }));
    await page.reload();
    await page.locator("[data-state=suppressed]").waitFor();
    expect(await axeFaults(page)).toEqual([]);
    const answer = await (await page.request.get(`${workspace.server.address}/workspace/tokens`)).json();
    const split = answer.splits.find((one: { split: string }) => one.split === "held_out");
    expect(split.figures).toBe(null);
    await window.close();
  });
});

describe.skipIf(CHROMIUM === null || process.env.LONGITUDE_PICTURES === undefined)("pictures", () => {
  test("of tokens", async () => {
    const finished = await openWorkspace(process.env.LONGITUDE_PICTURES as string);
    const { page, window } = await finished.visit("/app/tokens");
    await page.locator("#coverage svg").waitFor();
    expect(await axeFaults(page)).toEqual([]);
    await picture(page, "tokens");
    await window.close();
    await finished.stop();
  });
});
