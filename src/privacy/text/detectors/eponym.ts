/** Whether a name stands there as a medical word ("Foley catheter", "Murphy's sign", "Down syndrome"). */
import type { Note } from "../note.ts";
import { EPONYM_NOUNS, HARD_EPONYMS, SOFT_EPONYMS } from "./eponyms.table.ts";

export function isEponym(note: Note, token: number): boolean {
  const lower = note.lower(token);
  if (HARD_EPONYMS.has(lower)) return true;
  if (!SOFT_EPONYMS.has(lower)) return false;
  return nounFollows(note, token, 3) || joinedToEponym(note, token);
}

/** A word that is medicine here even right after a first name or an initial: its noun follows. */
export function isEponymWithNoun(note: Note, token: number): boolean {
  const lower = note.lower(token);
  return (
    (HARD_EPONYMS.has(lower) || SOFT_EPONYMS.has(lower)) &&
    (nounFollows(note, token, 2) || joinedToEponym(note, token))
  );
}

/** "Rosen criteria", "Boston brace", "Buford complex": the word of medicine stands right behind. */
export function medicalNounFollows(note: Note, token: number): boolean {
  const next = note.lower(token + 1);
  return (
    note.isNumber(token + 1) ||
    (EPONYM_NOUNS.has(next) && next.length > 3 && !/^(?:placed|removed|inserted|still)$/.test(next))
  );
}

/** "not Parkinson's", "Crohn's": the disease, said short. */
export function isShortDisease(note: Note, token: number): boolean {
  return (
    /^['’]$/.test(note.tokenText(token + 1)) &&
    note.lower(token + 2) === "s" &&
    SHORT_DISEASES.has(note.lower(token))
  );
}

const SHORT_DISEASES = new Set(
  "parkinson crohn alzheimer hodgkin graves bell cushing addison raynaud tourette huntington hashimoto sjogren barrett paget wilson kawasaki meniere behcet".split(
    " ",
  ),
);

function nounFollows(note: Note, token: number, words: number): boolean {
  let seen = 0;
  for (let i = token + 1; i < token + 8 && seen < words; i++) {
    if (note.isLineEnd(i) && seen > 0) return false;
    if (
      note.isMark(i, "'") ||
      note.isMark(i, "’") ||
      note.isMark(i, "-") ||
      note.lower(i) === "s" ||
      note.isLineEnd(i)
    )
      continue;
    if (!note.isWord(i)) return false;
    const lower = note.lower(i);
    if (EPONYM_NOUNS.has(lower)) return true;
    seen += 1;
  }
  return false;
}

function joinedToEponym(note: Note, token: number): boolean {
  const after = note.isMark(token + 1, "-") ? note.lower(token + 2) : "";
  const before = note.isMark(token - 1, "-") ? note.lower(token - 2) : "";
  return (
    HARD_EPONYMS.has(after) ||
    HARD_EPONYMS.has(before) ||
    (SOFT_EPONYMS.has(after) && nounFollows(note, token + 2, 1)) ||
    (SOFT_EPONYMS.has(before) && nounFollows(note, token, 1))
  );
}
