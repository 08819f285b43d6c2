/**
 * FHIR R4 as hospitals export it: NDJSON of resources (Bulk Data), a Bundle a line, or a Bundle a file; plain or gzip.
 * Streams line by line; only a file that is one Bundle is held whole.
 */
import { LongitudeError } from "../../errors/longitude-error.ts";
import { INPUT_FILE_EMPTY, JSON_MALFORMED, RESOURCE_TYPE_UNKNOWN } from "../../errors/registry.ts";
import { inputLines, inputText } from "../input-text.ts";
import { isObject, type JsonObject, listAt, objectAt, textAt } from "../json-access.ts";
import type { FhirContext } from "./fhir-context.ts";
import { readResource } from "./read-resource.ts";

type FileContext = Omit<FhirContext, "bundle">;

const NO_BUNDLE: ReadonlyMap<string, string> = new Map();

/**
 * Yields after each batch of lines, so that the caller can tell the progress.
 * @param label what errors call the file
 */
export async function* readFhirFile(path: string, label: string, context: FileContext): AsyncGenerator<void> {
  const outside: FhirContext = { ...context, bundle: NO_BUNDLE };
  let wholeFile: boolean | null = null;
  for await (const lines of inputLines(path, label)) {
    wholeFile ??= isWholeFile(lines, path);
    if (wholeFile) break;
    for (const line of lines) readLine(line, outside);
    yield;
  }
  if (wholeFile === null) throw new LongitudeError(INPUT_FILE_EMPTY, `${label} is empty`);
  if (!wholeFile) return;
  let text = "";
  for await (const piece of inputText(path, label)) text += piece;
  // A whole Bundle is many events of somebody: losing it is not one rejected row.
  if (parseJson(text) === undefined) throw new LongitudeError(JSON_MALFORMED, `${label} is not JSON`);
  readLine(text, outside);
  yield;
}

/** A pretty-printed Bundle: its first line is the beginning of an object, not an object. */
function isWholeFile(lines: readonly string[], path: string): boolean {
  if (/\.(ndjson|jsonl)(\.gz)?$/i.test(path)) return false;
  return lines[0] !== undefined && parseJson(lines[0]) === undefined && /^\s*\{/.test(lines[0]);
}

function readLine(line: string, context: FhirContext): void {
  const json = parseJson(line);
  if (json === undefined) context.tally.reject(JSON_MALFORMED, "line");
  else if (isObject(json) && json.resourceType === "Bundle") readBundle(json, context);
  else readResource(json, null, context);
}

function readBundle(bundle: JsonObject, context: FhirContext): void {
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
    // A request to fetch or delete, or a response, has no resource to read.
    if (entry.resource === undefined) context.notRead.add("Bundle entry without a resource");
    else if (nested?.resourceType === "Bundle") readBundle(nested, context);
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
