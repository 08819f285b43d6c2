/**
 * Names that a label, a verb or a relative announces: "Attending: ROE, JANE", "dictated by J. Roe", "his wife Mary",
 * "goes by Bo", greetings and signatures of letters.
 */
import { CLINICAL_ABBREVIATIONS } from "../clinical-words.table.ts";
import { type Note, WORD } from "../note.ts";
import type { SpanSink } from "../phi-span.ts";
import { isEponymWithNoun } from "./eponym.ts";
import { BY_VERBS, NAME_LABELS, NOT_A_NAME, RELATIVES, TITLES } from "./names.table.ts";
import { isNameWord, isPlain, readName } from "./read-name.ts";

const CLOSINGS = new Set("sincerely regards respectfully cordially truly yours".split(" "));
const PLAIN_LABELS = new Set(
  "to from by re ref subject team source copy attention staff contact covering child baby infant friend partner res att sig tech res".split(
    " ",
  ),
);
const INTRODUCTIONS = new Set("named called name nicknamed aka a.k.a née nee".split(" "));

export function findLabelledNames(note: Note, sink: SpanSink): void {
  const spoken = isDialogue(note);
  for (let token = 0; token < note.count; token++) {
    if (note.isMark(token, ":") || note.isMark(token, "=") || note.isMark(token, "|"))
      labelBefore(note, token, spoken, sink);
    if (note.type[token] !== WORD) continue;
    const { lower } = note.form[token]!;
    if (lower === "by" && BY_VERBS.has(note.lower(token - 1)))
      named(note, token + 1, "name.by", 0.85, 3, true, sink);
    else if (lower === "dear" && note.capital(token))
      named(note, afterTitle(note, token + 1), "name.greeting", 0.9, 3, false, sink);
    else if (lower === "baby" && /^(?:boy|girl)$/.test(note.lower(token + 1)))
      named(note, token + 2, "name.infant", 0.9, 2, false, sink, true);
    else if (RELATIVES.has(lower)) relativeAt(note, token, sink);
    else if (note.form[token]!.capital && note.isNumber(token + 1)) sexedAt(note, token, sink);
    else if (note.form[token]!.capital && note.isMark(token + 1, "(")) agedAt(note, token, sink);
    else if (INTRODUCTIONS.has(lower)) introductionAt(note, token, sink);
    else if (CLOSINGS.has(lower)) closingAt(note, token, sink);
    else if (
      lower === "cc" &&
      !note.isNumber(token - 1) &&
      !note.isMark(token + 1, ":") &&
      note.isLineEnd(token - 1)
    )
      named(note, afterTitle(note, token + 1), "name.copy", 0.8, 3, true, sink);
  }
}

/** "420 Li 61F NSTEMI": who is followed by an age and a sex. */
function sexedAt(note: Note, token: number, sink: SpanSink): void {
  const form = note.form[token]!;
  const sex = note.form[token + 2]?.surface;
  if ((sex !== "M" && sex !== "F") || !note.touchesNext(token + 1) || note.touchesNext(token + 2)) return;
  if (note.end[token + 1]! - note.start[token + 1]! > 3 || note.touchesNext(token)) return;
  if (NOT_A_NAME.has(form.lower) || (note.level(token, "clinical") > 0 && note.level(token, "surname") < 2))
    return;
  if (form.upper && CLINICAL_ABBREVIATIONS.has(form.lower)) return;
  const named = note.level(token, "surname") > 0 || note.level(token, "given") > 0 || form.bits === 0;
  const first =
    note.isLineEnd(token - 1) ||
    note.isNumber(token - 1) ||
    note.isMark(token - 1, "-") ||
    note.isMark(token - 1, ".");
  if (named && (first || isPlain(note, token)))
    sink.add(note.start[token]!, note.end[token]!, "name", "name.sexed", 0.75);
}

