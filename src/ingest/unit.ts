/**
 * Recognises a unit and gives its UCUM spelling, so that one unit has one name whoever wrote it.
 * Invariant: what is not recognised is null, never a guess; a number of unknown scale must not reach a value bin.
 */
import { ATOMS, METRIC_ATOMS, PREFIXES, WHOLE_ALIASES, WORD_ALIASES } from "./unit-tables.ts";

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

/** A UCUM expression with litres written as L; null when it is not one. Grammar: ucum.org, section 2. */
function canonicalUcum(text: string): string | null {
  if (text === "" || text.length > 60 || /\s/.test(text.replace(/\{[^{}]*\}/g, ""))) return null;
  const parts = text.split(/([./])(?![^{[]*[}\]])/);
  let out = "";
  let expectTerm = true;
  for (const [i, part] of parts.entries()) {
    if (part === "." || part === "/") {
      if (expectTerm && !(part === "/" && out === "")) return null;
      out += part;
      expectTerm = true;
      continue;
    }
    if (part === "") {
      if (i !== 0) return null;
      continue;
    }
    const component = canonicalComponent(part);
    if (component === null) return null;
    out += component;
    expectTerm = false;
  }
  return expectTerm ? null : out;
}

/** One factor: a number, an annotation, or an atom with prefix, exponent and annotation. */
function canonicalComponent(text: string): string | null {
  const match = /^([^{}]*)(\{[^{}]*\})?$/.exec(text);
  if (match === null) return null;
  const body = match[1]!;
  const annotation = match[2] ?? "";
  if (body === "") return annotation;
  if (/^\d+$/.test(body)) return body + annotation;
  const power = /^(10[*^])([+-]?\d+)?$/.exec(body);
  if (power !== null) return `10*${power[2] ?? ""}${annotation}`;
  const exponent = /^(.*?[^\d+-])([+-]?\d+)?$/.exec(body);
  if (exponent === null) return null;
  const atom = canonicalAtom(exponent[1]!);
  return atom === null ? null : atom + (exponent[2] ?? "") + annotation;
}

function canonicalAtom(atom: string): string | null {
  if (ATOMS.has(atom)) return atom === "l" ? "L" : atom;
  for (const prefix of PREFIXES) {
    const rest = atom.slice(prefix.length);
    if (atom.startsWith(prefix) && METRIC_ATOMS.has(rest)) return prefix + (rest === "l" ? "L" : rest);
  }
  return null;
}
