/**
 * Tells JSON that is nested too deep before it is parsed: real FHIR stays below 30 levels, a hostile line may have
 * millions, which would exhaust the stack of whatever walks it.
 */
export const MAX_JSON_DEPTH = 200;

/** Shorter texts cannot nest deep enough to harm: a level takes two bytes. */
const HARMLESS_BYTES = 4096;
const [QUOTE, BACKSLASH, OPEN_LIST, CLOSE_LIST, OPEN, CLOSE] = [34, 92, 91, 93, 123, 125];

/** Whether brackets outside of strings are open more than `MAX_JSON_DEPTH` deep anywhere in the bytes. */
export function jsonTooDeep(bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start <= HARMLESS_BYTES) return false;
  let depth = 0;
  for (let i = start; i < end; i++) {
    const byte = bytes[i]!;
    if (byte === QUOTE) {
      for (i++; i < end && bytes[i] !== QUOTE; i++) if (bytes[i] === BACKSLASH) i++;
    } else if (byte === OPEN || byte === OPEN_LIST) {
      if (++depth > MAX_JSON_DEPTH) return true;
    } else if (byte === CLOSE || byte === CLOSE_LIST) depth--;
  }
  return false;
}
