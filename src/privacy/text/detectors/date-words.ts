/** Words of dates: months, weekdays, holidays, and years and days as they are spoken. */
import type { Note } from "../note.ts";

const MONTHS = [
  ["january", "jan"],
  ["february", "feb", "febuary"],
  ["march", "mar"],
  ["april", "apr"],
  ["may"],
  ["june", "jun"],
  ["july", "jul"],
  ["august", "aug"],
  ["september", "sept", "sep"],
  ["october", "oct"],
  ["november", "nov"],
  ["december", "dec"],
];
const monthNumbers = new Map(
  MONTHS.flatMap((names, index) => names.map((name) => [name, index + 1] as const)),
);

/** 1 to 12, or undefined for a word that names no month. */
export function monthOf(word: string): number | undefined {
  return monthNumbers.get(word.toLowerCase());
}

export const WEEKDAYS = new Set("monday tuesday wednesday thursday friday saturday sunday".split(" "));
export const SHORT_WEEKDAYS = new Set("mon tue tues wed weds thu thur thurs fri".split(" "));

/** First word to the rest of the holiday's name; an empty rest stands for one word. */
export const HOLIDAYS: ReadonlyMap<string, readonly string[]> = new Map([
  ["christmas", ["eve", "day", ""]],
  ["xmas", [""]],
  ["thanksgiving", ["day", ""]],
  ["easter", ["sunday", "monday", ""]],
  ["hanukkah", [""]],
  ["chanukah", [""]],
  ["passover", [""]],
  ["ramadan", [""]],
  ["diwali", [""]],
  ["kwanzaa", [""]],
  ["halloween", [""]],
  ["labor", ["day"]],
  ["memorial", ["day"]],
  ["independence", ["day"]],
  ["veterans", ["day"]],
  ["columbus", ["day"]],
  ["presidents", ["day"]],
  ["mothers", ["day"]],
  ["mother", ["day"]],
  ["fathers", ["day"]],
  ["father", ["day"]],
  ["veteran", ["day"]],
  ["president", ["day"]],
  ["bonfire", ["night"]],
  ["guy", ["fawkes night", "fawkes day"]],
  ["boxing", ["day"]],
  ["canada", ["day"]],
  ["australia", ["day"]],
  ["anzac", ["day"]],
  ["bastille", ["day"]],
  ["patriots", ["day"]],
  ["patriot", ["day"]],
  ["flag", ["day"]],
  ["arbor", ["day"]],
  ["earth", ["day"]],
  ["super", ["bowl sunday"]],
  ["palm", ["sunday"]],
  ["ash", ["wednesday"]],
  ["good", ["friday"]],
  ["fourth", ["of july"]],
  ["eid", ["al fitr", "al adha", ""]],
  ["lunar", ["new year"]],
  ["chinese", ["new year"]],
  ["tet", [""]],
  ["holi", [""]],
  ["purim", [""]],
  ["sukkot", [""]],
  ["lent", [""]],
  ["pentecost", [""]],
  ["hogmanay", [""]],
  ["michaelmas", [""]],
  ["oktoberfest", [""]],
  ["valentine", ["day"]],
  ["valentines", ["day"]],
  ["groundhog", ["day"]],
  ["new", ["years eve", "years day", "years", "year eve", "year day", "year"]],
  ["st", ["patricks day", "patrick day"]],
  ["mlk", ["day"]],
  ["yom", ["kippur"]],
  ["rosh", ["hashanah"]],
  ["mardi", ["gras"]],
  ["cinco", ["de mayo"]],
  ["juneteenth", [""]],
]);

const UNITS =
  "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen oh".split(
    " ",
  );
const TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split(" ");
const ORDINALS =
  "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth thirtieth".split(
    " ",
  );
const small = new Set([...UNITS, ...TENS]);
const ordinals = new Set(ORDINALS);

export function isSpokenNumber(word: string): boolean {
  return small.has(word);
}

/**
 * Last token of a spoken day or year after a month ("August of two thousand eight", "January tenth, nineteen ninety");
 * the month's own token when nothing is spoken there.
 */
export function yearWordsEnd(note: Note, month: number): number {
  let at = month;
  let last = month;
  let seen = 0;
  let year = false;
  let day = false;
  while (seen < 8) {
    const next = at + 1;
    const word = note.lower(next);
    if (ordinals.has(word) || small.has(word)) {
      if (ordinals.has(word) && seen === 0) day = true;
      last = next;
      seen += 1;
    } else if (word === "thousand" || word === "hundred") {
      last = next;
      year = true;
      seen += 1;
    } else if (
      !(["of", "the", "and", "in"].includes(word) || note.isMark(next, ",") || note.isMark(next, "-"))
    )
      break;
    if (word === "nineteen" || word === "twenty") year = true;
    at = next;
  }
  if (last === month) return month;
  const firstSpoken = note.lower(month + 1);
  const direct = ordinals.has(firstSpoken) || small.has(firstSpoken) || firstSpoken === "the";
  return year ||
    (direct && day) ||
    (direct && ordinals.has(note.lower(last))) ||
    (direct && last - month <= 2)
    ? last
    : month;
}