/** "Tali (28, declines testing)", "Nayeli (9)", "Renee (dtr)": who has an age or a relation in brackets behind is a person. */
function agedAt(note: Note, token: number, sink: SpanSink): void {
  const form = note.form[token]!;
  if (
    note.shouted ||
    form.upper ||
    !isPlain(note, token) ||
    NOT_A_NAME.has(form.lower) ||
    note.level(token, "clinical") > 0
  )
    return;
  const inside = token + 2;
  const aged =
    note.isNumber(inside) &&
    note.end[inside]! - note.start[inside]! <= 2 &&
    (note.isMark(inside + 1, ",") ||
      note.isMark(inside + 1, ")") ||
      /^(?:y|yo|yrs|years|mo|months)$/.test(note.lower(inside + 1)));
  const related = RELATIVES.has(note.lower(inside)) && /^[),/]$/.test(note.tokenText(inside + 1));
  const named = note.level(token, "given") > 0 || note.level(token, "surname") > 0 || form.bits === 0;
  if (
    (related && named) ||
    (aged && note.level(token, "given") > 0) ||
    (aged && form.bits === 0 && /^[,:;(]$|^and$/.test(note.tokenText(token - 1)))
  )
    sink.add(note.start[token]!, note.end[token]!, "name", "name.aged", 0.8);
}

const SPEAKERS = new Set(
  "doctor patient dr clinician physician nurse provider mother father mom dad daughter son wife husband caregiver interpreter therapist interviewer".split(
    " ",
  ),
);

/** Lines that begin with who speaks ("Doctor: …", "Patient: …"): what follows is speech, not somebody's name. */
function isDialogue(note: Note): boolean {
  let turns = 0;
  for (let token = 0; token + 1 < note.count && turns < 4; token++)
    if (
      note.isMark(token + 1, ":") &&
      note.isLineEnd(token - 1) &&
      /^(?:doctor|patient|dr|clinician)$/.test(note.lower(token))
    )
      turns += 1;
  return turns >= 4;
}

/** "Attending Physician:" one to four words before a colon make a label; several names may follow. */
/** "9:40 Hunter Brown - ADHD": a line of a list that begins with a time of day. */
export function findListedNames(note: Note, sink: SpanSink): void {
  for (const token of note.numbers) {
    if (!note.isLineEnd(token - 1) || !note.isMark(token + 1, ":") || !note.isNumber(token + 2)) continue;
    const at = /^(?:am|pm)$/.test(note.lower(token + 3)) ? token + 4 : token + 3;
    if (!note.capital(at) || note.form[at]!.upper || !note.capital(at + 1) || note.form[at + 1]!.upper)
      continue;
    const closed =
      note.isMark(at + 2, "-") ||
      note.isMark(at + 2, ",") ||
      note.isMark(at + 2, "(") ||
      note.isLineEnd(at + 2);
    if (!closed || note.level(at, "given") === 0 || NOT_A_NAME.has(note.lower(at + 1))) continue;
    sink.add(note.start[at]!, note.end[at + 1]!, "name", "name.listed", 0.85);
  }
}

