/**
 * What the tagger sees of one token: hashed features of the word, its sort by the lexicon, its shape, and sets of words
 * around names. A word that may be a name has no identity, only its sort and its endings: the tagger cannot learn names by
 * heart, and treats one that no list knows like one that all know.
 * Invariant: features depend on the token's text, on whether the note is shouted or whispered, and on whether the token
 * touches its neighbours; on nothing else. Training and use share this file.
 */
import { CLINICAL_ABBREVIATIONS, CLINICAL_BRANDS } from "../clinical-words.table.ts";
import { monthOf, SHORT_WEEKDAYS, WEEKDAYS } from "../detectors/date-words.ts";
import { HARD_EPONYMS, SOFT_EPONYMS } from "../detectors/eponyms.table.ts";
import {
  BY_VERBS,
  CREDENTIALS,
  NAME_LABELS,
  NOT_A_NAME,
  RELATIVES,
  TITLES,
} from "../detectors/names.table.ts";
import {
  INSTITUTION_TAIL,
  INSTITUTION_WORD,
  STATE_CODES,
  STREET_WITH_NUMBER,
} from "../detectors/places.table.ts";
import { levelOf } from "../lexicon-bits.ts";
import { LINE_END, type Note, NUMBER, WORD, type WordForm } from "../note.ts";

/** Features of a token; a slot without a value is 0. */
export const FEATURES = 12;
export const BUCKETS = 1 << 15;

/** 0 to 11: how the note is written (plain, shouted, whispered), and which neighbours the token touches. */
export function variantOf(note: Note, token: number): number {
  const mode = note.shouted ? 1 : note.whispered ? 2 : 0;
  const before = token > 0 && note.touchesNext(token - 1) ? 1 : 0;
  return mode * 4 + before * 2 + (note.touchesNext(token) ? 1 : 0);
}
export const VARIANTS = 12;

/** What tokens with the same features share: the word's form, else a string for its number or mark. */
export function featureKey(note: Note, token: number): WordForm | string {
  const form = note.form[token];
  if (form !== undefined) return form;
  if (note.type[token] === LINE_END) return "\n";
  const text = note.tokenText(token);
  if (note.type[token] !== NUMBER) return text;
  if (text.length <= 2) return text;
  if (text.length === 4 && /^(?:19|20)\d\d$/.test(text))
    return text < "1950" ? "1900" : `${text.slice(0, 3)}0`;
  return `${text.startsWith("0") ? "0" : "9"}${"9".repeat(Math.min(text.length, 12) - 1)}`;
}

/** Writes the token's features to `into` from `at`. */
export function tokenFeatures(key: WordForm | string, variant: number, into: Int32Array, at: number): void {
  into.fill(0, at, at + FEATURES);
  let slot = 0;
  const put = (value: string | number): void => {
    into[at + slot] = bucket(slot, value);
    slot += 1;
  };
  if (typeof key === "string") {
    put(key);
    put(`${key}/${variant & 3}`);
    put(`${/\d/.test(key) ? key.length : "mark"}/${variant & 3}`);
    return;
  }
  wordFeatures(key, variant, put, () => {
    slot += 1;
  });
}

function wordFeatures(
  form: WordForm,
  variant: number,
  put: (value: string | number) => void,
  skip: () => void,
): void {
  const { lower, bits } = form;
  const [given, surname, place, english, clinical] = (
    ["given", "surname", "place", "english", "clinical"] as const
  ).map((name) => levelOf(bits, name)) as [number, number, number, number, number];
  const sets = setsOf(form);
  const everyday = clinical > 0 || english > 3 || (english > 0 && given < 3);
  const identified = everyday || sets !== 0 || (bits === 0 && lower.length <= 3);
  if (identified) put(lower);
  else skip();
  put(`${given}${surname}${place}${english}${clinical}`);
  put(`${given}${english}`);
  put(`${surname}${clinical}${english > 3 ? 1 : 0}`);
  put(`${place}${english > 3 ? 1 : 0}${clinical > 0 ? 1 : 0}`);
  const shape = shapeOf(form, variant >> 2);
  put(shape);
  put(`${shape}${variant & 3}${lengthClass(lower.length)}`);
  if (sets === 0) skip();
  else put(sets);
  if (identified && english > 3) return;
  put(lower.slice(-2));
  put(lower.slice(-3));
  put(lower.slice(-4));
  put(lower.slice(0, 3));
}

function setsOf(form: WordForm): number {
  const { lower, surface } = form;
  let sets = 0;
  for (const [i, isIn] of SETS.entries()) if (isIn(lower, surface)) sets |= 1 << i;
  return sets;
}

const SETS: readonly ((lower: string, surface: string) => boolean)[] = [
  (lower) => TITLES.has(lower),
  (lower) => CREDENTIALS.has(lower),
  (lower) => RELATIVES.has(lower),
  (lower) => NAME_LABELS.has(lower),
  (lower) => BY_VERBS.has(lower),
  (lower) => HARD_EPONYMS.has(lower),
  (lower) => SOFT_EPONYMS.has(lower),
  (lower) => STREET_WITH_NUMBER.has(lower),
  (lower) => INSTITUTION_TAIL.has(lower),
  (lower) => INSTITUTION_WORD.has(lower),
  (_, surface) => STATE_CODES.has(surface),
  (lower) => monthOf(lower) !== undefined,
  (lower) => WEEKDAYS.has(lower) || SHORT_WEEKDAYS.has(lower),
  (lower) => NOT_A_NAME.has(lower),
  (lower) => CLINICAL_ABBREVIATIONS.has(lower),
  (lower) => CLINICAL_BRANDS.has(lower),
];

