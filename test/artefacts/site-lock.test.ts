import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { lockSite } from "../../src/artefacts/site-lock.ts";
import { systemEffects } from "../../src/effects/effects.ts";

let site: string;
beforeEach(async () => {
  site = await mkdtemp(join(tmpdir(), "longitude-lock-"));
});
afterEach(() => rm(site, { recursive: true, force: true }));

const lock = () => lockSite(site, systemEffects);

describe("the lock of a site", () => {
  it("is held by one at a time", async () => {
    const first = await lock();
    await expect(lock()).rejects.toMatchObject({ code: "SITE_LOCKED" });
    await first.release();
    await (await lock()).release();
    expect(await readdir(site)).toEqual([]);
  });

  it("goes to exactly one of many that ask at once", async () => {
    const outcomes = await Promise.allSettled(Array.from({ length: 8 }, lock));
    expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  });

  it("is taken over from a process that was killed", async () => {
    const child = spawn(
      process.execPath,
      ["--import", "tsx", join(import.meta.dirname, "lock-until-killed.ts"), site],
      { stdio: ["ignore", "pipe", "inherit"] },
    );
    await once(child.stdout, "data");
    await expect(lock()).rejects.toMatchObject({ code: "SITE_LOCKED" });
    child.kill("SIGKILL");
    await once(child, "exit");
    await (await lock()).release();
  });

  it("is taken over when its process number now belongs to another process", async () => {
    const holder = { pid: process.pid, startedTicks: "1", host: (await import("node:os")).hostname() };
    await writeFile(join(site, ".lock"), JSON.stringify(holder));
    await (await lock()).release();
  });

  it("of another machine is respected while it shows signs of life, and taken over after long silence", async () => {
    const path = join(site, ".lock");
    await writeFile(path, JSON.stringify({ pid: 1, startedTicks: "1", host: "another-machine" }));
    await expect(lock()).rejects.toMatchObject({ code: "SITE_LOCKED" });
    const longAgo = systemEffects.now() / 1000 - 3600;
    await utimes(path, longAgo, longAgo);
    await (await lock()).release();
  });
});
