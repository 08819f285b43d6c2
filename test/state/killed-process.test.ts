import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout } from "node:timers/promises";
import { sql } from "kysely";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { systemEffects } from "../../src/effects/effects.ts";
import { createRandom } from "../../src/effects/random.ts";
import { verifyAudit } from "../../src/state/audit/verify-audit.ts";
import { openState } from "../../src/state/open-state.ts";
import { stateSchema } from "../../src/state/state-config.ts";
import { decisions } from "./decisions-area.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "longitude-killed-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

function decide(...args: string[]): { child: ChildProcess; said: string[]; opened: Promise<void> } {
  const script = join(import.meta.dirname, "decide-until-killed.ts");
  const child = spawn(process.execPath, ["--import", "tsx", script, folder, ...args], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const said: string[] = [];
  const opened = new Promise<void>((resolve) => {
    createInterface({ input: child.stdout as NodeJS.ReadableStream }).on("line", (line) => {
      if (line === "open") resolve();
      else said.push(line);
    });
  });
  return { child, said, opened };
}

async function recorded() {
  const state = await openState({
    folder,
    config: stateSchema.parse({}),
    areas: [decisions],
    effects: systemEffects,
  });
  try {
    return await state.transaction(async (tx) => {
      const { rows } = await sql<{ id: string }>`select id from decision`.execute(tx);
      return { ids: rows.map(({ id }) => id), audit: await verifyAudit(tx, "now") };
    });
  } finally {
    await state.close();
  }
}

// Each process pays for its own start of the embedded database, on a busy machine tens of seconds.
describe("an embedded state whose process is killed", { timeout: 300_000 }, () => {
  it("has every decision that was said to be recorded, each with its audit entry, at whatever moment", async () => {
    const random = createRandom("killed");
    const said: string[] = [];
    // The first kill falls into the very first start; the others at random moments of writing.
    for (let round = 0; round < 5; round++) {
      const run = decide(String(round));
      if (round > 0) await run.opened;
      await setTimeout(round === 0 ? 1500 : 20 + random.integer(400));
      run.child.kill("SIGKILL");
      await once(run.child, "close");
      said.push(...run.said);
    }
    const { ids, audit } = await recorded();
    expect(said.length).toBeGreaterThan(0);
    expect(new Set(ids)).toEqual(new Set([...ids, ...said]));
    expect(audit.faults).toEqual([]);
    expect(audit.entries).toBe(ids.length);
  });

  it("lets several processes work on one site one after the other", async () => {
    const runs = ["a", "b", "c"].map((name) => decide(name, "4"));
    const codes = await Promise.all(runs.map(async ({ child }) => (await once(child, "close"))[0]));
    expect(codes).toEqual([0, 0, 0]);
    const { ids, audit } = await recorded();
    expect(ids).toHaveLength(12);
    expect(audit).toMatchObject({ entries: 12, faults: [] });
  });
});
