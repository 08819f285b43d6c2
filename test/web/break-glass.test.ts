/** Opening a record without its chart, in a real Chromium: refused, offered, reasoned, audited, and closed again in time. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Effects, systemEffects } from "../../src/effects/effects.ts";
import type { IdentityTables } from "../../src/serving/identity/identity-tables.ts";
import { readAudit } from "../../src/state/audit/audit-log.ts";
import { fhirRecord, patientView } from "../support/fhir-record.ts";
import { makeServedSite } from "../support/served-site.ts";
import { CHROMIUM } from "./support/chromium.ts";
import { axeFaults, NARROW, picture, scrollsSideways, smallTargets, ZOOMED } from "./support/look.ts";
import { openWorkspace, type Workspace } from "./support/workspace.ts";

const VIEW = "/cds-services/longitude-patient-view";
const CLINICIAN = { roles: ["clinician"] as const, person: "dr.a", units: ["ward-a"] };
const NOTE = "found by the lift, Ottoline by her bracelet";
let later = 0;
const effects: Effects = { ...systemEffects, now: () => systemEffects.now() + later };
let workspace: Workspace;

async function broken() {
  return workspace.server.context.state.transaction(async (tx) => {
    const entries = [];
    for await (const entry of readAudit(tx)) if (entry.action === "identity.break-glass") entries.push(entry);
    const rows = await tx
      .withTables<IdentityTables>()
      .selectFrom("identity_break_glass")
      .selectAll()
      .execute();
    return { entries, rows };
  });
}

/** From the worklist to the first person, whose record is not open. */
async function openFirst() {
  const visit = await workspace.visit("/app/worklist", CLINICIAN);
  await visit.page.locator("tbody th a").first().click();
  await visit.page.locator("[data-state=denied]").getByText("PATIENT_REFUSED").waitFor();
  return visit;
}

