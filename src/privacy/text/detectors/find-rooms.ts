/** Rooms and beds of a house ("Room 412B", "rm 208", "ROOM: 4127-B"), and streets named by number ("on 149th", "5th and Main"). */
import { type Note, WORD } from "../note.ts";
import type { SpanSink } from "../phi-span.ts";
import { monthOf } from "./date-words.ts";
import { isEponym } from "./eponym.ts";
import { sticky } from "./sticky.ts";

const ROOM = sticky(/(?:[A-Z]{1,2}-?)?\d{2,5}(?:-?[A-Z\d]{1,3})?(?![\d./%]|[A-Za-z])/i);
const WHITE = sticky(/[ \t]{0,8}[:#]?[ \t]{0,8}/);

export function findRooms(note: Note, sink: SpanSink): void {
  for (let token = 0; token < note.count; token++) {
    if (note.type[token] !== WORD) continue;
    const { lower } = note.form[token]!;
    if (lower === "room" || lower === "rm") roomAt(note, token, sink);
    else if (/^(?:north|south|east|west)$/.test(lower)) wingAt(note, token, sink);
    else if (lower === "ward" && note.isNumber(token + 1) && !note.touchesNext(token))
      wardAt(note, token, sink);
    else if (/^(?:to|on|from)$/.test(lower)) unitAt(note, token, sink);
    else if (/^(?:st|nd|rd|th)$/.test(lower)) numberedStreetAt(note, token, sink);
  }
}

function roomAt(note: Note, token: number, sink: SpanSink): void {
  const { text } = note;
  if (/^(?:or|operating|recovery|emergency|exam)$/.test(note.lower(token - 1))) return;
  const from = WHITE.endAt(text, note.end[token]! + (text[note.end[token]!] === "." ? 1 : 0));
  const end = ROOM.endAt(text, from);
  if (end > 0 && !/^(?: ?(?:air|%))/.test(text.slice(end, end + 4)))
    sink.add(from, end, "location", "place.room", 0.7);
}

/** "Unit 8 East", "transfer to 6 South": a floor and its wing. */
function wingAt(note: Note, token: number, sink: SpanSink): void {
  const number = token - 1;
  if (
    !note.capital(token) ||
    note.shouted ||
    !note.isNumber(number) ||
    note.end[number]! - note.start[number]! > 2
  )
    return;
  if (note.capital(token + 1) || note.touchesNext(number)) return;
  const named = /^(?:unit|ward|floor|tower)$/.test(note.lower(number - 1)) ? number - 1 : number;
  sink.add(note.start[named]!, note.end[token]!, "location", "place.wing", 0.65);
}

/** "Ward 7B". */
function wardAt(note: Note, token: number, sink: SpanSink): void {
  const last =
    note.touchesNext(token + 1) && note.form[token + 2]?.surface.length === 1 ? token + 2 : token + 1;
  sink.add(note.start[token]!, note.end[last]!, "location", "place.ward", 0.65);
}

/** "transfer to Ellison 9", "on Meyer 5": a unit that bears somebody's name. */
function unitAt(note: Note, token: number, sink: SpanSink): void {
  const named = token + 1;
  const form = note.form[named];
  if (
    form === undefined ||
    !form.capital ||
    form.upper ||
    form.surface.length < 4 ||
    !note.isNumber(named + 1)
  )
    return;
  if (note.end[named + 1]! - note.start[named + 1]! > 2 || note.touchesNext(named) || isEponym(note, named))
    return;
  if (
    note.level(named, "clinical") > 0 ||
    note.level(named, "english") > 0 ||
    monthOf(form.lower) !== undefined
  )
    return;
  const ends = note.isLineEnd(named + 2) || /^[.,;)]$/.test(note.tokenText(named + 2));
  if (ends && (note.level(named, "surname") > 0 || form.bits === 0))
    sink.add(note.start[named]!, note.end[named + 1]!, "location", "place.unit", 0.65);
}

/** "on 149th", "at 54th and Halsted": an ordinal beyond the days of a month, or before "and" and a capital. */
function numberedStreetAt(note: Note, token: number, sink: SpanSink): void {
  const number = token - 1;
  if (
    !note.isNumber(number) ||
    !note.touchesNext(number) ||
    !/^(?:on|at|near|off|of)$/.test(note.lower(number - 1))
  )
    return;
  const value = Number(note.tokenText(number));
  const crossing =
    (note.lower(token + 1) === "and" || note.isMark(token + 1, "&")) && note.capital(token + 2);
  if (crossing) sink.add(note.start[number]!, note.end[token + 2]!, "location", "place.crossing", 0.75);
  else if (
    value > 31 &&
    value < 300 &&
    (note.isLineEnd(token + 1) || /^(?:[.,;)]|and|in|by)$/.test(note.tokenText(token + 1)))
  )
    sink.add(note.start[number]!, note.end[token]!, "location", "place.street-number", 0.65);
}
