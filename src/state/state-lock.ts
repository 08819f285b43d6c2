/**
 * The lock of a site's embedded state: PGlite must be the only writer of its folder.
 * A lock whose holder was killed is taken over.
 */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { lockSite, type SiteLock } from "../artefacts/site-lock.ts";
import type { Effects } from "../effects/effects.ts";
import { LongitudeError } from "../errors/longitude-error.ts";
import { SITE_LOCKED, STATE_LOCKED } from "../errors/registry.ts";

const WAIT_MS = 15_000;
const RETRY_MS = 50;

/** Where the embedded state of a site is. */
export function stateFolder(site: string): string {
  return join(site, "state");
}

/**
 * @param site its folder; the state's folder is made when it is missing, readable by its owner alone
 * @param waitMs how long to wait for another process that holds it
 * @throws LongitudeError STATE_LOCKED
 */
export async function lockState(site: string, effects: Effects, waitMs = WAIT_MS): Promise<SiteLock> {
  const folder = stateFolder(site);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const until = effects.now() + waitMs;
  for (;;) {
    try {
      return await lockSite(folder, effects);
    } catch (error) {
      if (!(error instanceof LongitudeError) || error.code !== SITE_LOCKED.code) throw error;
      if (effects.now() >= until) throw new LongitudeError(STATE_LOCKED, error.message, { cause: error });
      await setTimeout(RETRY_MS);
    }
  }
}
