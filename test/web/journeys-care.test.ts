/** What clinicians do in the workspace, from its start page, by every hand. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ServingTables } from "../../src/serving/answers/serving-tables.ts";
import { fhirRecord, patientView } from "../support/fhir-record.ts";
import { makeServedSite } from "../support/served-site.ts";
import { CHROMIUM } from "./support/chromium.ts";
import { HANDS, takeInHand } from "./support/hand.ts";
import { openWorkspace, type Workspace } from "./support/workspace.ts";
import { workspaceSite } from "./support/workspace-site.ts";

describe.skipIf(CHROMIUM === null)("a clinician (skipped where there is no Chromium)", () => {
  let workspace: Workspace;
  beforeAll(async () => {
    workspace = await openWorkspace(await workspaceSite(), { sandbox: true });
  });
  afterAll(() => workspace?.stop());

  test.each(HANDS)(
    "reads a patient from the worklist and says what they think of a forecast, $name",
    async (kind) => {
      const hand = await takeInHand(workspace, kind, "/app", { roles: ["clinician"], person: "ada" });
      const { page } = hand;
      await hand.look();
      await hand.open("Worklist");
      await hand.choose(page.getByLabel("Forecast", { exact: true }), /^Death/);
      await hand.press(page.getByRole("button", { name: "Ask again" }));
      await hand.look();
      await hand.press(page.locator("tbody th a").first());
      await page.getByRole("heading", { level: 1, name: "Patient" }).waitFor();
      await page.locator(".forecast-list").waitFor();

      await hand.press(page.locator(".forecast-list button").last());
      const drawing = page.getByRole("application");
      const said = page.locator(".timeline .current");
      await hand.keys(drawing, "End");
      const last = await said.innerText();
      expect(last).toMatch(/^\d{4}-\d{2}-\d{2}: \S+/);
      await hand.keys(drawing, "ArrowLeft", "ArrowLeft");
      expect(await said.innerText()).not.toBe(last);
      const range = page.locator(".timeline .row .soft");
      const whole = await range.innerText();
      await hand.keys(drawing, "+");
      expect(await range.innerText()).not.toBe(whole);
      await hand.press(page.getByRole("button", { name: "All of it" }));
      expect(await range.innerText()).toBe(whole);
      await hand.press(page.getByRole("button", { name: "Events as table" }));
      expect(await page.locator(".events tbody tr").count()).toBeGreaterThan(5);
      await hand.look();

      await hand.press(page.getByRole("link", { name: "Show in the record" }).first());
      const shown = await said.innerText();
      await hand.keys(drawing, "ArrowLeft");
      expect(await said.innerText()).not.toBe(shown);

      await hand.press(page.getByRole("button", { name: "I disagree" }));
      expect(await page.getByRole("button", { name: "Send the reason" }).isDisabled()).toBe(true);
      await hand.pick(page.getByRole("radio", { name: "I do not trust this forecast" }));
      await hand.look();
      await hand.press(page.getByRole("button", { name: "Send the reason" }));
      await page.getByText("Recorded. Thank you.").waitFor();

      await hand.press(page.getByRole("link", { name: "Care team" }));
      await page.getByRole("heading", { name: "Where fields meet" }).waitFor();
      await hand.look();
      await hand.press(page.getByRole("link", { name: "The patient's forecasts" }));
      await hand.press(page.getByRole("link", { name: "In plain words" }));
      await page.locator(".plain .who").waitFor();
      await hand.press(page.getByRole("button", { name: "Show the chance of dying" }));
      await hand.look();
      await page.emulateMedia({ media: "print" });
      expect(await page.locator("body").innerText()).not.toMatch(/Back to the chart|Print this|Menu/);
      await hand.end();

      const rows = await workspace.server.context.state.transaction((tx) =>
        tx.withTables<ServingTables>().selectFrom("serving_feedback").selectAll().execute(),
      );
      expect(rows.at(-1)).toMatchObject({
        ...{ outcome: "overridden", reason: "forecast-not-trusted" },
        ...{ service: "workspace", tenant: "local" },
      });
    },
  );

  test.each(HANDS)(
    "is the EHR in the sandbox, and goes from a card to what it rests on, $name",
    async (kind) => {
      const hand = await takeInHand(workspace, kind, "/app", { roles: ["clinician"], person: "ada" });
      const { page } = hand;
      await hand.open("Sandbox");
      const person = page.getByLabel("Example person");
      const second = (await person.locator("option").allInnerTexts())[1] as string;
      await hand.choose(person, second);
      await hand.choose(page.getByLabel("Hook"), "order-select");
      await hand.write(page.getByLabel("Unit"), "ward-a");
      await hand.press(page.getByRole("button", { name: "Fire the hook" }));
      await page.locator(".card").first().waitFor();
      expect(await page.locator(".fired pre").first().innerText()).toContain('"hook": "order-select"');
      await hand.look();
      await hand.press(page.getByRole("link", { name: "Everything that it rests on" }));
      await page.getByRole("heading", { level: 1, name: "Patient" }).waitFor();
      expect(await page.locator(".banner").innerText()).toContain(second.split(" (")[0]);
      await hand.end();
    },
  );
});

describe.skipIf(CHROMIUM === null)(
  "a clinician without the chart (skipped where there is no Chromium)",
  () => {
    const VIEW = "/cds-services/longitude-patient-view";
    let workspace: Workspace;
    beforeAll(async () => {
      const { folder } = await makeServedSite({ verdict: "deploy", stage: "live" });
      workspace = await openWorkspace(folder);
      for (const id of ["p1", "p2"]) {
        const call = patientView(fhirRecord({ id, events: 30 }), {
          extension: { "longitude-unit": "ward-a" },
        });
        await workspace.server.post(VIEW, call);
      }
    });
    afterAll(() => workspace?.stop());

    test.each(HANDS)("breaks the glass with a reason, and looks, $name", async (kind) => {
      const who = { roles: ["clinician"] as const, person: "dr.a", units: ["ward-a"] };
      const hand = await takeInHand(workspace, kind, "/app", who);
      const { page } = hand;
      await hand.open("Worklist");
      await hand.press(page.locator("tbody th a").first());
      await page.locator("[data-state=denied]").getByText("PATIENT_REFUSED").waitFor();
      await hand.look();
      await hand.press(page.getByRole("button", { name: "Break the glass…" }));
      const dialog = page.getByRole("alertdialog");
      const confirm = dialog.getByRole("button", { name: "Break the glass" });
      await dialog.getByText("It is open to you for 30 minutes").waitFor();
      await hand.look();
      await hand.press(dialog.getByRole("button", { name: "Cancel" }));
      await dialog.waitFor({ state: "detached" });
      await hand.press(page.getByRole("button", { name: "Break the glass…" }));
      await hand.pick(dialog.getByRole("radio", { name: "Another reason, in your words" }));
      expect(await confirm.isDisabled()).toBe(true);
      await hand.pick(dialog.getByRole("radio", { name: "I was asked for advice" }));
      await hand.write(dialog.getByLabel("In your words (may be left out)"), "by the ward's nurse");
      await hand.press(confirm);
      await page.locator(".forecast-list li").first().waitFor();
      await page.getByText("Glass broken: the record of").waitFor();
      await hand.look();
      await hand.press(page.locator(".forecast-list button").last());
      await hand.keys(page.getByRole("application"), "End", "ArrowLeft");
      expect(await page.locator(".timeline .current").innerText()).toMatch(/^\d{4}-\d{2}-\d{2}: \S+/);
      await hand.press(page.getByRole("link", { name: "As tokens" }));
      await page.locator(".banner").waitFor();
      await hand.look();
      await hand.end(403);
    });
  },
);
