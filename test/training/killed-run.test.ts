import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { expect, it } from "vitest";
import { createRandom } from "../../src/effects/random.ts";
import { smallTimelines, smallTokens, temporaryFolder } from "../support/small-cohort.ts";

const KILLS = 30;
const SCRIPT = join(import.meta.dirname, "train-until-killed.ts");

function filesOf(folder: string): Record<string, string> {
  const names = readdirSync(folder).sort();
  return Object.fromEntries(names.map((name) => [name, readFileSync(join(folder, name)).toString("base64")]));
}

/** Starts a run and waits until it trains. */
async function start(tokens: string, out: string, work: string): Promise<ChildProcess> {
  const child = spawn(process.execPath, ["--import", "tsx", SCRIPT, tokens, out, work], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  await Promise.race([once(child.stdout, "data"), once(child, "exit")]);
  return child;
}

async function end(child: ChildProcess): Promise<boolean> {
  if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
  return child.signalCode === "SIGKILL";
}

it("a run killed at thirty random moments ends with the bytes of one that nobody disturbed", async () => {
  const tokens = await smallTokens(smallTimelines(60));
  const whole = await temporaryFolder();
  const undisturbed = await start(tokens, whole, join(await temporaryFolder(), "work"));
  const begin = performance.now();
  expect(await end(undisturbed)).toBe(false);
  const duration = performance.now() - begin;

  const random = createRandom("when a run is killed");
  let out = await temporaryFolder();
  let work = join(await temporaryFolder(), "work");
  let finished = 0;
  const startAfresh = async () => {
    expect(filesOf(out)).toEqual(filesOf(whole));
    finished++;
    out = await temporaryFolder();
    work = join(await temporaryFolder(), "work");
  };
  for (let kills = 0; kills < KILLS; ) {
    const child = await start(tokens, out, work);
    await pause(random.next() * duration);
    child.kill("SIGKILL");
    if (await end(child)) kills++;
    else await startAfresh();
  }
  expect(await end(await start(tokens, out, work))).toBe(false);
  await startAfresh();
  expect(finished).toBeGreaterThan(0);
}, 300_000);
