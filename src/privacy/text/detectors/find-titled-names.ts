/** Names with a title before ("Dr. Osei", "mrs jones") or a credential behind ("Jane Q. Roe, MD", "R. Vance RN"). */
import { type Note, WORD } from "../note.ts";
import type { SpanSink } from "../phi-span.ts";
import { isEponymWithNoun } from "./eponym.ts";
import { CREDENTIALS, NOT_A_NAME, PARTICLES, TITLES } from "./names.table.ts";
import { isInitial, isNameWord, isPlain, readName } from "./read-name.ts";

const AMBIGUOUS_TITLES = new Set([
  "fr",
  "hon",
  "col",
  "maj",
  "lt",
  "sir",
  "nurse",
  "doctor",
  "doctors",
  "miss",
  "professor",
  "judge",
  "sgt",
  "capt",
  "rev",
  "prof",
  "madam",
]);
const SURE_CREDENTIALS =
  /^(?:md|rn|phd|np|lpn|crna|cnm|msw|licsw|lcsw|pharmd|dds|dmd|dpm|facs|facc|facp|mbbs|fnp|arnp|aprn|dnp|bsn|nnp|cgc|lcgc|wocn|cwocn|cctc|bcps|rnfa|frcs|mrcp|fracp|frcpc|facog|facep|faan|ccfp|rrt|psyd|rph|dpt|otr|ldn|cna|acnp|pac|mph|lmft|lmhc|msn|pnp|faap|frcp|cde|lvn|rdn)$/;

export function findTitledNames(note: Note, sink: SpanSink): void {
  for (let token = 0; token < note.count; token++) {
    if (note.type[token] !== WORD) continue;
    const { lower } = note.form[token]!;
    if (TITLES.has(lower)) titleAt(note, token, sink);
    else if (CREDENTIALS.has(lower) || lower === "m" || lower === "d" || lower === "r")
      credentialAt(note, token, sink);
  }
}

function titleAt(note: Note, token: number, sink: SpanSink): void {
  const title = note.lower(token);
  if (title === "ms" && note.isNumber(token - 1)) return;
  let at = token + 1;
  const ambiguous = AMBIGUOUS_TITLES.has(title);
  if (note.isMark(at, ".") && !(ambiguous && title.length > 4)) at += 1;
  if (note.isMark(at, ":")) return;
  if (note.type[at] === 3 && title !== "miss") at += 1;
  if (TITLES.has(note.lower(at)) && note.isMark(at + 1, ".")) at += 2;
  if (ambiguous && title.startsWith("doctor") && !note.capital(at)) {
    if (!isPlain(note, at) || (note.level(at, "surname") === 0 && note.level(at, "given") === 0)) return;
  } else if (
    ambiguous &&
    !(note.capital(at) && (note.capital(token) || title === "doctor" || title === "nurse"))
  )
    return;
  if (ambiguous && note.shouted && note.level(at, "surname") === 0) return;
  if (
    (title === "ms" || title === "miss" || title === "mr") &&
    note.form[token]!.upper &&
    !note.isMark(token + 1, ".") &&
    (note.level(at, "surname") === 0 || note.level(at, "clinical") > 0 || note.lower(at).length < 3)
  )
    return;
  if (title === "dr" && note.isNumber(token - 2) && note.capital(token - 1) && !note.isMark(token + 1, "."))
    return;
  const name = readName(note, at, { limit: 4, comma: false, sure: true });
  if (name === null) {
    // "Dr. X", "Mr. B": an initial alone.
    if (isInitialAlone(note, at)) sink.add(note.start[at]!, note.end[at]!, "name", "name.title-initial", 0.8);
    return;
  }
  sink.add(note.start[name.first]!, endOf(note, name.last), "name", "name.title", 0.97);
  let next = name.last + 1;
  while (
    note.isMark(next, ",") ||
    note.isMark(next, "/") ||
    note.isMark(next, "&") ||
    note.lower(next) === "and" ||
    note.lower(next) === "or"
  ) {
    // "Drs. Lee and Osei", "Dr. Lee/Osei"
    if (title !== "drs" && !note.isMark(next, "/")) return;
    const other = readName(note, next + 1, { limit: 2, comma: false, sure: true });
    if (other === null) return;
    sink.add(note.start[other.first]!, endOf(note, other.last), "name", "name.title", 0.9);
    next = other.last + 1;
  }
}

