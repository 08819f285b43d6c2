/**
 * Initials of who dictated and who typed ("GTM/lw", "jd:mk", "TR: ab"), greetings by first name ("Hi Frank,"), and an age
 * over 89 in brackets or commas right after a name.
 */
import { CLINICAL_ABBREVIATIONS } from "../clinical-words.table.ts";
import { type Note, WORD } from "../note.ts";
import type { SpanSink } from "../phi-span.ts";
import { BY_VERBS, NOT_A_NAME, TITLES } from "./names.table.ts";
import { isPlain, readName } from "./read-name.ts";
import { sticky } from "./sticky.ts";

/** A line that begins with two groups of initials; what may follow is a job number or a date. */
const PAIR = sticky(/([A-Z]{2,4}) ?[/:] ?([a-z]{2,3}|[A-Z]{2,3})(?=$|[ \t\r\n]|[ /-]\d)/);
const LOWER_PAIR = sticky(/([a-z]{2,3})[/:]([a-z]{2,3})(?=$|[ \t]*[\r\n]|[ /-]\d)/);
const TYPIST_LABELS = new Set(
  "tr typist transcriptionist transcribed dictated scribe initials dict typed".split(" "),
);
const GREETINGS = new Set("hi hello hey morning afternoon evening thanks thank thx".split(" "));
/** Pairs of letters that are units, routes, departments or yes and no. */
const NO_INITIALS =
  /^(?:po|iv|im|sq|pr|sl|ng|gi|gu|cv|ed|er|or|op|ot|pt|st|ob|gyn|ent|yes|no|na|hr|bp|rr|wt|ht|ml|mg|kg|cc|cm|mm|am|pm|and|he|she|her|him|his|ap|pa|lat|ra|rv|la|lv|rt|lt|dp|tp|sp|dc|fu|rx|dx|tx|hx|sx|cx|bx|fx|ns|lr|ck|mb|ast|alt|bun|cr|hct|hgb|wbc|plt|inr|pt|ptt|ph|ua|cbc|bmp|cmp|kub|ct|mri|us|xr|tb|hiv|hcv|hbv|rpr|gc|chl|cad|chf|copd|htn|dm|pmh|psh|fh|sh|ros|hpi|ph)$/i;

export function findInitials(note: Note, sink: SpanSink): void {
  for (let token = 0; token < note.count; token++) {
    if (note.type[token] !== WORD) continue;
    const lower = note.lower(token);
    if (note.isLineEnd(token - 1)) pairAt(note, token, sink);
    if (lower.length === 3 && note.isMark(token + 1, "/")) typistWithJob(note, token, sink);
    if (lower === "by") initialsAfterBy(note, token, sink);
    if (lower.length === 1) pointedAt(note, token, sink);
    if (lower.length === 2 || lower.length === 3) initialsAt(note, token, sink);
    if (TYPIST_LABELS.has(lower)) typistAt(note, token, sink);
    else if (GREETINGS.has(lower)) greetingAt(note, token, sink);
  }
}

function pairAt(note: Note, token: number, sink: SpanSink): void {
  const start = note.start[token]!;
  const match =
    PAIR.match(note.text, start) ?? (note.form[token]!.capital ? null : LOWER_PAIR.match(note.text, start));
  if (match === null) return;
  const [whole, dictator, typist] = match as unknown as [string, string, string];
  const capitals = /[A-Z]/.test(dictator) && /[a-z]/.test(typist);
  if (NO_INITIALS.test(dictator) || (!capitals && NO_INITIALS.test(typist))) return;
  const tail = note.text.slice(start + whole.length, start + whole.length + 30).split("\n")[0]!;
  if (!/^[ \t/-]*(?:[\d/:.-]+[ \t]*)*(?:(?:job|doc|d|t|dd|dt|conf)\b.*)?$/i.test(tail.trimEnd())) return;
  sink.add(start, start + dictator.length, "name", "name.initials", 0.75);
  sink.add(start + whole.length - typist.length, start + whole.length, "name", "name.initials", 0.75);
}

