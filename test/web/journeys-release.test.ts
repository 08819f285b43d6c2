/** What officers do in the workspace, from its start page, by every hand: approve, go silent, return to silent, roll back. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { fhirRecord, patientView } from "../support/fhir-record.ts";
import { addSecondRelease, type SecondRelease } from "../support/second-release.ts";
import { makeServedSite, type ServedSite } from "../support/served-site.ts";
import { CHROMIUM } from "./support/chromium.ts";
import { HANDS, type Hand, type HandKind, takeInHand } from "./support/hand.ts";
import { openWorkspace, type Workspace } from "./support/workspace.ts";

const VIEW = "/cds-services/longitude-patient-view";
const SIGN = "Sign and record";
let site: ServedSite;
let workspace: Workspace;

/** One more release for each journey, so that none finds what another has left. */
function another(kind: HandKind, options: SecondRelease = {}): Promise<string> {
  const texts = { "card.json": JSON.stringify({ ...options, of: kind.name }) };
  return addSecondRelease(site, { ...options, texts, state: workspace.server.context.state });
}

/** Comes to the release's page as an administrator. */
async function comeAs(person: string, kind: HandKind): Promise<Hand> {
  const hand = await takeInHand(workspace, kind, "/app", { roles: ["administrator"], person });
  await hand.open("Release");
  await hand.page.getByRole("heading", { name: "Approve, move a stage, or waive a gate" }).waitFor();
  return hand;
}

interface Said {
  readonly by: "ada" | "tim";
  readonly act: string;
  readonly release: string;
  readonly reason: string;
}

async function state(hand: Hand, { by, act, release, reason }: Said): Promise<void> {
  const { page } = hand;
  await hand.choose(page.getByLabel("What you state"), act);
  await hand.choose(page.getByRole("combobox", { name: "Release", exact: true }), new RegExp(`^${release},`));
  await hand.write(page.getByLabel("Why, in one line without health data"), reason);
  await hand.choose(page.getByLabel("Who you are"), by === "ada" ? /^Ada/ : /^Tim/);
  await hand.file(page.getByLabel("File with your private key"), join(site.folder, `${by}.pem`));
}

async function stagesOf(...ids: readonly string[]) {
  const releases = await workspace.server.context.releases();
  return ids.map((id) => {
    const one = releases.find((release) => release.id === id);
    return [one?.stage, ...(one?.aliases ?? [])];
  });
}

describe.skipIf(CHROMIUM === null)("a release (skipped where there is no Chromium)", () => {
  beforeAll(async () => {
    site = await makeServedSite({ verdict: "deploy", stage: "live" });
    for (const [name, key] of Object.entries(site.people))
      await writeFile(join(site.folder, `${name}.pem`), key.export({ type: "pkcs8", format: "pem" }), {
        mode: 0o600,
      });
    // Named, so that it stays the same whatever another journey brings.
    workspace = await openWorkspace(site.folder, { release: site.release });
  });
  afterAll(() => workspace?.stop());

  test.each(HANDS)(
    "is approved by two people, each with their own key, and goes silent, $name",
    async (kind) => {
      const release = await another(kind);
      const ada = await comeAs("ada", kind);
      await state(ada, { by: "ada", act: "I approve it, as a clinician", release, reason: "read the card" });
      await ada.look();
      await ada.press(ada.page.getByRole("button", { name: SIGN }));
      await ada.page.getByText(`✓ ${release} has your approval.`).waitFor();
      await ada.end();

      const tim = await comeAs("tim", kind);
      await state(tim, {
        by: "tim",
        act: "I approve it, as an engineer",
        release,
        reason: "checked the runs",
      });
      await tim.press(tim.page.getByRole("button", { name: SIGN }));
      await tim.page.getByText(`✓ ${release} has your approval.`).waitFor();
      await state(tim, { by: "tim", act: "Run it silent", release, reason: "first ward" });
      await tim.press(tim.page.getByRole("button", { name: SIGN }));
      await tim.page.getByText(`✓ ${release} is silent now.`).waitFor();
      await tim.look();
      await tim.end();
      expect(await stagesOf(release)).toEqual([["silent"]]);
    },
  );

  test.each(HANDS)(
    "that troubles is left for the one before it, once what happens was read, $name",
    async (kind) => {
      const alias = `champion-${HANDS.indexOf(kind)}`;
      const release = await another(kind, { inherits: true, stage: "live", alias });
      const hand = await comeAs("adm", kind);
      const { page } = hand;
      await state(hand, {
        by: "tim",
        act: "Go back to the release before",
        release,
        reason: "alarm at night",
      });
      await hand.press(page.getByRole("button", { name: "Review what happens" }));
      await page.getByText(`${release} is stopped: nobody is shown its forecasts.`).waitFor();
      await page.getByText(`${site.release} gets the name ${alias}.`).waitFor();
      await hand.look();
      expect(await stagesOf(release)).toEqual([["live", alias]]);
      await hand.press(page.getByRole("button", { name: "Sign and go back" }));
      await page.getByText(`✓ ${release} is stopped, and the release before it is in its place.`).waitFor();
      await hand.look();
      await hand.end();
      const [left, taken] = await stagesOf(release, site.release);
      expect(left).toEqual(["stopped"]);
      expect(taken).toContain(alias);
    },
  );

  test.each(HANDS)("returns to silent in a unit, with a reason, $name", async (kind) => {
    const unit = `ward-${HANDS.indexOf(kind)}`;
    const call = patientView(fhirRecord({ id: unit, events: 30 }), { extension: { "longitude-unit": unit } });
    expect((await workspace.server.post(VIEW, call)).json.cards).not.toEqual([]);
    const hand = await takeInHand(workspace, kind, "/app", { roles: ["administrator"], person: "ada" });
    const { page } = hand;
    await hand.open("Monitoring");
    const lower = page.getByRole("button", { name: `Return ${unit} to silent` });
    await hand.press(lower);
    const dialog = page.getByRole("alertdialog");
    await dialog.waitFor();
    await hand.look();
    await hand.press(dialog.getByRole("button", { name: "Cancel" }));
    await dialog.waitFor({ state: "hidden" });
    await hand.press(lower);
    const confirm = dialog.getByRole("button", { name: "Return to silent" });
    expect(await confirm.isDisabled()).toBe(true);
    await hand.write(dialog.getByLabel("Reason, without anything of a patient"), "too many cards at night");
    await hand.press(confirm);
    await page.getByText(`${unit} is silent now.`).waitFor();
    await hand.look();
    await hand.end();
    expect(page.url()).not.toContain("night");
    expect((await workspace.server.post(VIEW, call)).json.cards).toEqual([]);
  });
});
