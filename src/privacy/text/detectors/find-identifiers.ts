/**
 * Numbers that name one person, device or account: by their label, by their form and, where the form has one, by their
 * check digit (MBI, NPI, VIN). A long number without a label is taken for an identifier, a laboratory value is not.
 */
import { isDigit, type Note, NUMBER, WORD } from "../note.ts";
import type { PhiKind, SpanSink } from "../phi-span.ts";
import { isMbi, isNpi, isVin } from "./check-digits.ts";
import { labelAt } from "./identifier-labels.ts";
import { sticky } from "./sticky.ts";

const SSN = sticky(/(?!000|666|9\d\d)\d{3}[- ]\d\d[- ]\d{4}(?![\d-])/);
const MASKED_SSN = sticky(/(?:[x*]{3}[- ]?[x*]{2}[- ]?)\d{4}(?!\d)/i);
const VALUE = sticky(/[A-Za-z0-9](?:[A-Za-z0-9]|[-/.:_](?=[A-Za-z0-9])){2,40}/);
const SPACED = sticky(/[A-Z]{2,4} \d{3,5}(?!\d)|\d{2,4}(?: \d{2,4}){1,4}(?!\d)/);
const GUID = sticky(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/i);
const MAC = sticky(/(?:[0-9a-f]{2}[:-]){5}[0-9a-f]{2}(?![0-9a-f])/i);
const UNIT_AFTER =
  /^\s?(?:mg|ml|mls|cc|mcg|units?|k\/|k\b|cells?|\/ul|\/mm|mm3|copies|iu|cfu|kcal|meq|ng|pg|%|per\b|x\b|steps|dollars)/i;
const COUNT_BEFORE = new Set(
  "platelets plt plts platelet wbc rbc count viral load vl bnp ck cpk ldh ferritin copies cfu greater less heparin colonies than proBNP triglycerides hcg afp psa ca grew grow isbn pmid rxnorm snomed loinc icd cpt nct umls cui doi oid".split(
    " ",
  ),
);

export function findIdentifiers(note: Note, sink: SpanSink): void {
  for (let token = 0; token < note.count; token++) {
    const type = note.type[token];
    if (type === WORD || (type === 2 && note.text[note.start[token]!] === "#")) labelled(note, token, sink);
    if (type === NUMBER || type === WORD) freeStanding(note, token, sink);
  }
}

function labelled(note: Note, token: number, sink: SpanSink): void {
  const found = labelAt(note, token);
  if (found === null) return;
  const { text } = note;
  const from = note.start[found.value];
  if (from === undefined) return;
  const end =
    found.kind === "ssn"
      ? Math.max(SSN.endAt(text, from), MASKED_SSN.endAt(text, from), VALUE.endAt(text, from))
      : valueEnd(text, from);
  if (end < 0) return;
  const value = text.slice(from, end);
  const digits = value.replace(/\D/g, "").length;
  const enough =
    found.kind === "username"
      ? value.length >= 3
      : digits >= (found.kind === "vehicle" ? 1 : 3) ||
        (digits >= 1 && value.length >= 6 && !/[a-z]/.test(value));
  if (!enough || (found.kind !== "username" && /^\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}$/.test(value))) return;
  if (found.kind === "username" && (!/[A-Za-z]/.test(value) || note.level(found.value, "english") >= 4))
    return;
  sink.add(from, end, found.kind, `id.${found.kind}-labelled`, 0.95);
}

function valueEnd(text: string, from: number): number {
  const spaced = SPACED.endAt(text, from);
  const plain = VALUE.endAt(text, from);
  return Math.max(spaced, plain);
}

function freeStanding(note: Note, token: number, sink: SpanSink): void {
  const { text } = note;
  const start = note.start[token]!;
  if (start > 0 && /[A-Za-z0-9]/.test(text[start - 1]!)) return;
  if (note.type[token] === WORD && !note.touchesNext(token)) return;
  const code = text.charCodeAt(start);
  if (isDigit(code)) {
    const ssn = SSN.endAt(text, start);
    if (
      ssn > 0 &&
      text[start - 1] !== "-" &&
      (text[start + 3] === "-" || /\b(?:ssn|social|ss)\b/i.test(text.slice(Math.max(0, start - 40), start)))
    ) {
      sink.add(start, ssn, "ssn", "id.ssn", 0.95);
      return;
    }
  }
  const masked = code === 120 || code === 88 ? MASKED_SSN.endAt(text, start) : -1;
  if (masked > 0) sink.add(start, masked, "ssn", "id.ssn-masked", 0.9);
  const guid = GUID.endAt(text, start);
  if (guid > 0) {
    sink.add(start, guid, "id", "id.guid", 0.95);
    return;
  }
  const mac = MAC.endAt(text, start);
  if (mac > 0) {
    sink.add(start, mac, "device", "id.mac-address", 0.95);
    return;
  }
  if (staffCode(note, token)) sink.add(start, note.end[token + 1]!, "id", "id.staff-code", 0.75);
  const end = VALUE.endAt(text, start);
  if (end < 0) return;
  const value = text.slice(start, end);
  const kind = kindOf(note, token, value, text.slice(end, end + 8));
  if (kind !== null) sink.add(start, end, kind.kind, kind.rule, kind.confidence);
}

