/**
 * The key of a person from the identifier in the source: the first 53 bits of a SHA-256.
 * The same identifier gives the same key in every export and on every machine, so that a record can be found again.
 * It is not a de-identification: whoever has the identifiers can compute the keys. `src/privacy` re-keys.
 */
import { hash } from "node:crypto";
import type { SubjectKey } from "../timeline/patient-event.ts";

export function subjectKeyOf(sourceId: string): SubjectKey {
  return hash53(`longitude.subject/1\0${sourceId}`) as SubjectKey;
}

/** A key of an encounter: equal when the identifiers are equal, and not the hospital's own number. */
export function encounterKeyOf(sourceId: string): string {
  return opaqueKey(`encounter/1\0${sourceId}`);
}

/** A key of a group of persons who share a split. */
export function groupKeyOf(sourceId: string): string {
  return opaqueKey(`group/1\0${sourceId}`);
}

function opaqueKey(text: string): string {
  return hash("sha256", `longitude.${text}`, "hex").slice(0, 16);
}

/** A non-negative integer below 2^53. */
export function hash53(text: string): number {
  const digest = hash("sha256", text, "buffer");
  return digest.readUInt32BE(0) * 2 ** 21 + (digest.readUInt32BE(4) >>> 11);
}
