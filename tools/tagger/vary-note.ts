/**
 * Makes another note of a marked one: every identifier is drawn anew in the form that it had ("OSEI, J." stays a surname in
 * capitals and an initial), so that a note written once teaches where identifiers stand, not which ones there are.
 * Invariant: a word that names somebody twice is replaced by the same word both times; text outside of marks stays.
 */
import type { Random } from "../../src/effects/random.ts";
import { monthOf, WEEKDAYS } from "../../src/privacy/text/detectors/date-words.ts";
import { CREDENTIALS, PARTICLES, RELATIVES, TITLES } from "../../src/privacy/text/detectors/names.table.ts";
import { COUNTRIES, STATE_CODES, STATE_NAMES } from "../../src/privacy/text/detectors/places.table.ts";
import { levelOf } from "../../src/privacy/text/lexicon-bits.ts";
import type { MarkedNote } from "../../src/privacy/text/marked-note.ts";
import { wordForm } from "../../src/privacy/text/note.ts";
import { between, chance, letters, oneOf } from "./draw.ts";
import { givenName, surname, town } from "./draw-names.ts";
import { organizationLike, streetName } from "./draw-places.ts";

/** Words of a mark that are no name: they stay. */
const KEPT = new Set(
  "mr mrs ms miss dr drs doctor nurse officer sister brother auntie uncle baby boy girl big lil little jr sr st and the of".split(
    " ",
  ),
);

export function varyNote(random: Random, note: MarkedNote): MarkedNote {
  const names = new Map<string, string>();
  const others = new Map<string, string>();
  let text = "";
  let at = 0;
  const marked = note.marked.map(({ start, end, kind }) => {
    text += note.text.slice(at, start);
    const before = note.text.slice(start, end);
    let after = kind === "name" ? renamed(random, before, names) : others.get(before);
    after ??= replaced(random, before, kind);
    others.set(before, after);
    const from = text.length;
    text += after;
    at = end;
    return { start: from, end: text.length, kind };
  });
  return { name: note.name, text: text + note.text.slice(at), marked };
}

function replaced(random: Random, text: string, kind: string): string {
  switch (kind) {
    case "organization":
      return chance(random, 0.2) ? text : likeCase(text, organizationLike(random, text));
    case "location":
      return chance(random, 0.15) ? text : relocated(random, text);
    case "date":
      return redated(random, text);
    case "age":
      return text.replace(/\d+/, () => String(between(random, 90, 103)));
    case "email":
    case "url":
      return text.replace(/[A-Za-z]{4,}/, (word) =>
        likeCase(word, surname(random).replace(/[^A-Za-z]/g, "")),
      );
    default:
      return renumbered(random, text);
  }
}

/** The words of a name one by one; initials become other initials. */
function renamed(random: Random, text: string, names: Map<string, string>): string {
  const comma = text.includes(",");
  let words = 0;
  return text.replace(/\p{L}[\p{L}'’]*/gu, (word, at: number) => {
    const { lower } = wordForm(word);
    const bare = lower.replace(/['’]s$/, "");
    const first = words++ === 0;
    if (KEPT.has(bare) || TITLES.has(bare) || (CREDENTIALS.has(bare) && !first) || RELATIVES.has(bare))
      return word;
    if (PARTICLES.has(bare) && word.length <= 3 && word === bare) return word;
    const known = names.get(bare);
    if (known !== undefined) return likeCase(word, known);
    let fresh: string;
    if (word.length === 1) fresh = letters(random, 1);
    else if (word.length <= 3 && word === word.toUpperCase() && text.length <= 4)
      fresh = letters(random, word.length);
    else {
      const bits = wordForm(word).bits;
      const isGiven =
        text.trim().includes(" ") || comma
          ? comma
            ? !first
            : first || at + word.length < text.length - 1
          : levelOf(bits, "given") > levelOf(bits, "surname");
      // A word of every day that is a name teaches what no drawn name would.
      const everyday = levelOf(bits, "english") > 0;
      if (everyday && chance(random, 0.4)) fresh = word;
      else fresh = isGiven ? givenName(random, chance(random, 0.5) ? "male" : "female") : surname(random);
    }
    names.set(bare, fresh);
    return likeCase(word, fresh);
  });
}

/** Written as the pattern is: all capitals, no capitals, or as it comes. */
function likeCase(pattern: string, text: string): string {
  const drawn = /\p{L}/u.test(pattern) ? pattern : "Xx";
  if (drawn === drawn.toLowerCase()) return text.toLowerCase();
  if (drawn === drawn.toUpperCase() && drawn.length > 1) return text.toUpperCase();
  return text;
}

function relocated(random: Random, text: string): string {
  const { lower } = wordForm(text);
  if (STATE_CODES.has(text)) return oneOf(random, [...STATE_CODES]);
  if (STATE_NAMES.has(lower) || COUNTRIES.has(lower))
    return likeCase(
      text,
      oneOf(random, [() => titledPlace(random, STATE_NAMES), () => titledPlace(random, COUNTRIES)])(),
    );
  if (/\d/.test(text)) {
    const street = /^([\d ½/-]+ )([A-Z][a-z]+(?: [A-Z][a-z]+)?)( .*)$/.exec(text);
    return street === null
      ? renumbered(random, text)
      : `${renumbered(random, street[1]!)}${surname(random)}${renumbered(random, street[3]!)}`;
  }
  const words = text.split(" ");
  if (words.length > 2) return text;
  if (/^(?:street|st|ave|avenue|road|rd|lane|drive|way)$/i.test(words.at(-1)!))
    return likeCase(text, streetName(random));
  return likeCase(text, town(random));
}

function titledPlace(random: Random, names: ReadonlySet<string>): string {
  return oneOf(random, [...names]).replace(/\b[a-z]/g, (first) => first.toUpperCase());
}

const MONTHS = "January February March April May June July August September October November December".split(
  " ",
);
const DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split(" ");

/** Months, weekdays and numbers of a date change; its form stays. */
function redated(random: Random, text: string): string {
  return text.replace(/\p{L}+|\d+/gu, (part) => {
    if (/^\d/.test(part)) return redrawn(random, part);
    const { lower } = wordForm(part);
    if (monthOf(lower) !== undefined && part.length >= 3)
      return likeCase(part, oneOf(random, MONTHS).slice(0, part.length === 3 ? 3 : 9));
    return WEEKDAYS.has(lower) && lower.endsWith("day") ? likeCase(part, oneOf(random, DAYS)) : part;
  });
}

/** A number of a date: a year stays in its century, a small one stays small. */
function redrawn(random: Random, part: string): string {
  if (part.length === 4 && /^(?:19|20)/.test(part))
    return part.slice(0, 2) + renumbered(random, part.slice(2));
  const value = Number(part);
  if (part.length > 2 || value > 31) return renumbered(random, part);
  const drawn = value <= 12 ? between(random, 1, 12) : between(random, 13, 28);
  return part.length === 2
    ? String(drawn).padStart(2, "0")
    : String(value <= 9 ? between(random, 1, 9) : drawn);
}

/** Every digit changes, and every capital beside a digit. */
function renumbered(random: Random, text: string): string {
  const mixed = /\d/.test(text);
  return text.replace(/\d|[A-Z](?=[\dA-Z-])/g, (mark) =>
    /\d/.test(mark) ? String(random.integer(10)) : mixed && chance(random, 0.7) ? letters(random, 1) : mark,
  );
}