function kindOf(
  note: Note,
  token: number,
  value: string,
  after: string,
): { kind: PhiKind; rule: string; confidence: number } | null {
  const bare = value.replace(/[-/.:_]/g, "");
  if (isMbi(bare)) return { kind: "insurance", rule: "id.mbi", confidence: 0.95 };
  if (bare.length === 17 && isVin(bare)) return { kind: "vehicle", rule: "id.vin", confidence: 0.9 };
  if (
    /^(?:nct|pmc|pmid|rs|icd|cpt|ndc|loinc|doi|isbn|grch|hg|cas|eudract|isrctn|chembl|chebi|mesh|omim|orpha|hgnc|snomed|rxcui)-?\d/i.test(
      bare,
    )
  )
    return null;
  const digits = bare.replace(/\D/g, "").length;
  if (isPlate(note, token, bare)) return { kind: "vehicle", rule: "id.plate", confidence: 0.7 };
  if (
    (digits < 5 && !/^[a-z]{5,20}\d{2,4}$/.test(value)) ||
    /^\d{1,4}[/.-]\d{1,2}[/.-]\d{1,4}$/.test(value) ||
    /\d:\d/.test(value)
  )
    return null;
  if (
    /^\d+\.\d+$/.test(value) ||
    /^\d{1,3}(?:\.\d+)?-\d{1,4}(?:\.\d+)?$/.test(value) ||
    (/^\d+-\d+$/.test(value) && digits < 8) ||
    /^\d{1,3}-\d{1,3}(?:\/\d{1,3})?(?:-\d{1,3})?'?s$/i.test(value) ||
    /^\d{1,4}x\d{1,4}$/i.test(value) ||
    /^\d[\d-]*(?:cc|ml|mg|mcg|units?|meq|lb|kg)(?:\/(?:h|hr|kg|min|day|d))?$/i.test(value) ||
    /^\d{1,4}-\d{1,4}\/(?:h|hr|hrs|kg|min|day|d|cc|ml)$/i.test(value) ||
    /^\d{1,2}(?:-\d{1,2}){3,}$/.test(value)
  )
    return null;
  if (
    COUNT_BEFORE.has(note.lower(token - 1)) ||
    COUNT_BEFORE.has(note.lower(token - 2)) ||
    UNIT_AFTER.test(after)
  )
    return null;
  if (/^[A-Z]\d[A-Z0-9]\.[A-Z0-9]{1,4}$/i.test(value) || /^g\d{1,2}p\d/i.test(value)) return null;
  if (/^\d+$/.test(bare)) {
    if (/[/.:]/.test(value) || /^(?:[01]\d|2[0-3])[0-5]\d-(?:[01]\d|2[0-4])[0-5]\d$/.test(value)) return null;
    if (bare.length === 10 && isNpi(bare)) return { kind: "licence", rule: "id.npi", confidence: 0.85 };
    if (bare.length >= 7) return { kind: "id", rule: "id.long-number", confidence: 0.7 };
    const alone = note.isLineEnd(token - 1) && (note.isLineEnd(token + 1) || note.isMark(token + 1, "|"));
    if (bare.length >= 6 && (alone || bare.startsWith("0")))
      return { kind: "id", rule: "id.number-alone", confidence: 0.65 };
    return null;
  }
  const letters = bare.length - digits;
  const word = note.form[token];
  if (/^[a-z]{5,20}\d{2,4}$/.test(value) && word?.bits === 0 && word.lower !== "covid")
    return { kind: "username", rule: "id.user-name", confidence: 0.65 };
  if (digits >= 6 && letters <= 12 && !/^[a-z]+\d+$/.test(bare))
    return { kind: "id", rule: "id.mixed", confidence: 0.7 };
  if (digits >= 5 && letters >= 1 && letters <= 4 && !/[a-z]/.test(bare))
    return { kind: "id", rule: "id.mixed", confidence: 0.65 };
  return null;
}

/** "white Camry 6TRJ244": capitals and digits of a plate's length behind words of a car. */
function isPlate(note: Note, token: number, bare: string): boolean {
  if (!/^(?=.*\d{2})(?=.*[A-Z]{2})[A-Z\d]{6,8}$/.test(bare)) return false;
  for (let i = token - 1; i >= 0 && i > token - 5; i--)
    if (
      /^(?:car|truck|van|suv|sedan|pickup|vehicle|auto|motorcycle|plate|plates|tag|honda|toyota|ford|chevy|chevrolet|jeep|nissan|subaru|hyundai|kia|mazda|bmw|camry|civic|corolla|accord|altima|sentra|prius|tacoma|silverado|tahoe)$/.test(
        note.lower(i),
      )
    )
      return true;
  return false;
}

/** "M.D. XY49": the code of the one who signed. */
function staffCode(note: Note, token: number): boolean {
  const form = note.form[token];
  if (form === undefined || !form.upper || form.surface.length > 3 || !note.isNumber(token + 1)) return false;
  const signed =
    note.isMark(token - 1, ".") && note.lower(token - 2) === "d" && note.lower(token - 4) === "m";
  return (signed || note.lower(token - 1) === "md") && note.isLineEnd(token + 2);
}
