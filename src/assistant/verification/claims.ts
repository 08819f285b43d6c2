/**
 * What a sentence claims, in a form in which two sentences can be compared: its telling words in order, its numbers with
 * what they count, its dates, its negations and qualifiers, and whether it speaks of the person.
 * Invariant: what is not known to be mere phrasing is a claim; an unknown word, in any script, is a claim.
 */
import { plain, stemOf } from "../words.ts";

export interface Claims {
  readonly words: readonly string[];
  readonly numbers: readonly NumberClaim[];
  /** `2019-03-05`, `2019-03`; an all-digit date whose order is unknown stays as it is written. */
  readonly dates: readonly string[];
  /** Sorted: `not`, `may`, `if`, … */
  readonly qualifiers: readonly string[];
  /** Whether it says something of the reader or the patient. */
  readonly personal: boolean;
  /** Words, numbers, dates, qualifiers, and `from`, `to` and `or`, as they follow each other. */
  readonly run: readonly string[];
  /** The same with every other word but articles: what a quotation must keep. */
  readonly quoted: readonly string[];
}

/** Begins a date in `run` and `quoted`. */
export const DATE_MARK = "@";

interface NumberClaim {
  readonly value: number;
  /** The unit or word after it; empty at the end of a sentence or before a number. */
  readonly of: string;
}

const MONTHS = "january february march april may june july august september october november december".split(
  " ",
);
const MONTH = `(${MONTHS.map((name) => `${name}|${name.slice(0, 3)}`).join("|")})\\.?`;
const DATES: readonly (readonly [RegExp, (part: readonly string[]) => string])[] = [
  [/\b(\d{4})-(\d{2})(?:-(\d{2}))?\b/g, ([y, m, d]) => [y, m, d].filter(Boolean).join("-")],
  [new RegExp(`\\b${MONTH} (\\d{1,2})(?:st|nd|rd|th)?,? (\\d{4})\\b`, "g"), ([m, d, y]) => iso(y, m, d)],
  [
    new RegExp(`\\b(\\d{1,2})(?:st|nd|rd|th)?(?: of)? ${MONTH},? (\\d{4})\\b`, "g"),
    ([d, m, y]) => iso(y, m, d),
  ],
  [new RegExp(`\\b${MONTH},? (\\d{4})\\b`, "g"), ([m, y]) => iso(y, m)],
  [/\b\d{1,2}[/.]\d{1,2}[/.]\d{2,4}\b/g, () => "unclear"],
];

function iso(year = "", month = "", day?: string): string {
  const number = MONTHS.findIndex((name) => name.startsWith(month.slice(0, 3))) + 1;
  return [year, String(number).padStart(2, "0"), ...(day === undefined ? [] : [day.padStart(2, "0")])].join(
    "-",
  );
}

const set = (words: string): ReadonlySet<string> => new Set(words.split(" "));
/** Phrasing that claims nothing. */
const PHRASING = set(
  "a an the this that these those it its there here of in on at to for from with by as into and or also then was is are were be been being am has have had having do does did shows show showed says say said according see seen who which what when where how such so please i we our us they their them his her hers him he she",
);
const ARTICLES = set("a an the");
/** Phrasing that tells which of two things is meant: it claims nothing by itself, yet may not change. */
const RELATIONS = set("from to or");
/** Before a date: something is so at the latest then, or still then. */
const UP_TO = set("by as");
const SIGNS = set("% percent °");
const PERSONAL = set("you your yours yourself patient patients");
const QUALIFIERS: ReadonlyMap<string, string> = new Map(
  [
    [
      "not",
      "not no none never neither nor cannot cant wont dont doesnt didnt isnt arent wasnt werent hasnt havent hadnt shouldnt couldnt wouldnt mustnt without denies denied deny absent negative lacks nobody nothing",
    ],
    ["may", "may might could can possibly perhaps potentially"],
    ["seldom", "rarely seldom sometimes occasionally"],
    ["often", "usually often mostly commonly typically generally"],
    ["must", "must always only all every each definitely certainly surely"],
    ["should", "should ought would"],
    ["will", "will shall"],
    ["if", "if unless except until whether"],
    ["suspected", "suspected possible probable likely unlikely"],
  ].flatMap(([kind, words]) => (words as string).split(" ").map((word) => [word, kind as string] as const)),
);
const SPELLED: ReadonlyMap<string, number> = new Map(
  "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty"
    .split(" ")
    .map((word, value) => [word, value] as const),
);
const TOKEN = /[-+]?\d(?:[\d,]*\d)?(?:\.\d+)?(?![\p{L}\d])|[\p{L}\p{N}][\p{L}\p{N}']*|[%°]/gu;

export function claimsOf(sentence: string): Claims {
  let text = plain(sentence);
  const dates: string[] = [];
  for (const [pattern, read] of DATES)
    text = text.replace(pattern, (whole: string, ...parts: unknown[]) => {
      const day = read(parts.slice(0, -2).map((part) => (typeof part === "string" ? part : "")));
      dates.push(day === "unclear" ? whole : day);
      return ` ; dateat${dates.length - 1}at ; `;
    });
  const words: string[] = [];
  const numbers: NumberClaim[] = [];
  const qualifiers: string[] = [];
  const run: string[] = [];
  const quoted: string[] = [];
  let personal = false;
  const tokens = [...text.matchAll(TOKEN)].map(([token]) => token);
  for (const [i, token] of tokens.entries()) {
    const place = /^dateat(\d+)at$/.exec(token)?.[1];
    if (place !== undefined) {
      run.push(DATE_MARK + dates[Number(place)]);
      quoted.push(DATE_MARK + dates[Number(place)]);
      continue;
    }
    const value = SPELLED.get(token) ?? numberOf(token);
    if (value !== null) {
      numbers.push({ value, of: followerOf(tokens[i + 1]) });
      run.push(String(value));
      quoted.push(String(value));
      continue;
    }
    const word = token.replace(/'s$/, "").replaceAll("'", "");
    const qualifier = QUALIFIERS.get(word);
    if (!ARTICLES.has(word)) quoted.push(token === "percent" ? "%" : stemOf(word));
    if (qualifier !== undefined) {
      qualifiers.push(qualifier);
      run.push(`~${qualifier}`);
    } else if (PERSONAL.has(word)) personal = true;
    else if (RELATIONS.has(word) || (UP_TO.has(word) && isDated(tokens, i))) run.push(word);
    else if (!PHRASING.has(word) && !SIGNS.has(token)) {
      words.push(stemOf(word));
      run.push(stemOf(word));
    }
  }
  return { words, numbers, dates, qualifiers: qualifiers.sort(), personal, run, quoted };
}

/** Whether a date follows, `of` or an article between them. */
function isDated(tokens: readonly string[], place: number): boolean {
  const next = tokens.slice(place + 1).find((token) => token !== "of" && !ARTICLES.has(token));
  return next?.startsWith("dateat") === true;
}

function numberOf(token: string): number | null {
  if (!/^[-+]?\d/.test(token)) return null;
  // Whether `7,2` is seven or seventy-two nobody can tell: it equals nothing.
  if (token.includes(",") && !/^[-+]?\d{1,3}(?:,\d{3})+(?:\.\d+)?$/.test(token)) return Number.NaN;
  return Number(token.replaceAll(",", ""));
}

function followerOf(token: string | undefined): string {
  if (token === undefined || numberOf(token) !== null || PHRASING.has(token) || token.startsWith("dateat"))
    return "";
  return token === "percent" ? "%" : stemOf(token);
}
