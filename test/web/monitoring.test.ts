import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { systemEffects } from "../../src/effects/effects.ts";
import { createRandom } from "../../src/effects/random.ts";
import { storeFeedback } from "../../src/serving/answers/store-feedback.ts";
import { maturedEvidenceSchema, storeEvidence } from "../../src/serving/monitor/matured-evidence.ts";
import { runMonitor } from "../../src/serving/monitor/run-monitor.ts";
import { readAudit } from "../../src/state/audit/audit-log.ts";
import { MS_PER_DAY } from "../../src/vetting/duration.ts";
import { LABS, makeServedSite } from "../support/served-site.ts";
import { CHROMIUM } from "./support/chromium.ts";
import { axeFaults } from "./support/look.ts";
import { looksRight } from "./support/looks-right.ts";
import { openWorkspace, type Workspace } from "./support/workspace.ts";

const random = createRandom("units of the monitoring page");
const ADMINISTRATOR = { roles: ["administrator"] as const, person: "ada" };
let workspace: Workspace;
let quiet: Workspace;

/** Values as the model learned them, times `factor`. */
function timeline(factor: number) {
  const at = (days: number) => new Date(systemEffects.now() - days * MS_PER_DAY).toISOString().slice(0, 10);
  return {
    events: [
      { code: "SEX/F" },
      { time: "1961-03-14", code: "MEDS_BIRTH" },
      ...LABS.map(({ code, unit, level }) => ({
        time: at(5),
        code: `LOINC/${code}`,
        numericValue: Math.round(1000 * factor * level * (1 + 0.2 * random.normal())) / 1000,
        unit,
      })),
    ],
  };
}

async function ask(unit: string, factor: number, persons: number) {
  for (let i = 0; i < persons; i++)
    await workspace.server.post("/v1/forecasts", { timeline: timeline(factor), unit });
}

async function whatPeopleSaid() {
  const { context } = workspace.server;
  const said = (outcome: string, reason: string, times: number) =>
    Array.from({ length: times }, (_, i) => {
      const card = `${outcome}-${reason}-${i}`;
      return { card, outcome, reason, content: { card } };
    });
  await storeFeedback(context, { tenant: "local", client: "c" }, "workspace", [
    ...said("accepted", "", 6),
    ...said("overridden", "wrong-time", 9),
    ...said("overridden", "a code of the EHR's own", 1),
  ]);
}

async function whatCame() {
  const { state, model } = workspace.server.context;
  const estimate = (value: number) => ({
    value,
    low: 0.9 * value,
    high: 1.1 * value,
    n: 40,
    method: "invented",
  });
  const group = (name: string, persons: number, ratio: number | null) => ({
    exposure: "silent",
    group: name,
    outcome: "death",
    horizon: "2y",
    persons,
    onsets: ratio === null ? null : 14,
    deaths: null,
    left: {},
    cIndex: ratio === null ? null : estimate(0.7),
    observedIncidence: null,
    meanRisk: null,
    observedToExpected: ratio === null ? null : estimate(ratio),
  });
  const evidence = maturedEvidenceSchema.parse({
    release: model.manifest.id,
    groups: [group("all", 40, 1.5), group("unit ward-4", 5, null)],
  });
  await state.transaction((tx) => storeEvidence(tx, evidence, JSON.stringify(evidence), systemEffects.now()));
}

/** What the page says of alarms: those that stand, and those that the next look raises. */
async function alarmsOfPage(): Promise<readonly [standing: string, due: string | null]> {
  const { page, window } = await workspace.visit("/app/monitoring", ADMINISTRATOR);
  const alarms = page.getByRole("region", { name: /^Alarms/ });
  const standing = await alarms.getByRole("heading").innerText();
  const text = /no alarm stands yet: \d+/.exec(await alarms.innerText());
  await window.close();
  return [standing.replace(/\s+/g, " "), text?.[0] ?? null];
}
let due: Awaited<ReturnType<typeof alarmsOfPage>>;

