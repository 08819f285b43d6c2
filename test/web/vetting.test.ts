import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { systemEffects } from "../../src/effects/effects.ts";
import { readAudit } from "../../src/state/audit/audit-log.ts";
import { propose, proposeSample } from "../../src/vetting/queue/propose.ts";
import { vettingTables } from "../../src/vetting/queue/vetting-tables.ts";
import { makeServedSite } from "../support/served-site.ts";
import { CHROMIUM } from "./support/chromium.ts";
import { axeFaults, picture, until } from "./support/look.ts";
import { looksRight } from "./support/looks-right.ts";
import { openWorkspace, type Visit, type Workspace } from "./support/workspace.ts";

const GUIDELINE = "Compare with the local registry's codes.";
const WHY = "the codes are those of the registry";
const reviewer = (person: string) => ({ roles: ["reviewer"] as const, person });
let workspace: Workspace;

const proposal = (name: string, codes: readonly string[]) => ({
  kind: "concept set" as const,
  name,
  content: { include: [...codes], exclude: [] },
  guideline: GUIDELINE,
});

function queue<T>(work: (tx: Parameters<typeof propose>[0]) => Promise<T>): Promise<T> {
  return workspace.server.context.state.transaction(work);
}

/** Opens the next item, chooses by arrows and numbers, writes why and records: no pointer is used. */
async function reviewByKeyboard(visit: Visit, button: RegExp, verdict: "first" | "second", why: string) {
  const { page } = visit;
  await page.getByRole("button", { name: button }).focus();
  await page.keyboard.press("Enter");
  const heading = page.getByRole("heading", { level: 3 });
  await heading.waitFor();
  await until(page, "document.activeElement?.tagName === 'H3'");
  await tabTo(page, "input[name=verdict]");
  await page.keyboard.press("Space");
  if (verdict === "second") await page.keyboard.press("ArrowDown");
  await page.keyboard.press("4");
  await tabTo(page, "textarea");
  await page.keyboard.type(why);
  await page.keyboard.press("Tab");
  expect(await page.evaluate("document.activeElement.textContent")).toBe("Record and take the next");
  await page.keyboard.press("Enter");
}

async function tabTo(page: Visit["page"], selector: string): Promise<void> {
  for (let i = 0; i < 12; i++) {
    await page.keyboard.press("Tab");
    if (await page.evaluate(`document.activeElement?.matches(${JSON.stringify(selector)})`)) return;
  }
  throw new Error(`Tab does not reach ${selector}`);
}