function shapeOf({ surface, capital, upper }: WordForm, mode: number): string {
  if (mode === 1) return "shouted";
  if (mode === 2 && !capital) return "whispered";
  if (surface.length === 1) return capital ? "X" : "x";
  if (upper) return "XX";
  const inside = surface.slice(1);
  if (!capital) return inside === inside.toLowerCase() ? "xx" : "xX";
  return inside === inside.toLowerCase() ? "Xx" : "XxX";
}

function lengthClass(length: number): number {
  return length <= 4 ? length : length <= 6 ? 5 : length <= 9 ? 6 : 7;
}

/** FNV-1a over the slot and the value, folded; never 0, which stands for no value. */
function bucket(slot: number, value: string | number): number {
  const text = String(value);
  let hash = 0x811c9dc5 ^ (slot * 0x9e3779b1);
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  hash ^= hash >>> 15;
  hash = Math.imul(hash, 0x2c1b3c6d);
  hash ^= hash >>> 13;
  return 1 + ((hash >>> 0) % (BUCKETS - 1));
}

/** Tokens that are looked at: REACH before, the token, REACH after, the label before it on its line, its line's first word. */
export const REACH = 5;
export const POSITIONS = 2 * REACH + 3;

/** For each token: the last word before a colon on its line, and the line's first word; -1 where there is none. */
export function lineWords(note: Note): { readonly label: Int32Array; readonly first: Int32Array } {
  const label = new Int32Array(note.count).fill(-1);
  const first = new Int32Array(note.count).fill(-1);
  let [labelNow, firstNow] = [-1, -1];
  for (let token = 0; token < note.count; token++) {
    label[token] = labelNow;
    first[token] = firstNow;
    if (note.type[token] === LINE_END) [labelNow, firstNow] = [-1, -1];
    else if (note.type[token] === WORD && firstNow < 0) firstNow = token;
    else if (note.isMark(token, ":") && note.isWord(token - 1)) labelNow = token - 1;
  }
  return { label, first };
}

/** The token at a position of the window around `token`, -1 for none. */
export function windowToken(
  note: Note,
  lines: { readonly label: Int32Array; readonly first: Int32Array },
  token: number,
  position: number,
): number {
  if (position > 2 * REACH) return (position === 2 * REACH + 1 ? lines.label : lines.first)[token]!;
  const there = token + position - REACH;
  return there >= 0 && there < note.count ? there : -1;
}

/** Whether the token may be part of an identifier at all; others are never judged. */
export function isCandidate(note: Note, token: number): boolean {
  const type = note.type[token];
  if (type === NUMBER) return isTellingNumber(note, token);
  if (type !== WORD) return false;
  const form = note.form[token]!;
  if (form.capital) return true;
  const english = levelOf(form.bits, "english");
  if (english >= 6 || form.surface.length < 2) return false;
  if (form.bits === 0) return form.surface.length >= 2;
  const named = levelOf(form.bits, "given") + levelOf(form.bits, "surname") + levelOf(form.bits, "place");
  return named > 0 || monthOf(form.lower) !== undefined || WEEKDAYS.has(form.lower);
}

/** Four digits or more, an age over 89, or joined to another number as dates and record numbers are. */
function isTellingNumber(note: Note, token: number): boolean {
  const length = note.end[token]! - note.start[token]!;
  if (length > 3) return true;
  const joined = (mark: number, other: number): boolean =>
    /^[-/.]$/.test(note.tokenText(mark)) && note.touchesNext(Math.min(mark, other)) && note.isNumber(other);
  if (note.touchesNext(token) && joined(token + 1, token + 2)) return true;
  if (token > 1 && note.touchesNext(token - 1) && joined(token - 1, token - 2)) return true;
  if (note.isWord(token + 1) && note.touchesNext(token)) return length === 2 && note.tokenText(token) >= "90";
  return (
    (length === 2 && note.tokenText(token) >= "90") ||
    (length === 3 && note.tokenText(token) < "120") ||
    note.isMark(token - 1, "'")
  );
}

/** Whether the token alone may tell that an identifier stands here; other candidates are judged beside one that does. */
export function isSeed(note: Note, token: number): boolean {
  const form = note.form[token];
  if (form === undefined) return true;
  const english = levelOf(form.bits, "english");
  const clinical = levelOf(form.bits, "clinical");
  if ((english < 5 || levelOf(form.bits, "place") > 1) && clinical < 2) return true;
  const inside = note.isWord(token - 1) && !note.capital(token - 1);
  if (form.capital && inside && !note.shouted && english < 7) return true;
  return levelOf(form.bits, "given") > 1 || levelOf(form.bits, "surname") > (clinical > 2 ? 1 : 0);
}
