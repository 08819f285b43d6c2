/**
 * A dataset that changes: each state is a folder of its own under `states/`, and `current` points to the one that
 * counts. A plain dataset (`data/`, `metadata/` at its root) is its own state until it is changed for the first time.
 * Invariant: a state never changes once `current` has pointed to it; the switch is one rename, so that a reader, or a
 * process killed at any moment, finds the old state or the new one, whole. A state that somebody reads stays.
 */
import { randomUUID } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { lstat, mkdir, readdir, readlink, rename, rm, symlink } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { filesBelow, flush, publishFolder } from "../artefacts/durable.ts";
import { asMachineError } from "../artefacts/machine-error.ts";
import { lockSite } from "../artefacts/site-lock.ts";
import type { Effects } from "../effects/effects.ts";

const CURRENT = "current";
const STATES = "states";
const READERS = "readers";
const PARTIAL = ".partial";
/** What a state is made of; a changed dataset shows these at its root as links. */
const PARTS = ["data", "metadata", "ledger"];
const ENTRIES: ReadonlySet<string> = new Set([...PARTS, CURRENT, STATES, READERS]);

/** Whether a dataset's folder may hold this; something else in it was not put there by Longitude. */
export function isDatasetEntry(name: string): boolean {
  // A process that was killed while it took the lock leaves a draft of it.
  return ENTRIES.has(name) || name.startsWith(".lock");
}

/** The folder with the state that counts: `dir` itself for a plain dataset. */
export async function currentState(dir: string): Promise<string> {
  const target = await readlink(join(dir, CURRENT)).catch(() => null);
  return target === null ? dir : join(dir, target);
}

/** The files of one state, relative to its folder: for a plain dataset without what lies beside it. */
export async function datasetFiles(state: string): Promise<string[]> {
  const found: string[] = [];
  for (const part of PARTS) {
    if (!existsSync(join(state, part))) continue;
    found.push(...(await filesBelow(join(state, part))).map((file) => `${part}/${file}`));
  }
  return found;
}

export interface HeldState {
  readonly folder: string;
  /** Synchronous, for whoever closes. */
  release(): void;
}

/** The current state, which is not removed before it is released or this process has ended. */
export async function holdState(dir: string): Promise<HeldState> {
  for (;;) {
    const folder = await currentState(dir);
    if (folder === dir) return { folder, release: () => undefined };
    const mark = join(dir, READERS, `${basename(folder)}.${process.pid}.${randomUUID()}`);
    try {
      mkdirSync(join(dir, READERS), { recursive: true });
      writeFileSync(mark, "");
    } catch {
      // Somebody who may only read: nothing keeps the state for them longer than the next change.
      return { folder, release: () => undefined };
    }
    const release = (): void => rmSync(mark, { force: true });
    // Between the look and the mark it may have been replaced and removed.
    if ((await currentState(dir)) === folder || existsSync(folder)) return { folder, release };
    release();
  }
}

export interface NextState {
  /** The state that counts now. */
  readonly previous: string;
  /** Write the next one here, with its `data/` and `metadata/`. */
  readonly folder: string;
  /** For what is not to be published. */
  readonly scratch: string;
  /** Makes it the current state. */
  publish(): Promise<void>;
  /** Removes states that do not count any more; the number of those that living processes still read. */
  removeOld(): Promise<number>;
  /** Ends the work, published or not. */
  end(): Promise<void>;
}

/** Begins a change of the dataset; SITE_LOCKED while another process changes it. */
export async function beginState(dir: string, effects: Effects): Promise<NextState> {
  const root = resolve(dir);
  const lock = await lockSite(root, effects);
  const partial = join(root, STATES, PARTIAL);
  const end = async (): Promise<void> => {
    await rm(partial, { recursive: true, force: true });
    await lock.release();
  };
  try {
    await removeOldStates(root);
    await rm(partial, { recursive: true, force: true });
    const previous = await currentState(root);
    const [folder, scratch] = [join(partial, "output"), join(partial, "scratch")];
    await mkdir(folder, { recursive: true });
    await mkdir(scratch, { recursive: true });
    const publish = async (): Promise<void> => {
      try {
        await rm(scratch, { recursive: true, force: true });
        await publishState(root, folder);
      } catch (error) {
        throw asMachineError(error, "publishing a state of the dataset");
      }
    };
    return { previous, folder, scratch, publish, removeOld: () => removeOldStates(root), end };
  } catch (error) {
    await end();
    throw asMachineError(error, "changing the dataset");
  }
}

async function publishState(root: string, folder: string): Promise<void> {
  const numbers = (await readdir(join(root, STATES))).map(Number).filter(Number.isInteger);
  const name = String(Math.max(0, ...numbers) + 1).padStart(6, "0");
  await publishFolder(folder, join(root, STATES, name));
  const draft = join(root, STATES, PARTIAL, CURRENT);
  await symlink(join(STATES, name), draft);
  await rename(draft, join(root, CURRENT));
  await flush(root);
}

/**
 * Removes what does not count: older states without a reader, the parts of a plain dataset that was changed. Then the
 * root shows the current state's parts, for tools that know plain datasets only.
 */
async function removeOldStates(root: string): Promise<number> {
  const current = await currentState(root);
  if (current === root) return 0;
  const read = statesBeingRead(root);
  for (const name of await readdir(join(root, STATES))) {
    if (name === PARTIAL || name === basename(current) || read.has(name)) continue;
    await rm(join(root, STATES, name), { recursive: true, force: true });
  }
  for (const part of PARTS) {
    const path = join(root, part);
    const found = await lstat(path).catch(() => null);
    if (found?.isSymbolicLink() === true) continue;
    await rm(path, { recursive: true, force: true });
    if (existsSync(join(current, part))) await symlink(join(CURRENT, part), path);
  }
  await flush(join(root, STATES));
  return [...read].filter((name) => name !== basename(current)).length;
}

function statesBeingRead(root: string): Set<string> {
  const read = new Set<string>();
  if (!existsSync(join(root, READERS))) return read;
  for (const mark of readdirSync(join(root, READERS))) {
    const [state = "", pid = ""] = mark.split(".");
    if (isAlive(Number(pid))) read.add(state);
    else rmSync(join(root, READERS, mark), { force: true });
  }
  return read;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    // A process that has ended and waits for its parent reads nothing any more.
    return !/^\d+ \(.*\) Z/s.test(statOf(pid));
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

function statOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/stat`, "utf8");
  } catch {
    return "";
  }
}