function labelBefore(note: Note, mark: number, spoken: boolean, sink: SpanSink): void {
  let first = mark;
  let found = "";
  for (let words = 0, i = mark - 1; words < 4 && i >= 0; i--) {
    if (
      note.isMark(i, ")") ||
      note.isMark(i, "(") ||
      note.isMark(i, "'") ||
      note.isMark(i, "-") ||
      note.isMark(i, ".") ||
      note.isMark(i, "’") ||
      note.isMark(i, "*")
    )
      continue;
    if (!note.isWord(i)) break;
    if (note.lower(i) === "s" && (note.isMark(i - 1, "'") || note.isMark(i - 1, "’"))) continue;
    words += 1;
    const joined = joinedWords(note, i, mark);
    if (NAME_LABELS.has(joined)) {
      first = i;
      found = joined;
    }
  }
  if (found === "" || (spoken && SPEAKERS.has(found) && note.isLineEnd(first - 1))) return;
  if (
    PLAIN_LABELS.has(found) &&
    !(note.isLineEnd(first - 1) || note.isMark(first - 1, "|") || note.isMark(first - 1, "."))
  )
    return;
  let at = mark + 1;
  if (note.isLineEnd(at) && !PLAIN_LABELS.has(found)) {
    const next = note.nextOnPage(at - 1, 1);
    // The value may stand on the next line, when it looks like a name on a line of its own.
    if (next < 0 || !note.capital(next) || note.level(next, "english") > 2 || note.shouted) return;
    const reading = readName(note, next, { limit: 4, comma: true, sure: false });
    if (
      reading === null ||
      !(note.isLineEnd(reading.last + 1) || note.isMark(reading.last + 1, ",")) ||
      reading.words < 2
    )
      return;
    sink.add(note.start[next]!, note.end[reading.last]!, "name", "name.label", 0.8);
    return;
  }
  for (let names = 0; names < 5; names++) {
    at = afterTitle(note, at);
    const end = named(
      note,
      at,
      "name.label",
      PLAIN_LABELS.has(found) ? 0.75 : 0.92,
      4,
      true,
      sink,
      !PLAIN_LABELS.has(found),
    );
    if (end < 0) return;
    let next = end + 1;
    while (
      note.isMark(next, ",") ||
      note.isMark(next, ".") ||
      (note.form[next]?.upper === true && NOT_A_NAME.has(note.lower(next)))
    )
      next += 1;
    if (
      !(
        note.isMark(next, "/") ||
        note.isMark(next, ";") ||
        note.isMark(next, "&") ||
        note.lower(next) === "and"
      )
    )
      return;
    at = next + 1;
  }
}

