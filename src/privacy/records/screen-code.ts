/**
 * Codes, units, descriptions and sources are short texts that everybody's records share; a person's identifier in one of
 * them would reach the vocabulary of the model. Every distinct one is looked at once.
 * Invariant: what is not of a public system's shape, or is flagged, or is a local code of fewer persons than the limit,
 * leaves as `SYSTEM/~` (something of that system) and is counted.
 */
import { recogniseUnit } from "../../ingest/unit.ts";
import { deidentifyText } from "../text/deidentify-text.ts";
import { mergeSpans, type PhiKind, type PhiSpan } from "../text/phi-span.ts";
import { hasShapeOf } from "./code-shape.ts";
import { type FormIndex, findForms } from "./identifier-forms.ts";

/** Used by so many persons, a local code is no identifier of one of them. */
const COMMON_PERSONS = 20;
/** Kinds that no code has by accident, however common it is. */
const NEVER: ReadonlySet<PhiKind> = new Set([
  "email",
  "phone",
  "ssn",
  "url",
  "ip",
  "mrn",
  "insurance",
  "account",
  "vehicle",
]);
/** Findings that no code system's own text gives. */
const SURE = new Set([
  ...[
    "name.title",
    "name.title-initial",
    "name.label",
    "name.credential",
    "name.signature",
    "name.greeting",
    "name.introduced",
  ],
  ...[
    "place.street",
    "place.box",
    "id.ssn",
    "id.mbi",
    "id.guid",
    "id.vin",
    "id.long-number",
    "id.mac-address",
  ],
]);
const WITHHELD = "~";

export interface CodeUse {
  readonly code: string;
  /** How many persons have it. */
  readonly persons: number;
}

export type CodeVerdict =
  | "public code"
  | "local code"
  | "local code of few persons"
  | "identifier in a code"
  | "not a code of its system";

/** What leaves in the place of a code. */
export function screenCode(
  { code, persons }: CodeUse,
  everybody: FormIndex,
  fewPersons: number,
): { readonly code: string; readonly verdict: CodeVerdict } {
  let worst: CodeVerdict = "public code";
  const parts = code.split("//").map((part) => {
    const { text, verdict } = screenPart(part, persons, everybody, fewPersons);
    if (RANK.indexOf(verdict) > RANK.indexOf(worst)) worst = verdict;
    return text;
  });
  return { code: parts.join("//"), verdict: worst };
}

const RANK: readonly CodeVerdict[] = [
  "public code",
  "local code",
  "local code of few persons",
  "not a code of its system",
  "identifier in a code",
];

/** Words that the readers themselves write: `MEDS_BIRTH`, `ORDER`, `FAMILY`. */
const OWN_WORD = /^[A-Z]{1,24}(?:_[A-Z]{1,12}){0,3}$/;
const OWN_SYSTEM =
  /^(?:COHORT|DISCHARGE|LOCATION|OBSERVATION_PERIOD|ACTCODE|YESNO|OMOP|UCUM|REASON|COVERAGE|DEVICE|PLAN|CAREPLAN|ORDER|FAMILY|ALLERGY|ADMITTED_FROM|ENCOUNTER_END|CAUSE_OF_DEATH)$/;

function screenPart(
  part: string,
  persons: number,
  everybody: FormIndex,
  fewPersons: number,
): { text: string; verdict: CodeVerdict } {
  const slash = part.indexOf("/");
  if (slash < 0 && OWN_WORD.test(part) && !holdsIdentifier(part, persons, everybody))
    return { text: part, verdict: "public code" };
  const system = slash < 0 ? "" : part.slice(0, slash);
  const local = part.slice(slash + 1);
  const shape = hasShapeOf(system, local);
  if (shape === true) return { text: part, verdict: "public code" };
  const name = shape === null ? systemName(system, persons, everybody) : system;
  const withheld = name === "" ? WITHHELD : `${name}/${WITHHELD}`;
  // What is written under the name of another system by habit, many persons have.
  if (shape === false && persons < COMMON_PERSONS)
    return { text: withheld, verdict: "not a code of its system" };
  if (name !== system || holdsIdentifier(local, persons, everybody))
    return { text: withheld, verdict: "identifier in a code" };
  if (OWN_SYSTEM.test(system) && OWN_WORD.test(local)) return { text: part, verdict: "public code" };
  if (persons < fewPersons) return { text: withheld, verdict: "local code of few persons" };
  return { text: part, verdict: "local code" };
}

/** The name of a code system is the end of an address, which may name a person too. */
function systemName(system: string, persons: number, everybody: FormIndex): string {
  return holdsIdentifier(system, persons, everybody) ? "LOCAL" : system;
}

/** Read as words: what joins the words of a code is taken for spaces. */
function holdsIdentifier(text: string, persons: number, everybody: FormIndex): boolean {
  if (findForms(text, everybody).length > 0) return true;
  return [text, text.replace(/[_^|.~+-]+/g, " ")].some((read) =>
    deidentifyText(read).some(
      ({ kind, rule }) =>
        NEVER.has(kind) ||
        (kind === "date" && /\d{3}/.test(read) && !rule.includes("year")) ||
        (persons < COMMON_PERSONS && kind !== "age"),
    ),
  );
}

/** A unit in UCUM without free text in it; null when it cannot be kept. Annotations (`{score}`) are anybody's text. */
export function screenUnit(
  unit: string,
  persons: number,
  everybody: FormIndex,
  fewPersons: number,
): string | null {
  const plain = unit.replace(/\{[^{}]*\}/g, (annotation) =>
    persons >= fewPersons &&
    !/\d{4}/.test(annotation) &&
    !holdsIdentifier(annotation.slice(1, -1), persons, everybody)
      ? annotation
      : "",
  );
  if (/\d{4}/.test(plain) || recogniseUnit(plain) === null) return null;
  return findForms(plain, everybody).length > 0 ? null : plain;
}

/**
 * A description with what identifies somebody marked. A description of many persons is the code system's own text, in
 * which only what is never part of one is looked for.
 */
export function screenDescription(text: string, persons: number, everybody: FormIndex): string {
  const spans: PhiSpan[] = deidentifyText(text).filter((span) =>
    persons < COMMON_PERSONS
      ? span.kind !== "age" && span.rule !== "date.year"
      : NEVER.has(span.kind) || SURE.has(span.rule),
  );
  for (const { start, end } of findForms(text, everybody))
    spans.push({ start, end, kind: "id", rule: "zone.known", confidence: 1 });
  let out = "";
  let at = 0;
  for (const span of mergeSpans(spans)) {
    out += `${text.slice(at, span.start)}[${span.kind.toUpperCase()}]`;
    at = span.end;
  }
  return out + text.slice(at);
}
