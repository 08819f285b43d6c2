/**
 * Takes persons who have opted out out of the identified zone: out of the sealed records, of the collected identifiers and
 * of the linkage table. Their subject keys are noted first, so that what was made with their records is found afterwards.
 * Invariant: killed at any point, running it again ends the same way.
 */
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { filesBelow } from "../../artefacts/durable.ts";
import { lockSite } from "../../artefacts/site-lock.ts";
import type { Effects } from "../../effects/effects.ts";
import { LongitudeError } from "../../errors/longitude-error.ts";
import { FORGET_NOBODY_LEFT } from "../../errors/registry.ts";
import { forgetPersons, type Searched, searchForgotten } from "../../ingest/forget-persons.ts";
import { Database } from "../../timeline/database.ts";
import { currentState } from "../../timeline/dataset-state.ts";
import { leaveOutPersons, readOptOuts } from "../consent/left-out-persons.ts";
import type { PrivacyConfig } from "../privacy-config.ts";
import { loadIdentifiers } from "../records/identified-records.ts";
import type { RawSubjectKey, SubjectKey } from "../subject-keys.ts";
import type { Entropy } from "../zone/key-port.ts";
import { Linkage } from "../zone/linkage.ts";
import {
  hasSealedRecords,
  removeSealedRecords,
  sealedRecordsIds,
  sealRecords,
  unsealIdentifiers,
  unsealRecords,
} from "../zone/sealed-records.ts";
import type { Zone } from "../zone/zone.ts";
import { readForgotten, writeForgotten } from "./forgotten-subjects.ts";

export interface ForgottenInZone {
  /** Subject keys of everybody who has opted out, now or before. */
  readonly subjects: ReadonlySet<SubjectKey>;
  /** Persons who were in the zone's records or its linkage table until now. */
  readonly persons: number;
  /** The zone's records and linkage table, read again afterwards. */
  readonly searched: Searched;
}

/** @param change false: nothing is changed, only looked for */
export async function forgetInZone(
  zone: Zone,
  config: PrivacyConfig,
  effects: Effects,
  entropy: Entropy,
  change: boolean,
): Promise<ForgottenInZone> {
  const optOuts = config.optOuts === undefined ? [] : await readOptOuts(config.optOuts);
  const lock = await lockSite(zone.folder, effects);
  try {
    const raw = await leftOutRaw(zone, optOuts);
    const linkage = await Linkage.read(zone, entropy);
    const subjects = await readForgotten(zone);
    for (const key of raw) {
      const subject = linkage.ofRaw(key)?.subject;
      if (subject !== undefined) subjects.add(subject);
    }
    for (const subject of subjects) {
      const link = linkage.ofSubject(subject);
      if (link !== null) raw.add(link.raw);
    }
    let persons = raw.size;
    if (change && raw.size > 0) {
      await writeForgotten(zone, subjects);
      await forgetSealed(zone, raw, effects);
      let linked = 0;
      for (const key of raw) if (linkage.forget(key)) linked += 1;
      if (linked > 0) await linkage.save();
      persons = raw.size;
    }
    return { subjects, persons, searched: await searchZone(zone, raw, subjects, entropy) };
  } finally {
    await zone.clearWork();
    await lock.release();
  }
}

async function leftOutRaw(zone: Zone, optOuts: readonly string[]): Promise<Set<RawSubjectKey>> {
  if ((await wholeRecords(zone)).length === 0) return new Set();
  const database = await Database.open();
  try {
    await loadIdentifiers(database, await unsealIdentifiers(zone, await zone.workFolder()));
    await database.run("CREATE TABLE left_out (subject_id BIGINT)");
    await leaveOutPersons(database, optOuts);
    const rows = await database.rows("SELECT DISTINCT CAST(subject_id AS DOUBLE) AS id FROM left_out");
    return new Set(rows.map(({ id }) => id as RawSubjectKey));
  } finally {
    database.close();
  }
}

/** Ids of records that were sealed to the end. */
async function wholeRecords(zone: Zone): Promise<string[]> {
  const whole: string[] = [];
  for (const id of await sealedRecordsIds(zone)) if (await hasSealedRecords(zone, id)) whole.push(id);
  return whole;
}

/** Opens the records in the work folder, takes the persons out and seals what is left in the place of what was. */
async function forgetSealed(zone: Zone, raw: ReadonlySet<RawSubjectKey>, effects: Effects): Promise<void> {
  const whole = new Set(await wholeRecords(zone));
  for (const id of await sealedRecordsIds(zone)) {
    if (!whole.has(id)) {
      await removeSealedRecords(zone, id);
      continue;
    }
    const folder = join(await zone.workFolder(), "records");
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await unsealRecords(zone, id, folder);
    try {
      for await (const _event of forgetPersons(folder, raw as ReadonlySet<never>, effects));
      await sealRecords(zone, id, await currentState(folder));
    } catch (error) {
      if (!(error instanceof LongitudeError && error.code === FORGET_NOBODY_LEFT.code)) throw error;
      await removeSealedRecords(zone, id);
    }
    await rm(folder, { recursive: true, force: true });
  }
}

/** Reads the zone as anybody would who opens it later. */
async function searchZone(
  zone: Zone,
  raw: ReadonlySet<RawSubjectKey>,
  subjects: ReadonlySet<SubjectKey>,
  entropy: Entropy,
): Promise<Searched> {
  let [files, rows, found] = [1, 0, 0];
  const linkage = await Linkage.read(zone, entropy);
  for (const link of linkage.links()) {
    rows += 1;
    if (raw.has(link.raw) || subjects.has(link.subject)) found += 1;
  }
  for (const id of await sealedRecordsIds(zone)) {
    const folder = join(await zone.workFolder(), "search");
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await unsealRecords(zone, id, folder);
    const searched = await searchForgotten(folder, raw as ReadonlySet<never>);
    files += searched.files;
    rows += searched.rows;
    found += searched.found;
    if ((await filesBelow(folder)).length > 0) await rm(folder, { recursive: true, force: true });
  }
  return { files, rows, found };
}
