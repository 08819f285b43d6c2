/**
 * Identifiers of everybody in the identified zone, in the spelling in which they are looked for: letters and digits only,
 * lower case, without accents. `(507) 555-0199` and `507.555.0199` have one form; so have `Smith, John` and `SMITH JOHN`.
 * Invariant: a form is long enough not to be met by chance; what is too short is found only beside its person (text).
 */
import type { IdentifierKind } from "../../ingest/known-identifier.ts";

const [MIN_NUMBER, MIN_NAME, MIN_ADDRESS, MAX_FORM] = [5, 7, 7, 64];
/** Words and numbers that stand side by side and are read as one. */
export const MAX_WINDOW = 8;

export function plainForm(text: string): string {
  return text
    .normalize("NFD")
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, "");
}

/** What to look for everywhere for one identifier of somebody. */
export function formsOf(kind: IdentifierKind, value: string): string[] {
  if (kind === "name") return nameForms(value);
  if (kind === "place" || kind === "date" || kind === "zip" || kind === "consent") return [];
  const form = plainForm(value);
  if (kind === "phone") {
    const digits = form.replace(/\D/g, "");
    return digits.length >= 10 ? [digits.slice(-10)] : digits.length >= 7 ? [digits] : [];
  }
  const digits = form.replace(/\D/g, "").length;
  if (kind === "number") return form.length >= MIN_NUMBER && digits >= 4 ? [form] : [];
  return form.length >= MIN_ADDRESS && form.length <= MAX_FORM ? [form] : [];
}

/** Given and family name side by side, either way round, with and without what stands between. */
function nameForms(value: string): string[] {
  const words = wordsOf(value).filter((word) => word.length >= 2 && !TITLES.has(word));
  if (words.length < 2) return [];
  const [first, last] = [words[0]!, words.at(-1)!];
  return [...new Set([first + last, last + first, words.join("")])].filter((form) => form.length >= MIN_NAME);
}

const TITLES = new Set("mr mrs ms miss dr prof sir md phd rn jr sr ii iii iv do np pa".split(" "));

export function wordsOf(text: string): string[] {
  return (text
    .normalize("NFD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .match(/[\p{L}\p{N}]+/gu) ?? []) as string[];
}

/** A set of forms, 8 to 16 bytes each whatever their length: a whole site's identifiers fit in memory. */
export class FormIndex {
  #slots: Float64Array;
  #count = 0;

  constructor(expected = 1024) {
    this.#slots = new Float64Array(2 ** Math.ceil(Math.log2(Math.max(1024, expected * 2)))).fill(-1);
  }

  get size(): number {
    return this.#count;
  }

  add(form: string): void {
    if (this.#count * 2 >= this.#slots.length) this.#grow();
    this.#insert(formHash(form));
  }

  has(form: string): boolean {
    const hash = formHash(form);
    const mask = this.#slots.length - 1;
    for (let slot = hash % this.#slots.length; ; slot = (slot + 1) & mask) {
      const held = this.#slots[slot]!;
      if (held === hash) return true;
      if (held < 0) return false;
    }
  }

  #insert(hash: number): void {
    const mask = this.#slots.length - 1;
    for (let slot = hash % this.#slots.length; ; slot = (slot + 1) & mask) {
      if (this.#slots[slot] === hash) return;
      if (this.#slots[slot]! < 0) {
        this.#slots[slot] = hash;
        this.#count += 1;
        return;
      }
    }
  }

  #grow(): void {
    const before = this.#slots;
    this.#slots = new Float64Array(before.length * 2).fill(-1);
    this.#count = 0;
    for (const hash of before) if (hash >= 0) this.#insert(hash);
  }
}

/** 53 bits; two forms of a site meet by chance once in 10^9 looks at ten million forms. */
function formHash(form: string): number {
  let a = 0xdeadbeef ^ form.length;
  let b = 0x41c6ce57 ^ form.length;
  for (let i = 0; i < form.length; i++) {
    const char = form.charCodeAt(i);
    a = Math.imul(a ^ char, 2654435761);
    b = Math.imul(b ^ char, 1597334677);
  }
  a = Math.imul(a ^ (a >>> 16), 2246822507) ^ Math.imul(b ^ (b >>> 13), 3266489909);
  b = Math.imul(b ^ (b >>> 16), 2246822507) ^ Math.imul(a ^ (a >>> 13), 3266489909);
  return (b >>> 11) * 2 ** 32 + (a >>> 0);
}

export interface FormHit {
  readonly start: number;
  readonly end: number;
}

/**
 * Where a text has a form of the index: every run of up to eight words and numbers is tried, the longest first.
 * Words may stand apart by spaces and punctuation, not by an empty line. Linear in the text.
 */
export function findForms(text: string, index: FormIndex): FormHit[] {
  if (index.size === 0) return [];
  const hits: FormHit[] = [];
  const starts: number[] = [];
  const ends: number[] = [];
  const words: string[] = [];
  for (const match of text.matchAll(/[\p{L}\p{N}\p{M}]+/gu)) {
    starts.push(match.index);
    ends.push(match.index + match[0].length);
    words.push(plainForm(match[0]));
  }
  for (let first = 0; first < words.length; first++) {
    let form = "";
    let best = -1;
    for (let last = first; last < Math.min(words.length, first + MAX_WINDOW); last++) {
      if (last > first && starts[last]! - ends[last - 1]! > 4) break;
      form += words[last]!;
      if (form.length > MAX_FORM) break;
      if (form.length >= MIN_NUMBER && index.has(form)) best = last;
      else if (form.length >= 10 && isDigits(form) && index.has(form.slice(-10))) best = last;
    }
    if (best < 0) continue;
    hits.push({ start: starts[first]!, end: ends[best]! });
    first = best;
  }
  return hits;
}

function isDigits(text: string): boolean {
  return /^\d+$/.test(text);
}
