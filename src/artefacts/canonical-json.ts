/**
 * One text for one value, so that equal configurations hash alike whatever the order of their keys.
 * Invariant: canonicalJson(a) === canonicalJson(b) exactly when a and b are equal as JSON.
 */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

export function canonicalJson(value: Json): string {
  return JSON.stringify(value, (_key, part: unknown) => (isRecord(part) ? sortedByKey(part) : part));
}

function isRecord(part: unknown): part is Record<string, unknown> {
  return typeof part === "object" && part !== null && !Array.isArray(part);
}

function sortedByKey(record: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
}

/** What remains of a value when it is written as JSON and read again. */
export function toJson(value: object): Json {
  return JSON.parse(JSON.stringify(value)) as Json;
}