describe.skipIf(CHROMIUM === null)("monitoring", () => {
  beforeAll(async () => {
    const { folder } = await makeServedSite({
      verdict: "deploy",
      stage: "live",
      serving: {
        monitor: {
          minimumPersons: 12,
          // What a person does about an alarm is what this is about.
          rules: { "input drift": { silent: false }, "score drift": { above: 1000 } },
        },
      },
    });
    workspace = await openWorkspace(folder);
    await ask("ward-3", 2, 20);
    await ask("ward-4", 1, 20);
    await ask("ward-5", 1, 3);
    const { context } = workspace.server;
    due = await alarmsOfPage();
    await runMonitor({ ...context, config: context.config.monitor });
    await whatPeopleSaid();
    await whatCame();
    const nobody = await makeServedSite({ verdict: "silent only", stage: "silent" });
    quiet = await openWorkspace(nobody.folder);
  });
  afterAll(async () => {
    await workspace?.stop();
    await quiet?.stop();
  });

  test("looks right in every window, and is gone through by keyboard", () =>
    looksRight(workspace, "/app/monitoring", ADMINISTRATOR));

  test("does not call a unit well before the monitors' next look, and the start page says how many alarms stand", async () => {
    expect(due).toEqual(["Alarms ○ 0", "no alarm stands yet: 5"]);
    expect(await alarmsOfPage()).toEqual(["Alarms ✕ 5", null]);
    const { page, window } = await workspace.visit("/app", { roles: ["analyst"], person: "an" });
    await page.getByRole("link", { name: "Alarms that stand: 5" }).click();
    await page.getByRole("heading", { level: 1, name: "Monitoring" }).waitFor();
    await window.close();
    const care = await workspace.visit("/app", { roles: ["clinician"], person: "cli" });
    await care.page.getByText("Nothing waits for you.").waitFor();
    await care.window.close();
  });

  test("says which unit has drifted, what was set aside and why, and what came", async () => {
    const { page, window } = await workspace.visit("/app/monitoring", ADMINISTRATOR);
    await page
      .getByText(/^input drift in ward-3: LOINC\//)
      .first()
      .waitFor();
    await page.getByRole("heading", { name: /^ward-3: 3 of 3 measured quantities have drifted/ }).waitFor();
    await page.getByLabel("Unit to look at").selectOption("ward-4");
    await page.getByRole("heading", { name: /^ward-4: no measured quantity lies above/ }).waitFor();
    expect(new URL(page.url()).search).toBe("?unit=ward-4");
    await page.getByRole("heading", { name: /^38.% \(18 to 61\) of what was said accepts/ }).waitFor();
    await page.locator("#overrides-chart").getByRole("button", { name: "As table" }).click();
    const said = await page.locator("#overrides-chart table").innerText();
    expect(said).toMatch(/Not the time for it\s+9\s+accepted|accepted\s+6\s+Not the time for it\s+9/);
    expect(said).toContain("set aside without a coded reason");
    expect(said).not.toContain("EHR's own");
    await page.getByRole("heading", { name: "More came than was expected in 1, less in 0 of 1" }).waitFor();
    await window.close();
  });

  test("a unit of few persons has no figures, in the answer neither, and is not called well", async () => {
    const { page, window } = await workspace.visit("/app/monitoring", ADMINISTRATOR);
    await page.locator("[data-state=partial]").waitFor();
    expect(await page.getByRole("row", { name: /^ward-5/ }).innerText()).toContain("fewer than 11");
    const answer = await (await page.request.get(`${workspace.server.address}/workspace/monitoring`)).json();
    const few = answer.units.find(({ unit }: { unit: string }) => unit === "ward-5");
    expect(few.figures).toMatchObject({ persons: null, withheld: null, shownPer100: null, inputs: [] });
    expect(answer.matured.map(({ persons }: { persons: number | null }) => persons)).toEqual([40, null]);
    await window.close();
  });

  test("one click and a reason return a unit to silent, by keyboard, and the log has who and why", async () => {
    const { page, told, window } = await workspace.visit("/app/monitoring", ADMINISTRATOR);
    const forecast = () => workspace.server.post("/v1/forecasts", { timeline: timeline(1), unit: "ward-4" });
    expect((await forecast()).status).toBe(200);
    await page.getByRole("button", { name: "Return ward-4 to silent" }).focus();
    await page.keyboard.press("Enter");
    const dialog = page.getByRole("alertdialog");
    await dialog.waitFor();
    expect(await axeFaults(page)).toEqual([]);
    await page.keyboard.type("too many");
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "hidden" });
    await page.getByRole("navigation").getByRole("link", { name: "Home" }).click();
    await page.getByRole("heading", { level: 1, name: "Home" }).waitFor();
    await page.goBack();
    await page.getByRole("button", { name: "Return ward-4 to silent" }).click();
    expect(await dialog.getByLabel("Reason").inputValue()).toBe("too many");
    await dialog.getByRole("button", { name: "Cancel" }).click();
    await page.getByRole("button", { name: "Return ward-4 to silent" }).click();
    expect(await dialog.getByRole("button", { name: "Return to silent" }).isDisabled()).toBe(true);
    await page.keyboard.type("too many cards at night");
    await page.keyboard.press("Enter");
    await page.getByText("ward-4 is silent now.").waitFor();
    const row = (unit: string) => page.locator("tr", { hasText: unit });
    await row("ward-4").filter({ hasText: "silent: " }).waitFor();
    await row("ward-3").filter({ hasText: "live: " }).waitFor();
    expect((await forecast()).json.error.code).toBe("ANSWER_WITHHELD");
    const audited: string[] = [];
    await workspace.server.context.state.transaction(async (tx) => {
      for await (const { action, actor, reason } of readAudit(tx))
        if (action === "serving.stage") audited.push(`${actor}: ${reason}`);
    });
    expect(audited).toEqual(["ada: too many cards at night"]);
    expect(page.url()).not.toContain("night");
    expect(told).toEqual([]);
    await window.close();
  });

  test("who may look and not lower has no button, and the server refuses a hand-made request", async () => {
    const { page, window } = await workspace.visit("/app/monitoring", {
      roles: ["analyst"],
      person: "an.analyst",
    });
    await page.getByRole("heading", { name: "Units" }).waitFor();
    expect(await page.getByRole("button", { name: /to silent/ }).count()).toBe(0);
    const { csrf } = await (await page.request.get(`${workspace.server.address}/session`)).json();
    const sent = (headers: Record<string, string>) =>
      page.request.post(`${workspace.server.address}/workspace/monitoring/silent`, {
        headers: { origin: workspace.server.address, ...headers },
        data: { unit: "ward-3", reason: "for a test" },
      });
    expect((await (await sent({ "x-csrf-token": csrf })).json()).error.code).toBe("ROLE_REQUIRED");
    expect((await (await sent({})).json()).error.code).toBe("CSRF_REFUSED");
    await window.close();
  });

  test("a clinician is told that it is not theirs", async () => {
    const { page, window } = await workspace.visit("/app/monitoring", {
      roles: ["clinician"],
      person: "a.clinician",
    });
    await page.locator("[data-state=denied]").waitFor();
    expect(await axeFaults(page)).toEqual([]);
    await window.close();
  });

  test("before anybody has asked every part says so, and what follows", async () => {
    const { page, window } = await quiet.visit("/app/monitoring", ADMINISTRATOR);
    await page.getByText("Nobody has asked").waitFor();
    await page.getByText("No outcome has matured yet").waitFor();
    await page.getByRole("button", { name: "nothing is shown" }).first().waitFor();
    await window.close();
    await looksRight(quiet, "/app/monitoring", ADMINISTRATOR);
  });

  test("an answer that fails is told with its code, and can be asked for again", async () => {
    const { page, window } = await quiet.visit("/app", ADMINISTRATOR);
    await page.route("**/workspace/monitoring", (route) => route.abort());
    await page.goto(`${quiet.server.address}/app/monitoring`);
    await page.locator("[data-state=failed]").waitFor();
    expect(await axeFaults(page)).toEqual([]);
    await page.unroute("**/workspace/monitoring");
    await page.getByRole("button", { name: "Try again" }).click();
    await page.getByText("Nobody has asked").waitFor();
    await window.close();
  });
});
