import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { MANIFEST_FILE } from "../../src/artefacts/manifest.ts";
import { releasedTexts } from "../../src/privacy/proof/make-proof.ts";
import { reviewOf } from "../../src/privacy/proof/reviewed-notes.ts";
import { appendAudit, readAudit } from "../../src/state/audit/audit-log.ts";
import { Database } from "../../src/timeline/database.ts";
import { writeMedsDataset } from "../../src/timeline/write-meds-dataset.ts";
import { makeServedSite } from "../support/served-site.ts";
import { CHROMIUM } from "./support/chromium.ts";
import { axeFaults, picture, until } from "./support/look.ts";
import { looksRight } from "./support/looks-right.ts";
import { openWorkspace, type Workspace } from "./support/workspace.ts";

const REVIEWER = { roles: ["reviewer"] as const, person: "rev" };
const TEXTS = [
  "Seen on [DATE] by [NAME]: blood pressure well controlled.",
  "[NAME] called from [PHONE]; lives near the old mill with her sister Ottilie.",
  "No complaint. Next visit in three months.",
];
let workspace: Workspace;
let bare: Workspace;
let records: string;

async function writeRecords(folder: string): Promise<void> {
  const database = await Database.open();
  try {
    await database.run(`
      CREATE TABLE event (subject_id BIGINT, time TIMESTAMP, code VARCHAR, numeric_value FLOAT, text_value VARCHAR,
        unit VARCHAR, available_time TIMESTAMP, encounter_id VARCHAR, source VARCHAR);
      CREATE TABLE subject (subject_id BIGINT, split VARCHAR, group_key VARCHAR)`);
    for (const [i, text] of TEXTS.entries())
      await database.run(`
        INSERT INTO subject VALUES (${i}, 'train', NULL);
        INSERT INTO event VALUES (${i}, TIMESTAMP '2020-01-01', 'NOTE/visit', NULL, '${text}', NULL, NULL, NULL, 'DocumentReference')`);
    await mkdir(folder, { recursive: true });
    await writeMedsDataset(folder, {
      database,
      events: "event",
      subjects: "subject",
      metadata: { dataset_name: "test" },
    });
  } finally {
    database.close();
  }
  const manifest = { id: "a".repeat(64), kind: "records", inputs: {} };
  await writeFile(join(folder, MANIFEST_FILE), JSON.stringify(manifest));
}

