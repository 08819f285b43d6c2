/** Whether a word before a house's kind ("… Hospital") may be its name, or says only what kind it is. */
import type { Note } from "../note.ts";
import { CREDENTIALS, NOT_A_NAME } from "./names.table.ts";
import { GENERIC_BEFORE_TAIL, INSTITUTION_WORD, NAMELIKE_INSTITUTION_WORD } from "./places.table.ts";

export const NO_STARTS = new Set(
  "the a an at to from in of by with and for on per via see no his her patient admitted transferred discharged after home then please dr mr mrs ms called came arrived seen".split(
    " ",
  ),
);

export function isGeneric(note: Note, token: number): boolean {
  const lower = note.lower(token);
  return (
    NOT_A_NAME.has(lower) ||
    CREDENTIALS.has(lower) ||
    GENERIC_BEFORE_TAIL.has(lower) ||
    NO_STARTS.has(lower) ||
    (note.level(token, "clinical") > 1 && note.level(token, "english") < 6)
  );
}

export function isNaming(note: Note, token: number): boolean {
  const lower = note.lower(token);
  if (NAMELIKE_INSTITUTION_WORD.has(lower)) return true;
  if (GENERIC_BEFORE_TAIL.has(lower) || INSTITUTION_WORD.has(lower)) return false;
  return (
    isHouseName(note, token) ||
    (note.level(token, "clinical") === 0 &&
      note.level(token, "english") < 5 &&
      !note.form[token]!.upper &&
      !/(?:ology|ics?|al|ery|atry|ary|ing|tion|ist)$/.test(lower))
  );
}

export function isHouseName(note: Note, token: number): boolean {
  const plain = note.level(token, "english") === 0 && note.level(token, "clinical") === 0;
  return (
    plain &&
    (note.level(token, "place") > 0 || note.level(token, "surname") > 0 || note.form[token]?.bits === 0)
  );
}
