import { execFile } from "node:child_process";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { beforeAll, expect, it } from "vitest";
import { withState } from "../../src/cli/open-site-state.ts";
import { readSite } from "../../src/cli/read-site.ts";
import { readAudit } from "../../src/state/audit/audit-log.ts";
import { type AskedSite, makeAskedSite } from "../support/asked-site.ts";
import { fhirRecord } from "../support/fhir-record.ts";

const PROGRAM = fileURLToPath(new URL("../../bin/longitude.js", import.meta.url));
let site: AskedSite;
beforeAll(async () => {
  site = await makeAskedSite([fhirRecord({ events: 60 })]);
});

async function ask(question: string, environment: Record<string, string> = {}): Promise<string> {
  const words = ["ask", "--site", site.folder, "--subject", site.subjects[0] ?? "", question];
  const env = { ...process.env, ...environment };
  return (await promisify(execFile)(process.execPath, [PROGRAM, ...words], { env })).stdout;
}

async function asked(): Promise<string[]> {
  return await withState(await readSite(site.folder), [], (state) =>
    state.transaction(async (tx) => {
      const found: string[] = [];
      for await (const { action, reason } of readAudit(tx))
        if (action === "assistant.ask") found.push(reason.split(",")[0] ?? "");
      return found;
    }),
  );
}

it("answers a question from the shell, and leaves it in the audit log and nothing in the journal", async () => {
  expect(await ask("What was my last systolic blood pressure?")).toMatch(
    /systolic blood pressure: \d+ mmHg/i,
  );
  expect(await asked()).toEqual(["ask: answered"]);
  expect(await readdir(join(site.folder, "state", "answers"))).toEqual([]);
});

it("says the same from its sources as from their bundle", async () => {
  const question = "What is my risk of death in the next 5 years?";
  const bundled = await ask(question);
  expect(bundled).toContain("%");
  expect(await ask(question, { LONGITUDE_DEBUG: "1" })).toBe(bundled);
});

it("an answer whose asker was killed before the database had started is in the log for whoever reads it next", async () => {
  const words = ["ask", "--site", site.folder, "--subject", site.subjects[0] ?? ""];
  const before = await asked();
  const running = promisify(execFile)(process.execPath, [PROGRAM, ...words, "What is my heart rate?"]);
  running.child.stdout?.once("data", () => running.child.kill("SIGKILL"));
  await running.catch(() => {});
  expect((await asked()).length).toBe(before.length + 1);
});
