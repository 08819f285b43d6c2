import { createPrivateKey, generateKeyPairSync, type KeyObject } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { toJson } from "../../src/artefacts/canonical-json.ts";
import { signJson } from "../../src/artefacts/signed-json.ts";
import { systemEffects } from "../../src/effects/effects.ts";
import { recordStatement } from "../../src/governance/statements/record-statement.ts";
import { readAudit } from "../../src/state/audit/audit-log.ts";
import { makeServedSite } from "../support/served-site.ts";
import { CHROMIUM } from "./support/chromium.ts";
import { axeFaults, picture } from "./support/look.ts";
import { looksRight } from "./support/looks-right.ts";
import { measuredRelease } from "./support/measured-release.ts";
import { openWorkspace, type Visit, type Workspace } from "./support/workspace.ts";

const WAIVE = "I waive a gate of what is served";
const ADMINISTRATOR = { roles: ["administrator"] as const, person: "adm" };
let workspace: Workspace;
let folder: string;
let release: string;
let people: Readonly<Record<"ada" | "tim", KeyObject>>;

const pem = (name: string) => join(folder, `${name}.pem`);

/** Chooses, says why and signs, by keyboard; the file's dialog is the browser's own. */
async function state({ page }: Visit, act: string, who: RegExp, keyFile: string, reason: string) {
  await page.getByLabel("What you state").selectOption({ label: act });
  const name = (await page.getByLabel("Who you are").locator("option").allInnerTexts()).find((one) =>
    who.test(one),
  );
  await page.getByLabel("Who you are").selectOption({ label: name as string });
  await page.getByLabel("File with your private key").setInputFiles(keyFile);
  await page.getByLabel("Why, in one line without health data").fill(reason);
  await page.keyboard.press("Enter");
}

async function registered() {
  const releases = await workspace.server.context.releases();
  return releases.find(({ id }) => id === release);
}

