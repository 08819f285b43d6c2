/**
 * Removes persons from a dataset for good: every file that names them is written anew without them, the others stay as
 * they are, the old state is deleted, and what is left is searched again.
 * Invariant: the dataset loses all of the persons in one step, or none of them; nobody else's events change.
 */
import { createHash, randomBytes } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { filesBelow, linkOrCopy } from "../artefacts/durable.ts";
import type { Effects } from "../effects/effects.ts";
import { LongitudeError } from "../errors/longitude-error.ts";
import { FORGET_INCOMPLETE, FORGET_NOBODY, FORGET_NOBODY_LEFT } from "../errors/registry.ts";
import { Database, literal } from "../timeline/database.ts";
import { CODES_PARQUET, readDatasetLayout } from "../timeline/dataset-layout.ts";
import { beginState } from "../timeline/dataset-state.ts";
import type { SubjectKey } from "../timeline/patient-event.ts";
import { parquetColumns } from "../timeline/shard-events.ts";
import { copyState, writeUsedCodes } from "./copy-state.ts";

/** One line a removal; no person can be read from it. */
export const FORGOTTEN_JSONL = "metadata/forgotten.jsonl";

export interface Searched {
  readonly files: number;
  readonly rows: number;
  /** Rows of persons who should not be there. */
  readonly found: number;
}

export interface ForgetReport {
  readonly asked: number;
  /** Persons who were in the dataset and are not any more. */
  readonly forgotten: number;
  readonly events: number;
  readonly shards: { readonly rewritten: number; readonly kept: number };
  /** The new state, searched after it was written: nobody was found. */
  readonly searched: Searched;
  /** Old states that a living process still reads; they are removed with the next change, or by `longitude forget` again. */
  readonly oldStatesInUse: number;
}

export type ForgetEvent =
  | { readonly kind: "progress"; readonly done: number; readonly files: number }
  | { readonly kind: "done"; readonly report: ForgetReport };

export async function* forgetPersons(
  dir: string,
  persons: ReadonlySet<SubjectKey>,
  effects: Effects,
): AsyncGenerator<ForgetEvent> {
  if (persons.size === 0) throw new LongitudeError(FORGET_NOBODY, "0 persons were named");
  const state = await beginState(dir, effects);
  try {
    const database = await Database.open({ spillDir: state.scratch });
    try {
      await nameUnwanted(database, persons);
      const found = yield* writeWithout(database, state.previous, state.folder);
      const searched = await search(database, state.folder);
      if (searched.found > 0) {
        throw new LongitudeError(FORGET_INCOMPLETE, `${searched.found} rows are still of persons to forget`);
      }
      const report = { asked: persons.size, ...found, searched };
      // Nobody to remove: the dataset stays as it is, down to its identity.
      if (found.forgotten > 0) {
        await writeProof(state.previous, state.folder, persons, report, effects);
        await state.publish();
      }
      yield { kind: "done", report: { ...report, oldStatesInUse: await state.removeOld() } };
    } finally {
      database.close();
    }
  } finally {
    await state.end();
  }
}

async function nameUnwanted(database: Database, persons: ReadonlySet<SubjectKey>): Promise<void> {
  await database.run("CREATE TABLE unwanted (subject_id BIGINT PRIMARY KEY)");
  const appender = await database.connection.createAppender("unwanted");
  for (const person of persons) {
    appender.appendBigInt(BigInt(person));
    appender.endRow();
  }
  appender.closeSync();
}

async function* writeWithout(
  database: Database,
  from: string,
  to: string,
): AsyncGenerator<ForgetEvent, Pick<ForgetReport, "forgotten" | "events" | "shards">> {
  // One thread: the same rows give the same bytes.
  await database.run("SET threads = 1");
  // Not a second name for what is written here: that would change the old state.
  const anew = new Set([CODES_PARQUET, FORGOTTEN_JSONL]);
  const copy = copyState(database, from, to, (file) => !anew.has(file));
  let step = await copy.next();
  for (; step.done !== true; step = await copy.next()) yield { kind: "progress", ...step.value };
  const { events, shards } = step.value;
  if (shards.rewritten + shards.kept === 0) {
    throw new LongitudeError(FORGET_NOBODY_LEFT, `all persons of the dataset are among those to forget`);
  }
  const { hasCodes } = await readDatasetLayout(from);
  if (hasCodes) {
    const before = `read_parquet(${literal(join(from, CODES_PARQUET))})`;
    const changed = await writeUsedCodes(database, before, to, CODES_PARQUET);
    if (!changed) await linkOrCopy(join(from, CODES_PARQUET), join(to, CODES_PARQUET));
  }
  const [met] = await database.rows("SELECT CAST(count(DISTINCT subject_id) AS DOUBLE) AS n FROM met");
  return { forgotten: met!.n as number, events, shards };
}

/**
 * Adds a line to the account of removals: when, how many, and a salted digest of the keys, by which whoever has the
 * keys can tell that these persons were meant, and nobody else can.
 */
async function writeProof(
  from: string,
  to: string,
  persons: ReadonlySet<SubjectKey>,
  report: object,
  effects: Effects,
): Promise<void> {
  const salt = randomBytes(16).toString("hex");
  const keys = [...persons].sort((a, b) => a - b).join("\n");
  const digest = createHash("sha256").update(`${salt}\n${keys}`).digest("hex");
  const line = JSON.stringify({
    schema: "longitude.forgotten/1",
    at: new Date(effects.now()).toISOString(),
    ...report,
    persons: { salt, digest },
  });
  const before = await readFile(join(from, FORGOTTEN_JSONL), "utf8").catch(() => "");
  await mkdir(join(to, dirname(FORGOTTEN_JSONL)), { recursive: true });
  await writeFile(join(to, FORGOTTEN_JSONL), `${before}${line}\n`);
}

/** Whether nobody of the persons is left in any table below the dataset's folder, its old states included. */
export async function searchForgotten(dir: string, persons: ReadonlySet<SubjectKey>): Promise<Searched> {
  const database = await Database.open();
  try {
    await nameUnwanted(database, persons);
    return await search(database, dir);
  } finally {
    database.close();
  }
}

/** Looks for the persons in every table below a folder, whatever state it belongs to. */
async function search(database: Database, folder: string): Promise<Searched> {
  let [files, rows, found] = [0, 0, 0];
  for (const file of await filesBelow(folder)) {
    const path = join(folder, file);
    if (!file.endsWith(".parquet") || !(await parquetColumns(database, path)).has("subject_id")) continue;
    const [row] = await database.rows(
      `SELECT CAST(count(*) AS DOUBLE) AS n, CAST(count(*) FILTER (WHERE subject_id IN (FROM unwanted)) AS DOUBLE) AS found
       FROM read_parquet(${literal(path)})`,
    );
    files += 1;
    rows += row!.n as number;
    found += row!.found as number;
  }
  return { files, rows, found };
}
