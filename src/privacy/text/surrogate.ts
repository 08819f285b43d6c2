/**
 * Puts invented values in the place of real ones: the same person has the same invented name in all of a patient's notes,
 * initials and sex fit, formats are kept, and all of a patient's dates move by one secret number of days.
 * Drawn with HMAC-SHA-256 under the site's secret, from names and places of which each site uses another half: what one
 * site's notes look like says nothing about which names at another site are invented and which were missed.
 */
import { createHmac } from "node:crypto";
import {
  GENERIC_BEFORE_TAIL,
  INSTITUTION_TAIL,
  INSTITUTION_WORD,
  STATE_CODES,
  STATE_NAMES,
  STREET_WITH_NUMBER,
} from "./detectors/places.table.ts";
import { lexicon, type NameSort } from "./lexicon.ts";
import { levelOf } from "./lexicon-bits.ts";
import { wordForm } from "./note.ts";
import type { PhiSpan } from "./phi-span.ts";
import { shiftWrittenDate } from "./shift-date.ts";

export interface SurrogateKey {
  /** At least 16 bytes, kept with the identified records. */
  readonly secret: Uint8Array;
  /** Whose notes these are: the same patient gets the same surrogates. */
  readonly patient: string;
  /** By how many days the patient's dates move; left out: drawn from the secret. */
  readonly shiftDays?: number;
  /** "3/4/2019" is the third of April. */
  readonly dayFirst?: boolean;
}

/** Days by which this patient's dates move: 1 to 365, either way, never 0. */
export function dateShift(key: SurrogateKey): number {
  const drawn = number(key, "date-shift") % 730;
  return drawn < 365 ? drawn - 365 : drawn - 364;
}

