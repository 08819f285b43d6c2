/**
 * A note cut into tokens, in one pass: words, numbers, single marks and line ends. Everything that finds identifiers
 * reads this, and asks about neighbours by token, never by searching the text again.
 * Invariant: time and memory grow linearly with the text; tokens are in order and do not overlap.
 */
import { CLINICAL_ABBREVIATIONS, CLINICAL_BRANDS } from "./clinical-words.table.ts";
import { isDerivedWord } from "./derived-word.ts";
import { PEOPLES_AND_BRANDS } from "./everyday-words.table.ts";
import { lexicon } from "./lexicon.ts";
import { type LexiconField, levelOf, packWord } from "./lexicon-bits.ts";

export const WORD = 0;
export const NUMBER = 1;
export const MARK = 2;
export const LINE_END = 3;

/** What is known of a word as it is written, whichever note it stands in. */
export interface WordForm {
  readonly surface: string;
  /** Lower case, without accents. */
  readonly lower: string;
  readonly bits: number;
  /** First letter is a capital. */
  readonly capital: boolean;
  /** All of at least two letters are capitals. */
  readonly upper: boolean;
}

const forms = new Map<string, WordForm>();
const FORMS_KEPT = 300_000;

export function wordForm(surface: string): WordForm {
  const known = forms.get(surface);
  if (known !== undefined) return known;
  let lower = surface.toLowerCase();
  if (/[^a-z']/.test(lower)) lower = lower.normalize("NFD").replace(/\p{M}/gu, "").replace(/’/g, "'");
  const first = surface.charCodeAt(0);
  const capital = first < 128 ? first >= 65 && first <= 90 : surface[0] !== surface[0]!.toLowerCase();
  const upper = surface.length > 1 && surface === surface.toUpperCase();
  const words = lexicon();
  const listed = words.bits(lower) || words.bits(lower.replace(/'/g, ""));
  const bits = withClinicalWords(lower, listed, capital);
  const form = { surface, lower, bits, capital, upper };
  if (forms.size >= FORMS_KEPT) forms.clear();
  forms.set(surface, form);
  return form;
}

/** Stems of international nonproprietary names (WHO) and endings of diagnoses and procedures. */
const DRUG_ENDING =
  /(?:olol|pril|sartan|statin|azole|cillin|mycin|floxacin|prazole|tidine|terol|sone|solone|lukast|mab|tinib|ciclib|parib|navir|tegravir|buvir|ciclovir|parin|xaban|gatran|gliptin|gliflozin|glutide|triptan|setron|dipine|zepam|zolam|barbital|oxetine|triptyline|azine|ridone|piprazole|thiazide|semide|tropium|caine|curium|profen|coxib|dronate|fibrate|grel|cycline|oxacin|bactam|penem|conazole|fungin|platin|rubicin|taxel|trexate|setmide|mustine|itis|ectomy|ostomy|otomy|oscopy|plasty|opathy|osis|emia|uria|algia|oma|omas|penia|megaly|plegia|paresis|rrhea|rrhage|pnea|lysis|graphy|gram|iasis|trophy|edema)$/;

/** Abbreviations and brands are words of medicine, except where the lists know a common first name of that spelling. */
function withClinicalWords(lower: string, bits: number, capital: boolean): number {
  if (PEOPLES_AND_BRANDS.has(lower)) return EVERYDAY;
  if (levelOf(bits, "given") > 1 || levelOf(bits, "clinical") > 0) return bits;
  const clinical =
    CLINICAL_ABBREVIATIONS.has(lower) ||
    CLINICAL_BRANDS.has(lower) ||
    (bits === 0 && lower.length > 6 && DRUG_ENDING.test(lower)) ||
    (bits === 0 && (!capital || lower.length > 8) && isDerivedWord(lower, isWord));
  return clinical ? bits | packWord({ clinical: 2 }) : bits;
}

const EVERYDAY = packWord({ english: 6 });

function isWord(lower: string): boolean {
  const bits = lexicon().bits(lower);
  return levelOf(bits, "clinical") > 0 || levelOf(bits, "english") > 0;
}

export class Note {
  readonly count: number;
  readonly start: Int32Array;
  readonly end: Int32Array;
  readonly type: Uint8Array;
  /** One for each token; undefined where it is not a word. */
  readonly form: (WordForm | undefined)[];
  /** Positions of number tokens. */
  readonly numbers: number[] = [];
  /** Share of capital letters among letters is high: an ALL-CAPS note, where capitals say nothing. */
  readonly shouted: boolean;
  /** Hardly any capital letters, so that their absence says nothing. */
  readonly whispered: boolean;

  constructor(readonly text: string) {
    const capacity = text.length;
    this.start = new Int32Array(capacity);
    this.end = new Int32Array(capacity);
    this.type = new Uint8Array(capacity);
    this.form = [];
    let count = 0;
    let capitals = 0;
    let words = 0;
    for (let i = 0; i < text.length; ) {
      const code = text.charCodeAt(i);
      if (code === 32 || code === 9 || code === 13 || code === 160) {
        i += 1;
        continue;
      }
      const from = i;
      if (isLetter(code)) {
        i = wordEnd(text, i + 1);
        const form = wordForm(text.slice(from, i));
        this.form.push(form);
        this.type[count] = WORD;
        words += 1;
        if (form.upper) capitals += 2;
        else if (form.capital) capitals += 1;
      } else {
        this.form.push(undefined);
        i += 1;
        if (isDigit(code)) {
          while (i < text.length && isDigit(text.charCodeAt(i))) i += 1;
          this.type[count] = NUMBER;
          this.numbers.push(count);
        } else this.type[count] = code === 10 ? LINE_END : MARK;
      }
      this.start[count] = from;
      this.end[count] = i;
      count += 1;
    }
    this.count = count;
    this.shouted = words > 10 && capitals > words * 1.3;
    this.whispered = words > 10 && capitals < words * 0.03;
  }

  tokenText(token: number): string {
    return this.text.slice(this.start[token], this.end[token]);
  }

  /** Lower-case word at a token, or "" when it is not a word (or outside of the note). */
  lower(token: number): string {
    return this.form[token]?.lower ?? "";
  }

  isWord(token: number): boolean {
    return token >= 0 && token < this.count && this.type[token] === WORD;
  }

  isMark(token: number, mark: string): boolean {
    return token >= 0 && token < this.count && this.text[this.start[token]!] === mark;
  }

  isNumber(token: number): boolean {
    return token >= 0 && token < this.count && this.type[token] === NUMBER;
  }

  isLineEnd(token: number): boolean {
    return token < 0 || token >= this.count || this.type[token] === LINE_END;
  }

  /** Nothing stands between this token and the next one. */
  touchesNext(token: number): boolean {
    return token + 1 < this.count && this.end[token] === this.start[token + 1];
  }

  level(token: number, name: LexiconField): number {
    const form = this.form[token];
    return form === undefined ? 0 : levelOf(form.bits, name);
  }

  capital(token: number): boolean {
    return this.form[token]?.capital ?? false;
  }

  /** The next token that is not the end of a line, at most `lines` line ends away; -1 when there is none. */
  nextOnPage(token: number, lines = 1): number {
    let passed = 0;
    for (let i = token + 1; i < this.count; i++) {
      if (this.type[i] !== LINE_END) return i;
      passed += 1;
      if (passed > lines) return -1;
    }
    return -1;
  }
}

export function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

export function isLetter(code: number): boolean {
  if (code < 128) return (code >= 65 && code <= 90) || (code >= 97 && code <= 122);
  return (
    (code >= 0xc0 && code <= 0x24f && code !== 0xd7 && code !== 0xf7) ||
    (code >= 0x370 && code <= 0x1fff) ||
    (code >= 0x3041 && code <= 0xd7ff)
  );
}

/** An apostrophe belongs to a word when it starts a name (O'Brien), not when it ends one (Smith's). */
function wordEnd(text: string, from: number): number {
  let i = from;
  while (i < text.length) {
    const code = text.charCodeAt(i);
    if (isLetter(code)) i += 1;
    else if (
      (code === 39 || code === 0x2019) &&
      i - from <= 2 &&
      i + 2 < text.length &&
      isLetter(text.charCodeAt(i + 1)) &&
      isLetter(text.charCodeAt(i + 2))
    )
      i += 1;
    else break;
  }
  return i;
}
