/**
 * FHIR R4 as hospitals export it: NDJSON of resources (Bulk Data), a Bundle a line, or a Bundle a file.
 * Bytes come in, a block at a time; a resource of a type that is not read is counted without being parsed.
 */
import { LongitudeError } from "../../errors/longitude-error.ts";
import { JSON_MALFORMED, JSON_TOO_DEEP, RESOURCE_TYPE_UNKNOWN } from "../../errors/registry.ts";
import { isObject, type JsonObject, listAt, objectAt, textAt } from "../json-access.ts";
import { tellsOfPersons } from "./collect-identifiers.ts";
import type { FhirContext } from "./fhir-context.ts";
import { jsonTooDeep, MAX_JSON_DEPTH } from "./json-depth.ts";
import type { ResourceParser } from "./parse-resource.ts";
import { readDeletion } from "./read-deletion.ts";
import { isReadType, readResource } from "./read-resource.ts";
import { R4_RESOURCE_TYPES } from "./resource-types.ts";
import type { Source } from "./skip-json.ts";

type FileContext = Omit<FhirContext, "bundle">;

const NO_BUNDLE: ReadonlyMap<string, string> = new Map();
const [NEWLINE, SPACE, QUOTE, CLOSE] = [10, 32, 34, 125];
const TYPE_FIRST = Buffer.from('{"resourceType":"');
const BUNDLE_FIRST = Buffer.from('{"resourceType":"Bundle"');
const LONGEST_TYPE = 60;
/** Bundles in Bundles, which have no use; a hostile file could nest them without end. */
const MAX_NESTED_BUNDLES = 8;

/** Reads every line; the number of those that were not blank. */
export function readFhirLines(bytes: Uint8Array, context: FileContext, parser: ResourceParser): number {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const source = { bytes: buffer, view };
  const outside: FhirContext = { ...context, bundle: NO_BUNDLE };
  let lines = 0;
  for (let start = 0; start < buffer.length; ) {
    const newline = buffer.indexOf(NEWLINE, start);
    let end = newline < 0 ? buffer.length : newline;
    const next = end + 1;
    while (end > start && buffer[end - 1]! <= SPACE) end--;
    while (start < end && buffer[start]! <= SPACE) start++;
    if (end > start) {
      lines += 1;
      readLine(source, start, end, outside, parser);
    }
    start = next;
  }
  return lines;
}

/** Reads a file that is one JSON document; false when there is nothing in it. */
export function readFhirDocument(bytes: Uint8Array, label: string, context: FileContext): boolean {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const text = buffer.toString("utf8");
  if (text.trim() === "") return false;
  // A whole Bundle is many events of somebody: losing it is not one rejected row.
  if (jsonTooDeep(buffer, 0, buffer.length)) {
    throw new LongitudeError(JSON_TOO_DEEP, `${label} is nested more than ${MAX_JSON_DEPTH} levels deep`);
  }
  const json = parseJson(text);
  if (json === undefined) throw new LongitudeError(JSON_MALFORMED, `${label} is not JSON`);
  // A list of resources is none of FHIR's forms, and common all the same.
  for (const one of Array.isArray(json) ? (json as unknown[]) : [json]) readFhirJson(one, context);
  return true;
}

function readLine(
  source: Source,
  start: number,
  end: number,
  context: FhirContext,
  parser: ResourceParser,
): void {
  const { bytes: buffer } = source;
  const unread = unreadType(buffer, start, end, context.collectIdentifiers);
  if (unread !== null) {
    context.notRead.add(unread);
    return;
  }
  // The quick parser steps over names and addresses, which are just what is collected.
  const whole = context.collectIdentifiers || isAt(buffer, start, end, BUNDLE_FIRST);
  const resource = whole ? null : parser.parse(source, start, end);
  if (resource !== null) {
    readJson(resource, context);
    return;
  }
  if (jsonTooDeep(buffer, start, end)) {
    context.tally.reject(JSON_TOO_DEEP, "line");
    return;
  }
  const json = parseJson(buffer.toString("utf8", start, end));
  if (json === undefined) context.tally.reject(JSON_MALFORMED, "line");
  else readJson(json, context);
}

/** Reads one resource or Bundle that has been parsed already. */
export function readFhirJson(json: unknown, context: FileContext): void {
  readJson(json, { ...context, bundle: NO_BUNDLE });
}

function readJson(json: unknown, context: FhirContext): void {
  if (isObject(json) && json.resourceType === "Bundle") readBundle(json, context, 0);
  else readResource(json, null, context);
}

/** Whether a line begins so. */
function isAt(buffer: Buffer, start: number, end: number, text: Buffer): boolean {
  if (start + text.length > end) return false;
  for (let i = 0; i < text.length; i++) if (buffer[start + i] !== text[i]) return false;
  return true;
}

/** The resource type of a line that is not read, where the line names it first, and is not cut off. */
function unreadType(buffer: Buffer, start: number, end: number, collects: boolean): string | null {
  const from = start + TYPE_FIRST.length;
  if (buffer[end - 1] !== CLOSE || !isAt(buffer, start, end, TYPE_FIRST)) return null;
  let to = from;
  while (to < end && to < from + LONGEST_TYPE && buffer[to] !== QUOTE) to++;
  const type = buffer.toString("latin1", from, to);
  return R4_RESOURCE_TYPES.has(type) && !isReadType(type) && !(collects && tellsOfPersons(type))
    ? type
    : null;
}

function readBundle(bundle: JsonObject, context: FhirContext, depth: number): void {
  if (depth > MAX_NESTED_BUNDLES) {
    context.tally.reject(JSON_TOO_DEEP, "Bundle");
    return;
  }
  const ids = new Map<string, string>();
  const entries = listAt(bundle, "entry");
  const written = Array.isArray(bundle.entry) ? bundle.entry.length : entries.length;
  context.tally.reject(RESOURCE_TYPE_UNKNOWN, "resource", written - entries.length);
  for (const entry of entries) {
    const resource = objectAt(entry, "resource");
    const [fullUrl, type, id] = [
      textAt(entry, "fullUrl"),
      textAt(resource, "resourceType"),
      textAt(resource, "id"),
    ];
    if (fullUrl !== null && type !== null && id !== null) ids.set(fullUrl, `${type}/${id}`);
  }
  const inside: FhirContext = { ...context, bundle: ids };
  for (const entry of entries) {
    const nested = objectAt(entry, "resource");
    if (entry.resource === undefined && readDeletion(entry, bundle, inside)) continue;
    // A request to fetch, or a response, has no resource to read.
    if (entry.resource === undefined) context.notRead.add("Bundle entry without a resource");
    else if (nested?.resourceType === "Bundle") readBundle(nested, context, depth + 1);
    else readResource(entry.resource, textAt(entry, "fullUrl"), inside);
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
