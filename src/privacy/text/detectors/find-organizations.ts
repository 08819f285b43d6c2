/**
 * Hospitals, clinics, homes, schools and employers: a name before a word such as "Hospital", a well-known name, or what
 * follows "works at". A department or a kind of place ("the pain clinic", "Emergency Department") names nobody and stays.
 */
import { CLINICAL_ABBREVIATIONS } from "../clinical-words.table.ts";
import { type Note, WORD } from "../note.ts";
import type { SpanSink } from "../phi-span.ts";
import { isGeneric, isHouseName, isNaming, NO_STARTS } from "./house-words.ts";
import { CREDENTIALS } from "./names.table.ts";
import {
  GENERIC_BEFORE_TAIL,
  INSTITUTION_TAIL,
  INSTITUTION_WORD,
  KNOWN_COMPANIES,
  KNOWN_INSTITUTION_PHRASES,
  KNOWN_ORGANIZATIONS,
  NAMELIKE_INSTITUTION_WORD,
} from "./places.table.ts";

const CENTER = new Set([
  "center",
  "centre",
  "ctr",
  "home",
  "house",
  "facility",
  "living",
  "village",
  "gardens",
  "care",
  "services",
  "group",
  "system",
  "department",
  "cross",
  "commons",
  "place",
  "lodge",
  "residence",
  "court",
  "terrace",
  "estates",
  "ranch",
  "program",
  "plan",
  "office",
  "agency",
  "project",
  "labs",
  "laboratories",
  "store",
  "shop",
  "market",
  "grill",
  "foods",
  "farms",
  "farm",
  "hotel",
  "inn",
]);
const PUBLIC_TAIL = new Set(
  "academy elementary school church restaurant bakery diner cafe brewery supermarket foods farms farm hotel inn grill store shop market".split(
    " ",
  ),
);
const WORK_WORDS = new Set("works worked working employed employer employee retired drives job".split(" "));
export function findOrganizations(note: Note, sink: SpanSink): void {
  for (let token = 0; token < note.count; token++) {
    if (note.type[token] !== WORD) continue;
    const form = note.form[token]!;
    if (KNOWN_ORGANIZATIONS.has(form.surface))
      sink.add(note.start[token]!, note.end[token]!, "organization", "organization.known", 0.75);
    else if (
      form.surface === "VA" &&
      /^(?:the|at|to|from|with)$/.test(note.lower(token - 1)) &&
      !note.shouted
    )
      sink.add(note.start[token]!, note.end[token]!, "organization", "organization.known", 0.6);
    else if (KNOWN_COMPANIES.has(form.lower) && form.capital && !(form.lower === "ups" && !form.upper))
      sink.add(note.start[token]!, note.end[token]!, "organization", "organization.company", 0.7);
    else if (isAcronym(note, token))
      sink.add(note.start[token]!, note.end[token]!, "organization", "organization.acronym", 0.62);
    knownPhraseAt(note, token, sink);
    if ((INSTITUTION_TAIL.has(form.lower) || CENTER.has(form.lower)) && (form.capital || note.whispered))
      institutionAt(note, token, sink);
    else if (form.lower === "university" && form.capital) universityOf(note, token, sink);
    if (WORK_WORDS.has(form.lower)) employerAt(note, token, sink);
  }
}

/** "at RIE", "tx from LMC": three to five capitals after a place's word that are no abbreviation of medicine. */
function isAcronym(note: Note, token: number): boolean {
  const form = note.form[token]!;
  if (!form.upper || note.shouted || form.surface.length < 3 || form.surface.length > 5) return false;
  if (form.bits !== 0 || CLINICAL_ABBREVIATIONS.has(form.lower) || CREDENTIALS.has(form.lower)) return false;
  const before = note.isMark(token - 1, "@") ? "@" : note.lower(token - 1);
  return /^(?:at|@|from)$/.test(before) && !note.isMark(token + 1, "-") && !note.isNumber(token + 1);
}

function knownPhraseAt(note: Note, token: number, sink: SpanSink): void {
  const rests = KNOWN_INSTITUTION_PHRASES.get(note.lower(token));
  if (rests === undefined || !(note.capital(token) || note.whispered)) return;
  for (const rest of rests) {
    if (rest === "") {
      if (
        note.capital(token) &&
        !note.shouted &&
        note.lower(token - 1) !== "dr" &&
        !/^(?:stand|scissors|needle|tray)$/.test(note.lower(token + 1))
      )
        sink.add(note.start[token]!, note.end[token]!, "organization", "organization.known", 0.6);
      return;
    }
    let at = token;
    const matched = rest.split(" ").every((word) => {
      at += 1;
      if (note.isMark(at, "-") || note.isMark(at, "'") || note.isMark(at, "’")) at += 1;
      const tail = note.lower(at) === word || (word === "&" && note.isMark(at, "&"));
      return tail || `${note.lower(at)}'s` === word;
    });
    if (matched) {
      sink.add(note.start[token]!, note.end[at]!, "organization", "organization.known", 0.85);
      return;
    }
  }
}

