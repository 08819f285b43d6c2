import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readAudit } from "../../src/state/audit/audit-log.ts";
import { runLongitude } from "../support/kill-after.ts";
import { CHROMIUM } from "./support/chromium.ts";
import { type ComparedSite, makeComparedSite } from "./support/compared-site.ts";
import { axeFaults, picture } from "./support/look.ts";
import { looksRight } from "./support/looks-right.ts";
import { openWorkspace, type Workspace } from "./support/workspace.ts";

const ANALYST = { roles: ["analyst"] as const, person: "ana" };
let site: ComparedSite;
let told: { tasks: { outcome: string; differences: { cIndex: { value: number } } }[] };
let workspace: Workspace;

describe.skipIf(CHROMIUM === null)("two releases compared (skipped where there is no Chromium)", () => {
  beforeAll(async () => {
    site = await makeComparedSite();
    const { first, second, folder } = site;
    const compare = ["registry", "compare", "--site", folder, "--release", first, "--with", second, "--json"];
    const { out } = await runLongitude(compare);
    told = JSON.parse(out);
    workspace = await openWorkspace(folder);
  }, 240_000);
  afterAll(() => workspace?.stop());

  test("chosen by keyboard, kept in the address: what differs, what could not be compared and why, the gates of each", async () => {
    const { page, window, told: console } = await workspace.visit("/app/release", ANALYST);
    await page.getByLabel("First release").selectOption(site.first);
    await page.getByLabel("Second release").selectOption(site.second);
    const row = page.getByRole("row", { name: /^onset 1, within 5y of index/ });
    await row.waitFor();
    expect(await row.innerText()).toMatch(
      /\+0\.\d{3} \(\+0\.\d{3} to \+0\.\d{3}\), n = \d+\s+✓\s+the first is better/,
    );
    await page.getByText(/^\d of 8 figures differ: their 95 % interval leaves 0 out\./).waitFor();
    await page.getByText("300 people whom both hold out and have forecast.").waitFor();
    await page.getByText("death, within 2y of index: forecast by the first alone.").waitFor();
    await page.getByText("onset 1: the second defines it otherwise.").waitFor();
    const gates = page.getByRole("region", { name: "Gates that the two releases do not pass alike" });
    const gate = gates.getByRole("row", { name: /Gate two/ }).first();
    expect(await gate.innerText()).toMatch(/not passed: 0\.70.*\s+passed: 0\.70/);
    expect(await gates.getByRole("row", { name: /Gate one/ }).count()).toBe(0);
    expect(await axeFaults(page)).toEqual([]);
    await picture(page, "compare");
    await page.getByLabel("Show", { exact: true }).selectOption("all");
    const address = new URL(page.url()).searchParams;
    expect([address.get("compare"), address.get("with"), address.get("gates")]).toEqual([
      site.first,
      site.second,
      "all",
    ]);
    await page.reload();
    await row.waitFor();
    expect(console).toEqual([]);
    await window.close();
  });

  test("the figures are those of the command line, and that they were asked for stands in the log", async () => {
    const { page, window } = await workspace.visit("/app/release", ANALYST);
    const path = `/workspace/release/compare?release=${site.first}&with=${site.second}`;
    const answer = await (await page.request.get(`${workspace.server.address}${path}`)).json();
    expect(answer.measured.tasks.map((task: { differences: object }) => task.differences)).toEqual(
      told.tasks.map(({ differences }) => differences),
    );
    const log: string[] = [];
    await workspace.server.context.state.transaction(async (tx) => {
      for await (const { actor, action, object, reason } of readAudit(tx))
        if (action === "release.compare") log.push(`${actor} ${object} ${reason}`);
    });
    expect(log.at(-1)).toBe(`ana ${site.first} with ${site.second}`);
    const refused = async (query: string) => {
      const response = await page.request.get(
        `${workspace.server.address}/workspace/release/compare?${query}`,
      );
      return [response.status(), (await response.json()).error.code];
    };
    expect(await refused(`release=${site.first}&with=${site.first}`)).toEqual([
      409,
      "RELEASES_NOT_COMPARABLE",
    ]);
    expect(await refused(`release=${site.first}&with=rel-none`)).toEqual([404, "RELEASE_MISSING"]);
    await window.close();
  });

  test("the page looks right in every window with both chosen", () =>
    looksRight(workspace, `/app/release?compare=${site.first}&with=${site.second}`, ANALYST));

  test("a failing answer can be asked for again; who may not see it is told so", async () => {
    const { page, window } = await workspace.visit("/app/release", ANALYST);
    await page.route("**/workspace/release/compare**", (route) => route.abort());
    await page.getByLabel("First release").selectOption(site.first);
    await page.getByLabel("Second release").selectOption(site.second);
    await page.locator("[data-state=failed]").waitFor();
    await page.unroute("**/workspace/release/compare**");
    await page.getByRole("button", { name: "Try again" }).click();
    await page.getByText(/figures differ/).waitFor();
    await window.close();
    const clinician = await workspace.visit("/app/release", { roles: ["clinician"], person: "cli" });
    const path = `${workspace.server.address}/workspace/release/compare`;
    expect((await clinician.page.request.get(path)).status()).toBe(403);
    await clinician.window.close();
  });
});