describe.skipIf(CHROMIUM === null)("redaction review (skipped where there is no Chromium)", () => {
  beforeAll(async () => {
    const { folder } = await makeServedSite({ verdict: "deploy", stage: "live" });
    records = join(folder, "artefacts", "records-aaaaaaaaaaaaaaaa");
    await writeRecords(records);
    await mkdir(join(folder, "privacy"), { recursive: true });
    await writeFile(join(folder, "privacy", "proof.json"), "{}");
    workspace = await openWorkspace(folder);
    const unproven = await makeServedSite({ verdict: "deploy", stage: "live" });
    await writeRecords(join(unproven.folder, "artefacts", "records-aaaaaaaaaaaaaaaa"));
    bare = await openWorkspace(unproven.folder);
  });
  afterAll(async () => {
    await workspace?.stop();
    await bare?.stop();
  });

  test("looks right in every window", () => looksRight(workspace, "/app/redaction", REVIEWER));

  test("marks that were not recorded survive leaving the page", async () => {
    const { page, window } = await workspace.visit("/app/redaction", { ...REVIEWER, person: "mira" });
    const open = () => page.getByRole("button", { name: "Next text (3 left)" }).click();
    await open();
    await page.locator(".note-text .word").first().click();
    await page.locator(".note-text .word").nth(1).click();
    await page.getByText("0 rejected; 1 added.").waitFor();
    await page.getByRole("navigation").getByRole("link", { name: "Home" }).click();
    await page.getByRole("heading", { level: 1, name: "Home" }).waitFor();
    await page.goBack();
    await open();
    await page.getByText("0 rejected; 1 added.").waitFor();
    expect(await page.getByLabel("Identifiers that were left in").inputValue()).toBe("1");
    expect(await page.locator(".note-text .word.missed").count()).toBe(2);
    await page.locator(".note-text .word").nth(2).focus();
    await page.keyboard.press("u");
    expect(await page.locator(".note-text .word.missed").count()).toBe(1);
    await window.close();
  });

  test("is read by keyboard alone, counted with an interval, logged, and taken into the proof", async () => {
    const { page, told, window } = await workspace.visit("/app/redaction", REVIEWER);
    await page.getByText("Nothing was read yet").waitFor();
    await page.getByRole("button", { name: "Next text (3 left)" }).focus();
    await page.keyboard.press("Enter");
    const read: string[] = [];
    for (let i = 0; i < TEXTS.length; i++) {
      await until(
        page,
        `document.activeElement?.tagName === "H3" && document.activeElement.textContent === "Text ${i + 1}"`,
      );
      const text = await page.locator(".note-text").innerText();
      read.push(text);
      await page.keyboard.press("Tab");
      if (i === 0) {
        await page.keyboard.press("Tab");
        await page.keyboard.press("Enter");
        await page.getByText(/^Not recorded yet: write a whole number/).waitFor();
        expect(await axeFaults(page)).toEqual([]);
        await picture(page, "redaction");
        await page.keyboard.press("Shift+Tab");
      }
      if (text.includes("Ottilie")) {
        await page.keyboard.press("n");
        await page.keyboard.press("r");
        await page.getByText("2 marks, 1 rejected; 0 added.").waitFor();
        await page.keyboard.press("u");
        await page.keyboard.press("p");
        await page.keyboard.press("a");
        for (let word = 0; word < 10; word++) await page.keyboard.press("ArrowRight");
        await page.keyboard.press("m");
        await page.getByText("2 marks, 0 rejected; 1 added.").waitFor();
        await page.getByRole("button", { name: "Ottilie.: left in" }).waitFor();
        expect(await axeFaults(page)).toEqual([]);
        await page.keyboard.press("Tab");
      } else {
        if (text.includes("[DATE]")) {
          await page.keyboard.press("n");
          await page.keyboard.press("r");
        }
        await page.keyboard.press("Tab");
        await page.keyboard.type("0");
      }
      await page.keyboard.press("Enter");
    }
    expect(read.sort()).toEqual([...TEXTS].sort());
    await page.getByText("Every text was read").waitFor();
    await page
      .getByRole("heading", {
        name: /^75(\.0)?.% of identifiers were taken out \(.*; 1 were left in$/,
      })
      .waitFor();
    await page
      .getByRole("heading", { name: /^75(\.0)?.% of the marks were right \(.*; 1 took out/ })
      .waitFor();
    const [file] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("link", { name: "reviewed.ndjson" }).click(),
    ]);
    const review = reviewOf(await readFile(await file.path(), "utf8"), await releasedTexts(records));
    expect(review).toMatchObject({ notes: 3, removed: 4, missed: 1, wrong: 1 });
    const log: string[] = [];
    await workspace.server.context.state.transaction(async (tx) => {
      for await (const { action, actor } of readAudit(tx))
        if (action.startsWith("privacy.") && actor !== "mira") log.push(`${actor} ${action}`);
    });
    expect(log).toEqual([
      ...TEXTS.flatMap(() => ["rev privacy.read-note", "rev privacy.review-note"]),
      "rev privacy.take-sample",
    ]);
    const kept = JSON.stringify(
      await workspace.server.context.state.foreign("select * from privacy_reading"),
    );
    expect(kept).not.toContain("Ottilie");
    expect(workspace.server.log.join("")).not.toContain("Ottilie");
    expect(told).toEqual([]);
    await window.close();
  });

  test("a reading counts once; a text that is not of the sample, or a count that is none, is refused", async () => {
    const as = async (person: string) => {
      const { tell } = await workspace.visit("/app/redaction", { ...REVIEWER, person });
      return async (data: object) => {
        const { status, json } = await tell("/workspace/redaction/readings", data);
        return [status, json.error?.code ?? "done"];
      };
    };
    const [send, sendOther] = [await as("rev"), await as("other")];
    const { rows } = await workspace.server.context.state.foreign(
      "select content, missed from privacy_reading",
    );
    const { content } = rows[0] as { content: string };
    expect(await send({ content, missed: 9 })).toEqual([200, "done"]);
    const again = await workspace.server.context.state.foreign("select missed from privacy_reading");
    expect(again.rows).not.toContainEqual({ missed: 9 });
    expect(await send({ content: "0".repeat(64), missed: 0 })).toEqual([409, "NOTE_UNKNOWN"]);
    expect(await send({ content, missed: -1 })).toEqual([400, "REQUEST_INVALID"]);
    // Who was not shown a text says nothing of it; where two were, the one who found more has seen it.
    expect(await sendOther({ content, missed: 2 })).toEqual([409, "NOTE_UNKNOWN"]);
    const { state, effects } = workspace.server.context;
    const opened = { actor: "other", action: "privacy.read-note", object: content, patientKey: null };
    await state.transaction((tx) =>
      appendAudit(tx, { ...opened, reason: "", outcome: "done" }, effects.now()),
    );
    expect(await sendOther({ content, missed: 2 })).toEqual([200, "done"]);
    const { page, window } = await workspace.visit("/app/redaction", REVIEWER);
    const { found, read } = await (
      await page.request.get(`${workspace.server.address}/workspace/redaction`)
    ).json();
    expect([read, found.missed]).toEqual([3, (rows[0] as { missed: number }).missed === 1 ? 2 : 3]);
    await window.close();
  });

  test("texts of records that are not proven are shown to nobody", async () => {
    const { page, window } = await bare.visit("/app/redaction", REVIEWER);
    await page.getByText("The records are not proven to be de-identified").waitFor();
    expect(await page.getByRole("button", { name: /^Next text/ }).count()).toBe(0);
    await window.close();
    const auditor = await workspace.visit("/app/redaction", { roles: ["auditor"], person: "aud" });
    await auditor.page.getByText("Reading is for reviewers.").waitFor();
    await auditor.window.close();
  });
});
