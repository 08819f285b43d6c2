/**
 * The journal of a site's embedded state: answers that were given while its database had not started yet, which takes a second that
 * nobody needs to wait for. Each is a file of its own beside the database, on the disk before the answer is shown.
 * Invariants: only who holds the state's lock writes one, and the next who opens the state begins by recording all of them, so that
 * whoever reads the state or its audit log reads what was answered; none is recorded twice.
 */
import { mkdir, readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { flush, replaceFile } from "../../artefacts/durable.ts";
import { LongitudeError } from "../../errors/longitude-error.ts";
import { STATE_DAMAGED } from "../../errors/registry.ts";
import type { State } from "../../state/open-state.ts";
import { stateFolder } from "../../state/state-lock.ts";
import { type AnswerToKeep, recordAnswer } from "./answer-keeper.ts";

const SCHEMA = "longitude.answer-journal/1";

/** What is checked of an entry; the rest of it is this program's own. */
const entrySchema = z.looseObject({
  schema: z.literal(SCHEMA),
  id: z.string().regex(/^say-[0-9a-f-]{36}$/),
  atMs: z.int(),
  answer: z.looseObject({ status: z.string(), sentences: z.array(z.unknown()), writtenBy: z.string() }),
  recording: z.looseObject({}),
  asker: z.looseObject({ actor: z.string(), door: z.string() }),
});

function journalOf(site: string): string {
  return join(stateFolder(site), "answers");
}

/** @param site folder of the site, whose state is locked by this process */
export async function journalAnswer(site: string, kept: AnswerToKeep): Promise<void> {
  const folder = journalOf(site);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const name = `${String(kept.atMs).padStart(15, "0")}-${kept.id}.json`;
  await replaceFile(join(folder, name), `${JSON.stringify({ schema: SCHEMA, ...kept })}\n`, 0o600);
  await flush(folder);
}

/** Records what the journal holds, the oldest first. @throws LongitudeError STATE_DAMAGED */
export async function recordJournal(site: string, state: State): Promise<void> {
  const folder = journalOf(site);
  const names = await readdir(folder).catch(() => []);
  for (const name of names.filter((one) => one.endsWith(".json")).sort()) {
    const entry = await readEntry(join(folder, name));
    await state.transaction((tx) => recordAnswer(tx, entry));
    await rm(join(folder, name));
  }
}

async function readEntry(path: string): Promise<AnswerToKeep> {
  try {
    const entry: unknown = JSON.parse(await readFile(path, "utf8"));
    entrySchema.parse(entry);
    // As it was read and not as it was parsed: its hash is over its keys in their order.
    return entry as AnswerToKeep;
  } catch (cause) {
    throw new LongitudeError(STATE_DAMAGED, `${path} is no answer that was given`, { cause });
  }
}