function isInitialAlone(note: Note, token: number): boolean {
  const form = note.form[token];
  return (
    form !== undefined &&
    form.surface.length <= 2 &&
    form.capital &&
    (form.surface.length === 1 || form.upper)
  );
}

function credentialAt(note: Note, token: number, sink: SpanSink): void {
  const credential = credentialLength(note, token);
  if (credential === null) return;
  let at = token - 1;
  const comma = note.isMark(at, ",");
  if (comma || note.isMark(at, "(") || note.isMark(at, "-")) at -= 1;
  const sure = SURE_CREDENTIALS.test(credential);
  if (!comma && !sure) return;
  // Walk over other credentials ("Jane Roe, RN, BSN").
  for (let hops = 0; hops < 4 && CREDENTIALS.has(note.lower(at)) && note.form[at]!.upper; hops++) {
    at -= 1;
    if (note.isMark(at, ".") || note.isMark(at, ",")) at -= 1;
  }
  let first = -1;
  let words = 0;
  for (let i = at; i >= 0 && words < 4; i--) {
    if (note.isMark(i, ".") && isInitial(note, i - 1)) continue;
    if (note.isMark(i, "-") && note.capital(i - 1) && note.touchesNext(i - 1)) continue;
    if (
      note.isMark(i, ",") &&
      words === 1 &&
      comma &&
      isNameWord(note, i - 1, false, true) &&
      note.capital(i - 1) &&
      note.level(i - 1, "surname") > 0 &&
      note.level(first, "given") > 0
    )
      continue;
    if (isInitial(note, i)) {
      first = i;
      continue;
    }
    if (!note.isWord(i)) break;
    if (PARTICLES.has(note.lower(i)) && first >= 0) continue;
    if (!isNameWord(note, i, words === 0 && sure && note.capital(i), true) || TITLES.has(note.lower(i)))
      break;
    if (
      words > 0 &&
      note.level(i, "given") === 0 &&
      note.level(i, "surname") === 0 &&
      note.level(i, "english") > 4
    )
      break;
    first = i;
    words += 1;
  }
  if (first < 0 || (words === 0 && !comma)) return;
  const lone =
    words === 1 &&
    (note.level(at, "clinical") > 0 || NOT_A_NAME.has(note.lower(at)) || note.level(at, "english") > 3) &&
    !isInitial(note, first);
  if (lone || isEponymWithNoun(note, at)) return;
  if (
    note.shouted &&
    note.level(at, "surname") === 0 &&
    note.level(at, "given") === 0 &&
    note.form[at]?.bits !== 0
  )
    return;
  sink.add(note.start[first]!, note.end[at]!, "name", "name.credential", 0.93);
}

/** The credential without its points ("M.D." is "md"), or null where letters are no credential. */
function credentialLength(note: Note, token: number): string | null {
  const form = note.form[token]!;
  if (form.surface.length === 1) {
    const two =
      note.isMark(token + 1, ".") && note.form[token + 2]?.surface.length === 1
        ? form.lower + note.lower(token + 2)
        : "";
    return (two === "md" || two === "do" || two === "rn") && form.capital ? two : null;
  }
  const known =
    CREDENTIALS.has(form.lower) &&
    (form.upper ||
      form.surface === "PharmD" ||
      form.surface === "PhD" ||
      form.surface === "PsyD" ||
      form.surface === "Ph" ||
      note.whispered);
  return known ? form.lower : null;
}

export function endOf(note: Note, token: number): number {
  return note.end[token]!;
}
