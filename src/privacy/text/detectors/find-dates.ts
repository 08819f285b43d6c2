/**
 * Dates in all forms: numeric, with month names, partial, years alone, weekdays, holidays, spoken. Relative dates
 * ("three days ago") and times of day are no identifiers and stay.
 */
import { type Note, WORD } from "../note.ts";
import type { SpanSink } from "../phi-span.ts";
import { monthOf, yearWordsEnd } from "./date-words.ts";
import { partialDateAt } from "./partial-date.ts";
import { sticky } from "./sticky.ts";

const DAY = "(?:3[01]|[12]\\d|0?[1-9])";
const MONTH = "(?:1[0-2]|0?[1-9])";
const YEAR4 = "(?:1[89]\\d\\d|2[01]\\d\\d)";
const ISO = sticky(new RegExp(`${YEAR4}([-/.])${MONTH}\\1${DAY}(?!\\d)`));
const MONTH_FIRST = sticky(
  new RegExp(`${MONTH} ?([-/.]) ?${DAY} ?\\1 ?'?(?:${YEAR4}|\\d\\d)(?!\\d|/\\d|\\.\\d)`),
);
const DAY_FIRST = sticky(
  new RegExp(`${DAY} ?([-/.]) ?${MONTH} ?\\1 ?'?(?:${YEAR4}|\\d\\d)(?!\\d|/\\d|\\.\\d)`),
);
const COMPACT = sticky(/(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?!\d)/);
const MONTH_YEAR = sticky(new RegExp(`${MONTH} ?[/-] ?${YEAR4}(?![\\d/-])`));
const YEAR_MONTH = sticky(new RegExp(`${YEAR4}-(?:1[0-2]|0[1-9])(?![\\d/-])`));
const DAY_MONTH_NAME = sticky(
  /(\d{1,2})(?:st|nd|rd|th)?[ ,-]{0,2}(?:day )?(?:of )?([A-Za-z]{3,9})\.?(?:[ ,'-]{0,3}((?:18|19|20)\d\d|(?<=['-])\d\d)(?!\d))?/i,
);
const AFTER_MONTH = sticky(
  /\.?(?:[ -]{0,2}(?:the )?(\d{1,2})(?:st|nd|rd|th)?(?! ?(?::\d|\/|mg|ml|%))(?: ?(?:-|–|to|and|&|through|thru) ?\d{1,2}(?:st|nd|rd|th)?(?!\d))?(?:[ ]?(?:,|of|-|in)?[ ]?'?((?:18|19|20)\d\d|(?<=['-])\d\d)(?!\d))?(?!\d)|(?:[ ]?[,/-]?[ ]?|[ ]of[ ])'?((?:18|19|20)\d\d)(?!\d)|[ ]?[/'’-][ ]?'?(\d\d)(?!\d))/i,
);
const AMBIGUOUS_MONTHS = new Set([
  "may",
  "march",
  "mar",
  "dec",
  "august",
  "jan",
  "jun",
  "sep",
  "oct",
  "april",
  "june",
  "apr",
]);
const VERB_MONTHS = new Set(["may", "march", "mar", "dec", "sep", "oct", "jun", "jan"]);
const BEFORE_MONTH = new Set(
  "in since until till of by during last this next early late mid from to through thru before after around about and or between every died expired passed born deceased".split(
    " ",
  ),
);

export function findDates(note: Note, sink: SpanSink): void {
  let settled = -1;
  for (const token of note.numbers) {
    if (note.start[token]! < settled) continue;
    settled = Math.max(settled, numericDateAt(note, token, sink));
  }
  for (let token = 0; token < note.count; token++) {
    if (note.type[token] === WORD) monthAt(note, token, sink);
  }
}