function joinedWords(note: Note, from: number, mark: number): string {
  let words = "";
  for (let i = from; i < mark; i++) {
    if (note.isMark(i, "-") && words !== "") words += "-";
    else if (note.isMark(i, "'") || note.isMark(i, "’")) words += "'";
    else if (note.isWord(i)) words += (words === "" || /[-']$/.test(words) ? "" : "_") + note.lower(i);
  }
  return words;
}

function afterTitle(note: Note, token: number): number {
  let at = token;
  while (TITLES.has(note.lower(at)) || (at > token && note.isMark(at, "."))) at += 1;
  return at;
}

/** Adds the name at a token; gives its last token, or -1. */
function named(
  note: Note,
  at: number,
  rule: string,
  confidence: number,
  limit: number,
  comma: boolean,
  sink: SpanSink,
  sure = false,
): number {
  const form = note.form[at];
  if (form === undefined) return -1;
  const known = note.level(at, "given") > 0 || note.level(at, "surname") > 0 || form.bits === 0;
  const everyday =
    note.level(at, "english") >= 4 && note.level(at, "given") < 2 && note.level(at, "surname") < 2;
  const pair =
    note.isMark(at + 1, ",") && isNameWord(note, at + 2, false, true) && note.level(at + 2, "given") > 0;
  if ((everyday && !pair) || (!known && !sure) || NOT_A_NAME.has(form.lower)) {
    // Initials of a staff member after a label ("entered by: JS").
    return -1;
  }
  if (!form.capital && !(note.whispered && note.level(at, "english") === 0)) return -1;
  if (form.upper && !note.shouted && form.surface.length <= 4 && CLINICAL_ABBREVIATIONS.has(form.lower))
    return -1;
  const name = readName(note, at, { limit, comma, sure: sure && known });
  if (name === null || isEponymWithNoun(note, name.last)) return -1;
  sink.add(note.start[name.first]!, note.end[name.last]!, "name", rule, confidence);
  return name.last;
}

/** "his wife Mary", "daughter (Anna)", "son is John", "sister-in-law, Mrs. Roe". */
function relativeAt(note: Note, token: number, sink: SpanSink): void {
  let at = token + 1;
  if (
    note.isMark(at, ",") ||
    note.isMark(at, "(") ||
    note.isMark(at, "-") ||
    note.isMark(at, ":") ||
    note.isMark(at, "/")
  )
    at += 1;
  const linking = /^(?:is|named|called|and|name|s)$/.test(note.lower(at));
  if (linking) at += 1;
  if (note.lower(at) === "named" || note.lower(at) === "is" || note.isMark(at, ":")) at += 1;
  const form = note.form[at];
  if (form === undefined) return;
  const given = note.level(at, "given");
  const english = note.level(at, "english");
  const plain = isPlain(note, at);
  const capital = form.capital && !note.shouted && !form.upper;
  const accepted = capital
    ? (given > 0 && (english < 6 || given > 1)) ||
      (plain && form.bits === 0 && !linking) ||
      (plain && note.level(at, "surname") > 0)
    : given >= 2 &&
      form.surface.length > 2 &&
      (plain ||
        (note.whispered && given > 2 && english < 6 && note.level(at, "clinical") === 0) ||
        (note.whispered &&
          given > 2 &&
          at === token + 1 &&
          !/^(?:will|may|can|mark|grant|chase|page|bill|said)$/.test(form.lower)) ||
        (note.whispered &&
          given > 2 &&
          at === token + 1 &&
          /^(?:at|is|in|called|was|and|has|here|phoned|\d)$/.test(note.lower(at + 1))));
  if (!accepted || NOT_A_NAME.has(form.lower) || isEponymWithNoun(note, at)) return;
  const name = readName(note, at, { limit: 3, comma: false, sure: true });
  if (name !== null) sink.add(note.start[name.first]!, note.end[name.last]!, "name", "name.relative", 0.85);
}

/** "named Rosa", "her name is Rosa Lee", "goes by the name of Bo", "called Bo" only with a capital. */
function introductionAt(note: Note, token: number, sink: SpanSink): void {
  let at = token + 1;
  while (
    /^(?:is|was|of|s|as)$/.test(note.lower(at)) ||
    note.isMark(at, '"') ||
    note.isMark(at, "'") ||
    note.isMark(at, ",") ||
    note.isMark(at, "“")
  )
    at += 1;
  at = afterTitle(note, at);
  const form = note.form[at];
  if (form === undefined || NOT_A_NAME.has(form.lower)) return;
  const weak = note.lower(token) === "called" || note.lower(token) === "name";
  const known = note.level(at, "given") > 0 || note.level(at, "surname") > 0;
  if (note.lower(token) === "name" && at === token + 1) return;
  if (!form.capital && !(note.level(at, "given") > 1 && note.level(at, "english") === 0)) return;
  if (weak && !(known && note.level(at, "english") < 4 && note.level(at, "clinical") === 0)) return;
  const name = readName(note, at, { limit: 3, comma: false, sure: true });
  if (name !== null)
    sink.add(note.start[name.first]!, note.end[name.last]!, "name", "name.introduced", weak ? 0.8 : 0.9);
}

/** "Sincerely," and the first lines after it. */
function closingAt(note: Note, token: number, sink: SpanSink): void {
  if (!note.isMark(token + 1, ",") && !note.isLineEnd(token + 1)) return;
  const next = note.nextOnPage(note.isMark(token + 1, ",") ? token + 1 : token, 5);
  if (next < 0 || !note.isWord(next)) return;
  const at = afterTitle(note, next);
  const name = readName(note, at, { limit: 4, comma: false, sure: true });
  if (
    name !== null &&
    name.words + (name.last - name.first) >= 1 &&
    !NOT_A_NAME.has(note.lower(at)) &&
    note.level(at, "english") < 5
  )
    sink.add(note.start[name.first]!, note.end[name.last]!, "name", "name.signature", 0.85);
}
