/**
 * "3/14", "6/98", "1998": numbers that are dates only by what stands around them. A fraction, a strength out of five,
 * a score, a blood pressure, a dose or a time of day is none.
 */
import { isDigit, type Note } from "../note.ts";
import type { SpanSink } from "../phi-span.ts";
import { sticky } from "./sticky.ts";

const SLASHED = sticky(/(\d{1,2})\/'?(\d{1,2})(?!\d|\/\d|\.\d|,\d{3})/);
const RANGE = sticky(/(\d{1,2})[-/](\d{1,2}) ?(?:-|–|to|thru|through) ?(\d{1,2})[-/](\d{1,2})(?!\d|[-/]\d)/);
const DASHED = sticky(/(\d{1,2})-(\d{1,2})(?![\d.]|-\d)/);
const YEAR = sticky(
  /(?:1[89]\d\d|20\d\d)(?!\d|[.,]\d|:\d)(?:[ ]?[-–/][ ]?(?:(?:19|20)?\d\d)(?![\d.,]))?'?s?(?![A-Za-z0-9])/,
);
const SHORT_YEAR = sticky(/\d\d(?:s|'s)?(?![\d%/:]|\.\d|[A-Za-z])/);

const DECADE = sticky(/[3-9]0'?s(?![A-Za-z0-9])/);

const DATE_BEFORE = new Set(
  "on since from until till thru through by of dated date dates admitted admit adm seen for dob birthdate born due ending beginning starting started start discharged dc completed placed removed drawn received performed done taken last ct mri cxr echo ekg ecg cath us usn xray labs culture cultures note visit at between to and as circa pcxr cta egd colonoscopy eff effective expected scheduled off appointment appt return rtc lmp edc edd exp refill week ending resulted".split(
    " ",
  ),
);
const NO_DATE_BEFORE = new Set(
  "strength motor reflexes reflex dtr dtrs pulses pulse grade graded pain score scored scale apgar apgars oriented x gcs stage murmur power rated rates rate rating bp sat sats spo level at-least about approximately nearly over only vision va pupils trace edema q every tabs tab give gave take half s1 sem hsm ratio titer section type ext bilat bilaterally cn ue le ll ul rue lue rle lle uo fio2 peep settings ps imv simv cpap vent mm hg dip protein glucose ketones minus plus plan hr hrs oob trach icp cvp pa pap ph vas cc ml iv ns d5 zone step part anc heparin wbc dfr bfr plt goal room bed day days dose doses cycle cycles".split(
    " ",
  ),
);
const NO_DATE_AFTER = new Set(
  "strength strengths motor murmur sem systolic diastolic pain scale power ns normal saline tab tabs tablet tablets cup cups pack packs ppd of way hour hours hrs hr day days week weeks month months year years lb lbs inch inches full cm mm mmhg mg ml cc in bilaterally bilat bottles bottle blood sets set pos positive negative neg edema throughout reflexes dtr pulses x score intensity severity hx history duration old mile miles teaspoon tsp tbsp liter liters sib sibs siblings holosystolic ejection nodes lymph words objects digits correct criteria sided dose dp pt hsm min mins minutes foot feet ft".split(
    " ",
  ),
);
const YEAR_BEFORE = new Set(
  "in since circa from until till year by to before after around about early late mid of during through thru and or c spring summer fall winter autumn ca cabg mi cva tah appy last back approximately approx dating".split(
    " ",
  ),
);
const YEAR_UNITS =
  /^\s?(?:mg|ml|mls|cc|ccs|mcg|units?|kcal|cal(?:ories)?|hrs?|hours?|steps|cells|bolus|mm|meq|iu|lbs?|grams?|gm?|kg|l\b|liters?|feet|ft|vials|patients|mgs|k\b|x\b|copies|rads?|cgy|ng|pg|am|pm|ml\/|%|per)\b/i;

/** Whether the text behind a number says that it is an amount. */
export function isUnit(after: string): boolean {
  return YEAR_UNITS.test(after);
}

/** Returns where to go on. */
export function partialDateAt(note: Note, token: number, sink: SpanSink): number {
  const { text } = note;
  const start = note.start[token]!;
  const before = text[start - 1] ?? " ";
  if (
    before === "/" ||
    before === "=" ||
    before === "+" ||
    (before === "-" && isDigit(text.charCodeAt(start - 2)))
  )
    return start;
  const range = RANGE.match(text, start);
  if (
    range !== null &&
    isMonthDay(range[1], range[2]) &&
    isMonthDay(range[3], range[4]) &&
    range[0].includes("/")
  ) {
    if (
      !NO_DATE_BEFORE.has(cueBefore(note, token)) &&
      !NO_DATE_AFTER.has(wordAfter(note, start + range[0].length)) &&
      !/^5\/5/.test(range[0])
    ) {
      const end = start + range[0].length;
      sink.add(start, end, "date", "date.range", 0.85);
      return end;
    }
  }
  const slashed = SLASHED.match(text, start);
  if (slashed !== null) return slashedAt(note, token, slashed, sink);
  const dashed = DASHED.match(text, start);
  if (dashed !== null && isMonthDay(dashed[1], dashed[2])) {
    const strong = /^(?:on|since|dated|date|admitted|from|dob)$/.test(note.lower(token - 1));
    const sure = /^(?:on|dated|date|admitted|dob)$/.test(note.lower(token - 1));
    if (
      strong &&
      !NO_DATE_AFTER.has(wordAfter(note, start + dashed[0].length)) &&
      (sure || /^0|\d\d$/.test(dashed[0]))
    ) {
      sink.add(start, start + dashed[0].length, "date", "date.month-day", 0.75);
      return start + dashed[0].length;
    }
  }
  return yearAt(note, token, sink);
}

function slashedAt(note: Note, token: number, match: RegExpExecArray, sink: SpanSink): number {
  const start = note.start[token]!;
  const end = start + match[0].length;
  const [left, right] = [Number(match[1]), Number(match[2])];
  if (/^[A-Za-z"]/.test(note.text.slice(end, end + 1)) || note.text[end] === "%") return end;
  const cue = cueBefore(note, token);
  const after = wordAfter(note, end);
  if (right === 24 && left <= 24 && /^(?:l|hrs?|hours|ml|bag|over)$/.test(cue)) return end;
  const positive = DATE_BEFORE.has(cue) && !(cue === "of" && left < right && right <= 10);
  const negative = NO_DATE_BEFORE.has(cue) || NO_DATE_AFTER.has(after);
  let sure = 0;
  if (isMonthDay(match[1], match[2])) {
    const fraction =
      left <= right &&
      [2, 3, 4, 5, 6, 8, 10].includes(right) &&
      match[2]!.length === (right === 10 ? 2 : 1) &&
      !/^0/.test(match[1]!);
    const padded = /^0/.test(match[1]!) || /^0/.test(match[2]!);
    sure = negative
      ? 0
      : padded || right > 12
        ? 0.85
        : fraction
          ? positive && right > 6 && right !== 10
            ? 0.8
            : positive && /^(?:on|since|dated|date|admitted|until|thru)$/.test(cue)
              ? 0.8
              : 0
          : positive
            ? 0.85
            : 0.65;
  } else if (left >= 1 && left <= 12 && (right >= 32 || match[2]!.startsWith("0")) && !negative) {
    sure =
      positive || /^0/.test(match[1]!) || match[2]!.startsWith("0")
        ? 0.8
        : /^(?:in|during|early|late|mid|s\/p)$/.test(cue)
          ? 0.8
          : right >= 85 || (right >= 50 && saysMonthAndYear(note, token, end))
            ? 0.65
            : 0;
  } else if (isRoundOf(note, token, end, left, right) && !negative) {
    sure = 0.65;
  } else if (
    left > 12 &&
    left <= 31 &&
    right >= 1 &&
    right <= 12 &&
    /^(?:on|since|dated|date|dob|admitted)$/.test(cue) &&
    !negative
  ) {
    sure = 0.75;
  }
  if (sure > 0) sink.add(start, end, "date", "date.month-day", sure);
  return end;
}

/** "PTWR 22/6 Dr Mbeki": day and month at the head of a line, before a name or a time. */
function isRoundOf(note: Note, token: number, end: number, left: number, right: number): boolean {
  if (
    left < 13 ||
    left > 31 ||
    right < 1 ||
    right > 12 ||
    !note.isWord(token - 1) ||
    !note.isLineEnd(token - 2)
  )
    return false;
  return note.form[token - 1]!.capital && /^ (?:[A-Z][a-z]|\d\d:?\d\d\b)/.test(note.text.slice(end, end + 6));
}

/** "appendectomy in 60's", "in the early 80s"; "in his 60s" is an age, "sats in the 80s" a measurement. */
function isDecade(note: Note, token: number): boolean {
  let at = token - 1;
  if (/^(?:early|mid|late)$/.test(note.lower(at)) || note.isMark(at, "-")) at -= 1;
  if (note.lower(at) === "the") at -= 1;
  if (!/^(?:in|since|during)$/.test(note.lower(at))) return false;
  for (let i = at - 1; i >= 0 && i > at - 7 && !note.isLineEnd(i); i--) {
    const word = note.lower(i);
    if (
      /^(?:hr|hrs|bp|sbp|dbp|sat|sats|spo2|o2|map|maps|rate|heart|pressure|pulse|rr|systolic|glucose|fs|fsbs|bs|sugars|temp|hct|weight|patient|pt|age|male|female|man|woman)$/.test(
        word,
      )
    )
      return false;
  }
  return true;
}

/** "A1c 7.3 (1/71)", "Pap 7/69 wnl": in brackets, or after a word and before another one. */
function saysMonthAndYear(note: Note, token: number, end: number): boolean {
  const { text } = note;
  if (note.isMark(token - 1, "(") && /^[),;]/.test(text.slice(end, end + 1))) return true;
  return (
    note.isWord(token - 1) &&
    !note.touchesNext(token - 1) &&
    /^(?:[,;:.)\n]|$| [a-z]{2})/.test(text.slice(end, end + 3))
  );
}

function yearAt(note: Note, token: number, sink: SpanSink): number {
  const { text } = note;
  const start = note.start[token]!;
  const before = text[start - 1] ?? " ";
  const short = before === "'" || before === "’" || before === "`" ? SHORT_YEAR.endAt(text, start) : -1;
  if (
    short > 0 &&
    /[\s(]/.test(text[start - 2] ?? " ") &&
    note.end[token]! - start === 2 &&
    !/^[ -]?(?:yr|year|y\/o)/i.test(text.slice(short, short + 6))
  ) {
    sink.add(start - 1, short, "date", "date.year", 0.7);
    return short;
  }
  const decade = DECADE.endAt(text, start);
  if (decade > 0 && isDecade(note, token)) {
    sink.add(start, decade, "date", "date.decade", 0.65);
    return decade;
  }
  if (note.end[token]! - start !== 4) return start;
  let end = YEAR.endAt(text, start);
  if (
    end < 0 ||
    !/[\s(,;:/'"~–[*-]/.test(before) ||
    before === "$" ||
    YEAR_UNITS.test(text.slice(end, end + 12))
  )
    return start;
  if (text[end - 1] === "'") end -= 1;
  // "1900-0700": a shift.
  if (/^[-–](?:[01]\d|2[0-3])[0-5]\d(?!\d)/.test(text.slice(start + 4, start + 10))) {
    const until = text.slice(start + 5, start + 9);
    if (until < "1860" || until >= "2060") return start + 9;
  }
  const year = Number(text.slice(start, start + 4));
  if (isOfPublication(note, token, end)) return end;
  if (year < 1900 && !/^(?:in|born|b|circa|year|c)$/.test(note.lower(token - 1))) return start;
  const cue = cueBefore(note, token);
  if (
    before === "/" ||
    /^(?:x|room|rm|apt|suite|box|ext|extension|bed|unit|pager|beeper|grant|form|no|number|icd|protocol|anc|heparin|wbc|goal|total|plt)$/.test(
      cue,
    ) ||
    note.isMark(token - 1, "#")
  )
    return start;
  const named = YEAR_BEFORE.has(cue);
  const clockLike = year >= 2000 && year <= 2059;
  if (
    clockLike &&
    /^(?:at|by|until|till|from|since|to|around|about|approx|approximately|time|and|hour|between|last|before|after|through|thru)$/.test(
      cue,
    )
  ) {
    const plausibleYear =
      year <= 2030 && /^(?:since|from|after|before|to|through|thru|between|and|until|last|by)$/.test(cue);
    if (!plausibleYear) return start;
    sink.add(start, end, "date", "date.year", 0.6);
    return end;
  }
  const following = text[end] ?? " ";
  const boundary = /[\s.,;:)\]/"-]/.test(following);
  if (boundary && (named || before === "(" || year >= 1900))
    sink.add(start, end, "date", "date.year", named ? 0.85 : 0.65);
  return end;
}

/** "2023 ACC/AHA guideline", "NEJM 2016", "v1.2022": the year of a paper, not of a person. */
function isOfPublication(note: Note, token: number, end: number): boolean {
  if (
    /^(?:nejm|jama|lancet|bmj|circulation|chest|nature|gold|nccn|al|edition|icd|dsm)$/.test(
      note.lower(token - 1),
    )
  )
    return true;
  if (note.isMark(token - 1, ",") && /^(?:nejm|jama|lancet|bmj|al)$/.test(note.lower(token - 2))) return true;
  return /^ (?:ACC|AHA|ESC|ADA|NCCN|KDIGO|GOLD|IDSA|ACOG|ASCO|ACR|EULAR|AASLD|USPSTF|WHO|CDC|[A-Z]{2,6}\/[A-Z]{2,6}|[Gg]uideline|[Cc]riteria|[Cc]onsensus|update|edition|revision)/.test(
    note.text.slice(end, end + 14),
  );
}

function isMonthDay(month: string | undefined, day: string | undefined): boolean {
  const [m, d] = [Number(month), Number(day)];
  return m >= 1 && m <= 12 && d >= 1 && d <= 31;
}

/** The word before, over one mark such as a colon or a bracket. */
function cueBefore(note: Note, token: number): string {
  let i = token - 1;
  for (let marks = 0; marks < 2 && i >= 0 && note.type[i] === 2; marks++) i -= 1;
  return note.lower(i);
}

function wordAfter(note: Note, end: number): string {
  const word = /^[ -]{0,2}([A-Za-z]{1,14})/.exec(note.text.slice(end, end + 17));
  return word === null ? "" : word[1]!.toLowerCase();
}
