/**
 * Moves a date as it is written by a number of days and keeps how it is written: order, separators, leading zeros, month
 * names and their capitals, two or four digits of the year. Invariant: two full dates of one note keep their distance.
 */
import { monthOf } from "./detectors/date-words.ts";

const DAY_MS = 86_400_000;
const MONTHS = "January February March April May June July August September October November December".split(
  " ",
);
const WEEKDAYS = "Sunday Monday Tuesday Wednesday Thursday Friday Saturday".split(" ");
/** Stands for a date whose year is not written; no leap year, so that its neighbours move alike. */
const NO_YEAR = 2001;

export interface DateWriting {
  readonly days: number;
  /** "3/4/2019" is the third of April. A first number over 12 is a day anyway. */
  readonly dayFirst?: boolean;
}

/** The date moved, or null when the text is not understood as one (a holiday, a year in words). */
export function shiftWrittenDate(text: string, { days, dayFirst = false }: DateWriting): string | null {
  return (
    shiftedNumeric(text, days, dayFirst) ??
    shiftedNamed(text, days) ??
    shiftedWeekday(text, days) ??
    shiftedDay(text, days) ??
    shiftedYears(text, days)
  );
}

function moved(year: number, month: number, day: number, days: number): { y: number; m: number; d: number } {
  const date = new Date(Date.UTC(year, month - 1, day) + days * DAY_MS);
  return { y: date.getUTCFullYear(), m: date.getUTCMonth() + 1, d: date.getUTCDate() };
}

/** Two digits where a part of the date has a leading zero. */
const like = (value: number, padded: boolean): string => String(value).padStart(padded ? 2 : 1, "0");
const isPadded = (...parts: readonly string[]): boolean => parts.some((part) => part.startsWith("0"));

function yearLike(year: number, written: string): string {
  return written.length === 4 ? String(year) : String(year % 100).padStart(2, "0");
}

function fullYear(written: string | undefined): number {
  if (written === undefined) return NO_YEAR;
  const value = Number(written);
  return written.length === 4 ? value : value + (value > 40 ? 1900 : 2000);
}

