/**
 * An entry `DELETE Condition/123` of a Bundle, as a Bulk Data export lists what was deleted since the last one.
 * Invariant: it takes back the older copies of the resource; with a Patient goes all that is the person's.
 */
import { type JsonObject, objectAt, textAt } from "../json-access.ts";
import { DELETED_PERSON, DELETION } from "../left-out.ts";
import type { FhirContext } from "./fhir-context.ts";
import { versionOf } from "./read-resource.ts";
import { parseReference } from "./reference.ts";

/** @param bundle says when: its `meta.lastUpdated`. False when the entry is no deletion. */
export function readDeletion(entry: JsonObject, bundle: JsonObject, context: FhirContext): boolean {
  const request = objectAt(entry, "request");
  if (textAt(request, "method") !== "DELETE") return false;
  const reference = parseReference(textAt(request, "url") ?? "", context.bundle);
  if (reference === null || reference.type === null) return false;
  const { type, id } = reference;
  const { staging } = context;
  staging.beginResource({ resource: `${type}/${id}`, version: versionOf(bundle) });
  staging.addVoidCopy();
  if (type === "Patient") {
    const unknown = { birthMs: null, deathMs: null, fromIndex: false, indexMs: null, group: null };
    staging.addPerson({ ...unknown, person: id, identifiers: [], leftOut: DELETED_PERSON });
  }
  context.notes.add(DELETION);
  return true;
}
