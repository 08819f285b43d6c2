import fc from "fast-check";
import { expect, test } from "vitest";
import { canonicalJson, type Json } from "../../src/artefacts/canonical-json.ts";

/** As it is defined: every record's entries by key, at whatever depth. */
function defined(value: Json): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    typeof part === "object" && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)))
      : part,
  );
}

test("a value has one text, whatever the order of its keys, and the text of every record stays what it was", () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(canonicalJson(value as Json)).toBe(defined(value as Json));
      expect(canonicalJson(reversed(value as Json) as Json)).toBe(defined(value as Json));
    }),
  );
  expect(canonicalJson({ b: 1, "10": 2, "9": [{ d: null, c: [] }], a: { z: 0, y: 0 } })).toBe(
    '{"9":[{"c":[],"d":null}],"10":2,"a":{"y":0,"z":0},"b":1}',
  );
});

test("what JSON has no word for is left out or null, as when it is written and read", () => {
  const value = { c: undefined, b: Number.NaN, a: [undefined, Number.POSITIVE_INFINITY] };
  expect(canonicalJson(value)).toBe('{"a":[null,null],"b":null}');
});

function reversed(value: Json): Json {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).reverse();
  return Object.fromEntries(entries.map(([key, own]) => [key, reversed(own as Json)]));
}
