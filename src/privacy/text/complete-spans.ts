/**
 * Lets a span cover the whole identifier: the other half of "Delacroix-Jones", the surname after a first name that was
 * found alone, "Shipbuilders" after "Gulf Coast", the letters before a number; and makes one span of neighbours of a kind.
 * Half an identifier left standing is a leak.
 */
import { isEponymWithNoun } from "./detectors/eponym.ts";
import { CREDENTIALS, NOT_A_NAME, RELATIVES, SUFFIXES, TITLES } from "./detectors/names.table.ts";
import { INSTITUTION_TAIL, INSTITUTION_WORD, NAMELIKE_INSTITUTION_WORD } from "./detectors/places.table.ts";
import { isPlain } from "./detectors/read-name.ts";
import { type Note, WORD } from "./note.ts";
import type { PhiSpan } from "./phi-span.ts";

const NUMBERED = new Set<string>([
  "mrn",
  "insurance",
  "account",
  "licence",
  "vehicle",
  "device",
  "username",
  "id",
]);

/** @param spans in order, without overlaps. Gives spans that may touch or overlap. */
export function completeSpans(note: Note, spans: readonly PhiSpan[]): PhiSpan[] {
  let token = 0;
  return joinNeighbours(
    note.text,
    spans.map((span) => {
      while (token < note.count && note.end[token]! <= span.start) token += 1;
      const first = token;
      let last = first;
      while (last + 1 < note.count && note.start[last + 1]! < span.end) last += 1;
      if (first >= note.count) return span;
      const [from, to] = bounds(note, span, first, last);
      const start = from < first ? note.start[from]! : span.start;
      const end = to > last ? note.end[to]! : span.end;
      return start === span.start && end === span.end ? span : { ...span, start, end };
    }),
  );
}

function bounds(note: Note, span: PhiSpan, first: number, last: number): readonly [number, number] {
  if (span.kind === "name") return [nameStart(note, first), nameEnd(note, last)];
  if (span.kind === "organization" && !note.shouted) return [houseStart(note, first), houseEnd(note, last)];
  if (span.kind === "location") {
    // "St. Petersburg", "Ft. Worth"
    const saint =
      note.isMark(first - 1, ".") &&
      /^(?:st|ft|mt|pt)$/.test(note.lower(first - 2)) &&
      note.capital(first - 2);
    return [saint ? first - 2 : first, last];
  }
  if (span.kind === "date") return [first, dateEnd(note, last)];
  if (NUMBERED.has(span.kind)) return numberBounds(note, first, last);
  return [first, last];
}

function joinsByHyphen(note: Note, word: number, hyphen: number, other: number): boolean {
  return (
    note.isMark(hyphen, "-") &&
    note.touchesNext(Math.min(word, hyphen)) &&
    note.touchesNext(Math.min(hyphen, other)) &&
    note.isWord(other) &&
    note.isWord(word) &&
    (note.capital(other) || note.whispered)
  );
}

function nameStart(note: Note, first: number): number {
  let from = first;
  for (let hops = 0; hops < 3; hops++) {
    if (joinsByHyphen(note, from, from - 1, from - 2) && !CREDENTIALS.has(note.lower(from - 2))) {
      from -= 2;
      continue;
    }
    const before = from - 1;
    if (!note.isWord(before) || note.touchesNext(before) || !isFirstName(note, before)) break;
    from = before;
  }
  return from;
}

/** A capitalised word before a name that is a first name, or no word at all. */
function isFirstName(note: Note, token: number): boolean {
  const form = note.form[token]!;
  if (!form.capital || form.surface.length < 2 || isRole(form.lower)) return false;
  if (note.shouted || form.upper)
    return isPlain(note, token) && note.level(token, "given") > 1 && form.surface.length > 3;
  if (!isPlain(note, token)) return note.level(token, "given") > 1 && note.level(token, "english") < 5;
  return note.level(token, "given") > 0 || (form.bits === 0 && form.surface.length > 3);
}

function isRole(lower: string): boolean {
  return NOT_A_NAME.has(lower) || CREDENTIALS.has(lower) || TITLES.has(lower) || RELATIVES.has(lower);
}

