/**
 * The logical id behind a reference: `Patient/123`, `https://host/fhir/Patient/123/_history/2`, `urn:uuid:…`.
 * Inside a Bundle a full URL stands for the id of the entry that has it.
 */
import type { JsonObject } from "../json-access.ts";
import { objectAt, textAt } from "../json-access.ts";

/** Full URL of an entry → `Type/id` of its resource. */
export type BundleIds = ReadonlyMap<string, string>;

export interface Reference {
  /** Null for a bare urn whose type is not told. */
  readonly type: string | null;
  readonly id: string;
}

export function parseReference(text: string, bundle: BundleIds): Reference | null {
  const resolved = bundle.get(text) ?? text;
  // The plain form, without the cost of a search.
  const slash = resolved.indexOf("/");
  if (slash > 0 && slash === resolved.lastIndexOf("/") && !resolved.includes("?")) {
    return { type: resolved.slice(0, slash), id: resolved.slice(slash + 1) };
  }
  const urn = /^urn:(?:uuid|oid):(.+)$/.exec(resolved);
  if (urn !== null) return { type: null, id: urn[1]! };
  const match = /(?:^|\/)([A-Z][A-Za-z]+)\/([A-Za-z0-9.-]+)(?:\/_history\/[^/]+)?$/.exec(resolved);
  return match === null ? null : { type: match[1]!, id: match[2]! };
}

/** The id of the patient that `resource[field]` refers to; null when it refers to none. */
export function patientOf(resource: JsonObject, field: string, bundle: BundleIds): string | null {
  const text = textAt(objectAt(resource, field), "reference");
  const reference = text === null ? null : parseReference(text, bundle);
  if (reference === null || (reference.type !== null && reference.type !== "Patient")) return null;
  return reference.id;
}

export function encounterOf(resource: JsonObject, bundle: BundleIds): string | null {
  const field = objectAt(resource, "encounter") ?? objectAt(resource, "context");
  const text = textAt(field, "reference");
  const reference = text === null ? null : parseReference(text, bundle);
  if (reference === null || (reference.type !== null && reference.type !== "Encounter")) return null;
  return reference.id;
}
