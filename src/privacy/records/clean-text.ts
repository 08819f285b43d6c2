/**
 * One text of a patient without what identifies anybody: what the de-identifier finds, what is known of this patient, and
 * the identifiers of all others of the zone. Dates follow the profile, by the same shift as the patient's other dates.
 */
import { parseCalendarTime } from "../../ingest/calendar.ts";
import type { ProfileName } from "../privacy-config.ts";
import { deidentifyText } from "../text/deidentify-text.ts";
import type { KnownIdentifiers } from "../text/known-identifiers.ts";
import { mergeSpans, type PhiKind, type PhiSpan } from "../text/phi-span.ts";
import type { Rendering } from "../text/render-note.ts";
import { type SurrogateKey, surrogateFor } from "../text/surrogate.ts";
import { type FormIndex, findForms } from "./identifier-forms.ts";

export interface TextRule {
  readonly profile: ProfileName;
  readonly rendering: Rendering;
  /** Identifiers of everybody. */
  readonly everybody: FormIndex;
  /** Safe Harbor: a year up to this one would tell of somebody over 89. */
  readonly oldestYear: number;
}

export interface TextPatient {
  readonly known: KnownIdentifiers;
  readonly shiftDays: number;
  readonly surrogates: SurrogateKey;
}

/** @returns the text and how often each kind was taken out */
export function cleanText(
  text: string,
  patient: TextPatient,
  rule: TextRule,
): { readonly text: string; readonly found: Readonly<Partial<Record<PhiKind, number>>> } {
  const alone = dateAlone(text, patient, rule);
  if (alone !== null) return { text: alone, found: { date: 1 } };
  const spans: PhiSpan[] = deidentifyText(text, { known: patient.known });
  for (const { start, end } of findForms(text, rule.everybody))
    spans.push({ start, end, kind: "id", rule: "zone.known", confidence: 0.5 });
  const found: Partial<Record<PhiKind, number>> = {};
  let out = "";
  let at = 0;
  for (const span of mergeSpans(spans)) {
    const value = text.slice(span.start, span.end);
    const put = inPlaceOf(value, span, patient, rule);
    if (put === value) continue;
    found[span.kind] = (found[span.kind] ?? 0) + 1;
    out += text.slice(at, span.start) + put;
    at = span.end;
  }
  return { text: at === 0 ? text : out + text.slice(at), found };
}

const DAY_MS = 86_400_000;

/** A result that is a date and nothing else is shifted to the letter, time of day included. */
function dateAlone(
  text: string,
  { shiftDays }: TextPatient,
  { profile, oldestYear }: TextRule,
): string | null {
  if (profile === "limited-data-set") return null;
  const time = parseCalendarTime(text);
  if (time === null) return null;
  const year = text.slice(0, 4);
  if (profile === "safe-harbor") return Number(year) <= oldestYear ? "[DATE]" : year;
  if (time.precision === "year") return year;
  const moved = new Date(time.ms + shiftDays * DAY_MS).toISOString();
  return moved.slice(0, 10) + text.slice(10);
}

function inPlaceOf(value: string, span: PhiSpan, patient: TextPatient, rule: TextRule): string {
  const tag = `[${span.kind.toUpperCase()}]`;
  if (span.kind === "date") {
    if (rule.profile === "limited-data-set") return value;
    if (rule.profile === "safe-harbor") {
      const year = /(?<!\d)(?:1[89]|20)\d\d(?!\d)/.exec(value)?.[0];
      return year === undefined || Number(year) <= rule.oldestYear ? tag : year;
    }
    // Shifted in whichever rendering: intervals between the dates of a note carry the clinical signal.
    return surrogateFor(value, span, patient.surrogates);
  }
  if (span.kind === "age")
    return rule.profile === "limited-data-set" ? value : surrogateFor(value, span, patient.surrogates);
  if (rule.rendering === "tag") return tag;
  if (rule.rendering === "redact") return "███";
  return surrogateFor(value, span, patient.surrogates);
}