function numericDateAt(note: Note, token: number, sink: SpanSink): number {
  const { text } = note;
  const start = note.start[token]!;
  const before = text[start - 1] ?? " ";
  if (/[.$]/.test(before) && /\d/.test(text[start - 2] ?? "")) return start;
  const attached = /[A-Za-z]/.test(before);
  const full = ISO.match(text, start) ?? MONTH_FIRST.match(text, start) ?? DAY_FIRST.match(text, start);
  if (full !== null && (before !== "/" || !/\d/.test(text[start - 2] ?? ""))) {
    const separator = full[1];
    if (
      separator !== "." ||
      !/^\d{1,2}\.\d{1,2}\.\d\d$/.test(full[0]) ||
      !/\d/.test(text[start + full[0].length + 1] ?? "")
    ) {
      const end = start + full[0].length;
      sink.add(start, end, "date", "date.numeric", 0.95);
      return end;
    }
  }
  if (attached) return start;
  const named = DAY_MONTH_NAME.match(text, start);
  if (named !== null && Number(named[1]) >= 1 && Number(named[1]) <= 31 && monthOf(named[2]!) !== undefined) {
    const word = named[2]!.toLowerCase();
    const plainWord = VERB_MONTHS.has(word) && named[3] === undefined && !/[A-Z]/.test(named[2]![0]!);
    const joined = /^\d{1,2}-[A-Z]/.test(named[0]);
    if (!plainWord && !(word === "mar" && named[3] === undefined && !joined)) {
      const end = start + named[0].trimEnd().replace(/[ ,'-]+$/, "").length;
      sink.add(start, end, "date", "date.day-month", 0.93);
      return end;
    }
  }
  for (const [pattern, rule] of [
    [MONTH_YEAR, "date.month-year"],
    [YEAR_MONTH, "date.year-month"],
    [COMPACT, "date.compact"],
  ] as const) {
    const end = pattern.endAt(text, start);
    if (end > 0 && before !== "/") {
      sink.add(start, end, "date", rule, rule === "date.compact" ? 0.75 : 0.9);
      return end;
    }
  }
  const ordinal = dayOfMonthAt(note, token);
  if (ordinal > 0) {
    sink.add(start, ordinal, "date", "date.day", 0.75);
    return ordinal;
  }
  return partialDateAt(note, token, sink);
}

/** "until the 20th", "(the 3rd)": a day when no counted thing ("the 5th rib", "the 90th percentile") follows. */
function dayOfMonthAt(note: Note, token: number): number {
  const day = Number(note.tokenText(token));
  if (day < 1 || day > 31 || note.end[token]! - note.start[token]! > 2) return -1;
  const suffix = token + 1;
  if (note.lower(token - 1) !== "the") return bareOrdinalAt(note, token);
  if (!note.touchesNext(token) || !/^(?:st|nd|rd|th)$/.test(note.lower(suffix))) return -1;
  const before = note.lower(token - 2);
  const ends = note.isLineEnd(suffix + 1) || /^[.,;)!?:-]$/.test(note.tokenText(suffix + 1));
  const cued =
    /^(?:on|until|till|til|by|since|from|before|after|for|through|thru|around|of|to|next|return|back|due|seen)$/.test(
      before,
    );
  const free =
    ends ||
    /^(?:at|and|to|or|with|for|of|in|when|because|per|she|he|we|they|if|due)$/.test(note.lower(suffix + 1));
  return cued && free ? note.end[suffix]! : -1;
}

/** "repatriated 9th.", "w/c 20th": without an article, before the end of a clause. */
function bareOrdinalAt(note: Note, token: number): number {
  const suffix = token + 1;
  if (!note.touchesNext(token) || !/^(?:st|nd|rd|th)$/.test(note.lower(suffix))) return -1;
  const cued =
    /^(?:until|till|since|by|from|before|after|admitted|discharged|repatriated|transferred|seen|due|back|returning|ending|starting)$/.test(
      note.lower(token - 1),
    ) ||
    (note.lower(token - 1) === "c" && note.isMark(token - 2, "/") && note.lower(token - 3) === "w");
  const ends = note.isLineEnd(suffix + 1) || /^[.,;)]$/.test(note.tokenText(suffix + 1));
  return cued && ends ? note.end[suffix]! : -1;
}

function monthAt(note: Note, token: number, sink: SpanSink): void {
  const form = note.form[token]!;
  const month = monthOf(form.lower);
  if (month === undefined) return;
  const { text } = note;
  const start = note.start[token]!;
  const tail = AFTER_MONTH.match(text, note.end[token]!);
  if (tail !== null) {
    const day = tail[1] === undefined ? null : Number(tail[1]);
    const year = tail[2] ?? tail[3] ?? tail[4];
    if (
      (day === null || (day >= 1 && day <= 31)) &&
      (form.capital || year !== undefined || !VERB_MONTHS.has(form.lower) || day !== null)
    ) {
      const weakVerb = VERB_MONTHS.has(form.lower) && !form.capital && year === undefined;
      if (!weakVerb || /[stnrd]{2}$/.test(tail[0])) {
        sink.add(start, note.end[token]! + tail[0].length, "date", "date.month", 0.93);
        return;
      }
    }
  }
  const spoken = yearWordsEnd(note, token);
  if (spoken > token && (form.capital || !VERB_MONTHS.has(form.lower))) {
    sink.add(start, note.end[spoken]!, "date", "date.spoken", 0.9);
    return;
  }
  const previous = note.lower(token - 1);
  const sentenceStart = note.isLineEnd(token - 1) || note.isMark(token - 1, ".");
  if (
    !form.capital &&
    !(
      (note.whispered || /^(?:in|since|last|until|till|early|late)$/.test(previous)) &&
      BEFORE_MONTH.has(previous) &&
      (!VERB_MONTHS.has(form.lower) || /^(?:in|since|last|until|early|late)$/.test(previous))
    )
  )
    return;
  if (AMBIGUOUS_MONTHS.has(form.lower) && previous !== "rtc") {
    const cue =
      previous === "to"
        ? false
        : BEFORE_MONTH.has(previous) && previous !== "and" && previous !== "or" && previous !== "about";
    const nextName = note.capital(token + 1) && note.level(token + 1, "surname") > 0 && !note.shouted;
    if (!cue || nextName || /^(?:not|be|have|need|use|take|require)$/.test(note.lower(token + 1))) return;
  } else if (
    (form.surface.length <= 3 &&
      !BEFORE_MONTH.has(previous) &&
      previous !== "rtc" &&
      previous !== "return") ||
    (sentenceStart && form.lower.length <= 4)
  )
    return;
  sink.add(start, note.end[token]!, "date", "date.month-alone", 0.8);
}
