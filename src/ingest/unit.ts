/**
 * Recognises a unit and gives its UCUM spelling, so that one unit has one name whoever wrote it.
 * Invariant: what is not recognised is null, never a guess; a number of unknown scale must not reach a value bin.
 */
import { ucum } from "./meaning/convert-unit.ts";
import { WHOLE_ALIASES, WORD_ALIASES } from "./unit-tables.ts";

/** The UCUM spelling, or null when the text is no unit that we know. */
export function recogniseUnit(
  text: string,
  siteAliases: Readonly<Record<string, string>> = {},
): string | null {
  const site = siteAliases[text.trim()];
  if (site !== undefined) return site;
  let unit = remembered.get(text);
  if (unit === undefined) {
    unit = spelledInUcum(text.trim());
    if (remembered.size < MAX_REMEMBERED) remembered.set(text, unit);
  }
  return unit;
}

/** A dataset writes few units, often. */
const remembered = new Map<string, string | null>();
const MAX_REMEMBERED = 10_000;

function spelledInUcum(trimmed: string): string | null {
  // Before the grammar: "K/uL" would be kelvin, "pH" picohenry.
  const plain = trimmed.toLowerCase().replace(/\s+/g, " ");
  const whole = WHOLE_ALIASES[plain];
  if (whole !== undefined) return whole;
  const canonical = canonicalUcum(trimmed);
  if (canonical !== null) return canonical;
  const respelled = plain
    .split("/")
    .map((part) => WORD_ALIASES[part.trim()] ?? (part.trim() === "" ? "" : canonicalUcum(part.trim())));
  if (respelled.length > 3 || respelled.includes(null)) return null;
  return canonicalUcum(respelled.join("/"));
}

/** A UCUM expression (ucum.org) with litres written as L and powers of ten as 10*n; null when it is not one. */
function canonicalUcum(text: string): string | null {
  // The library complains aloud about blanks, which UCUM does not have.
  if (text === "" || text.length > 60 || /\s/.test(text)) return null;
  if (ucum().validateUnitString(text).status !== "valid") return null;
  return text.replace(OUTSIDE_BRACES, (part) =>
    part.replace(/\b10\^(?=[+-]?\d)/g, "10*").replace(LITRE, (_, prefix: string) => `${prefix}L`),
  );
}

/** What stands outside of an annotation `{…}` or a bracket `[…]`. */
const OUTSIDE_BRACES = /[^{}[\]]+(?![^{[]*[}\]])/g;
const LITRE = /(?<=^|[./])(d|c|m|u|n|p|f|k|h|M|)l(?=$|[./\d+-])/g;
