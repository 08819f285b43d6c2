/**
 * One text for one value, so that equal configurations hash alike whatever the order of their keys.
 * Invariant: canonicalJson(a) === canonicalJson(b) exactly when a and b are equal as JSON.
 */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** @param value plain records, lists, texts, numbers; what is undefined in a record is left out, as `JSON.stringify` does */
export function canonicalJson(value: Json | object): string {
  return JSON.stringify(ordered(value));
}

/** The same value where all its keys are in order already, so that what is written in order costs no copy. */
function ordered(value: unknown): unknown {
  if (!isObject(value)) return value;
  if (Array.isArray(value)) return orderedList(value);
  const record = value as Record<string, unknown>;
  const keys = Object.keys(record);
  let same = true;
  for (let i = 1; i < keys.length && same; i++) same = (keys[i - 1] as string) < (keys[i] as string);
  // A record's tens of thousands of events are such: copying them is what costs.
  if (same && keys.every((key) => !isObject(record[key]))) return value;
  if (!same) keys.sort();
  // A record without a prototype: a key that is called __proto__ is one like the others.
  const copy = Object.create(null) as Record<string, unknown>;
  for (const key of keys) {
    const part = ordered(record[key]);
    same &&= part === record[key];
    copy[key] = part;
  }
  return same ? value : copy;
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

function orderedList(list: readonly unknown[]): readonly unknown[] {
  let copy: unknown[] | null = null;
  for (let i = 0; i < list.length; i++) {
    const part = ordered(list[i]);
    if (part === list[i]) continue;
    copy ??= [...list];
    copy[i] = part;
  }
  return copy ?? list;
}

/** What remains of a value when it is written as JSON and read again. */
export function toJson(value: object): Json {
  return JSON.parse(JSON.stringify(value)) as Json;
}