/** "T: 04/19/2007 jbw/44830": after a date, before a job number. */
function typistWithJob(note: Note, token: number, sink: SpanSink): void {
  const job = note.isNumber(token + 2) ? note.end[token + 2]! - note.start[token + 2]! : 0;
  if (job < 4 || !note.isNumber(token - 1) || NO_INITIALS.test(note.lower(token))) return;
  sink.add(note.start[token]!, note.end[token]!, "name", "name.initials", 0.75);
}

/** "J.S. is a 45-year-old", "ask R.P. for": two or three capitals with points that abbreviate nothing. */
function pointedAt(note: Note, token: number, sink: SpanSink): void {
  if (!note.capital(token) || note.shouted || (token > 0 && note.touchesNext(token - 1))) return;
  let letters = "";
  let last = token;
  for (let at = token; letters.length < 4; at += 2) {
    const form = note.form[at];
    if (
      form === undefined ||
      form.surface.length !== 1 ||
      !form.capital ||
      !note.isMark(at + 1, ".") ||
      !note.touchesNext(at)
    )
      break;
    letters += form.lower;
    last = at + 1;
    if (!note.touchesNext(at + 1)) break;
  }
  if (letters.length < 2 || letters.length > 3 || NOT_POINTED.has(letters) || NO_INITIALS.test(letters))
    return;
  if (
    CLINICAL_ABBREVIATIONS.has(letters) &&
    !/^(?:is|was|has|had|reports|states|denies|who)$/.test(note.lower(last + 1))
  )
    return;
  sink.add(note.start[token]!, note.end[last]!, "name", "name.initials", 0.65);
}

const NOT_POINTED = new Set(
  "us usa uk eu un md do rn np pa phd ba bs ms ma mba dds od dc iv im po sc sq sl pr pv am pm ad bc po box ie eg ot pt er ed or icu dr st ny nj nh nm nc nd ri sc sd wv dc la va pi pe cc id qd bid tid qid hs ac pc ua aka rsvp llc inc pc pllc ltd pa".split(
    " ",
  ),
);
const INITIALS_CUE = /^(?:per|by|with|cc|from|to|via)$/;

/** "D/w HL, RNM", "| TMW |", "-JS": two or three capitals where somebody signs or is spoken with. */
function initialsAt(note: Note, token: number, sink: SpanSink): void {
  const form = note.form[token]!;
  if (!form.upper || note.shouted || CLINICAL_ABBREVIATIONS.has(form.lower) || NO_INITIALS.test(form.lower))
    return;
  if (form.bits !== 0 || NOT_POINTED.has(form.lower) || NOT_A_NAME.has(form.lower)) return;
  if (note.touchesNext(token) && !/^[.,;)|/]$/.test(note.tokenText(token + 1))) return;
  const cell = note.isMark(token - 1, "|") && note.isMark(token + 1, "|");
  const ends = note.isLineEnd(token + 1) || (note.isMark(token + 1, ".") && note.isLineEnd(token + 2));
  const dashed =
    /^[-–—~]$/.test(note.tokenText(token - 1)) &&
    (note.isLineEnd(token - 2) || note.isMark(token - 2, "-")) &&
    ends;
  const slashed =
    note.isMark(token - 1, "/") && /^(?:d|w)$/.test(note.lower(token - 2)) && note.lower(token - 2) !== "w";
  const spoken =
    note.lower(token - 1) === "w" && note.isMark(token - 2, "/") && note.lower(token - 3) === "d";
  if (cell || dashed || slashed || spoken)
    sink.add(note.start[token]!, note.end[token]!, "name", "name.initials", 0.65);
  else if (
    INITIALS_CUE.test(note.lower(token - 1)) &&
    /^(?:reviewed|discussed|d|seen|entered|noted|checked|verified|cosigned)$/.test(note.lower(token - 2))
  )
    sink.add(note.start[token]!, note.end[token]!, "name", "name.initials", 0.65);
}

