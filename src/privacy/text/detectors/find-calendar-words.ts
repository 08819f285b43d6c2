/** Weekdays, holidays and seasons with a year. A weekday that tells a schedule ("every Monday", "Mondays") stays. */
import { type Note, WORD } from "../note.ts";
import type { SpanSink } from "../phi-span.ts";
import { HOLIDAYS, isSpokenNumber, SHORT_WEEKDAYS, WEEKDAYS } from "./date-words.ts";

const SEASONS = new Set("spring summer fall autumn winter".split(" "));
/** Nothing else is written so. */
const SURE_SHORT = new Set("tue tues weds thu thur thurs fri".split(" "));
const WEEKDAY_BEFORE = new Set(
  "on last this next since until till by from past that following before after to thru through early late".split(
    " ",
  ),
);

export function findCalendarWords(note: Note, sink: SpanSink): void {
  for (let token = 0; token < note.count; token++) {
    if (note.type[token] !== WORD) continue;
    const { lower, capital } = note.form[token]!;
    if (WEEKDAYS.has(lower)) {
      if (!/^(?:every|each|q)$/.test(note.lower(token - 1)))
        sink.add(note.start[token]!, note.end[token]!, "date", "date.weekday", 0.7);
    } else if (SURE_SHORT.has(lower) && !note.isMark(token - 1, "/") && !note.isMark(token + 1, "/")) {
      sink.add(note.start[token]!, note.end[token]!, "date", "date.weekday", 0.7);
    } else if (SHORT_WEEKDAYS.has(lower) || lower === "sat" || lower === "sun") {
      if (isShortWeekday(note, token))
        sink.add(note.start[token]!, note.end[token]!, "date", "date.weekday", 0.7);
    } else if (
      (lower === "two" || lower === "nineteen") &&
      /^(?:in|since|of|until|from|back|year|around)$/.test(note.lower(token - 1))
    )
      spokenYearAt(note, token, sink);
    else if (SEASONS.has(lower)) seasonAt(note, token, sink);
    else if (HOLIDAYS.has(lower) && (capital || note.whispered)) holidayAt(note, token, sink);
  }
}

/** "Tues", "next wed", "in Sat for mtg"; "sat 96%" and "sun exposure" are none. */
function isShortWeekday(note: Note, token: number): boolean {
  const { lower, capital, upper } = note.form[token]!;
  if (upper && !note.shouted && !note.isNumber(token + 1)) return false;
  const before = note.lower(token - 1);
  const cued = WEEKDAY_BEFORE.has(before) || (before === "in" && capital);
  const doubtful = lower === "sat" || lower === "sun";
  const after = note.isMark(token + 1, ",") || note.isMark(token + 1, ".") ? token + 2 : token + 1;
  const dated = note.isNumber(after) && !doubtful;
  if (doubtful)
    return (
      (cued || (capital && note.isWord(token - 1))) &&
      !note.isNumber(token + 1) &&
      !/^(?:up|down|in|on|exposure|burn|screen|light)$/.test(note.lower(token + 1))
    );
  return capital
    ? cued || dated || note.isWord(token - 1)
    : cued ||
        /^(?:tx|appt|visit|hd|clinic|trach|peg|surgery|mtg|meeting|out|back|home|return|again|seen|for|till|til|intake|started|or|eval|on|planned|scheduled|due)$/.test(
          before,
        ) ||
        (note.isLineEnd(token - 1) && note.isMark(token + 1, ":")) ||
        (/^(?:mon|wed)$/.test(lower) &&
          note.isWord(token - 1) &&
          (note.isLineEnd(token + 1) || /^(?:[.,;)]|am|pm|at|w)$/.test(note.tokenText(token + 1))));
}

/** "in two thousand sixteen", "since nineteen ninety eight". */
function spokenYearAt(note: Note, token: number, sink: SpanSink): void {
  const thousand = note.lower(token) === "two";
  if (thousand && note.lower(token + 1) !== "thousand") return;
  let last = thousand ? token + 1 : token;
  for (let i = last + 1; i < last + 4; i++) {
    if (isSpokenNumber(note.lower(i))) last = i;
    else if (note.lower(i) !== "and" && !note.isMark(i, "-")) break;
  }
  if (thousand || last > token)
    sink.add(note.start[token]!, note.end[last]!, "date", "date.spoken-year", 0.8);
}

/** "last spring", "in the fall"; "spring water", "a fall" and "her last fall" are none. */
function isSeasonOfYear(note: Note, token: number): boolean {
  const season = note.lower(token);
  const before = note.lower(token - 1);
  if (/^(?:camp|cold|colds|break|squash|allergies|months)$/.test(note.lower(token + 1))) return false;
  if (season === "fall")
    return (
      /^(?:this|next)$/.test(before) ||
      (before === "the" && /^(?:in|during|since|by|until|till)$/.test(note.lower(token - 2))) ||
      (note.capital(token) &&
        !note.isLineEnd(token - 1) &&
        /^(?:this|last|next|in|since|early|late)$/.test(before))
    );
  return (
    /^(?:this|last|next|early|late|since|mid|previous)$/.test(before) ||
    (before === "the" && /^(?:in|during|since|over|by|of|until|till)$/.test(note.lower(token - 2)))
  );
}

function seasonAt(note: Note, token: number, sink: SpanSink): void {
  const at = note.lower(token + 1) === "of" ? token + 2 : token + 1;
  if (note.isNumber(at) && /^(?:19|20)\d\d$/.test(note.tokenText(at)))
    sink.add(note.start[token]!, note.end[at]!, "date", "date.season", 0.85);
  else if (at === token + 2 && isSpokenNumber(note.lower(at))) {
    const last = isSpokenNumber(note.lower(at + 1)) ? at + 1 : at;
    sink.add(note.start[token]!, note.end[last]!, "date", "date.season", 0.85);
  } else if (isSeasonOfYear(note, token))
    sink.add(note.start[token]!, note.end[token]!, "date", "date.season", 0.65);
}

function holidayAt(note: Note, token: number, sink: SpanSink): void {
  if (/^(?:factor|disease)$/.test(note.lower(token + 1))) return;
  for (const rest of HOLIDAYS.get(note.lower(token)) ?? []) {
    if (rest === "") {
      sink.add(note.start[token]!, note.end[token]!, "date", "date.holiday", 0.75);
      return;
    }
    let at = token;
    const matched = rest.split(" ").every((word) => {
      at += 1;
      while (note.isMark(at, ".") || note.isMark(at, "'") || note.isMark(at, "’") || note.lower(at) === "s")
        at += 1;
      return note.lower(at) === word;
    });
    if (matched && note.start[at]! - note.start[token]! < 25) {
      sink.add(note.start[token]!, note.end[at]!, "date", "date.holiday", 0.85);
      return;
    }
  }
}
