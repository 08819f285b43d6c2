/**
 * Whether one statement of what a sentence cites says all that the sentence says: every telling word, in the same order;
 * every number, of the same thing; every date; the same negations and qualifiers; and nothing of the person where the
 * source speaks of people at large. Two half-supports make no whole one: a sentence stands on one statement.
 * What was published or vetted is quoted whole, because what is left out of it may be for whom it holds. What a tool
 * found may be phrased anew, and its only date left out, but no telling word: "screening for", "family history of",
 * "allergy to" and "lowest" stand at its edges, and what is left without them is another claim.
 * Invariant: for a false sentence to pass, its source must say it.
 */
import { type Claims, claimsOf, DATE_MARK } from "./claims.ts";
import type { Support } from "./support.ts";

export type Verdict =
  | { readonly supported: true; readonly by: string }
  | { readonly supported: false; readonly reason: Shortfall };

/** From what is furthest from support to what is nearest. */
const ORDER = ["unknown source", "word", "number", "date", "negation", "person", "part"] as const;

export type Shortfall = "no source" | "empty" | (typeof ORDER)[number];

export function verifySentence(
  sentence: string,
  cites: readonly string[],
  supports: ReadonlyMap<string, Support>,
): Verdict {
  if (cites.length === 0) return { supported: false, reason: "no source" };
  const said = claimsOf(sentence);
  if (said.words.length + said.numbers.length + said.dates.length === 0)
    return { supported: false, reason: "empty" };
  let nearest: (typeof ORDER)[number] = "unknown source";
  for (const id of cites) {
    const support = supports.get(id);
    for (const statement of support?.statements ?? []) {
      const shortfall = hidden(sentence, statement)
        ? "word"
        : shortfallOf(said, claimsOf(statement), support?.kind === "passage");
      if (shortfall === null) return { supported: true, by: id };
      if (ORDER.indexOf(shortfall) > ORDER.indexOf(nearest)) nearest = shortfall;
    }
  }
  return { supported: false, reason: nearest };
}

function shortfallOf(said: Claims, source: Claims, general: boolean): (typeof ORDER)[number] | null {
  if (!isSubsequence(said.words, source.words, (a, b) => a === b)) return "word";
  if (
    !isSubsequence(
      said.numbers,
      source.numbers,
      (a, b) => a.value === b.value && (a.of === b.of || (a.of === "" && b.of !== "%")),
    )
  )
    return "number";
  if (!said.dates.every((day) => source.dates.some((known) => known === day || known.startsWith(`${day}-`))))
    return "date";
  if (said.qualifiers.join() !== source.qualifiers.join()) return "negation";
  if (said.personal && general && !source.personal) return "person";
  return keepsWhole(said, source, general) ? null : "part";
}

function keepsWhole(said: Claims, source: Claims, general: boolean): boolean {
  if (general) return said.quoted.join(" ") === source.quoted.join(" ");
  const dated = source.dates.length > 1;
  // Where there is one date only, it may stand anywhere.
  const told = (run: readonly string[]) => run.filter((one) => dated || !one.startsWith(DATE_MARK)).join(" ");
  return told(said.run) === told(source.run);
}

/** Signs that look like another number or cannot be seen: they say what comparing words does not show. */
function hidden(sentence: string, statement: string): boolean {
  return (sentence.match(/[\p{No}\p{Nl}\p{Cf}\p{Co}]/gu) ?? []).some((sign) => !statement.includes(sign));
}

/** Whether `part` can be had from `whole` by leaving things out. */
function isSubsequence<T>(part: readonly T[], whole: readonly T[], same: (a: T, b: T) => boolean): boolean {
  let at = 0;
  for (const item of whole) if (at < part.length && same(part[at] as T, item)) at++;
  return at === part.length;
}
