/**
 * Identified timelines at rest: the files of a dataset, each sealed, below `records/<id>`. Kept so that another profile or
 * a later increment needs no new export.
 * Invariant: `complete` is sealed last; without it the rest counts for nothing.
 */
import { createReadStream, createWriteStream } from "node:fs";
import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { filesBelow } from "../../artefacts/durable.ts";
import { LongitudeError } from "../../errors/longitude-error.ts";
import { ZONE_DAMAGED } from "../../errors/registry.ts";
import { KNOWN_IDENTIFIERS_PARQUET } from "../../timeline/dataset-layout.ts";
import type { Zone } from "./zone.ts";

const COMPLETE = "complete";
const NOTHING_SEALED = "the zone holds no sealed records: nothing was de-identified in it yet";

export async function hasSealedRecords(zone: Zone, id: string): Promise<boolean> {
  return zone.has(`records/${id}/${COMPLETE}`);
}

/** Seals every file of `folder` in the place of what was there, and removes the records of other ids. */
export async function sealRecords(zone: Zone, id: string, folder: string): Promise<void> {
  await zone.remove(`records/${id}/${COMPLETE}`);
  const names = new Set([`records/${id}/${COMPLETE}`]);
  for (const file of await filesBelow(folder)) {
    const name = `records/${id}/${file}`;
    names.add(name);
    await zone.seal(name, createReadStream(join(folder, file)));
  }
  for (const name of await zone.list("records")) if (!names.has(name)) await zone.remove(name);
  await zone.seal(`records/${id}/${COMPLETE}`, []);
}

/** Ids of the records that are sealed here, the ones of an interrupted sealing included. */
export async function sealedRecordsIds(zone: Zone): Promise<string[]> {
  return [...new Set((await zone.list("records")).map((name) => name.split("/")[1]!))];
}

export async function removeSealedRecords(zone: Zone, id: string): Promise<void> {
  await zone.remove(`records/${id}/${COMPLETE}`);
  for (const name of await zone.list("records"))
    if (name.startsWith(`records/${id}/`)) await zone.remove(name);
}

/** Opens the identifiers of everybody into the zone's work folder. @returns the file @throws ZONE_DAMAGED */
export async function unsealIdentifiers(zone: Zone, work: string): Promise<string> {
  const name = (await zone.list("records")).find((file) => file.endsWith(KNOWN_IDENTIFIERS_PARQUET));
  if (name === undefined) throw new LongitudeError(ZONE_DAMAGED, NOTHING_SEALED);
  const path = join(work, "known_identifiers.parquet");
  await pipeline(zone.unseal(name), createWriteStream(path, { mode: 0o600 }));
  return path;
}

/** Opens the records into `folder`, which is in the zone's work folder. */
export async function unsealRecords(zone: Zone, id: string, folder: string): Promise<void> {
  const prefix = `records/${id}/`;
  for (const name of await zone.list("records")) {
    if (!name.startsWith(prefix) || name === prefix + COMPLETE) continue;
    const path = join(folder, name.slice(prefix.length));
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    await pipeline(zone.unseal(name), createWriteStream(path, { mode: 0o600 }));
  }
}