describe.skipIf(CHROMIUM === null)("the vetting page (skipped where there is no Chromium)", () => {
  beforeAll(async () => {
    const { folder } = await makeServedSite({ verdict: "silent only", stage: "silent" });
    await mkdir(join(folder, "vetting"), { recursive: true });
    const person = (id: string, name: string, roles: string[]) => ({ id, name, roles });
    await writeFile(
      join(folder, "vetting", "reviewers.yaml"),
      JSON.stringify({
        reviewers: [
          person("ann", "Dr Ann Example", ["reviewer"]),
          person("ben", "Dr Ben Example", ["reviewer"]),
          person("cem", "Dr Cem Example", ["adjudicator"]),
        ],
      }),
    );
    workspace = await openWorkspace(folder);
    await queue((tx) =>
      propose(tx, [proposal("ischaemic stroke", ["ICD10CM/I63*"])], "cem", systemEffects.now()),
    );
  });
  afterAll(() => workspace?.stop());

  test("looks right in every window, for a reviewer and for who looks on", async () => {
    await looksRight(workspace, "/app/vetting", reviewer("ann"));
    await looksRight(workspace, "/app/vetting", { roles: ["auditor"], person: "aud" });
  });

  test("two reviewers who differ, blind, and a third who decides: by keyboard alone, each once, each in the log", async () => {
    const start = await workspace.visit("/app", reviewer("ann"));
    await start.page.getByRole("link", { name: "To review: 1" }).waitFor();
    await start.window.close();
    const ann = await workspace.visit("/app/vetting", reviewer("ann"));
    await reviewByKeyboard(ann, /^Next item to review \(1 waiting\)/, "first", WHY);
    await ann.page.getByText("Recorded. It needs one more review.").waitFor();
    await ann.page.getByText("Nothing waits for you").waitFor();

    const ben = await workspace.visit("/app/vetting", reviewer("ben"));
    expect(await ben.page.getByRole("main").innerText()).not.toContain(WHY);
    const seen = await (await ben.page.request.get(`${workspace.server.address}/workspace/vetting`)).json();
    expect([seen.agreement, seen.items]).toEqual([null, { open: 1, disputed: 0, settled: 0 }]);
    await reviewByKeyboard(ben, /^Next item to review/, "second", "a code is missing");
    await ben.page.getByText("The two reviewers differ; a third person decides.").waitFor();

    const cem = await workspace.visit("/app/vetting", reviewer("cem"));
    await cem.page.getByRole("button", { name: /^Next to adjudicate|^Next item to adjudicate/ }).focus();
    await cem.page.keyboard.press("Enter");
    await cem.page.getByText(`One said approve, confidence 4 of 5: ${WHY}`).waitFor();
    expect(await cem.page.getByRole("article").innerText()).not.toMatch(/\bann\b|\bben\b|Dr/i);
    expect(await axeFaults(cem.page)).toEqual([]);
    await picture(cem.page, "vetting");
    await cem.page.getByRole("button", { name: "Record and take the next" }).focus();
    await cem.page.keyboard.press("Enter");
    await cem.page.getByText("Not recorded yet: choose a verdict.").waitFor();
    await cem.page.keyboard.press("Space");
    await cem.page.keyboard.press("5");
    await tabTo(cem.page, "textarea");
    await cem.page.keyboard.type("the registry counts them so");
    await cem.page.keyboard.press("Control+Enter");
    await cem.page.getByText("Recorded. It is settled: approve.").waitFor();

    const log: string[] = [];
    await queue(async (tx) => {
      for await (const { action, actor } of readAudit(tx))
        if (action.startsWith("vetting.")) log.push(`${actor} ${action}`);
    });
    expect(log).toEqual([
      "cem vetting.propose",
      "ann vetting.review",
      "ben vetting.review",
      "cem vetting.adjudicate",
    ]);
    for (const { page, told, window } of [ann, ben, cem]) {
      expect([page.url().includes(WHY), told]).toEqual([false, []]);
      expect(await page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}])")).not.toContain(
        "codes",
      );
      await window.close();
    }
  });

  test("who looks on sees how far they agreed, with an interval and without a button", async () => {
    const { page, window } = await workspace.visit("/app/vetting", { roles: ["analyst"], person: "an" });
    await page.getByRole("table", { name: "Items that two people have reviewed, independently" }).waitFor();
    expect(await page.getByRole("row", { name: /^concept set: all/ }).innerText()).toMatch(/1\s+0/);
    await page.getByText("You are not listed as a reviewer").waitFor();
    expect(await page.getByRole("button", { name: /^Next/ }).count()).toBe(0);
    await window.close();
  });

  test("a chart whose records are elsewhere says so, and its opening is in the log before it is shown", async () => {
    await queue((tx) =>
      proposeSample(
        tx,
        {
          ...{ id: "sample-1", outcome: "death", contentHash: "c".repeat(64), seed: "1" },
          strata: [{ name: "positive", population: 40, drawn: 1 }],
          drawn: [{ subjectKey: "7", stratum: "positive" }],
        },
        GUIDELINE,
        "cem",
        systemEffects.now(),
      ),
    );
    const { page, window } = await workspace.visit("/app/vetting", reviewer("ann"));
    await page.getByRole("button", { name: /^Next item to review/ }).click();
    await page.getByText("The record is not at hand").waitFor();
    await page.getByRole("radio", { name: "Uncertain" }).check();
    expect(await axeFaults(page)).toEqual([]);
    // What was said and not sent is there again after another screen; nothing of it is stored.
    await page.getByLabel("Why, in a sentence").fill(WHY);
    const navigation = page.getByRole("navigation", { name: "Screens" });
    await navigation.getByRole("link", { name: "Home" }).click();
    await page.getByRole("heading", { level: 1, name: "Home" }).waitFor();
    await navigation.getByRole("link", { name: "Vetting" }).click();
    await page.getByRole("button", { name: /^Next item to review/ }).click();
    await page.getByText("The record is not at hand").waitFor();
    expect(await page.getByLabel("Why, in a sentence").inputValue()).toBe(WHY);
    expect(await page.getByRole("radio", { name: "Uncertain" }).isChecked()).toBe(true);
    expect(await page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}])")).not.toContain(
      "registry",
    );
    await window.close();
  });

  test("the server takes a decision once, from who holds the item, and from nobody who is not listed", async () => {
    await queue((tx) => propose(tx, [proposal("bleeding", ["ICD10CM/K92*"])], "cem", systemEffects.now()));
    const of = async (person: string, roles: readonly ["reviewer"] | readonly ["auditor"]) => {
      const { tell, window } = await workspace.visit("/app/vetting", { roles, person });
      const send = (path: string, data: object) => tell(`/workspace/vetting/${path}`, data);
      return { send, window };
    };
    const [ben, nobody, auditor] = [
      await of("ben", ["reviewer"]),
      await of("eve", ["reviewer"]),
      await of("aud", ["auditor"]),
    ];
    expect((await nobody.send("next", { role: "review" })).json.error.code).toBe("VETTING_REVIEWER");
    expect((await auditor.send("next", { role: "review" })).json.error.code).toBe("ROLE_REQUIRED");
    expect((await ben.send("next", { role: "adjudication" })).json.error.code).toBe("VETTING_REVIEWER");
    const names: string[] = [];
    let item = "";
    for (let i = 0; i < 3 && !names.includes("bleeding"); i++) {
      const { json } = await ben.send("next", { role: "review" });
      names.push(json.item.name);
      item = json.item.id;
      if (json.item.name !== "bleeding")
        await ben.send("decisions", {
          ...{ id: crypto.randomUUID(), item, role: "review" },
          ...{ verdict: "absent", confidence: 3, reason: "nothing there" },
        });
    }
    const decision = {
      ...{ id: crypto.randomUUID(), item, role: "review" },
      ...{ verdict: "approve", confidence: 3, reason: WHY },
    };
    expect((await ben.send("decisions", { ...decision, verdict: "present" })).json.error.code).toBe(
      "VETTING_ITEM",
    );
    expect((await ben.send("decisions", { ...decision, reason: "a\u0000b" })).json.error.code).toBe(
      "REQUEST_INVALID",
    );
    expect(await ben.send("decisions", decision)).toMatchObject({ status: 200, json: { state: "open" } });
    expect(await ben.send("decisions", decision)).toMatchObject({ status: 200, json: { state: "open" } });
    expect((await ben.send("decisions", { ...decision, id: crypto.randomUUID() })).json.error.code).toBe(
      "VETTING_REVIEWED_TWICE",
    );
    const count = await queue((tx) =>
      vettingTables(tx).selectFrom("vetting_review").select("id").where("item_id", "=", item).execute(),
    );
    expect(count).toHaveLength(1);
    for (const { window } of [ben, nobody, auditor]) await window.close();
  });
});