describe.skipIf(CHROMIUM === null)(
  "statements signed in the browser (skipped where there is no Chromium)",
  () => {
    beforeAll(async () => {
      const site = await makeServedSite({ verdict: "deploy" });
      ({ folder, release, people } = site);
      const other = generateKeyPairSync("ed25519").privateKey;
      for (const [name, key] of Object.entries({ ...people, other }))
        await writeFile(pem(name), key.export({ type: "pkcs8", format: "pem" }), { mode: 0o600 });
      workspace = await openWorkspace(folder);
    });
    afterAll(() => workspace?.stop());

    test("the page looks right in every window", () => looksRight(workspace, "/app/release", ADMINISTRATOR));

    test("what was written and not signed survives leaving the page; which file has the key does not", async () => {
      const { page, window } = await workspace.visit("/app/release", ADMINISTRATOR);
      const reason = page.getByLabel("Why, in one line without health data");
      await page.getByLabel("What you state").selectOption({ label: WAIVE });
      await page.getByLabel("Last day on which it counts").fill("2099-01-01");
      await page.getByLabel("File with your private key").setInputFiles(pem("ada"));
      await reason.fill("matured elsewhere");
      await page.getByRole("navigation").getByRole("link", { name: "Home" }).click();
      await page.getByRole("heading", { level: 1, name: "Home" }).waitFor();
      await page.goBack();
      await reason.waitFor();
      expect([
        await page.getByLabel("What you state").inputValue(),
        await page.getByLabel("Last day on which it counts").inputValue(),
        await reason.inputValue(),
        await page.getByLabel("File with your private key").inputValue(),
      ]).toEqual(["waive", "2099-01-01", "matured elsewhere", ""]);
      await window.close();
    });

    test("two people approve, the release goes silent, is not shown without evidence, and is stopped", async () => {
      const visit = await workspace.visit("/app/release", ADMINISTRATOR);
      const { page, told, window } = visit;
      await page.getByRole("heading", { name: "Approve, move a stage, or waive a gate" }).waitFor();
      await state(visit, "Run it silent", /^Tim/, pem("tim"), "first ward");
      await page.getByText(/may not be silent: the clinical approval is missing/).waitFor();
      await state(visit, "I approve it, as a clinician", /^Ada/, pem("other"), "read the card");
      await page.getByText(/not signed with the key that people.yaml has/).waitFor();
      await state(visit, "I approve it, as a clinician", /^Ada/, pem("ada"), "read the card");
      await page.getByText(`✓ ${release} has your approval.`).waitFor();
      await state(visit, "I approve it, as an engineer", /^Ada/, pem("ada"), "both at once");
      await page.getByText(/does not have the role technical/).waitFor();
      await state(visit, "I approve it, as an engineer", /^Tim/, pem("tim"), "checked the runs");
      await page.getByText(`✓ ${release} has your approval.`).waitFor();
      await state(visit, "Run it silent", /^Tim/, pem("tim"), "first ward");
      await page.getByText(`✓ ${release} is silent now.`).waitFor();
      expect(await axeFaults(page)).toEqual([]);
      await picture(page, "approve");
      await state(visit, "Show it, live", /^Tim/, pem("tim"), "all wards");
      await page.getByText("SILENT_EVIDENCE_MISSING").waitFor();
      await page.getByLabel("What you state").selectOption({ label: WAIVE });
      await page.getByLabel("Gate that is waived").selectOption("silent-evidence");
      await page.getByLabel("Last day on which it counts").fill("2026-06-15");
      await state(visit, WAIVE, /^Tim/, pem("tim"), "matured elsewhere");
      await page.getByText("Its last day is past").waitFor();
      await page.getByLabel("Last day on which it counts").fill("2099-01-01");
      await state(visit, WAIVE, /^Ada/, pem("ada"), "matured elsewhere");
      await page.getByText(/does not have the role governance/).waitFor();
      await state(visit, WAIVE, /^Tim/, pem("tim"), "matured elsewhere");
      await page.getByText("✓ Gate silent-evidence is waived until 2099-01-01.").waitFor();
      await state(visit, "Show it, live", /^Tim/, pem("tim"), "all wards");
      await page.getByText(`✓ ${release} is live now.`).waitFor();
      await state(visit, "Stop it", /^Tim/, pem("tim"), "alarm at night");
      await page.getByText(`✓ ${release} is stopped now.`).waitFor();
      expect(await registered()).toMatchObject({
        stage: "stopped",
        approvals: [
          { by: "ada", role: "clinical" },
          { by: "tim", role: "technical" },
        ],
      });
      const log: string[] = [];
      await workspace.server.context.state.transaction(async (tx) => {
        for await (const { action, actor, reason, outcome } of readAudit(tx))
          if (action.startsWith("governance.") && actor !== "system")
            log.push(`${actor} ${action}: ${reason}${outcome === "done" ? "" : ` (${outcome})`}`);
      });
      expect(log).toEqual([
        "adm governance.stage: RELEASE_FORBIDDEN, said to be by tim (refused)",
        "adm governance.approval: GOVERNANCE_PERSON, said to be by ada (refused)",
        "ada governance.approval: read the card",
        "adm governance.approval: GOVERNANCE_PERSON, said to be by ada (refused)",
        "tim governance.approval: checked the runs",
        "tim governance.stage: first ward",
        "adm governance.stage: SILENT_EVIDENCE_MISSING, said to be by tim (refused)",
        "adm governance.waiver: WAIVER_INVALID, said to be by tim (refused)",
        "adm governance.waiver: GOVERNANCE_PERSON, said to be by ada (refused)",
        "tim governance.waiver: matured elsewhere",
        "tim governance.stage: all wards",
        "tim governance.stage: alarm at night",
      ]);
      expect(told.filter((line) => !/40[03]/.test(line))).toEqual([]);
      await window.close();
    });

    test("a statement counts once, now, whole, and for nobody who is not listed; a browser's script gives it no more right", async () => {
      const { tell, window } = await workspace.visit("/app/release", ADMINISTRATOR);
      const send = async (statement: object, key: KeyObject, signed: object = statement) => {
        const signature = signJson(toJson(signed), key);
        const { status, json } = await tell("/workspace/release/statements", { statement, signature });
        return [status, json.error?.code ?? "done"];
      };
      const at = (minutes: number) => new Date(systemEffects.now() + minutes * 60_000).toISOString();
      const stop = { kind: "stage", subject: release, at: at(0), by: "tim", to: "stopped", reason: "again" };
      expect(await send(stop, people.tim)).toEqual([200, "done"]);
      expect(await send(stop, people.tim)).toEqual([200, "done"]);
      const stops = (await registered())?.stages.filter(({ at: when }) => when === stop.at);
      expect(stops).toHaveLength(1);
      expect(await send({ ...stop, to: "live" }, people.tim, stop)).toEqual([403, "GOVERNANCE_PERSON"]);
      expect(await send({ ...stop, by: "eve" }, people.tim)).toEqual([403, "GOVERNANCE_PERSON"]);
      expect(await send({ ...stop, by: "ada" }, people.ada)).toEqual([403, "GOVERNANCE_PERSON"]);
      expect(await send({ ...stop, at: at(-10) }, people.tim)).toEqual([409, "STATEMENT_TIME"]);
      expect(await send({ ...stop, at: at(10) }, people.tim)).toEqual([409, "STATEMENT_TIME"]);
      expect(await send({ ...stop, at: "yesterday at noon" }, people.tim)).toEqual([409, "STATEMENT_TIME"]);
      expect(await send({ ...stop, subject: "rel-none" }, people.tim)).toEqual([404, "RELEASE_MISSING"]);
      expect(await send({ ...stop, reason: "two\nlines" }, people.tim)).toEqual([400, "REQUEST_INVALID"]);
      await window.close();
      const auditor = await workspace.visit("/app/release", { roles: ["auditor"], person: "aud" });
      await auditor.page.getByRole("heading", { name: "Registry" }).waitFor();
      expect(
        await auditor.page.getByRole("heading", { name: "Approve, move a stage, or waive a gate" }).count(),
      ).toBe(0);
      await auditor.window.close();
    });
  },
);