function nameEnd(note: Note, last: number): number {
  let to = last;
  for (let hops = 0; hops < 4; hops++) {
    if (joinsByHyphen(note, to, to + 1, to + 2)) {
      to += 2;
      continue;
    }
    // Wendell "Buck" Hargrove
    const quoted = /^["“”]$/.test(note.tokenText(to + 1)) && note.isWord(to + 2) ? to + 3 : -1;
    if (quoted > 0 && quoted < note.count && /^["“”]$/.test(note.tokenText(quoted)) && note.capital(to + 2)) {
      to = quoted;
      continue;
    }
    const dotted = note.isMark(to + 1, ".") && note.form[to]?.surface.length === 1 ? to + 2 : to + 1;
    if (!note.isWord(dotted) || note.touchesNext(dotted - 1) || !isLastName(note, dotted)) {
      if (dotted === to + 2 && note.touchesNext(to)) to += 1;
      break;
    }
    to = dotted;
  }
  return to;
}

function isLastName(note: Note, token: number): boolean {
  const form = note.form[token]!;
  if (SUFFIXES.has(form.lower) && form.capital && !form.lower.startsWith("i")) return true;
  if (!form.capital || form.surface.length < 2 || isRole(form.lower) || isEponymWithNoun(note, token))
    return false;
  if (note.touchesNext(token) && note.isMark(token + 1, ":")) return false;
  const named = note.level(token, "surname") > 0 || note.level(token, "given") > 1;
  if (note.shouted || form.upper) return isPlain(note, token) && named && form.surface.length > 3;
  if (isPlain(note, token)) return named || form.bits === 0;
  return named && note.level(token, "english") < 6 && note.level(token, "clinical") < 2;
}

function houseStart(note: Note, first: number): number {
  let from = first;
  for (let hops = 0; hops < 2; hops++) {
    const before = from - 1;
    if (!note.isWord(before) || note.touchesNext(before) || !note.capital(before)) break;
    const form = note.form[before]!;
    if (isRole(form.lower) || form.surface.length < 3 || note.isLineEnd(before - 1)) break;
    const naming =
      NAMELIKE_INSTITUTION_WORD.has(form.lower) ||
      (note.level(before, "clinical") === 0 &&
        (note.level(before, "place") > 0 || form.bits === 0) &&
        note.level(before, "english") < 5);
    if (!naming) break;
    from = before;
  }
  return from;
}

function houseEnd(note: Note, last: number): number {
  let to = last;
  for (let hops = 0; hops < 4; hops++) {
    if (/^['’]$/.test(note.tokenText(to + 1)) && note.touchesNext(to) && note.lower(to + 2) === "s") {
      to += 2;
      continue;
    }
    const hyphen = note.isMark(to + 1, "-") && note.touchesNext(to) && note.capital(to + 2);
    const joined = hyphen || (note.isMark(to + 1, "&") && note.capital(to + 2)) ? to + 2 : to + 1;
    if (hyphen) {
      to = joined;
      continue;
    }
    if (!note.isWord(joined) || note.touchesNext(joined - 1) || !note.capital(joined)) {
      if (
        (note.whispered || !note.capital(to)) &&
        INSTITUTION_TAIL.has(note.lower(to + 1)) &&
        !note.touchesNext(to)
      )
        to += 1;
      break;
    }
    const form = note.form[joined]!;
    const tail = INSTITUTION_TAIL.has(form.lower) || INSTITUTION_WORD.has(form.lower);
    if (
      !tail &&
      joined === to + 1 &&
      (isRole(form.lower) || note.level(joined, "clinical") > 1 || (form.upper && form.surface.length < 4))
    )
      break;
    if (note.isMark(joined + 1, ":")) break;
    to = joined;
  }
  return to;
}

/** "2" of "2/4". */
function dateEnd(note: Note, last: number): number {
  const joined =
    note.isNumber(last) &&
    note.touchesNext(last) &&
    /^[-/]$/.test(note.tokenText(last + 1)) &&
    note.touchesNext(last + 1);
  return joined && note.isNumber(last + 2) && note.end[last + 2]! - note.start[last + 2]! <= 4
    ? last + 2
    : last;
}

/** Letters and digits that touch the number, and a short group of capitals before or after it. */
function numberBounds(note: Note, first: number, last: number): readonly [number, number] {
  let [from, to] = [first, last];
  for (
    let hops = 0;
    hops < 6 && from > 0 && note.touchesNext(from - 1) && partOfNumber(note, from - 1);
    hops++
  )
    from -= 1;
  for (let hops = 0; hops < 6 && note.touchesNext(to) && partOfNumber(note, to + 1); hops++) to += 1;
  while (to > last && note.type[to] === 2) to -= 1;
  while (from < first && note.type[from] === 2) from += 1;
  const before = note.form[from - 1];
  if (
    before?.upper === true &&
    before.surface.length <= 3 &&
    before.bits === 0 &&
    /^[:.)=#]$/.test(note.tokenText(from - 2)) &&
    !note.shouted
  )
    from -= 1;
  return [from, to];
}

function partOfNumber(note: Note, token: number): boolean {
  return (
    note.type[token] === WORD ||
    note.isNumber(token) ||
    (/^[-_./]$/.test(note.tokenText(token)) && note.touchesNext(token))
  );
}

/** "Thursday" and "June 2, 2022", "Li" and "Wei": one span where nothing but a blank or a hyphen is between. */
function joinNeighbours(text: string, spans: readonly PhiSpan[]): PhiSpan[] {
  const joined: PhiSpan[] = [];
  for (const span of spans) {
    const before = joined[joined.length - 1];
    if (
      before !== undefined &&
      before.kind === span.kind &&
      span.start >= before.end &&
      joins(text, before, span)
    ) {
      const surer = span.confidence > before.confidence ? span : before;
      joined[joined.length - 1] = { ...surer, start: before.start, end: span.end };
    } else joined.push(span);
  }
  return joined;
}

function joins(text: string, before: PhiSpan, after: PhiSpan): boolean {
  const gap = after.start - before.end;
  if (gap > 2) return false;
  const between = text.slice(before.end, after.start);
  if (before.kind === "name") return /^(?: |-|\^|\. |)$/.test(between);
  if (before.kind === "date")
    return /^,? ?$/.test(between) && /day$|^\w{3,5}\.?$/i.test(text.slice(before.start, before.end));
  if (before.kind === "organization") return between === " ";
  return before.kind === "phone" && between === " ";
}
