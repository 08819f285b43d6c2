/** What analysts and reviewers do in the workspace, from its start page, by every hand: evaluate, look at errors, vet, read texts. */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { systemEffects } from "../../src/effects/effects.ts";
import { propose } from "../../src/vetting/queue/propose.ts";
import { makeServedSite } from "../support/served-site.ts";
import { CHROMIUM } from "./support/chromium.ts";
import { HANDS, type HandKind, takeInHand } from "./support/hand.ts";
import { measuredRelease } from "./support/measured-release.ts";
import { LINEAGE, writeProven, writeReviewed } from "./support/reviewed-errors.ts";
import { openWorkspace, type Workspace } from "./support/workspace.ts";

/** One for each hand, and one more: the last of them comes to the end. */
const NOTES = HANDS.map((_, i) => `Visit ${i}: [NAME] called from [PHONE], lives with her sister Ottilie.`);
let workspace: Workspace;

const personOf = (kind: HandKind) => `rev${HANDS.indexOf(kind)}`;

/** Two items that two people have to review. */
async function proposeTwo(): Promise<void> {
  const names = ["ischaemic stroke", "bleeding"].map((name) => `${name} ${crypto.randomUUID()}`);
  const items = names.map((name) => ({
    ...{ kind: "concept set" as const, name, guideline: "Compare with the local registry's codes." },
    content: { include: ["ICD10CM/I63*"], exclude: [] },
  }));
  await workspace.server.context.state.transaction((tx) => propose(tx, items, "cem", systemEffects.now()));
}

