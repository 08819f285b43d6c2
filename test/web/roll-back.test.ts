import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { toJson } from "../../src/artefacts/canonical-json.ts";
import { signJson } from "../../src/artefacts/signed-json.ts";
import { systemEffects } from "../../src/effects/effects.ts";
import { readAudit } from "../../src/state/audit/audit-log.ts";
import { addSecondRelease } from "../support/second-release.ts";
import { makeServedSite, type ServedSite } from "../support/served-site.ts";
import { CHROMIUM } from "./support/chromium.ts";
import { axeFaults, NARROW, picture, scrollsSideways } from "./support/look.ts";
import { openWorkspace, type Workspace } from "./support/workspace.ts";

const ADMINISTRATOR = { roles: ["administrator"] as const, person: "adm" };
const PATH = "/workspace/release/roll-back";
let site: ServedSite;
let second: string;
let key: string;
let workspace: Workspace;

async function registered() {
  const releases = await workspace.server.context.releases();
  return Object.fromEntries(releases.map(({ id, stage, aliases }) => [id, [stage, ...aliases]]));
}

describe.skipIf(CHROMIUM === null)("going back in the page (skipped where there is no Chromium)", () => {
  beforeAll(async () => {
    site = await makeServedSite({ verdict: "deploy", stage: "live" });
    second = await addSecondRelease(site, { inherits: true, stage: "live", alias: "champion" });
    key = join(site.folder, "tim.pem");
    await writeFile(key, site.people.tim.export({ type: "pkcs8", format: "pem" }), { mode: 0o600 });
    workspace = await openWorkspace(site.folder, { followEveryMs: 1500 });
  }, 240_000);
  afterAll(() => workspace?.stop());

  test("part of it, or by who may not, is refused, logged, and changes nothing", async () => {
    const { page, tell, window } = await workspace.visit("/app/release", ADMINISTRATOR);
    const asked = await page.request.get(`${workspace.server.address}${PATH}?release=${second}`);
    const { statements } = await asked.json();
    expect(statements).toEqual([
      { kind: "stage", subject: second, to: "stopped" },
      { kind: "alias", subject: site.release, name: "champion" },
    ]);
    const send = async (by: "ada" | "tim", from = 0) => {
      const said = { at: new Date(systemEffects.now()).toISOString(), by, reason: "alarm at night" };
      const signed = statements.slice(from).map((one: object) => {
        const statement = { ...one, ...said };
        return { statement, signature: signJson(toJson(statement), site.people[by]) };
      });
      const { status, json } = await tell(PATH, { signed });
      return [status, json.error?.code];
    };
    expect(await send("ada")).toEqual([403, "GOVERNANCE_PERSON"]);
    expect(await send("tim", 1)).toEqual([403, "RELEASE_FORBIDDEN"]);
    expect(await registered()).toEqual({ [site.release]: ["live"], [second]: ["live", "champion"] });
    await window.close();
    const analyst = await workspace.visit("/app/release", { roles: ["analyst"], person: "ana" });
    expect((await analyst.page.request.get(`${workspace.server.address}${PATH}`)).status()).toBe(403);
    await analyst.window.close();
  });

  test("says what happens first, then the release before has its names, in one step", async () => {
    const { page, window, told } = await workspace.visit("/app/release", { ...ADMINISTRATOR, ...NARROW });
    await page.getByLabel("What you state").selectOption({ label: "Go back to the release before" });
    await page.getByRole("combobox", { name: "Release", exact: true }).selectOption(second);
    const tim = (await page.getByLabel("Who you are").locator("option").allInnerTexts()).find((one) =>
      one.startsWith("Tim"),
    );
    await page.getByLabel("Who you are").selectOption({ label: tim as string });
    await page.getByLabel("File with your private key").setInputFiles(key);
    await page.getByLabel("Why, in one line without health data").fill("alarm at night");
    await page.keyboard.press("Enter");
    await page.getByText(`${second} is stopped: nobody is shown its forecasts.`).waitFor();
    await page.getByText(`${site.release} gets the name champion.`).waitFor();
    expect(await axeFaults(page)).toEqual([]);
    expect(await scrollsSideways(page)).toBe(false);
    expect(await registered()).toEqual({ [site.release]: ["live"], [second]: ["live", "champion"] });
    await picture(page, "roll-back");
    await page.getByRole("button", { name: "Sign and go back" }).focus();
    await page.keyboard.press("Enter");
    await page.getByText(`✓ ${second} is stopped, and the release before it is in its place.`).waitFor();
    expect(await registered()).toEqual({ [site.release]: ["live", "champion"], [second]: ["stopped"] });
    await page.getByText(`${site.release} is to be served`).waitFor();
    const verdict = page.getByRole("region", { name: /^Verdict/ });
    await verdict.getByText(site.release).waitFor({ timeout: 60_000 });
    await page.getByText(`${site.release} is to be served`).waitFor({ state: "detached" });
    expect(await (await page.request.get(`${workspace.server.address}/readyz`)).json()).toMatchObject({
      release: site.release,
    });
    const log: string[] = [];
    await workspace.server.context.state.transaction(async (tx) => {
      for await (const { at, actor, action, object, reason, outcome } of readAudit(tx))
        if (action.startsWith("governance.") && at > "2026-07")
          log.push([actor, action, object, reason, outcome].join(" "));
    });
    expect(log).toEqual([
      `adm governance.stage ${second} GOVERNANCE_PERSON, said to be by ada refused`,
      `adm governance.alias ${site.release} RELEASE_FORBIDDEN, said to be by tim refused`,
      `tim governance.stage ${second} alarm at night done`,
      `tim governance.alias ${site.release} alarm at night done`,
    ]);
    expect(told).toEqual([]);
    await window.close();
  });
});
