import { appendFile, readdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { builtArtefacts } from "../../src/artefacts/built-artefacts.ts";
import { BUILD_MS, type BuiltSite, makeBuiltSite } from "./support/built-site.ts";
import { CHROMIUM } from "./support/chromium.ts";
import { axeFaults, picture } from "./support/look.ts";
import { looksRight } from "./support/looks-right.ts";
import { openWorkspace, type VisitOptions, type Workspace } from "./support/workspace.ts";

const AUDITOR: VisitOptions = { roles: ["auditor"], person: "an.auditor" };
const PATH = "/app/deidentification";
let site: BuiltSite;
let workspace: Workspace;
let proof: string;

describe.skipIf(CHROMIUM === null)("the proof of de-identification", () => {
  beforeAll(async () => {
    site = await makeBuiltSite();
    proof = join(site.folder, "privacy", "proof.json");
    workspace = await openWorkspace(site.folder);
  }, BUILD_MS);
  afterAll(() => workspace?.stop());

  test("has nothing that axe finds, narrow, zoomed or dark, and is gone through with Tab", async () => {
    await looksRight(workspace, PATH, AUDITOR);
  });

  test("holds, says of which records, and what was done to each of the eighteen identifiers", async () => {
    const { page, window } = await workspace.visit(PATH, AUDITOR);
    await page.getByRole("heading", { name: /^The proof holds/ }).waitFor();
    const rows = page.getByRole("region", { name: /^Elements of the export/ }).locator("tbody tr");
    expect(await rows.count()).toBe(18);
    expect(await rows.filter({ hasText: "A. Names" }).innerText()).toMatch(/Patient\.name \(\d+\)/);
    expect(await rows.filter({ hasText: "P. Biometric" }).innerText()).toContain("no such element");
    await page
      .getByRole("heading", { name: /^A scan of \d+ values that leave finds no identifier/ })
      .waitFor();
    await page.getByText("Nobody has read a sample yet").waitFor();
    await page.getByRole("button", { name: "Check that it is of the newest records" }).click();
    await page.getByText("of the newest records, byte by byte").waitFor();
    await window.close();
  });

  test("tells recall with interval and n once people have read a sample", async () => {
    const kept = await readFile(proof, "utf8");
    const signed = JSON.parse(kept);
    const share = { value: 0.99, low: 0.95, high: 0.998, n: 100, method: "Wilson score, 95 %" };
    signed.proof.review = { notes: 40, removed: 99, missed: 1, recall: share, notesWithoutLeak: share };
    await writeFile(proof, JSON.stringify(signed));
    const { page, window } = await workspace.visit(PATH, AUDITOR);
    await page
      .getByRole("heading", { name: /^In 40 texts, 99\.00.% of the identifiers .*95\.00.% to 99\.80/ })
      .waitFor();
    // Nobody signed that: the page says so first.
    await page.getByRole("heading", { name: /^The proof does not count/ }).waitFor();
    expect(await axeFaults(page)).toEqual([]);
    await window.close();
    await writeFile(proof, kept);
  });

  test("is not of records that have changed since, and says so", async () => {
    const records = (await builtArtefacts(site.folder)).find(({ kind }) => kind === "records")!;
    const shards = await readdir(join(records.folder, "data"), { recursive: true });
    const shard = shards.find((name) => name.endsWith(".parquet"))!;
    await appendFile(join(records.folder, "data", shard), " ");
    const report = join(records.folder, "metadata", "privacy.json");
    const told = JSON.parse(await readFile(report, "utf8"));
    await writeFile(report, JSON.stringify({ ...told, events: { ...told.events, in: told.events.in + 1 } }));
    const { page, window } = await workspace.visit(PATH, AUDITOR);
    await page.locator("[data-state=stale]").waitFor();
    await page.getByRole("button", { name: "Check that it is of the newest records" }).click();
    await page.getByText("of other records than the newest").waitFor();
    expect(await axeFaults(page)).toEqual([]);
    await window.close();
  });

  test("withholds how many persons opted out or were left out where they are few", async () => {
    const kept = await readFile(proof, "utf8");
    const signed = JSON.parse(kept);
    signed.proof.report.persons.optedOut = 3;
    await writeFile(proof, JSON.stringify(signed));
    const { page, window } = await workspace.visit(PATH, AUDITOR);
    await page.getByText("opted out: ").getByText("fewer than 11").waitFor();
    const answer = await (await page.request.get(`${workspace.server.address}/workspace/privacy`)).json();
    expect(answer.proof.persons.optedOut).toBe(null);
    await window.close();
    await writeFile(proof, kept);
  });

  test("is missed where there is none, and refused to whoever has no role for it", async () => {
    await rename(proof, `${proof}.away`);
    const { page, window } = await workspace.visit(PATH, AUDITOR);
    await page.getByText("The records are de-identified, but there is no proof yet").waitFor();
    expect(await axeFaults(page)).toEqual([]);
    await window.close();
    await rename(`${proof}.away`, proof);
    const denied = await workspace.visit(PATH, { roles: ["clinician"], person: "a.clinician" });
    await denied.page.locator("[data-state=denied]").waitFor();
    expect(await axeFaults(denied.page)).toEqual([]);
    await denied.window.close();
  });
});

describe.skipIf(CHROMIUM === null || process.env.LONGITUDE_PICTURES === undefined)("pictures", () => {
  test("of the proof of de-identification", async () => {
    const finished = await openWorkspace(process.env.LONGITUDE_PICTURES as string);
    const { page, window } = await finished.visit(PATH);
    await page.locator("#classes svg").waitFor();
    await page.waitForTimeout(1000);
    expect(await axeFaults(page)).toEqual([]);
    await picture(page, "deidentification");
    await window.close();
    await finished.stop();
  });
});
