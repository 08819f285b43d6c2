/** Reads a person's name from a token on: words, initials, particles, hyphens, suffixes. */
import type { Note } from "../note.ts";
import { CREDENTIALS, NOT_A_NAME, PARTICLES, SUFFIXES } from "./names.table.ts";

export interface NameReading {
  readonly first: number;
  readonly last: number;
  /** Words of more than one letter. */
  readonly words: number;
}

interface Options {
  /** Words to read at most. */
  readonly limit: number;
  /** "Roe, Jane" is one name. */
  readonly comma: boolean;
  /** The first word is a name whatever it looks like, if it is capitalised. */
  readonly sure: boolean;
}

export function readName(note: Note, from: number, options: Options): NameReading | null {
  let at = from;
  let last = from - 1;
  let words = 0;
  let initials = 0;
  while (words < options.limit && words + initials < 6) {
    if (isInitial(note, at)) {
      last = note.isMark(at + 1, ".") ? at + 1 : at;
      initials += 1;
      at = last + 1;
      continue;
    }
    const word = note.lower(at);
    if (
      PARTICLES.has(word) &&
      (note.isWord(at + 1) || note.isMark(at + 1, ".")) &&
      nextIsName(note, at) &&
      (words > 0 || options.sure)
    ) {
      at += note.isMark(at + 1, ".") ? 2 : 1;
      continue;
    }
    if (!isNameWord(note, at, options.sure && words === 0, words > 0)) break;
    words += 1;
    last = at;
    at += 1;
    for (
      let hyphens = 0;
      hyphens < 4 &&
      note.isMark(at, "-") &&
      note.touchesNext(at) &&
      note.isWord(at + 1) &&
      (note.capital(at + 1) || note.whispered) &&
      note.touchesNext(at - 1);
      hyphens++
    ) {
      last = at + 1;
      at += 2;
    }
    if (
      options.comma &&
      words === 1 &&
      note.isMark(at, ",") &&
      (isNameWord(note, at + 1, false, true) || isInitial(note, at + 1)) &&
      !CREDENTIALS.has(note.lower(at + 1))
    ) {
      at += 1;
    }
  }
  if (words === 0) return null;
  const suffix = note.isMark(last + 1, ",") ? last + 2 : last + 1;
  const numeral = /^i/.test(note.lower(suffix));
  if (SUFFIXES.has(note.lower(suffix)) && (note.capital(suffix) || note.whispered) && !(numeral && words < 2))
    last = suffix;
  return { first: from, last, words };
}

export function isInitial(note: Note, token: number): boolean {
  const form = note.form[token];
  if (form === undefined || form.surface.length !== 1) return false;
  return (
    form.capital &&
    (note.isMark(token + 1, ".") ||
      note.isWord(token + 1) ||
      note.isMark(token + 1, ",") ||
      note.isLineEnd(token + 1))
  );
}

/** @param sure what stands before says that a name comes */
export function isNameWord(note: Note, token: number, sure: boolean, following: boolean): boolean {
  const form = note.form[token];
  if (form === undefined || form.surface.length < 2) return false;
  if (NOT_A_NAME.has(form.lower) || CREDENTIALS.has(form.lower))
    return (
      sure &&
      form.capital &&
      !note.shouted &&
      /^(?:will|may|best|page|down|march|april|june|august|case|head|left|still|dear|self)$/.test(form.lower)
    );
  const english = note.level(token, "english");
  const given = note.level(token, "given");
  const surname = note.level(token, "surname");
  const plain = isPlain(note, token);
  if (note.shouted) {
    if (sure) return given > 0 || surname > 0 || plain;
    return plain
      ? given > 0 || surname > 0 || form.bits === 0
      : english < 6 && (given > 1 || surname > 1) && following;
  }
  if (form.capital) {
    if (form.upper && form.surface.length <= 3 && !sure) return plain && (given > 1 || surname > 0);
    return sure || plain || given > 0 || surname > 0;
  }
  if (following) return plain && (given > 0 || surname > 0) && note.whispered;
  return sure ? (plain && form.surface.length > 2) || given > 1 || (surname > 1 && english < 5) : false;
}

/** A word that is neither English nor medicine, or rare as a word and common as a first name ("Beth", "Maria"). */
export function isPlain(note: Note, token: number): boolean {
  if (note.level(token, "clinical") > 0) return false;
  const english = note.level(token, "english");
  const given = note.level(token, "given");
  return english === 0 || (english <= 3 && given === 3) || (english <= 2 && given === 2);
}

function nextIsName(note: Note, token: number): boolean {
  const next = note.isMark(token + 1, ".") ? token + 2 : token + 1;
  const form = note.form[next];
  if (form === undefined) return false;
  if (PARTICLES.has(form.lower)) return note.capital(next + 1);
  return form.capital && !note.shouted
    ? !NOT_A_NAME.has(form.lower)
    : note.level(next, "surname") > 0 && note.level(next, "english") === 0;
}