/** "TR: ab", "Typist: kl". */
function typistAt(note: Note, token: number, sink: SpanSink): void {
  const at = note.lower(token + 1) === "by" ? token + 2 : token + 1;
  const colon = note.isMark(at, ":");
  const value = colon ? at + 1 : at;
  const form = note.form[value];
  if (
    form === undefined ||
    (!colon && at === token + 1 && !(note.lower(token) === "initials" && form.upper)) ||
    form.surface.length > 3 ||
    form.surface.length < 2
  )
    return;
  if (NO_INITIALS.test(form.surface) || note.level(value, "english") > 4) return;
  sink.add(note.start[value]!, note.end[value]!, "name", "name.initials", 0.75);
}

/** "called by BKL.", "seen by JT": two or three capitals that are no abbreviation. */
function initialsAfterBy(note: Note, token: number, sink: SpanSink): void {
  const form = note.form[token + 1];
  if (form === undefined || !form.upper || note.shouted || form.surface.length > 3) return;
  if (
    CLINICAL_ABBREVIATIONS.has(form.lower) ||
    NO_INITIALS.test(form.surface) ||
    note.level(token + 1, "english") > 0
  )
    return;
  const ends = note.isLineEnd(token + 2) || /^[.,;)]$/.test(note.tokenText(token + 2));
  if (ends && BY_VERBS.has(note.lower(token - 1)))
    sink.add(note.start[token + 1]!, note.end[token + 1]!, "name", "name.initials", 0.7);
}

/** "Hi Frank,", "Thank you, Priya": a first name or surname that is no word of every day. */
function greetingAt(note: Note, token: number, sink: SpanSink): void {
  if (!note.capital(token) && !note.whispered && !note.isLineEnd(token - 1)) return;
  let at = token + 1;
  if (note.lower(at) === "you") at += 1;
  if (note.isMark(at, ",")) at += 1;
  while (TITLES.has(note.lower(at)) || note.isMark(at, ".")) at += 1;
  const form = note.form[at];
  if (form === undefined || NOT_A_NAME.has(form.lower) || !(form.capital || note.whispered)) return;
  const known = note.level(at, "given") > 0 || note.level(at, "surname") > 1;
  if (!known || !(isPlain(note, at) || note.level(at, "given") > 1) || note.level(at, "english") > 5) return;
  const reading = readName(note, at, { limit: 2, comma: false, sure: true });
  if (reading !== null) sink.add(note.start[at]!, note.end[reading.last]!, "name", "name.greeting", 0.85);
}

/** Runs after the names: "Beatrice Calloway (96)", "ROE, JANE, 93,". */
export function findAgesAfterNames(note: Note, sink: SpanSink, every: boolean): void {
  const ends = new Set(sink.spans.filter((span) => span.kind === "name").map((span) => span.end));
  for (const token of note.numbers) {
    const start = note.start[token]!;
    const age = Number(note.tokenText(token));
    if (note.end[token]! - start > 3 || !(every ? age > 0 && age < 120 : age >= 90 && age < 120)) continue;
    const opened = note.isMark(token - 1, "(") || note.isMark(token - 1, ",");
    const closed = note.isMark(token + 1, note.isMark(token - 1, "(") ? ")" : ",");
    // "Nana (Phyllis, 90)", "Tali (28, declines"
    const listed =
      age >= 90 &&
      note.isMark(token - 1, ",") &&
      note.isMark(token + 1, ")") &&
      ends.has(note.end[token - 2] ?? -1);
    const direct =
      listed ||
      (ends.has(note.end[token - 1] ?? -1) && !note.touchesNext(token) && !note.isMark(token + 1, "%"));
    if ((opened && closed && ends.has(note.end[token - 2] ?? -1)) || (direct && age < 116))
      sink.add(start, note.end[token]!, "age", "age.after-name", 0.8);
  }
}
