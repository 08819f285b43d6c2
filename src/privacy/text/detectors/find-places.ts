/**
 * Addresses (house number and street, post-office box, flat), cities with their state and ZIP code, and states,
 * countries and cities by their names. A place is believed by its form or by what stands before it.
 */
import { lexicon } from "../lexicon.ts";
import { type Note, WORD } from "../note.ts";
import type { SpanSink } from "../phi-span.ts";
import {
  COUNTRIES,
  STATE_CODES,
  STATE_NAMES,
  STATE_SHORT,
  STREET_ALONE,
  STREET_WITH_NUMBER,
} from "./places.table.ts";
import { sticky } from "./sticky.ts";

const UNIT = sticky(
  /[ ]?,?[ ]?\n?[ ]?(?:apt|apartment|suite|ste|unit|floor|fl|bldg|building|rm|room|lot|#)\.?[ ]?#?[ ]?[A-Za-z]?-?\d{0,5}[A-Za-z]?(?![A-Za-z])/i,
);
const BOX = sticky(/(?:p\.? ?o\.? ?box|post office box|box)[ #:]{0,3}\d{1,6}/i);
const ZIP = sticky(/\d{5}(?:-\d{4})?(?![\d-]|\.\d|,\d{3})/);
const POSTCODE = sticky(
  /(?:[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2}|[A-Z]\d[A-Z] ?\d[A-Z]\d|[ACDEFHKNPRTVWXY]\d[\dW] [ACDEFHKNPRTVWXY\d]{4})(?![A-Za-z\d])/,
);
const REGIONS = new Set("county township parish borough province prefecture oblast".split(" "));
const DIRECTIONS = new Set(
  "n s e w ne nw se sw north south east west northeast northwest southeast southwest".split(" "),
);
const ROADS = new Set("route rte highway hwy interstate".split(" "));
const BOROUGHS = new Set("bronx brooklyn manhattan".split(" "));
const PLACE_BEFORE = new Set("in from near at outside to of visiting".split(" "));
const LIVES =
  /^(?:lives|living|lived|resides|residing|resided|moved|relocated|born|raised|transferred|traveled|travelled|travels|resident|native|originally|immigrated|emigrated|trip|flew|vacation|vacationing|returned|visited|grew|drove|home|visiting|came|comes|is|hometown|based|works|worked|travelling|traveling|staying|family|house|town|city|county|stationed|hospitalized|admitted|seen)$/;

export function findPlaces(note: Note, sink: SpanSink): void {
  for (const token of note.numbers) addressAt(note, token, sink);
  for (let token = 0; token < note.count; token++) {
    if (note.type[token] !== WORD) continue;
    const { lower } = note.form[token]!;
    if (lower === "po" || lower === "p" || lower === "post" || lower === "box") boxAt(note, token, sink);
    else if (lower === "zip" || lower === "zipcode") zipAfter(note, token, sink);
    if (
      STREET_ALONE.has(lower) ||
      lower === "road" ||
      lower === "st" ||
      lower === "rd" ||
      lower === "lane" ||
      lower === "drive"
    )
      streetAt(note, token, sink);
    if (
      ROADS.has(lower) &&
      note.capital(token) &&
      note.isNumber(token + 1) &&
      note.end[token + 1]! - note.start[token + 1]! <= 3
    )
      sink.add(note.start[token]!, note.end[token + 1]!, "location", "place.road", 0.7);
    if (BOROUGHS.has(lower) && note.capital(token))
      sink.add(note.start[token]!, note.end[token]!, "location", "place.borough", 0.75);
    const postcode = note.capital(token) ? POSTCODE.endAt(note.text, note.start[token]!) : -1;
    if (postcode > 0 && !/^E[1-4]V[1-5]M[1-6]$/.test(note.text.slice(note.start[token]!, postcode)))
      sink.add(note.start[token]!, postcode, "location", "place.postcode", 0.85);
    if (REGIONS.has(lower) && note.capital(token)) regionAt(note, token, sink);
    placeAt(note, token, sink);
  }
}

/** "Door County", "Caddo Parish": a capitalised name before the word; "the County Hospital" is none. */
function regionAt(note: Note, token: number, sink: SpanSink): void {
  const before = note.form[token - 1];
  if (note.shouted || before === undefined || !before.capital || note.level(token - 1, "english") > 6) return;
  if (/^(?:the|this|our|your|his|her|their|a|any|local|per)$/.test(before.lower) || before.surface.length < 3)
    return;
  sink.add(note.start[token - 1]!, note.end[token]!, "location", "place.region", 0.75);
}

/** "1420 North Beacon St., Apt 4B". */
function addressAt(note: Note, token: number, sink: SpanSink): void {
  const { text } = note;
  const start = note.start[token]!;
  const digits = note.end[token]! - start;
  if (digits > 5 || (start > 0 && /[\d./:$%-]/.test(text[start - 1]!))) return;
  let at = token + 1;
  if (note.isWord(at) && note.touchesNext(token) && note.tokenText(at).length === 1) at += 1;
  else if (note.isMark(at, "-") && note.isNumber(at + 1)) at += 2;
  else if (note.isMark(at, "/") || note.isMark(at, ".")) return;
  let words = 0;
  let named = false;
  let capitals = 0;
  for (; words < 5; words++, at++) {
    while (note.isMark(at, ".") || note.isMark(at, "'")) at += 1;
    if (note.isNumber(at) && /^(?:st|nd|rd|th)$/.test(note.lower(at + 1)) && note.touchesNext(at)) {
      at += 1;
      named = true;
      capitals += 1;
      continue;
    }
    if (!note.isWord(at)) return;
    const lower = note.lower(at);
    if (STREET_WITH_NUMBER.has(lower) && (named || lower === "broadway") && believable(note, at, capitals)) {
      finishAddress(note, start, at, sink);
      return;
    }
    if (lower === "broadway" && note.capital(at)) {
      finishAddress(note, start, at, sink);
      return;
    }
    if (
      /^(?:route|rt|rte|highway|hwy|interstate|county)$/.test(lower) &&
      note.isNumber(at + 1) &&
      note.capital(at)
    ) {
      finishAddress(note, start, at + 1, sink);
      return;
    }
    if (
      /^(?:mg|ml|cc|mcg|units|unit|year|years|days|day|hours|weeks|months|tab|tabs|y|yo|minutes|times|x|of|and|with|in|to|on|the|for|was|is|cm|mm|degrees|percent|by|per|from|referred|seen|called|paged|dictated|signed|g|kg|lb|lbs|mm|beats|po|iv|p|q|am|pm)$/.test(
        lower,
      )
    )
      return;
    if (note.capital(at)) capitals += 1;
    if (!DIRECTIONS.has(lower)) named = true;
  }
}

/** "5 May Dr" is an address; "2 left ct scans" is none: short street words want capitals. */
function believable(note: Note, at: number, capitals: number): boolean {
  if (capitals > 0 && note.capital(at)) return true;
  return (
    /^(?:street|avenue|ave|boulevard|blvd|road|rd|lane|ln|drive)$/.test(note.lower(at)) &&
    (capitals > 0 || note.whispered || note.level(at - 1, "clinical") === 0)
  );
}

function finishAddress(note: Note, start: number, lastToken: number, sink: SpanSink): void {
  const { text } = note;
  let last = lastToken;
  while (note.capital(last + 1) && STREET_WITH_NUMBER.has(note.lower(last + 1)) && last - lastToken < 2)
    last += 1;
  if (DIRECTIONS.has(note.lower(last + 1)) && note.capital(last + 1)) last += 1;
  let end = note.end[last]!;
  if (text[end] === ".") end += 1;
  const unit = UNIT.endAt(text, end);
  if (unit > 0 && /\d|[A-Z]$/.test(text.slice(end, unit))) end = unit;
  sink.add(start, end, "location", "place.street", 0.93);
}

function boxAt(note: Note, token: number, sink: SpanSink): void {
  const start = note.start[token]!;
  const end = BOX.endAt(note.text, start);
  if (end > 0 && (note.lower(token) !== "box" || note.capital(token)))
    sink.add(start, end, "location", "place.box", 0.9);
}

function zipAfter(note: Note, token: number, sink: SpanSink): void {
  let at = token + 1;
  while (note.lower(at) === "code" || note.isMark(at, ":") || note.isMark(at, "|") || note.lower(at) === "is")
    at += 1;
  if (!note.isNumber(at)) return;
  const start = note.start[at]!;
  const end = Math.max(ZIP.endAt(note.text, start), /^\d{3}$/.test(note.tokenText(at)) ? note.end[at]! : -1);
  if (end > 0) sink.add(start, end, "location", "place.zip", 0.95);
}

/** "Maple Street" without a number. */
function streetAt(note: Note, token: number, sink: SpanSink): void {
  if (!note.capital(token) || !note.capital(token - 1) || note.shouted) return;
  const previous = note.form[token - 1]!;
  const tail = note.lower(token);
  const cue = note.lower(token - 2);
  const on = cue === "on" || cue === "at";
  if (tail === "st" && !(on && note.isMark(token + 1, "."))) return;
  if (
    /^(?:rd|lane|drive)$/.test(tail) &&
    !on &&
    previous.bits !== 0 &&
    note.level(token - 1, "surname") === 0
  )
    return;
  if (/^(?:dr|the|wall|main|high)$/.test(previous.lower) && previous.lower === "dr") return;
  if (note.level(token - 1, "clinical") > 0 && !on) return;
  const first = note.capital(token - 2) && DIRECTIONS.has(cue) ? token - 2 : token - 1;
  sink.add(note.start[first]!, note.end[token]!, "location", "place.street-name", 0.75);
}

function placeAt(note: Note, token: number, sink: SpanSink): void {
  const form = note.form[token]!;
  const believed = form.capital || note.whispered;
  if (!believed) return;
  const length = placeLength(note, token);
  const last = token + Math.max(length, 1) - 1;
  const state = stateAfter(note, last);
  if (state > 0 && form.capital) {
    cityWithState(note, token, last, state, sink);
    return;
  }
  const name = length > 0 ? wordsOf(note, token, last) : form.lower;
  if (STATE_NAMES.has(name) || COUNTRIES.has(name)) {
    if (
      form.capital &&
      !(name === "washington" && note.level(token + 1, "surname") > 0 && note.capital(token + 1)) &&
      !isAdjectivePlace(note, token, last, name)
    )
      sink.add(note.start[token]!, note.end[last]!, "location", "place.state-or-country", 0.75);
    return;
  }
  const cue = note.lower(token - 1);
  if (length > 1 && form.capital && !note.shouted) {
    if (/clinical|syndrome|disease/.test(note.lower(last + 1))) return;
    if (PLACE_BEFORE.has(cue) || LIVES.test(cue))
      sink.add(note.start[token]!, note.end[last]!, "location", "place.city", 0.8);
    return;
  }
  if (length === 0 || !PLACE_BEFORE.has(cue)) return;
  const common = note.level(token, "english") > 0 || note.level(token, "clinical") > 0;
  const strong =
    LIVES.test(note.lower(token - 2)) ||
    (cue === "from" && (note.isMark(token + 1, ".") || note.isMark(token + 1, ",")));
  if (common || (!form.capital && !strong) || (form.surface.length <= 3 && !strong)) return;
  const level = note.level(token, "place");
  if ((cue === "of" || cue === "to" || (cue === "at" && level < 2)) && !strong) return;
  if (strong || level >= 2)
    sink.add(note.start[token]!, note.end[token]!, "location", "place.city", strong ? 0.8 : 0.65);
}

/** First words of states and countries of several words. */
const BEGINS_LONG_NAME = new Set(
  [...STATE_NAMES, ...COUNTRIES].filter((name) => name.includes(" ")).map((name) => name.split(" ")[0]!),
);

/** How many tokens from here a known place's name takes; 0 when none is known. */
function placeLength(note: Note, token: number): number {
  const lower = note.lower(token);
  for (const words of lexicon().placesStartingWith(lower))
    if (words.every((word, i) => note.lower(token + i) === word)) return words.length;
  if (BEGINS_LONG_NAME.has(lower))
    for (let size = 3; size > 1; size--) {
      const name = wordsOf(note, token, token + size - 1);
      if (STATE_NAMES.has(name) || COUNTRIES.has(name)) return size;
    }
  return note.level(token, "place") > 0 || STATE_NAMES.has(lower) || COUNTRIES.has(lower) ? 1 : 0;
}

function wordsOf(note: Note, first: number, last: number): string {
  let words = note.lower(first);
  for (let i = first + 1; i <= last; i++) words += ` ${note.lower(i)}`;
  return words;
}

/** Token of a state that follows a city ("Dover, DE 19901"), or -1. */
function stateAfter(note: Note, city: number): number {
  const comma = note.isMark(city + 1, ",") ? 1 : 0;
  const at = city + 1 + comma;
  const form = note.form[at];
  if (form === undefined) return -1;
  if (STATE_CODES.has(form.surface)) {
    const before = note.form[city];
    if (
      before?.upper === true &&
      !note.shouted &&
      before.surface.length <= 4 &&
      placeLength(note, city) === 0
    )
      return -1;
    const zip = note.isNumber(at + 1) && note.end[at + 1]! - note.start[at + 1]! === 5;
    if (comma === 0 && !zip) return -1;
    if (
      /^(?:MD|DO|PA|ID|OR|IN|ME|OK|HI|MA|RI|CT|PT|MS)$/.test(form.surface) &&
      !zip &&
      (comma === 0 ||
        (note.level(city, "place") === 0 && placeLength(note, city) === 0) ||
        (/^(?:MD|DO|PA|OR|IN|PT|MS)$/.test(form.surface) &&
          note.level(city, "surname") > 0 &&
          note.level(city, "place") < 2))
    )
      return -1;
    return at;
  }
  if (
    comma === 1 &&
    (STATE_SHORT.has(form.lower) || STATE_NAMES.has(form.lower) || COUNTRIES.has(form.lower)) &&
    form.capital
  )
    return at;
  if (comma === 1 && form.capital && STATE_NAMES.has(`${form.lower} ${note.lower(at + 1)}`)) return at + 1;
  return -1;
}

function cityWithState(note: Note, token: number, last: number, state: number, sink: SpanSink): void {
  let first = token;
  while (
    first > 0 &&
    token - first < 2 &&
    note.capital(first - 1) &&
    note.level(first - 1, "english") < 6 &&
    !note.isLineEnd(first - 1) &&
    !STREET_WITH_NUMBER.has(note.lower(first - 1))
  )
    first -= 1;
  sink.add(note.start[first]!, note.end[last]!, "location", "place.city-of-state", 0.9);
  const stateStart =
    STATE_NAMES.has(note.lower(state)) || note.form[state]!.upper || note.lower(state - 1) === ","
      ? state
      : state - 1;
  sink.add(
    note.start[stateStart > last ? stateStart : state]!,
    note.end[state]!,
    "location",
    "place.state",
    0.85,
  );
  const zip = note.isMark(state + 1, ",") || note.isMark(state + 1, ".") ? state + 2 : state + 1;
  if (!note.isNumber(zip)) return;
  const end = ZIP.endAt(note.text, note.start[zip]!);
  if (end > 0) sink.add(note.start[zip]!, end, "location", "place.zip", 0.95);
}

/** "Japanese encephalitis" is an adjective anyway; "Guinea pig", "Turkey sandwich", "Jersey finger" are not places. */
function isAdjectivePlace(note: Note, first: number, last: number, name: string): boolean {
  const after = note.lower(last + 1);
  if (
    /^(?:virus|fever|encephalitis|equine|strain|flu|disease|score|criteria|scale|spotted|clock|black|red|syndrome|breast|sandwich|protocol|index|classification|blue|cherry|ink|therapeutics|criteria)$/.test(
      after,
    )
  )
    return true;
  if (
    (name === "turkey" ||
      name === "china" ||
      name === "georgia" ||
      name === "virginia" ||
      name === "jordan" ||
      name === "chile") &&
    !PLACE_BEFORE.has(note.lower(first - 1))
  )
    return name !== "georgia" && name !== "virginia";
  return false;
}