describe.skipIf(CHROMIUM === null)("a record without its chart", () => {
  beforeAll(async () => {
    const { folder } = await makeServedSite({ verdict: "deploy", stage: "live" });
    workspace = await openWorkspace(folder, { effects });
    for (const id of ["p1", "p2"]) {
      const call = patientView(fhirRecord({ id, events: 30 }), { extension: { "longitude-unit": "ward-a" } });
      await workspace.server.post(VIEW, call);
    }
  });
  afterAll(() => workspace?.stop());

  test("is refused, with the way to break the glass; the dialog says for how long, and asks why", async () => {
    const { page, told, window } = await openFirst();
    expect(await axeFaults(page)).toEqual([]);
    const ask = page.getByRole("button", { name: "Break the glass…" });
    await ask.focus();
    await page.keyboard.press("Enter");
    const dialog = page.getByRole("alertdialog");
    await dialog.getByText("It is open to you for 30 minutes").waitFor();
    await picture(page, "break-glass", false);
    for (const size of [{ width: 1280, height: 800 }, NARROW, ZOOMED]) {
      await page.setViewportSize(size);
      expect([await scrollsSideways(page), await axeFaults(page), await smallTargets(page)]).toEqual([
        false,
        [],
        [],
      ]);
    }
    const confirm = dialog.getByRole("button", { name: "Break the glass" });
    expect(await confirm.isDisabled()).toBe(true);
    await dialog.getByText("Another reason, in your words").click();
    await dialog.getByLabel("In your words, at least 10 characters").fill("too short");
    expect(await confirm.isDisabled()).toBe(true);
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "detached" });
    // What was typed is there when it is opened again, until it is given up.
    await ask.click();
    expect(await dialog.getByLabel("In your words, at least").inputValue()).toBe("too short");
    await dialog.getByRole("button", { name: "Cancel" }).click();
    await ask.click();
    expect(await dialog.getByRole("radio", { checked: true }).count()).toBe(0);
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "detached" });
    expect((await broken()).rows).toEqual([]);
    // The refusal that the page was shown is the one thing that a browser writes by itself.
    expect(told.filter((line) => !line.includes("403"))).toEqual([]);
    await window.close();
  });

  test("opens by keyboard with a code, which is audited; words of one's own are in no log", async () => {
    const { page, window } = await openFirst();
    await page.getByRole("button", { name: "Break the glass…" }).focus();
    await page.keyboard.press("Enter");
    await page.getByRole("alertdialog").waitFor();
    await page.keyboard.press("Space");
    await page.keyboard.press("Tab");
    await page.keyboard.type(NOTE);
    await page.keyboard.press("Enter");
    await page.locator(".forecast-list li").first().waitFor();
    const { entries, rows } = await broken();
    expect(entries).toMatchObject([
      {
        actor: "dr.a",
        outcome: "done",
        reason: "emergency, purpose ETREAT",
        patientKey: rows[0]?.patient_key,
      },
    ]);
    expect(rows).toMatchObject([{ reason: "emergency", note: NOTE }]);
    expect(workspace.server.log.join("")).not.toContain("bracelet");
    const key = rows[0]?.patient_key as string;
    expect(page.url()).toMatch(new RegExp(`/patients/${key}$`));
    const short = `${key.slice(0, 4)}-${key.slice(4, 8)}`.toUpperCase();
    await page.getByText(`Glass broken: the record of ${short} is open to you`).waitFor();
    expect(await page.locator(".banner").innerText()).toMatch(
      /female[\s\S]*glass broken until \d\d:\d\d UTC/,
    );
    await page.getByText("This is the record as it was read for a forecast").waitFor();
    await picture(page, "glass-broken", false);
    for (const size of [{ width: 1280, height: 800 }, NARROW, ZOOMED]) {
      await page.setViewportSize(size);
      expect([await scrollsSideways(page), await axeFaults(page)]).toEqual([false, []]);
    }
    await page.setViewportSize({ width: 1280, height: 800 });
    for (const [name, shows] of [
      ["Care team", ".banner"],
      ["As tokens", ".banner"],
      ["In plain words", "p.who"],
    ] as const) {
      await page.getByRole("link", { name }).click();
      await page.locator(shows).waitFor();
      await page.goBack();
      await page.locator(".forecast-list li").first().waitFor();
    }
    await window.close();
  });

  test("shows the answer that was shown, so that what is said of it stands in the worklist", async () => {
    const { page, tell, window } = await openFirst();
    const key = page.url().split("/").at(-1) as string;
    expect((await tell("/session/break-glass", { key, code: "covering" })).status).toBe(200);
    const risks = (
      await (await page.request.get(`${workspace.server.address}/workspace/units/list?unit=ward-a`)).json()
    ).rows as { key: string; risk: number }[];
    await page.reload();
    await page.getByRole("button", { name: "I agree" }).click();
    await page.getByText("✓").first().waitFor();
    const answer = await (
      await page.request.get(`${workspace.server.address}/workspace/patients/${key}`)
    ).json();
    expect(answer.forecasts[0].risk).toBe(risks.find((row) => row.key === key)?.risk);
    const said = await Promise.all(
      [0, 1, 2, 3].map(async (task) => {
        const path = `/workspace/units/list?unit=ward-a&task=${task}`;
        const { rows } = await (await page.request.get(`${workspace.server.address}${path}`)).json();
        return rows.find((row: { key: string }) => row.key === key).said?.said ?? null;
      }),
    );
    expect(said.filter((one) => one !== null)).toEqual(["accepted"]);
    await window.close();
  });

  test("is one record in one session: nobody else's, no other person's", async () => {
    const { page, tell, window } = await openFirst();
    const key = page.url().split("/").at(-1) as string;
    await tell("/session/break-glass", { key, code: "treating" });
    const path = (of: string) => `${workspace.server.address}/workspace/patients/${of}`;
    expect((await page.request.get(path(key))).status()).toBe(200);
    const others = await (
      await page.request.get(`${workspace.server.address}/workspace/units/list?unit=ward-a`)
    ).json();
    const other = others.rows.map((row: { key: string }) => row.key).find((one: string) => one !== key);
    expect((await page.request.get(path(other))).status()).toBe(403);
    // Of a key that nobody was asked about there is no record, whatever is broken.
    await tell("/session/break-glass", { key: "0".repeat(32), code: "treating" });
    expect((await (await page.request.get(path("0".repeat(32)))).json()).error.code).toBe(
      "RECORD_NOT_STORED",
    );
    const second = await workspace.visit("/app/worklist", CLINICIAN);
    expect((await second.page.request.get(path(key))).status()).toBe(403);
    await second.window.close();
    const reviewer = await workspace.visit(`/app/patients/${key}`, { roles: ["reviewer"], person: "r" });
    await reviewer.page.locator("[data-state=denied]").waitFor();
    expect(await reviewer.page.getByRole("button", { name: "Break the glass…" }).count()).toBe(0);
    expect((await reviewer.tell("/session/break-glass", { key, code: "emergency" })).json.error.code).toBe(
      "GLASS_REFUSED",
    );
    await reviewer.window.close();
    await window.close();
  });

  test("closes when the time is over, and what was on the screen goes", async () => {
    const { page, tell, window } = await openFirst();
    const key = page.url().split("/").at(-1) as string;
    await tell("/session/break-glass", { key, code: "consulted" });
    later = 14 * 60_000;
    // As a page is told that opens when little time is left.
    await page.route(/\/session$/, async (route) => {
      const response = await route.fetch();
      const json = await response.json();
      await route.fulfill({
        response,
        json: { ...json, glass: json.glass.map((one: object) => ({ ...one, secondsLeft: 15 })) },
      });
    });
    await page.reload();
    await page.locator(".forecast-list li").first().waitFor();
    await page.getByText("Glass broken: the record of").waitFor();
    await page.unrouteAll({ behavior: "ignoreErrors" });
    later += 14 * 60_000;
    await page.request.get(`${workspace.server.address}/session`);
    later += 3 * 60_000;
    await page.getByRole("button", { name: "Break the glass…" }).waitFor();
    expect(await page.locator("[data-state=denied]").count()).toBe(1);
    expect(await page.locator(".forecast-list").count()).toBe(0);
    expect(await page.getByText("Glass broken: the record of").count()).toBe(0);
    later = 0;
    await window.close();
  });

  test("is told to the officer in the audit log's page", async () => {
    const { page, window } = await workspace.visit("/app/audit?action=identity.&actor=dr.a", {
      ...{ roles: ["auditor"], person: "officer" },
    });
    const row = page.locator("tr", { hasText: "identity.break-glass" }).filter({ hasText: "emergency" });
    expect(await row.first().innerText()).toMatch(
      /dr\.a\s+identity\.break-glass\s+-\s+[0-9a-f]{32}\s+emergency, purpose ETREAT\s+done/,
    );
    expect(await page.locator("main").innerText()).not.toContain("bracelet");
    await window.close();
  });
});