function institutionAt(note: Note, tail: number, sink: SpanSink): void {
  let first = tail;
  let named = false;
  let words = 0;
  for (let i = tail - 1; i >= 0 && words < 7; i--) {
    if (isJoint(note, i)) continue;
    const form = note.form[i];
    if (form === undefined) break;
    const connecting = /^(?:of|and|the|for|de|la|del)$/.test(form.lower);
    if (!form.capital && !connecting && !note.whispered) break;
    if (NO_STARTS.has(form.lower) && !connecting) break;
    if (
      note.whispered &&
      form.bits !== 0 &&
      !NAMELIKE_INSTITUTION_WORD.has(form.lower) &&
      !INSTITUTION_WORD.has(form.lower) &&
      !isHouseName(note, i)
    )
      break;
    words += 1;
    if (connecting) continue;
    first = i;
    if (
      isNaming(note, i) ||
      (PUBLIC_TAIL.has(note.lower(tail)) &&
        !note.shouted &&
        !GENERIC_BEFORE_TAIL.has(form.lower) &&
        !INSTITUTION_WORD.has(form.lower))
    )
      named = true;
  }
  if (!named && isLineOfItsOwn(note, first, tail) && words > 1 && !isGeneric(note, first)) named = true;
  if (!named) return;
  const heading = note.form[tail]!.upper && note.isMark(tail + 1, ":") && CENTER.has(note.lower(tail));
  if (heading) return;
  while (first < tail && GENERIC_BEFORE_TAIL.has(note.lower(first)) && !isNaming(note, first)) first += 1;
  while (first < tail && !note.isWord(first)) first += 1;
  if (first >= tail) return;
  const strong = INSTITUTION_TAIL.has(note.lower(tail));
  if (
    /^(?:general|medical|health|memorial|home|house|care|court|terrace|place|services|group|plan|office|agency|project|store|shop|market|system|living|village|program|cross|bank|company|temple|church|park|close)$/.test(
      note.lower(tail),
    ) &&
    !anyNameWord(note, first, tail) &&
    !anyNamelike(note, first, tail)
  )
    return;
  sink.add(
    note.start[first]!,
    note.end[lastWord(note, tail)]!,
    "organization",
    "organization.institution",
    strong ? 0.85 : 0.7,
  );
}

/** A heading or a line of an address: the house's name and nothing else. */
function isLineOfItsOwn(note: Note, first: number, tail: number): boolean {
  return (
    note.isLineEnd(first - 1) &&
    note.isLineEnd(tail + 1) &&
    !note.shouted &&
    note.capital(first) &&
    !INSTITUTION_WORD.has(note.lower(first)) &&
    /^(?:group|practice|clinic|center|centre|hospital|associates|pharmacy|physicians|partners|healthcare|infirmary|hospice)$/.test(
      note.lower(tail),
    )
  );
}

/** "Medical Center at Boston": the name may go on after the tail. */
function lastWord(note: Note, tail: number): number {
  let last = tail;
  while (
    last - tail < 5 &&
    note.capital(last + 1) &&
    INSTITUTION_WORD.has(note.lower(last + 1)) &&
    !/^(?:the|for|at|and)$/.test(note.lower(last + 1))
  )
    last += 1;
  if (
    note.lower(last + 1) === "of" &&
    note.capital(last + 2) &&
    !note.shouted &&
    note.level(last + 2, "clinical") === 0
  )
    last += 2;
  return last;
}

function universityOf(note: Note, token: number, sink: SpanSink): void {
  if (note.lower(token + 1) !== "of" || !note.capital(token + 2)) return;
  let last = token + 2;
  while (
    last - token < 8 &&
    (note.capital(last + 1) ||
      ((note.isMark(last + 1, "-") || note.isMark(last + 1, ",")) &&
        note.capital(last + 2) &&
        note.level(last + 2, "place") > 0))
  )
    last += note.capital(last + 1) ? 1 : 2;
  sink.add(note.start[token]!, note.end[last]!, "organization", "organization.university", 0.85);
}

/** "works as a clerk at Hadley Foods": capitals after at, for or by. */
function employerAt(note: Note, token: number, sink: SpanSink): void {
  for (let i = token + 1; i < token + 9 && note.isWord(i); i++) {
    if (!/^(?:at|for|by|with|from|of)$/.test(note.lower(i)) && note.lower(token) !== "employer") continue;
    if (note.lower(i) === "with" && (note.lower(token) === "retired" || note.form[i + 1]?.upper === true))
      return;
    const from = note.lower(i + 1) === "the" || note.lower(i + 1) === "a" ? i + 2 : i + 1;
    let last = from - 1;
    while (last - from < 4 && note.capital(last + 1)) {
      last += 1;
      if (note.isMark(last + 1, "&") && note.capital(last + 2)) last += 2;
    }
    if (note.shouted && last >= from) {
      if (note.form[from]?.bits !== 0) return;
      last = from;
    }
    const single = last === from;
    if (
      last >= from &&
      !(single && (note.level(from, "clinical") > 1 || /^(?:dr|mr|mrs|ms|i|he|she)$/.test(note.lower(from))))
    )
      sink.add(note.start[from]!, note.end[last]!, "organization", "organization.employer", 0.75);
    return;
  }
}

function isJoint(note: Note, token: number): boolean {
  return note.isMark(token, ".")
    ? /^(?:st|mt|ft)$/.test(note.lower(token - 1))
    : note.isMark(token, "-") ||
        note.isMark(token, "'") ||
        note.isMark(token, "’") ||
        note.isMark(token, "&") ||
        (note.lower(token) === "s" && (note.isMark(token - 1, "'") || note.isMark(token - 1, "’")));
}

function anyNamelike(note: Note, first: number, tail: number): boolean {
  for (let i = first; i < tail; i++) if (NAMELIKE_INSTITUTION_WORD.has(note.lower(i))) return true;
  return false;
}

function anyNameWord(note: Note, first: number, tail: number): boolean {
  for (let i = first; i < tail; i++) if (note.isWord(i) && isHouseName(note, i)) return true;
  return false;
}
