/**
 * One text for one value, so that equal configurations hash alike whatever the order of their keys.
 * Invariant: canonicalJson(a) === canonicalJson(b) exactly when a and b are equal as JSON.
 */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** @param value JSON, or an object that is taken for what remains of it when it is written as JSON */
export function canonicalJson(value: Json | object): string {
  return JSON.stringify(sorted(value));
}

/** A record's tens of thousands of events, whose keys stand in order, are taken as they are: copying them is what costs. */
function sorted(part: unknown): unknown {
  if (typeof part !== "object" || part === null) return part;
  if (Array.isArray(part)) return part.map(sorted);
  const entries = Object.entries(part);
  if (inOrder(entries)) return part;
  return Object.fromEntries(
    entries.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)).map(([key, own]) => [key, sorted(own)]),
  );
}

/** Whether nothing of it, nor within it, would move. */
function inOrder(entries: readonly (readonly [string, unknown])[]): boolean {
  let last = "";
  for (const [key, own] of entries) {
    if (key < last || (typeof own === "object" && own !== null)) return false;
    last = key;
  }
  return true;
}

/** What remains of a value when it is written as JSON and read again. */
export function toJson(value: object): Json {
  return JSON.parse(JSON.stringify(value)) as Json;
}
