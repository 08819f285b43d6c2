/**
 * Names that nothing announces, known by the lists: a first name with a surname ("Maria Alvarez", "ALVAREZ, MARIA",
 * "M. Alvarez"), and a lone first name or surname that is no word of English or of medicine.
 */
import { type Note, WORD } from "../note.ts";
import type { SpanSink } from "../phi-span.ts";
import { isEponym, isEponymWithNoun, medicalNounFollows } from "./eponym.ts";
import { CREDENTIALS, NOT_A_NAME } from "./names.table.ts";
import { isInitial, isPlain, readName } from "./read-name.ts";

export function findLexiconNames(note: Note, sink: SpanSink): void {
  for (let token = 0; token < note.count; token++) {
    if (note.type[token] !== WORD) continue;
    const form = note.form[token]!;
    if (form.surface.length === 1 && note.isMark(token + 1, ".")) initialAt(note, token, sink);
    if (!form.capital && !note.whispered) continue;
    if (NOT_A_NAME.has(form.lower) || CREDENTIALS.has(form.lower)) {
      if (!(form.capital && note.level(token, "given") > 1) || note.shouted) continue;
    }
    const last = pairAt(note, token, sink);
    if (last > token) {
      token = last;
      continue;
    }
    loneAt(note, token, sink);
  }
}

/** Last token of a full name that starts here, or the token itself. */
function pairAt(note: Note, token: number, sink: SpanSink): number {
  const form = note.form[token]!;
  const given = note.level(token, "given");
  const surname = note.level(token, "surname");
  const english = note.level(token, "english");
  if (
    isInitial(note, token) &&
    note.isMark(token + 1, ".") &&
    (strongSurname(note, token + 2) || signs(note, token + 2)) &&
    note.capital(token + 2) &&
    !isEponymWithNoun(note, token + 2)
  ) {
    sink.add(note.start[token]!, note.end[token + 2]!, "name", "name.initial-surname", 0.75);
    return token + 2;
  }
  if (
    surname > 0 &&
    note.isMark(token + 1, ",") &&
    note.level(token + 2, "given") > 1 &&
    note.capital(token + 2) &&
    (form.upper || english === 0) &&
    note.level(token + 2, "english") < 4 &&
    !CREDENTIALS.has(note.lower(token + 2)) &&
    english < 4
  ) {
    const reading = readName(note, token, { limit: 3, comma: true, sure: false });
    if (reading !== null && reading.words > 1 && !isListOfNames(note, token, reading.last)) {
      sink.add(note.start[token]!, note.end[reading.last]!, "name", "name.reversed", 0.85);
      return reading.last;
    }
  }
  if (given === 0) return token;
  const reading = readName(note, token, { limit: 3, comma: false, sure: true });
  if (reading === null || reading.last === token) return token;
  const second = reading.last;
  const secondPlain = isPlain(note, second);
  const firstPlain = isPlain(note, token);
  const secondSurname = note.level(second, "surname");
  const believable =
    (firstPlain && secondPlain && (given > 1 || secondSurname > 0 || note.form[second]?.bits === 0)) ||
    (firstPlain && given > 1 && secondSurname > 0 && note.level(second, "clinical") < 3) ||
    (!firstPlain && given > 1 && secondPlain && secondSurname > 0 && english < 7);
  if (!believable || isEponymWithNoun(note, second) || (isEponym(note, token) && isEponym(note, second)))
    return token;
  if (note.shouted && !(firstPlain && secondPlain && given > 1 && secondSurname > 0)) return token;
  sink.add(note.start[token]!, note.end[second]!, "name", "name.full", 0.85);
  return second;
}

/** "Nguyen, Maria, Smith": names in a list are single names, not one. They are names all the same. */
function isListOfNames(note: Note, first: number, last: number): boolean {
  return note.isMark(first - 1, ",") && note.isMark(last + 1, ",");
}

/** A surname that is an English word too, on a line of its own or before a comma there ("S. Pickles, CT2"). */
function signs(note: Note, token: number): boolean {
  const ends = note.isLineEnd(token + 1) || note.isMark(token + 1, ",");
  return (
    ends && note.isLineEnd(token - 3) && note.level(token, "surname") > 0 && note.level(token, "clinical") < 2
  );
}

function strongSurname(note: Note, token: number): boolean {
  const surname = note.level(token, "surname");
  return (
    surname > 0 &&
    note.level(token, "english") <= (surname > 2 ? 1 : 0) &&
    note.level(token, "clinical") === 0
  );
}

function loneAt(note: Note, token: number, sink: SpanSink): void {
  const form = note.form[token]!;
  const firstName = isPlain(note, token) && form.capital && !note.shouted;
  if (
    form.surface.length < 3 ||
    (note.level(token, "english") > 0 && !firstName) ||
    note.level(token, "clinical") > 0
  )
    return;
  if (isEponym(note, token) || (form.upper && !note.shouted && form.surface.length < 5)) return;
  const given = note.level(token, "given");
  const surname = note.level(token, "surname");
  if (!form.capital && !(given >= 2 && form.surface.length > 3)) return;
  const rare =
    given + surname > 0 && isInside(note, token) && !form.upper && !medicalNounFollows(note, token);
  // "Wilkins 7", "Friedman stage III": a scale of that name.
  const scaled = note.isNumber(token + 1) && note.end[token + 1]! - note.start[token + 1]! <= 2 && given < 2;
  if (scaled) return;
  if (given >= 2 || surname >= 2 || rare)
    sink.add(note.start[token]!, note.end[token]!, "name", "name.lone", given >= 2 ? 0.6 : 0.55);
}

/** A capital after a small word of the same line is a name's, not a sentence's. */
function isInside(note: Note, token: number): boolean {
  if (note.shouted || !note.capital(token)) return false;
  const before = note.isMark(token - 1, "/") || note.isMark(token - 1, "&") ? token - 2 : token - 1;
  return note.isWord(before) && !note.capital(before);
}

/** "j. robles" in a hurried note; "e. coli" is no name because its word is medicine. */
function initialAt(note: Note, token: number, sink: SpanSink): void {
  if (note.capital(token) || !strongSurname(note, token + 2) || note.lower(token + 2).length < 4) return;
  if (note.isLineEnd(token - 1) || note.isWord(token - 1) || note.isMark(token - 1, ","))
    sink.add(note.start[token]!, note.end[token + 2]!, "name", "name.initial-surname", 0.7);
}
