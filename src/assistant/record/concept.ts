/**
 * What a question is about, as codes: by the names that people use, else by the telling words of the descriptions of
 * codes that the record holds.
 * Invariant: a concept has a name that is safe to show; a description that reads like an order is never shown.
 */
import { looksLikeOrder } from "../safety/order-like.ts";
import { askedStems, stemsOf } from "../words.ts";
import { COMMON_NAMES, type CommonName } from "./common-names.table.ts";

export interface Concept {
  readonly shown: string;
  readonly matches: (code: string) => boolean;
  /** Codes, or their beginnings, that it is known by. */
  readonly codes: readonly string[];
}

/** Words of descriptions that name no one thing. */
const VAGUE = new Set(
  stemsOf(
    "type unspecified without with other not elsewhere classified disorder disease diseases syndrome acute chronic oral tablet capsule solution injection product mg ml mcg unit mass volume moles serum plasma blood urine presence ratio level test status primary essential complication complications due in or of and history finding body total left right initial encounter index",
  ),
);
const MOST_SHOWN = 120;

export function conceptsOf(
  question: string,
  codes: readonly string[],
  descriptionOf: (code: string) => string | null,
): Concept[] {
  const asked = ` ${stemsOf(question).join(" ")} `;
  const called = COMMON_NAMES.map((name) => ({ name, length: longestNamed(name, asked) })).filter(
    ({ length }) => length > 0,
  );
  // "High blood pressure" is not "blood pressure": a name inside a longer one that was said too does not count.
  const said = called.map(({ name }) => name.names.map(spelled).filter((one) => asked.includes(` ${one} `)));
  const all = said.flat();
  const common = called.filter((_, i) =>
    said[i]?.some((one) => !all.some((other) => other !== one && ` ${other} `.includes(` ${one} `))),
  );
  if (common.length > 0)
    return common.map(({ name }) => ({ shown: name.shown, matches: begins(name.codes), codes: name.codes }));
  return described(askedStems(question), codes, descriptionOf);
}

/** How a code is called: what people call it, else its description, else the code. */
export function nameOf(code: string, descriptionOf: (code: string) => string | null): string {
  const common = COMMON_NAMES.find(({ codes }) => begins(codes)(code));
  if (common !== undefined) return common.shown;
  const description = descriptionOf(code)
    ?.replace(/\s+/g, " ")
    .replace(/\s*\[[^\]]*\].*$/, "")
    .trim();
  const fit = description !== undefined && description !== "" && description.length <= MOST_SHOWN;
  return fit && !looksLikeOrder(description) ? description : code.slice(0, MOST_SHOWN);
}

function described(
  asked: readonly string[],
  codes: readonly string[],
  descriptionOf: (code: string) => string | null,
): Concept[] {
  const telling = new Set(asked.filter((stem) => !VAGUE.has(stem) && stem.length > 2));
  const rated = codes
    .map((code) => {
      const stems = new Set(stemsOf(descriptionOf(code) ?? code.replace(/^[^/]*\//, "")));
      return { code, hits: [...stems].filter((stem) => telling.has(stem)).length };
    })
    .filter(({ hits }) => hits > 0);
  const most = Math.max(0, ...rated.map(({ hits }) => hits));
  const byName = new Map<string, string[]>();
  for (const { code } of rated.filter(({ hits }) => hits === most)) {
    const name = nameOf(code, descriptionOf);
    byName.set(name, [...(byName.get(name) ?? []), code]);
  }
  return [...byName].map(([shown, list]) => ({ shown, matches: (code) => list.includes(code), codes: list }));
}

function longestNamed({ names }: CommonName, asked: string): number {
  return Math.max(0, ...names.map(spelled).map((name) => (asked.includes(` ${name} `) ? name.length : 0)));
}

function spelled(name: string): string {
  return stemsOf(name).join(" ");
}

function begins(prefixes: readonly string[]): (code: string) => boolean {
  return (code) => prefixes.some((prefix) => code === prefix || code.startsWith(`${prefix}.`));
}
