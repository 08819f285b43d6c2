/**
 * The logical id behind a reference: `Patient/123`, `https://host/fhir/Patient/123/_history/2`, `urn:uuid:…`.
 * Inside a Bundle a full URL stands for the id of the entry that has it.
 */
import type { JsonObject } from "../json-access.ts";
import { isObject, listAt, objectAt, textAt } from "../json-access.ts";

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

/**
 * The id of the patient that `resource[field]` refers to; null when it refers to none. A reference by identifier, or a
 * conditional one (`Patient?identifier=system|value`), gives the alias that the Patient adds for its identifier.
 */
export function patientOf(resource: JsonObject, field: string, bundle: BundleIds): string | null {
  const pointer = objectAt(resource, field);
  const text = textAt(pointer, "reference");
  if (text === null) {
    const identifier = objectAt(pointer, "identifier");
    const [system, value] = [textAt(identifier, "system"), textAt(identifier, "value")];
    return system === null || value === null ? null : identifierAlias(system, value);
  }
  if (text.startsWith("#")) return containedPatient(resource, text);
  const reference = parseReference(text, bundle);
  if (reference !== null)
    return reference.type !== null && reference.type !== "Patient" ? null : reference.id;
  const conditional = /^(?:https?:\/\/[^?]*\/)?Patient\?identifier=([^&]+)$/.exec(text);
  const token = conditional === null ? null : /^([^|]+)\|(.+)$/.exec(unescapedQuery(conditional[1]!));
  return token === null ? null : identifierAlias(token[1]!, token[2]!);
}

/** Servers write the bar between system and value as it is, or as `%7C`. */
function unescapedQuery(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** A patient within the resource is known by the identifiers that it has there, to whoever has them in the open. */
function containedPatient(resource: JsonObject, reference: string): string | null {
  const patient = listAt(resource, "contained").find(
    (entry) => entry.resourceType === "Patient" && `#${String(entry.id)}` === reference,
  );
  for (const identifier of listAt(patient, "identifier")) {
    const [system, value] = [textAt(identifier, "system"), textAt(identifier, "value")];
    if (system !== null && value !== null) return identifierAlias(system, value);
  }
  return null;
}

/** What stands for a person of whom only an identifier is told. */
export function identifierAlias(system: string, value: string): string {
  return `identifier ${system}|${value}`;
}

export function encounterOf(resource: JsonObject, bundle: BundleIds): string | null {
  const context = objectAt(resource, "context");
  const field = objectAt(resource, "encounter") ?? listIn(context, "encounter") ?? context;
  const text = textAt(field, "reference");
  const reference = text === null ? null : parseReference(text, bundle);
  if (reference === null || (reference.type !== null && reference.type !== "Encounter")) return null;
  return reference.id;
}

/** A document may be of several encounters: the first. R5 has a list under `context` itself. */
function listIn(context: JsonObject | null, key: string): JsonObject | null {
  const found = context?.[key];
  return Array.isArray(found) ? (found.filter(isObject)[0] ?? null) : null;
}
