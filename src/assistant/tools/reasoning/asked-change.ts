/**
 * Reads the change that a "what if" asks for: an event added, the latest value replaced, or events taken out, by a code or by
 * what people call it.
 * Invariant: a change is one that the model can hear, or it is null: nothing is guessed from half of a name.
 */
import type { Reasoner } from "../../../reasoning/reasoner.ts";
import type { RecordChange } from "../../../reasoning/what-if/record-change.ts";
import { type Concept, conceptsOf } from "../../record/concept.ts";
import { plain } from "../../words.ts";
import type { Tools } from "../tools.ts";

export interface AskedChange {
  readonly change: RecordChange;
  readonly kind: RecordChange["kind"];
  /** As it is told, `Systolic blood pressure 160 mm[Hg]`. */
  readonly shown: string;
  readonly codes: readonly string[];
}

const REMOVED =
  /\b(?:remov\w*|taken? out|left out|leave out|without|no longer|had no|has no|were? not|was not|not there|never had|did not have|didn't have|gone)\b/;
const CODE = /(?<![\w/])([A-Za-z][\w]*\/[\w.*-]+)/;
const HORIZON =
  /\b(?:in|within|over|for|of)?\s*(?:the )?(?:next |coming )?\d+(?:\.\d+)?[ -]?(?:day|week|month|year)s?\b/gi;
const VALUE =
  /(?:=|\b(?:were|was|is|be|to|at|of|had)\b)?\s*(?<![\w/.])(-?\d+(?:\.\d+)?)(?![\w/]*\/\w)\s*(mm\s?\[?hg\]?|mg\/dl|mmol\/l|g\/dl|%|kg\/m2|kg|cm|10\*\d+\/u?l)?/i;
/** As the record writes what people type. */
const UNITS: Readonly<Record<string, string>> = {
  mmhg: "mm[Hg]",
  "mm[hg]": "mm[Hg]",
  "mg/dl": "mg/dL",
  "mmol/l": "mmol/L",
  "g/dl": "g/dL",
};

export function askedChange(
  question: string,
  reasoner: Pick<Reasoner, "codes" | "known">,
  tools: Tools,
): AskedChange | null {
  // What follows the change is what is asked of it.
  const clause = /\b(?:what if|if|suppos(?:e|ing)(?: that)?|with)\b\s*(.+)$/i.exec(question)?.[1] ?? question;
  const [said = clause] = clause.split(/[,:;?]\s|\bhow would\b|\bwhat would\b|\bwhat is\b/i);
  const text = said.replace(HORIZON, " ");
  const recorded = [...new Set(reasoner.known.map(({ code }) => code))];
  const concept = conceptIn(text, recorded, reasoner.codes, tools);
  if (concept === null) return null;
  const { shown } = concept;
  if (REMOVED.test(plain(text))) {
    const codes = recorded.filter(concept.matches);
    const [code] = codes;
    return code === undefined
      ? null
      : { kind: "remove", change: { kind: "remove", codes: code }, shown, codes };
  }
  const [, number, unit] = VALUE.exec(text.replace(CODE, " ")) ?? [];
  const value = number === undefined ? null : Number(number);
  const held = reasoner.known.findLast(({ code, value: was }) => concept.matches(code) && was !== null);
  const code = held?.code ?? recorded.find(concept.matches) ?? reasoner.codes.find(concept.matches);
  if (code === undefined) return null;
  const kind = value !== null && held !== undefined ? "set" : "add";
  const written = unit === undefined ? null : (UNITS[unit.toLowerCase().replace(/\s/g, "")] ?? unit);
  return {
    kind,
    change: { kind, code, value, unit: written, daysBefore: 0 },
    shown: value === null ? shown : `${shown} ${value}${written === null ? "" : ` ${written}`}`,
    codes: [code],
  };
}

function conceptIn(
  text: string,
  recorded: readonly string[],
  codes: readonly string[],
  { descriptionOf }: Tools,
): Concept | null {
  const written = CODE.exec(text)?.[1]?.toLowerCase();
  const all = [...new Set([...recorded, ...codes])];
  if (written !== undefined) {
    const code =
      all.find((one) => one.toLowerCase() === written) ??
      all.find((one) => one.toLowerCase().startsWith(written));
    return code === undefined ? null : { shown: code, codes: [code], matches: (one) => one === code };
  }
  const named = conceptsOf(text, all, descriptionOf).filter(({ matches }) => all.some(matches));
  return named.find(({ matches }) => recorded.some(matches)) ?? named[0] ?? null;
}