function shiftedNumeric(text: string, days: number, dayFirst: boolean): string | null {
  let seen = false;
  const iso = text.replace(
    /(?<!\d)((?:18|19|20)\d\d)([-/.]?)(\d\d?)\2(\d\d?)(?!\d)/g,
    (whole, y: string, mark: string, m: string, d: string) => {
      if (!isMonthDay(m, d) || (mark === "" && whole.length !== 8)) return whole;
      seen = true;
      const to = moved(Number(y), Number(m), Number(d), days);
      const padded = m.length === 2 && d.length === 2;
      return `${to.y}${mark}${like(to.m, padded)}${mark}${like(to.d, padded)}`;
    },
  );
  if (seen) return iso;
  const slashed = text.replace(
    /(?<![\d/.])(\d\d?)( ?[-/.] ?)(\d\d?)(?:\2('?)(\d{4}|\d\d))?(?![\d])/g,
    (whole, a: string, mark: string, b: string, tick: string | undefined, y: string | undefined) => {
      const first = Number(a) > 12 || (dayFirst && Number(b) <= 12);
      const [m, d] = first ? [b, a] : [a, b];
      if (!isMonthDay(m, d)) return whole;
      seen = true;
      const to = moved(fullYear(y), Number(m), Number(d), days);
      const padded = isPadded(a, b);
      const [left, right] = (first ? [to.d, to.m] : [to.m, to.d]).map((part) => like(part, padded));
      return `${left}${mark}${right}${y === undefined ? "" : `${mark}${tick ?? ""}${yearLike(to.y, y)}`}`;
    },
  );
  if (seen) return slashed;
  const monthYear = /^(\d\d?)( ?[-/] ?)(\d{4}|\d\d)$/.exec(text);
  if (monthYear === null || Number(monthYear[1]) > 12) return null;
  const to = moved(fullYear(monthYear[3]), Number(monthYear[1]), 15, days);
  return `${like(to.m, isPadded(monthYear[1]!))}${monthYear[2]}${yearLike(to.y, monthYear[3]!)}`;
}

function isMonthDay(month: string, day: string): boolean {
  return Number(month) >= 1 && Number(month) <= 12 && Number(day) >= 1 && Number(day) <= 31;
}

const NAMED = /[A-Za-z]{3,9}/g;

function shiftedNamed(text: string, days: number): string | null {
  const word = [...text.matchAll(NAMED)].find((match) => monthOf(match[0]) !== undefined);
  if (word === undefined) return null;
  const year = /(?:(?<!\d)(?:18|19|20)\d\d(?!\d))|(?<=['’-] ?)\d\d(?!\d)/.exec(text);
  const day = [...text.matchAll(/(?<!\d)\d{1,2}(?!\d)/g)].find((match) => match.index !== year?.index);
  const from = day === undefined ? 15 : Number(day[0]);
  const to = moved(fullYear(year?.[0]), monthOf(word[0])!, Math.min(Math.max(from, 1), 31), days);
  const parts: { at: number; length: number; by: string }[] = [
    { at: word.index, length: word[0].length, by: casedLike(monthName(to.m, word[0]), word[0]) },
  ];
  if (year !== null) parts.push({ at: year.index, length: year[0].length, by: yearLike(to.y, year[0]) });
  if (day !== undefined)
    parts.push({ at: day.index, length: day[0].length, by: like(to.d, isPadded(day[0])) });
  return ordinalsMended(replacedParts(text, parts));
}

function monthName(month: number, written: string): string {
  const name = MONTHS[month - 1]!;
  return written.length <= 4 && name.length > written.length ? name.slice(0, 3) : name;
}

function casedLike(name: string, written: string): string {
  if (written === written.toUpperCase()) return name.toUpperCase();
  return written === written.toLowerCase() ? name.toLowerCase() : name;
}

function replacedParts(text: string, parts: { at: number; length: number; by: string }[]): string {
  let out = text;
  for (const { at, length, by } of parts.sort((a, b) => b.at - a.at))
    out = out.slice(0, at) + by + out.slice(at + length);
  return out;
}

/** "the 21th" becomes "the 21st". */
function ordinalsMended(text: string): string {
  return text.replace(/(\d+)(st|nd|rd|th)\b/gi, (_, digits: string, written: string) => {
    const value = Number(digits);
    const teen = value % 100 >= 11 && value % 100 <= 13;
    const suffix = teen ? "th" : (["th", "st", "nd", "rd"][value % 10] ?? "th");
    return digits + (written === written.toUpperCase() ? suffix.toUpperCase() : suffix);
  });
}

/** A weekday moves by the same days, so that it fits its date. */
function shiftedWeekday(text: string, days: number): string | null {
  let seen = false;
  const out = text.replace(/[A-Za-z]{3,9}/g, (word) => {
    const at = WEEKDAYS.findIndex(
      (name) => name.slice(0, 3).toLowerCase() === word.slice(0, 3).toLowerCase(),
    );
    if (at < 0) return word;
    seen = true;
    const name = WEEKDAYS[(((at + days) % 7) + 7) % 7]!;
    return casedLike(/day$/i.test(word) ? name : name.slice(0, Math.max(3, Math.min(word.length, 4))), word);
  });
  return seen ? out : null;
}

/** "the 20th" alone: some day of a month. */
function shiftedDay(text: string, days: number): string | null {
  const match = /^(\d{1,2})(st|nd|rd|th)$/i.exec(text);
  if (match === null) return null;
  const day = (((Number(match[1]) - 1 + days) % 28) + 28) % 28;
  return ordinalsMended(`${day + 1}${match[2]}`);
}

function shiftedYears(text: string, days: number): string | null {
  let seen = false;
  const out = text.replace(/(?<!\d)(?:18|19|20)\d\d(?!\d)/g, (year) => {
    seen = true;
    return String(moved(Number(year), 7, 1, days).y);
  });
  if (seen) return out;
  const short = /^(['’`]?)(\d\d)$/.exec(text);
  return short === null ? null : `${short[1]}${yearLike(moved(fullYear(short[2]), 7, 1, days).y, short[2]!)}`;
}
