/**
 * Puts invented values in the place of real ones: the same person has the same invented name in all of a patient's
 * notes, formats and sex are kept, and all of a patient's dates move by one secret number of days.
 * Drawn with HMAC-SHA-256 under the site's secret, so that another site's choices say nothing about this one's.
 */
import { createHmac } from "node:crypto";
import { monthOf } from "./detectors/date-words.ts";
import { lexicon } from "./lexicon.ts";
import { levelOf } from "./lexicon-bits.ts";
import { wordForm } from "./note.ts";
import type { PhiSpan } from "./phi-span.ts";

export interface SurrogateKey {
  /** At least 16 bytes, kept with the identified records. */
  readonly secret: Uint8Array;
  /** Whose notes these are: the same patient gets the same surrogates. */
  readonly patient: string;
}

const DAY_MS = 86_400_000;
const MONTHS = "January February March April May June July August September October November December".split(
  " ",
);
const ORGANIZATIONS =
  "Alder Brook|Hollins|Marwick|Eastfold|Tamarind|Quarry Hill|Whitlow|Corbin|Stillwater|Larkfield|Denholm|Averill".split(
    "|",
  );
const TOWNS =
  "Millbrook|Ashby|Fairmont|Newfield|Harwood|Clayton|Westville|Marlow|Brookdale|Kingsley|Lynden|Weston".split(
    "|",
  );

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
      return shiftedDate(text, key);
    case "age":
      return /\d/.test(text) ? text.replace(/\d+/, "90") : "ninety";
    case "organization":
      return `${pick(ORGANIZATIONS, key, text)}${/\b(hospital|clinic|center|school|university|home)\b/i.exec(text)?.[0].replace(/^./, (first) => ` ${first}`) ?? ""}`;
    case "location":
      return /\d/.test(text) ? scramble(text, key) : pick(TOWNS, key, text);
    case "email":
      return `person${number(key, text) % 10_000}@example.org`;
    case "url":
      return `https://example.org/${number(key, text) % 10_000}`;
    default:
      return scramble(text, key);
  }
}

function number(key: SurrogateKey, label: string): number {
  return createHmac("sha256", key.secret)
    .update(`${key.patient}\u0000${label.toLowerCase()}`)
    .digest()
    .readUInt32LE(0);
}

function pick(list: readonly string[], key: SurrogateKey, label: string): string {
  return list[number(key, label) % list.length]!;
}

/** A name of the same sort and sex, of the same capitals; initials become other initials of the surrogate's kind. */
function nameWord(word: string, key: SurrogateKey): string {
  if (word.length === 1) return String.fromCharCode((word < "a" ? 65 : 97) + (number(key, word) % 26));
  const { bits, lower } = wordForm(word);
  const sort =
    levelOf(bits, "given") >= levelOf(bits, "surname") && levelOf(bits, "given") > 0
      ? levelOf(bits, "male") >= levelOf(bits, "female")
        ? "male"
        : "female"
      : "surname";
  const names = lexicon().commonNames(sort);
  let drawn = names[number(key, lower) % names.length]!;
  if (drawn === lower) drawn = names[(number(key, lower) + 1) % names.length]!;
  if (word === word.toUpperCase()) return drawn.toUpperCase();
  return word[0] === word[0]!.toUpperCase() ? drawn[0]!.toUpperCase() + drawn.slice(1) : drawn;
}

/** Other digits for digits and letters for letters, in the same places. */
function scramble(text: string, key: SurrogateKey): string {
  const stream = createHmac("sha512", key.secret)
    .update(`${key.patient}\u0000${text.toLowerCase()}`)
    .digest();
  let i = 0;
  const next = (bound: number): number => stream[i++ % stream.length]! % bound;
  return text.replace(/[0-9A-Za-z]/g, (char) => {
    if (char <= "9") return String(next(10));
    return String.fromCharCode((char <= "Z" ? 65 : 97) + next(26));
  });
}

function shiftedDate(text: string, key: SurrogateKey): string {
  const days = dateShift(key);
  const move = (year: number, month: number, day: number): Date =>
    new Date(Date.UTC(year, month - 1, day) + days * DAY_MS);
  const two = (value: number, like: string): string => String(value).padStart(like.length === 2 ? 2 : 1, "0");
  const iso = /^(\d{4})([-/.])(\d{1,2})\2(\d{1,2})/.exec(text);
  if (iso !== null) {
    const date = move(Number(iso[1]), Number(iso[3]), Number(iso[4]));
    return `${date.getUTCFullYear()}${iso[2]}${two(date.getUTCMonth() + 1, iso[3]!)}${iso[2]}${two(date.getUTCDate(), iso[4]!)}`;
  }
  const slashed = /^(\d{1,2})( ?[-/.] ?)(\d{1,2})(?:\2'?(\d{4}|\d\d))?/.exec(text);
  if (slashed !== null && slashed.index === 0) {
    const written = slashed[4];
    const year =
      written === undefined ? 2001 : written.length === 4 ? Number(written) : 2000 + Number(written);
    const dayFirst = Number(slashed[1]) > 12;
    const date = move(
      year,
      Number(dayFirst ? slashed[3] : slashed[1]),
      Number(dayFirst ? slashed[1] : slashed[3]),
    );
    const [m, d] = [date.getUTCMonth() + 1, date.getUTCDate()];
    const [first, second] = dayFirst ? [d, m] : [m, d];
    const tail =
      written === undefined
        ? ""
        : slashed[2]! +
          (written.length === 4
            ? date.getUTCFullYear()
            : String(date.getUTCFullYear() % 100).padStart(2, "0"));
    return two(first, slashed[1]!) + slashed[2] + two(second, slashed[3]!) + tail;
  }
  const month = /[A-Za-z]{3,9}/.exec(text)?.[0];
  const at = month === undefined ? undefined : monthOf(month);
  const day = /(?<!\d)(\d{1,2})(?!\d)/.exec(text)?.[1];
  const year = /\d{4}/.exec(text)?.[0];
  if (at !== undefined) {
    const date = move(year === undefined ? 2001 : Number(year), at, day === undefined ? 15 : Number(day));
    const name = MONTHS[date.getUTCMonth()]!;
    const parts = [
      month!.length === 3 ? name.slice(0, 3) : name,
      day === undefined ? "" : String(date.getUTCDate()),
    ]
      .filter(Boolean)
      .join(" ");
    return year === undefined ? parts : `${parts}${day === undefined ? " " : ", "}${date.getUTCFullYear()}`;
  }
  if (year !== undefined) return text.replace(year, String(move(Number(year), 7, 1).getUTCFullYear()));
  return "[date]";
}