describe.skipIf(CHROMIUM === null)("who judges (skipped where there is no Chromium)", () => {
  beforeAll(async () => {
    const { folder } = await makeServedSite({
      ...{ verdict: "silent only", stage: "silent" },
      ...{ texts: measuredRelease(), lineage: LINEAGE },
    });
    await writeReviewed(folder, [...NOTES, "No complaint. Next visit in three months."]);
    await writeProven(folder);
    await mkdir(join(folder, "vetting"), { recursive: true });
    const reviewers = HANDS.map((kind) => ({
      ...{ id: personOf(kind), name: "Dr Example", roles: ["reviewer"] },
    }));
    await writeFile(join(folder, "vetting", "reviewers.yaml"), JSON.stringify({ reviewers }));
    workspace = await openWorkspace(folder);
  });
  afterAll(() => workspace?.stop());

  test.each(HANDS)(
    "an analyst looks at a task and a threshold, and takes figures along, $name",
    async (kind) => {
      const hand = await takeInHand(workspace, kind, "/app", { roles: ["analyst"], person: "ana" });
      const { page } = hand;
      await hand.open("Evidence");
      await hand.choose(page.getByLabel("Outcome and time"), /^Onset 1/);
      await hand.choose(page.getByLabel("Outcome and time"), /^Death/);
      await page.getByRole("heading", { name: /^Flagging 40 of 100/ }).waitFor();
      await hand.press(page.getByRole("button", { name: "Higher" }));
      await page.getByRole("heading", { name: /^Flagging 20 of 100/ }).waitFor();
      await hand.choose(page.getByLabel("Flag people at a risk of at least"), /^10/);
      await page.getByRole("heading", { name: /^Flagging 60 of 100/ }).waitFor();
      expect(new URL(page.url()).searchParams.get("threshold")).toBe("0");
      const chart = page.getByRole("figure", { name: /^Flagging 60 of 100/ });
      await hand.press(chart.getByRole("button", { name: "As table" }));
      expect(await chart.getByRole("row").count()).toBeGreaterThan(2);
      const download = page.waitForEvent("download");
      await hand.press(chart.getByRole("button", { name: "CSV" }));
      expect((await download).suggestedFilename()).toMatch(/^[a-z-]+\.csv$/);
      await hand.look();
      await hand.end();
    },
  );

  test.each(HANDS)("a clinician opens who was missed and says why, $name", async (kind) => {
    const hand = await takeInHand(workspace, kind, "/app", { roles: ["clinician"], person: personOf(kind) });
    const { page } = hand;
    await hand.open("Error review");
    await hand.press(page.getByRole("button", { name: "Higher" }));
    await hand.press(page.getByRole("button", { name: "Lower" }));
    const missed = page.getByRole("region", { name: /^Missed:/ });
    await hand.look();
    await hand.press(missed.getByRole("link").first());
    await page.getByText("That you opened this record is in the audit log").waitFor();
    await hand.look();
    await hand.keys(page.getByRole("application"), "Home", "ArrowRight");
    await hand.press(page.getByRole("button", { name: "Record", exact: true }));
    await page.getByText("Not recorded yet: choose a failure mode.").waitFor();
    await hand.choose(page.getByLabel("Failure mode"), /^Nothing foretold it/);
    await hand.write(page.getByLabel("In your words"), "a fall at home");
    await hand.press(page.getByRole("button", { name: "Record", exact: true }));
    await page.getByText("✓ Recorded.").waitFor();
    await hand.press(page.getByRole("link", { name: "Back to the list" }));
    await page.getByRole("row", { name: new RegExp(`Nothing foretold it.*${personOf(kind)}, `) }).waitFor();
    await hand.end();
  });

  test.each(HANDS)("an expert decides item after item, until nothing waits, $name", async (kind) => {
    if (HANDS.indexOf(kind) % 2 === 0) await proposeTwo();
    const hand = await takeInHand(workspace, kind, "/app", { roles: ["reviewer"], person: personOf(kind) });
    const { page } = hand;
    await hand.open("Vetting");
    await hand.press(page.getByRole("button", { name: "Next item to review (2 waiting)" }));
    const heading = page.getByRole("heading", { level: 3 });
    const seen: string[] = [];
    for (const said of ["Recorded. ", "Nothing waits for you"]) {
      await heading.waitFor();
      seen.push(await heading.innerText());
      await hand.pick(page.getByRole("radio", { name: "Approve" }));
      await hand.pick(page.getByRole("radio", { name: "4", exact: true }));
      await hand.write(page.getByLabel("Why, in a sentence"), "the codes are those of the registry");
      if (seen.length === 1) await hand.look();
      await hand.press(page.getByRole("button", { name: "Record and take the next" }));
      await page.getByText(said).first().waitFor();
    }
    expect(new Set(seen).size).toBe(2);
    await hand.look();
    await hand.end();
  });

  test.each(HANDS)(
    "a reader says what a text still tells of somebody, until every one is read, $name",
    async (kind) => {
      const hand = await takeInHand(workspace, kind, "/app", { roles: ["reviewer"], person: personOf(kind) });
      const { page } = hand;
      await hand.open("Redaction review");
      await hand.press(page.getByRole("button", { name: /^Next text/ }));
      const last = kind === HANDS.at(-1);
      const heading = page.getByRole("heading", { level: 3, name: /^Text \d/ });
      for (let i = 0; i < (last ? 2 : 1); i++) {
        await heading.waitFor();
        const before = await heading.innerText();
        const name = page.getByRole("group", { name: "The text" }).getByRole("button", { name: "Ottilie." });
        if (kind.keyboard)
          await hand.keys(page.locator(".note-text [tabindex='0']"), "ArrowRight", "ArrowLeft");
        else if ((await name.count()) > 0) await hand.press(name);
        await hand.write(page.getByLabel("Identifiers that were left in"), "1");
        await hand.look();
        await hand.press(page.getByRole("button", { name: "Record and take the next" }));
        if (last && i === 1) await page.getByText("Every text was read").waitFor();
        else
          await page
            .getByRole("heading", { level: 3, name: /^Text \d/ })
            .filter({ hasNotText: before })
            .waitFor();
      }
      await hand.end();
    },
  );
});
