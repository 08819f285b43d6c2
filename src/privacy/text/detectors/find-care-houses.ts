/**
 * Houses by what is done there: a practice with its specialty ("Great Plains Pathology"), a capital after a word of care
 * ("seen at Sturdy", "MRI from Inland"), and what stands behind a label ("Pharmacy: Bartell").
 */
import { type Note, WORD } from "../note.ts";
import type { SpanSink } from "../phi-span.ts";
import { HOLIDAYS, monthOf, WEEKDAYS } from "./date-words.ts";
import { isEponym, medicalNounFollows } from "./eponym.ts";
import { isGeneric, isNaming } from "./house-words.ts";
import { NOT_A_NAME, TITLES } from "./names.table.ts";
import { NAMELIKE_INSTITUTION_WORD } from "./places.table.ts";

const SPECIALTY_TAIL = new Set(
  "pathology cardiology imaging radiology pediatrics dental dentistry hematology oncology neurology dermatology urology nephrology rheumatology gastroenterology endocrinology pulmonology podiatry orthopedics orthopaedics ophthalmology optometry audiology physicians counseling therapy wellness medicine surgery group laboratories labs".split(
    " ",
  ),
);

export function findCareHouses(note: Note, sink: SpanSink): void {
  for (let token = 0; token < note.count; token++) {
    if (note.type[token] !== WORD) continue;
    const form = note.form[token]!;
    if (SPECIALTY_TAIL.has(form.lower) && form.capital && !note.shouted) practiceAt(note, token, sink);
    if (form.lower === "at" || form.lower === "from" || form.lower === "to") houseAfter(note, token, sink);
    if (HOUSE_LABELS.has(form.lower) && note.isMark(token + 1, ":")) labelledHouse(note, token + 2, sink);
  }
}

/** "Great Plains Pathology": two capitalised words, or one that is a name, before a specialty. */
function practiceAt(note: Note, tail: number, sink: SpanSink): void {
  let [first, words, named] = [tail, 0, false];
  for (let i = tail - 1; i >= 0 && words < 5; i--) {
    if (note.isMark(i, "-") || note.isMark(i, "&")) continue;
    const form = note.form[i];
    if (form === undefined || !form.capital || form.upper || isGeneric(note, i)) break;
    if (isNaming(note, i)) named = true;
    first = i;
    words += 1;
  }
  const placed = note.isMark(first - 1, ",") && note.isWord(first - 2) && note.capital(first - 2);
  if (words === 0 || (words < 2 && !named && !placed) || note.isMark(tail + 1, ":")) return;
  const introduced = note.isMark(first - 1, ",") || /^(?:at|with|from|by|to|of)$/.test(note.lower(first - 1));
  if (!named && !note.isLineEnd(first - 1) && !introduced) return;
  sink.add(note.start[first]!, note.end[tail]!, "organization", "organization.practice", 0.7);
}

const CARE_AT =
  /^(?:seen|admitted|hospitalized|hospitalised|treated|evaluated|followed|done|performed|cath|cabg|surgery|stay|admission|ed|er|pt|ot|therapy|rehab|care|visit|echo|mri|ct|scan|ultrasound|us|colonoscopy|dialysis|hd|infusions?|placed|stented|born|delivered|diagnosed|stays|stayed|staying|toured|bed|team|lives|living|resident|resides|works|worked|working|employed|studies|teaches|student|job|nurse|manager|clerk|cook|teacher|driver|inpatient|detox|counselor|therapist|counselling|counseling|appointment|appt|clinic|screening|labs|bloods|biopsy|presented|arrived|was|is|been|also|back|here|up|mammogram|f|u|w)$/;
const SENT_FROM =
  /^(?:mri|ct|cxr|echo|scan|films?|records?|labs?|report|reports|results?|transferred|transfer|tx|txfer|xfer|transported|referred|referral|discharged|slides|notes?|ultrasound|angiogram|mammogram|prescriptions?|fax|called|calls|call)$/;
const SENT_TO =
  /^(?:transferred|transfer|tx|txfer|xfer|admitted|admit|referred|sent|discharged|discharge|d|c|dc|dispo|presented|presents|returned|return|taken|brought|transported|go|goes|going|went|readmitted)$/;

/** "seen at Sturdy", "MRI from Inland", "transferred to Community Renewal": a capital after a word of care names a house. */
function houseAfter(note: Note, token: number, sink: SpanSink): void {
  const from = note.lower(token + 1) === "the" ? token + 2 : token + 1;
  const form = note.form[from];
  if (
    form === undefined ||
    !form.capital ||
    note.shouted ||
    form.surface.length < 4 ||
    (form.upper && form.surface.length < 6)
  )
    return;
  const word = note.lower(token);
  const before = note.lower(token - 1);
  const unheard = form.bits === 0 && /^[.,;)]$/.test(note.tokenText(from + 1));
  const told =
    word === "from"
      ? SENT_FROM.test(before) || unheard
      : word === "to"
        ? SENT_TO.test(before)
        : caredFor(note, token);
  if (!told) return;
  if (isGeneric(note, from) && !NAMELIKE_INSTITUTION_WORD.has(form.lower)) return;
  if (
    isEponym(note, from) ||
    medicalNounFollows(note, from) ||
    monthOf(form.lower) !== undefined ||
    WEEKDAYS.has(form.lower)
  )
    return;
  const medical = note.level(from, "clinical") > 1 && !NAMELIKE_INSTITUTION_WORD.has(form.lower);
  if (medical || TITLES.has(form.lower) || HOLIDAYS.has(form.lower)) return;
  let last = from;
  while (
    last - from < 3 &&
    note.isWord(last + 1) &&
    note.capital(last + 1) &&
    !note.touchesNext(last) &&
    !NOT_A_NAME.has(note.lower(last + 1))
  )
    last += 1;
  sink.add(note.start[from]!, note.end[last]!, "organization", "organization.care", 0.6);
}

/** A word of care within a few words before "at", or the end of a clause right behind. */
function caredFor(note: Note, token: number): boolean {
  const from = note.lower(token + 1) === "the" ? token + 2 : token + 1;
  if (note.capital(from + 1) && !note.touchesNext(from) && !note.form[from]!.upper) return true;
  for (let i = token - 1; i >= 0 && i > token - 6 && !note.isLineEnd(i) && !note.isMark(i, "."); i--)
    if (CARE_AT.test(note.lower(i)) || note.capital(i)) return true;
  return false;
}

const HOUSE_LABELS = new Set(
  "dme pharmacy vna hospice facility hospital clinic employer agency school snf shelter daycare practice institution ambulance dialysis".split(
    " ",
  ),
);

/** "DME: Lincare", "Pharmacy: Bartell": up to four capitalised words behind a label of houses. */
function labelledHouse(note: Note, from: number, sink: SpanSink): void {
  let last = from - 1;
  while (
    last - from < 4 &&
    note.isWord(last + 1) &&
    note.capital(last + 1) &&
    !(last >= from && note.isMark(last + 2, ":"))
  )
    last += 1;
  const form = note.form[from];
  if (last < from || form === undefined || note.shouted || note.isMark(last + 1, ":")) return;
  if (
    last === from &&
    (note.level(from, "clinical") > 1 ||
      note.level(from, "english") > 5 ||
      (form.upper && form.surface.length < 4))
  )
    return;
  sink.add(note.start[from]!, note.end[last]!, "organization", "organization.labelled", 0.75);
}
