/**
 * Opens the state of a site for one verb, and closes it whatever happens. Beside the database it leaves the audit log's
 * anchor, so that a cut-off end is found even where nobody has exported one. What was answered while the database had not started
 * is recorded first.
 * Invariant: the anchor only moves forward, along the log that it belongs to.
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { replaceFile } from "../artefacts/durable.ts";
import type { SiteLock } from "../artefacts/site-lock.ts";
import { recordJournal } from "../assistant/conversations/answer-journal.ts";
import { assistantArea } from "../assistant/conversations/assistant-tables.ts";
import { systemEffects } from "../effects/effects.ts";
import { type AuditAnchor, auditAnchorSchema, nextAnchor } from "../state/audit/verify-audit.ts";
import type { StateArea } from "../state/migrate.ts";
import { openState, type State } from "../state/open-state.ts";
import { isoTime } from "../state/value-parsers.ts";
import type { Site } from "./read-site.ts";

/** Of the site's folder. */
const ANCHOR_FILE = "audit-anchor.json";

/** @param lock on the embedded state, where it is held already */
export async function withState<T>(
  site: Site,
  areas: readonly StateArea[],
  work: (state: State) => Promise<T>,
  lock?: SiteLock,
): Promise<T> {
  const state = await openState({
    folder: site.folder,
    config: site.configuration.state,
    areas: [...new Set([...areas, assistantArea])],
    effects: systemEffects,
    lock,
  });
  try {
    await recordJournal(site.folder, state);
    return await work(state);
  } finally {
    await moveAnchor(site, state).finally(() => state.close());
  }
}

/** The anchor beside the site's database; null when there is none, or none that can be read. */
export async function siteAnchor(site: Site): Promise<AuditAnchor | null> {
  try {
    return auditAnchorSchema.parse(JSON.parse(await readFile(join(site.folder, ANCHOR_FILE), "utf8")));
  } catch {
    return null;
  }
}

async function moveAnchor(site: Site, state: State): Promise<void> {
  const known = await siteAnchor(site);
  const now = isoTime(systemEffects.now());
  const next = await state.transaction((tx) => nextAnchor(tx, known, now));
  if (next !== null) await replaceFile(join(site.folder, ANCHOR_FILE), `${JSON.stringify(next)}\n`);
}
