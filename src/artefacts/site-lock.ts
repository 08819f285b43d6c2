/**
 * One build at a time in one site. A lock whose holder is dead is taken over.
 * Invariant: while `lockSite`'s result is not released, no other process that asks gets the lock.
 */
import { randomUUID } from "node:crypto";
import { link, mkdir, open, readFile, rename, rm, stat, utimes } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import type { Effects } from "../effects/effects.ts";
import { LongitudeError } from "../errors/longitude-error.ts";
import { SITE_LOCKED } from "../errors/registry.ts";
import { asMachineError } from "./machine-error.ts";

const HEARTBEAT_MS = 15_000;
/** A holder on another machine that has not shown itself for this long is taken for dead. */
const FOREIGN_STALE_MS = 10 * 60_000;

const holderSchema = z.object({ pid: z.int(), startedTicks: z.string(), host: z.string() });
type Holder = z.output<typeof holderSchema>;

export interface SiteLock {
  release(): Promise<void>;
}

/** Throws SITE_LOCKED while a living process holds it. */
export async function lockSite(site: string, effects: Effects): Promise<SiteLock> {
  const path = join(site, ".lock");
  try {
    await mkdir(site, { recursive: true });
    if (await create(path)) return held(path, effects);
    await clearIfStale(path, effects);
    if (await create(path)) return held(path, effects);
  } catch (error) {
    throw asMachineError(error, "locking the site");
  }
  const holder = await readHolder(path);
  throw new LongitudeError(
    SITE_LOCKED,
    holder === null
      ? `another process is working in ${site}`
      : `process ${holder.pid} on ${holder.host} is working in ${site}`,
  );
}

/** False when somebody holds it. The file appears under its name already complete. */
async function create(path: string): Promise<boolean> {
  const mine: Holder = { pid: process.pid, startedTicks: await startedTicks(process.pid), host: hostname() };
  const draft = `${path}.${randomUUID()}`;
  const handle = await open(draft, "w");
  try {
    await handle.writeFile(JSON.stringify(mine));
  } finally {
    await handle.close();
  }
  try {
    await link(draft, path);
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

/**
 * Moves a stale lock away. Two processes may try at once: the move has one winner, and a winner that
 * finds it moved a living lock puts it back.
 */
async function clearIfStale(path: string, effects: Effects): Promise<void> {
  if (!(await isStale(path, effects))) return;
  const moved = `${path}.stale-${randomUUID()}`;
  try {
    await rename(path, moved);
  } catch {
    return; // somebody else moved it first
  }
  if (!(await isStale(moved, effects))) await link(moved, path).catch(() => undefined);
  await rm(moved, { force: true });
}

async function isStale(path: string, effects: Effects): Promise<boolean> {
  const holder = await readHolder(path);
  const seen = await stat(path).catch(() => null);
  if (seen === null) return false;
  const silentMs = effects.now() - seen.mtimeMs;
  if (holder === null || holder.host !== hostname()) return silentMs > FOREIGN_STALE_MS;
  return (await startedTicks(holder.pid)) !== holder.startedTicks;
}

async function readHolder(path: string): Promise<Holder | null> {
  try {
    return holderSchema.parse(JSON.parse(await readFile(path, "utf8")));
  } catch {
    return null;
  }
}

function held(path: string, effects: Effects): SiteLock {
  const beat = setInterval(() => {
    const seconds = effects.now() / 1000;
    utimes(path, seconds, seconds).catch(() => undefined);
  }, HEARTBEAT_MS);
  beat.unref();
  return {
    release: async () => {
      clearInterval(beat);
      await rm(path, { force: true });
    },
  };
}

/**
 * When a process of this machine started, so that a reused process number is not taken for the holder.
 * "dead" when there is no such process; "unknown" where the system does not tell (no /proc) but it lives.
 */
async function startedTicks(pid: number): Promise<string> {
  try {
    const fields = (await readFile(`/proc/${pid}/stat`, "utf8")).replace(/^.*\) /, "").split(" ");
    return fields[0] === "Z" ? "dead" : (fields[19] ?? "unknown");
  } catch {
    try {
      process.kill(pid, 0);
      return "unknown";
    } catch (error) {
      return error instanceof Error && "code" in error && error.code === "EPERM" ? "unknown" : "dead";
    }
  }
}