export function surrogateFor(text: string, span: PhiSpan, key: SurrogateKey): string {
  switch (span.kind) {
    case "name":
      return text.replace(/\p{L}[\p{L}'’]*/gu, (word) => nameWord(word, key));
    case "date":
      return shifted(text, key);
    case "age":
      return /\d/.test(text) ? text.replace(/\d+/, "90") : "ninety";
    case "organization":
      return institution(text, key);
    case "location":
      return place(text, key);
    case "email":
      return `${nameWord("person", key)}.${nameWord(text.split("@")[0] ?? "", key)}@example.org`.toLowerCase();
    case "url":
      return `https://example.org/${number(key, text) % 10_000}`;
    default:
      return scramble(text, key);
  }
}

function shifted(text: string, key: SurrogateKey): string {
  const days = key.shiftDays ?? dateShift(key);
  return shiftWrittenDate(text, { days, dayFirst: key.dayFirst ?? false }) ?? "another time";
}

function number(key: SurrogateKey, label: string): number {
  return createHmac("sha256", key.secret)
    .update(`${key.patient}\u0000${label.toLowerCase()}`)
    .digest()
    .readUInt32LE(0);
}

type Sort = NameSort | "place";
const pools = new Map<string, ReadonlyMap<string, readonly string[]>>();
const POOLS_KEPT = 64;

/** The half of the names of a sort that this site draws from, by first letter; under "" all of them. */
function sitePool(key: SurrogateKey, sort: Sort): ReadonlyMap<string, readonly string[]> {
  const id = `${Buffer.from(key.secret).toString("base64")}/${sort}`;
  const known = pools.get(id);
  if (known !== undefined) return known;
  const pool = new Map<string, string[]>([["", []]]);
  const names = sort === "place" ? lexicon().townNames() : lexicon().commonNames(sort);
  const drawn = createHmac("sha512", key.secret).update(`half of ${sort}`).digest();
  for (const [i, name] of names.entries()) {
    const bit = (drawn[(i >> 3) % drawn.length]! >> (i & 7)) & 1;
    if (bit === 0) continue;
    pool.get("")!.push(name);
    const list = pool.get(name[0]!) ?? [];
    list.push(name);
    pool.set(name[0]!, list);
  }
  if (pools.size >= POOLS_KEPT) pools.clear();
  pools.set(id, pool);
  return pool;
}

const LETTERS = "abcdefghjklmnprstw";

/** The first letter that this patient's names with that letter get: so "M. Alvarez" and "Maria Alvarez" agree. */
function letterFor(letter: string, key: SurrogateKey): string {
  return LETTERS[number(key, `initial ${letter}`) % LETTERS.length]!;
}

/** A name of the same sort and sex, of the same capitals. */
function nameWord(word: string, key: SurrogateKey): string {
  const { bits, lower } = wordForm(word);
  const letter = letterFor(lower[0]!, key);
  if (word.length === 1) return word === lower ? letter : letter.toUpperCase();
  const given = levelOf(bits, "given");
  const sort: NameSort = given >= levelOf(bits, "surname") && given > 0 ? sexOf(bits, lower) : "surname";
  return casedLike(drawn(sitePool(key, sort), letter, lower, key), word);
}

/** Most names have been given to both sexes at some time; then the ending tells which is commoner. */
function sexOf(bits: number, lower: string): "male" | "female" {
  const [male, female] = [levelOf(bits, "male"), levelOf(bits, "female")];
  if (male !== female) return male > female ? "male" : "female";
  return /(?:a|ah|e|ee|i|ie|ly|cy|sy|ty|ry|lyn|lynn|een|eth|ette|ess|is|ys|el|ann|anne)$/.test(lower)
    ? "female"
    : "male";
}

function drawn(
  pool: ReadonlyMap<string, readonly string[]>,
  letter: string,
  lower: string,
  key: SurrogateKey,
): string {
  const own = pool.get(letter) ?? [];
  const names = own.length > 4 ? own : pool.get("")!;
  const at = number(key, lower);
  const name = names[at % names.length]!;
  return name === lower ? names[(at + 1) % names.length]! : name;
}

function casedLike(name: string, word: string): string {
  if (word.length > 1 && word === word.toUpperCase()) return name.toUpperCase();
  return word[0] === word[0]!.toUpperCase() ? name[0]!.toUpperCase() + name.slice(1) : name;
}

function town(word: string, key: SurrogateKey): string {
  return casedLike(drawn(sitePool(key, "place"), "", word.toLowerCase(), key), word);
}

/** Keeps what sort of institution it is and replaces what names it; of an abbreviation only its length is kept. */
function institution(text: string, key: SurrogateKey): string {
  const kept = (lower: string): boolean =>
    INSTITUTION_TAIL.has(lower) ||
    INSTITUTION_WORD.has(lower) ||
    GENERIC_BEFORE_TAIL.has(lower) ||
    lower.length < 2;
  return text.replace(/\p{L}[\p{L}’']*/gu, (word) => {
    if (kept(word.toLowerCase())) return word;
    const abbreviation = word.length <= 5 && word === word.toUpperCase();
    return abbreviation ? scramble(word, key) : town(word, key);
  });
}

const CODES = [...STATE_CODES];
const STATES = [...STATE_NAMES].filter((name) => !name.includes(" "));
const KEPT_IN_ADDRESSES =
  /^(?:n|s|e|w|ne|nw|se|sw|north|south|east|west|apt|apartment|suite|ste|unit|floor|fl|bldg|room|rm|lot|po|p|o|box|flat|st|nd|rd|th)$/i;

/** Another number, street, town, state or code, of the same form. */
function place(text: string, key: SurrogateKey): string {
  if (STATE_CODES.has(text)) return CODES[number(key, text) % CODES.length]!;
  if (STATE_NAMES.has(text.toLowerCase())) return casedLike(STATES[number(key, text) % STATES.length]!, text);
  if (/^[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}$|^[A-Z]\d[A-Z] ?\d[A-Z]\d$/.test(text)) return scramble(text, key);
  const street = /\d/.test(text);
  return text.replace(/\d+|\p{L}[\p{L}’']*/gu, (part) => {
    if (/\d/.test(part)) return scramble(part, key);
    if (street && (STREET_WITH_NUMBER.has(part.toLowerCase()) || KEPT_IN_ADDRESSES.test(part))) return part;
    return part.length < 2 ? part : town(part, key);
  });
}

/** Other digits for digits and letters for letters, in the same places; a first digit that is not 0 stays so. */
function scramble(text: string, key: SurrogateKey): string {
  const stream = createHmac("sha512", key.secret)
    .update(`${key.patient}\u0000${text.toLowerCase()}`)
    .digest();
  let i = 0;
  const next = (bound: number): number => stream[i++ % stream.length]! % bound;
  return text.replace(/[0-9A-Za-z]/g, (char, at: number) => {
    if (char <= "9") return String(char > "1" && !/\d/.test(text[at - 1] ?? "") ? 2 + next(8) : next(10));
    return String.fromCharCode((char <= "Z" ? 65 : 97) + next(26));
  });
}