describe.skipIf(CHROMIUM === null)(
  "waivers of gates in the page (skipped where there is no Chromium)",
  () => {
    let judged: Workspace;
    let key: string;
    beforeAll(async () => {
      const site = await makeServedSite({
        verdict: "silent only",
        stage: "silent",
        texts: measuredRelease(),
      });
      key = join(site.folder, "tim.pem");
      await writeFile(key, site.people.tim.export({ type: "pkcs8", format: "pem" }), { mode: 0o600 });
      judged = await openWorkspace(site.folder);
      const ended = {
        ...{ kind: "waiver" as const, subject: "m".repeat(64), at: "2026-06-15T00:00:00.000Z", by: "tim" },
        ...{ gate: "two", outcome: null, reason: "last summer", until: "2026-06-30" },
      };
      await judged.server.context.state.transaction((tx) =>
        recordStatement(tx, ended, site.people.tim, systemEffects.now()),
      );
    });
    afterAll(() => judged?.stop());

    test("one that has ended says so and counts no more; a new one changes the gate and the verdict of today", async () => {
      const visit = await judged.visit("/app/release", ADMINISTRATOR);
      const { page } = visit;
      const ended = page.getByRole("row", { name: /last summer/ });
      expect(await ended.innerText()).toMatch(/2026-06-30\s+✕\s+ended/);
      const gate = page.getByRole("row", { name: /^Gate two/ });
      expect(await gate.innerText()).toContain("not passed");
      await page.getByLabel("What you state").selectOption({ label: WAIVE });
      await page.getByLabel("Gate that is waived").selectOption("two");
      await page.getByLabel("Last day on which it counts").fill("2099-02-03");
      await state(visit, WAIVE, /^Tim/, key, "agreed by the board");
      await page.getByText("✓ Gate two is waived until 2099-02-03.").waitFor();
      await page.getByText("Waived by tim until 2099-02-03: agreed by the board").waitFor();
      await page.getByText(/^With the waivers that count today it is judged: deploy\./).waitFor();
      await page.getByRole("heading", { name: "Verdict on what is served: silent only" }).waitFor();
      expect(
        await page
          .getByRole("row", { name: /agreed by the board/ })
          .last()
          .innerText(),
      ).toMatch(/2099-02-03\s+✓\s+counts/);
      expect(await axeFaults(page)).toEqual([]);
      await picture(page, "waivers");
      await visit.window.close();
      await looksRight(judged, "/app/release", ADMINISTRATOR);
    });

    test("a gate that no outcome fails is not waived", async () => {
      const { tell, window } = await judged.visit("/app/release", ADMINISTRATOR);
      const statement = {
        ...{ kind: "waiver", subject: "m".repeat(64), at: new Date(systemEffects.now()).toISOString() },
        ...{ by: "tim", gate: "one", outcome: null, reason: "why not", until: "2099-01-01" },
      };
      const tim = createPrivateKey(await readFile(key));
      const send = async (changed: object) => {
        const signed = { ...statement, ...changed };
        const body = { statement: signed, signature: signJson(toJson(signed), tim) };
        const { status, json } = await tell("/workspace/release/statements", body);
        return [status, json.error?.code];
      };
      expect(await send({})).toEqual([400, "WAIVER_INVALID"]);
      expect(await send({ gate: "two", outcome: "gout" })).toEqual([400, "WAIVER_INVALID"]);
      expect(await send({ gate: "two", until: "2099-02-30" })).toEqual([400, "WAIVER_INVALID"]);
      expect(await send({ gate: "two", subject: "x".repeat(64) })).toEqual([404, "RELEASE_MISSING"]);
      await window.close();
    });
  },
);
