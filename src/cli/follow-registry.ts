/**
 * Looks which release the registry says is to be served, and puts it in the place of the one that is.
 * Invariant: what is served does not hang on when a process was started; a release that cannot be opened replaces nothing.
 */
import { setTimeout } from "node:timers/promises";
import type { RegisteredRelease } from "../governance/release/registry.ts";
import { errorCode } from "../serving/error-code.ts";

export interface Following {
  /** Id of the release that is served now. */
  served(): string;
  /** The release that is to be served. */
  chosen(): Promise<RegisteredRelease>;
  replace(next: RegisteredRelease): Promise<void>;
  /** Told of each failure that is not the one before; the release is null where it could not be told which is to be served. */
  failed(failure: FollowingFailure): void;
  readonly everyMs: number;
}

export interface FollowingFailure {
  readonly release: string | null;
  readonly code: string;
}

/** Of one that could not be opened. */
const AGAIN_MS = 60_000;

/** Goes on until it is aborted, and then returns when no change is under way; what fails is tried again. */
export async function followRegistry(following: Following, signal: AbortSignal): Promise<void> {
  const { served, chosen, replace, failed, everyMs } = following;
  let before = "";
  while (await waited(everyMs, signal)) {
    let release: string | null = null;
    try {
      const next = await chosen();
      release = next.id;
      if (release !== served()) await replace(next);
      before = "";
    } catch (error) {
      const code = errorCode(error);
      if (before !== `${release} ${code}`) failed({ release, code });
      before = `${release} ${code}`;
      if (release !== null) await waited(AGAIN_MS, signal);
    }
  }
}

/** @returns false where it was aborted */
async function waited(ms: number, signal: AbortSignal): Promise<boolean> {
  await setTimeout(ms, undefined, { signal, ref: false }).catch(() => undefined);
  return !signal.aborted;
}
