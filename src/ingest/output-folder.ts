/**
 * A folder that appears whole or not at all: written under a temporary name beside its final one, renamed at the end.
 * Invariant: after a failure nothing is left but what was there before.
 */
import { existsSync } from "node:fs";
import { mkdir, readdir, rename, rm } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { publishFolder } from "../artefacts/durable.ts";
import { asMachineError } from "../artefacts/machine-error.ts";
import type { Effects } from "../effects/effects.ts";
import { LongitudeError } from "../errors/longitude-error.ts";
import { OUTPUT_EXISTS } from "../errors/registry.ts";
import { beginState, isDatasetEntry } from "../timeline/dataset-state.ts";

export interface OutputFolder {
  /** Write here. */
  readonly folder: string;
  /** The state of the dataset that stands there; null where none does. */
  readonly previous: string | null;
  /** For what is not to be published: staging and spill. */
  readonly scratch: string;
  publish(): Promise<void>;
  /** Does nothing after `publish`. */
  discard(): Promise<void>;
}

/**
 * @param overwrite replace what stands at `out`; an empty folder is always replaced. A dataset gets a new state, so that
 * its readers and a killed process find the old one or the new one.
 */
export async function beginOutput(
  out: string,
  overwrite: boolean | "datasets only",
  effects: Effects,
): Promise<OutputFolder> {
  const final = resolve(out);
  const existing = await readdir(final).catch(() => null);
  const isDataset = existing?.includes("metadata") === true && existing.every(isDatasetEntry);
  if (existing !== null && existing.length > 0 && !(overwrite === true || (overwrite && isDataset))) {
    throw new LongitudeError(OUTPUT_EXISTS, `${out} is not empty (${existing.length} entries)`);
  }
  if (isDataset) {
    const { previous, folder, scratch, publish, removeOld, end } = await beginState(final, effects);
    return {
      previous,
      folder,
      scratch,
      publish: async () => {
        await publish();
        await removeOld();
      },
      discard: end,
    };
  }
  const prefix = `.partial-${basename(final)}-`;
  const beside = join(dirname(final), `${prefix}${process.pid}`);
  const folder = join(beside, "output");
  const scratch = join(beside, "scratch");
  const replaced = join(beside, "replaced");
  const discard = () => rm(beside, { recursive: true, force: true });
  try {
    await removeAbandoned(final, prefix);
    await discard();
    await mkdir(folder, { recursive: true });
    await mkdir(scratch, { recursive: true });
  } catch (error) {
    throw asMachineError(error, `creating ${beside}`);
  }
  const publish = async (): Promise<void> => {
    try {
      await rm(scratch, { recursive: true, force: true });
      if (existing !== null && existing.length > 0) await rename(final, replaced);
      await publishFolder(folder, final);
      await discard();
    } catch (error) {
      throw asMachineError(error, `publishing ${out}`);
    }
  };
  return { previous: null, folder, scratch, publish, discard };
}

/** What a killed run left behind: its folder names a process that is no more. What it had moved aside goes back. */
async function removeAbandoned(final: string, prefix: string): Promise<void> {
  const parent = dirname(final);
  for (const name of await readdir(parent).catch(() => [])) {
    const pid = name.startsWith(prefix) ? Number(name.slice(prefix.length)) : Number.NaN;
    if (!Number.isInteger(pid) || isAlive(pid)) continue;
    const abandoned = join(parent, name);
    if (!existsSync(final)) await rename(join(abandoned, "replaced"), final).catch(() => undefined);
    await rm(abandoned, { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Not permitted: it lives and is somebody else's.
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
