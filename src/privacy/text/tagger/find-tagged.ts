/**
 * What the tagger finds: runs of tokens that it takes for one class become a span. It adds to the rules, never takes away.
 */
import { CLINICAL_ABBREVIATIONS } from "../clinical-words.table.ts";
import { isEponym, isEponymWithNoun } from "../detectors/eponym.ts";
import { CREDENTIALS, NOT_A_NAME, TITLES } from "../detectors/names.table.ts";
import { isUnit } from "../detectors/partial-date.ts";
import { isPlain } from "../detectors/read-name.ts";
import { sticky } from "../detectors/sticky.ts";
import { PEOPLES_AND_BRANDS } from "../everyday-words.table.ts";
import { levelOf } from "../lexicon-bits.ts";
import { MARK, type Note } from "../note.ts";
import type { PhiKind, PhiSpan, SpanSink } from "../phi-span.ts";
import { Tagger } from "./tagger.ts";
import { TAGGER_CLASSES } from "./tagger-classes.ts";
import { isCandidate, isSeed } from "./token-features.ts";

let shared: Tagger | undefined;

/** Least weight (probability, corrected by `correction`) of a span's surest token, for each kind. */
const LEAST: Readonly<Record<string, number>> = {
  name: 0.2,
  location: 0.25,
  organization: 0.25,
  date: 0.6,
  age: 0.8,
  id: 0.8,
};
/** Least weight at which a token belongs to a span at all. */
const JOINS = 0.15;
/** A word that can hardly be anything but a name, and one that more likely is an abbreviation or a word of medicine. */
const LIKELY = 0.25;
const UNLIKELY = -0.25;
/** The rules' spans from this confidence on are not judged again. */
const SETTLED = 0.62;
/** From here on a name that medicine uses too is a name, unless its noun follows. */
const SURE_NAME = 0.98;
/** What a date of the tagger must look like from its first token: month and day, or a year. */
const DATE = sticky(
  /(?:1[0-2]|0?[1-9]|[12]\d|3[01])[-/](?:3[01]|[12]\d|0?[1-9])(?![\d%/]|[.-]\d)|(?:19\d\d|20[0-46-9]\d)(?!\d)|(?<=')\d\d(?!\d)/,
);
const NEVER_A_PLACE = new Set(
  "the a an of and or in on at to with for from by is was he she it his her patient pt note report".split(
    " ",
  ),
);

export function findTagged(note: Note, sink: SpanSink): void {
  shared ??= Tagger.read();
  const judge = shared.of(note);
  const classes = new Uint8Array(note.count);
  const sure = new Float32Array(note.count);
  const settled = coveredBy(note, sink.spans, SETTLED);
  const judged = new Uint8Array(note.count);
  /** Gives whether the token belongs to an identifier. */
  const classify = (token: number): boolean => {
    if (judged[token] === 1) return classes[token] !== 0;
    judged[token] = 1;
    if (settled[token] === 1 || !isCandidate(note, token)) return false;
    const shares = judge.classify(token);
    let best = 1;
    for (let c = 2; c < shares.length; c++) if (shares[c]! > shares[best]!) best = c;
    const weight = 1 - shares[0]! + correction(note, token);
    if (weight < JOINS || shares[0]! > 0.96) return false;
    classes[token] = best;
    sure[token] = Math.min(1, weight);
    return true;
  };
  /** Judges neighbours while they belong to an identifier; one that was judged before has been here already. */
  const extend = (from: number, step: number): void => {
    for (let next = from + step, gap = 0; next >= 0 && next < note.count && gap < 2; next += step) {
      if (judged[next] === 1 && classes[next] !== 0) return;
      gap = classify(next) ? 0 : gap + 1;
    }
  };
  for (let token = 0; token < note.count; token++) {
    if (settled[token] === 1 || !isCandidate(note, token) || !isSeed(note, token) || !classify(token))
      continue;
    for (const step of [-1, 1]) extend(token, step);
  }
  runs(note, classes, sure, sink);
}

/** 1 for each token that a span of at least this confidence covers. */
function coveredBy(note: Note, spans: readonly PhiSpan[], confidence: number): Uint8Array {
  const covered = new Uint8Array(note.count);
  const ordered = spans.filter((span) => span.confidence >= confidence).sort((a, b) => a.start - b.start);
  let reach = -1;
  for (let token = 0, at = 0; token < note.count; token++) {
    while (at < ordered.length && ordered[at]!.start <= note.start[token]!)
      reach = Math.max(reach, ordered[at++]!.end);
    if (note.start[token]! < reach) covered[token] = 1;
  }
  return covered;
}

/** Neighbouring tokens of one class, over marks within a word or a blank, are one span. */
function runs(note: Note, classes: Uint8Array, sure: Float32Array, sink: SpanSink): void {
  for (let token = 0; token < note.count; token++) {
    const found = classes[token]!;
    if (found === 0) continue;
    let last = token;
    for (let next = token + 1; next < note.count && next - last <= 2; next++) {
      if (classes[next] === found) last = next;
      else if (note.type[next] !== MARK || /[;:|()]/.test(note.tokenText(next))) break;
    }
    spanOf(note, TAGGER_CLASSES[found] as PhiKind, token, last, sure, sink);
    token = last;
  }
}

function spanOf(
  note: Note,
  kind: PhiKind,
  from: number,
  to: number,
  sure: Float32Array,
  sink: SpanSink,
): void {
  let [first, last] = [from, to];
  while (first <= last && !mayStand(note, kind, first, sure[first]!)) first += 1;
  while (last >= first && !mayStand(note, kind, last, sure[last]!)) last -= 1;
  let most = 0;
  for (let token = first; token <= last; token++) most = Math.max(most, sure[token]!);
  if (first <= last && most >= least(note, kind, first, last))
    sink.add(note.start[first]!, note.end[last]!, kind, "tagger", 0.6 * most);
}

const NEVER = 2;

/** How sure the network has to be; numbers and abbreviations deceive it most. */
function least(note: Note, kind: PhiKind, first: number, last: number): number {
  const text = note.text.slice(note.start[first]!, note.end[last]!);
  if (kind === "id" || kind === "date") {
    if (/^\d{3}$/.test(text) || /^\d{2,3}\/\d{2,3}$/.test(text)) return NEVER;
    if (
      kind === "id" &&
      (/^(?:[01]\d|2[0-3])[0-5]\d$/.test(text) || /^\d{1,4}$/.test(text) || /^\d{1,3}[/-]\d{1,3}$/.test(text))
    )
      return NEVER;
    if (kind === "date" && isUnit(note.text.slice(note.end[last]!, note.end[last]! + 12))) return NEVER;
    if (kind === "date" && /^\d{4}$/.test(text) && !/^(?:19|20)/.test(text)) return NEVER;
    if (kind === "date" && /^\d{1,2}(?:[-/]\d{1,2})?$/.test(text)) return 0.97;
    return LEAST[kind]!;
  }
  const form = note.form[first];
  const abbreviation =
    first === last &&
    form !== undefined &&
    form.upper &&
    form.bits === 0 &&
    form.surface.length <= 6 &&
    !note.shouted;
  return abbreviation
    ? Math.max(LEAST[kind]!, /(?:MC|[GM]H|H)$/.test(text) ? 0.6 : kind === "name" ? 0.7 : 0.74)
    : LEAST[kind]!;
}

/** Whether a token can begin or end a span of this kind. */
function mayStand(note: Note, kind: PhiKind, token: number, sure: number): boolean {
  const form = note.form[token];
  const text = note.tokenText(token);
  switch (kind) {
    case "date":
      return form === undefined && (DATE.endAt(note.text, note.start[token]!) > 0 || text.length > 4);
    case "age":
      return Number(text) > 89 && Number(text) < 120;
    case "id":
      return form !== undefined
        ? note.touchesNext(token) || note.touchesNext(token - 1)
        : text.length > 3 || joinsDigits(note, token);
    default:
      if (form === undefined) return kind !== "name";
      if (PEOPLES_AND_BRANDS.has(form.lower)) return false;
      if (form.surface.length === 1) return kind === "name" && form.capital && token > 0;
      if (isEponym(note, token) && (sure < SURE_NAME || isEponymWithNoun(note, token))) return false;
      return kind === "name"
        ? !(TITLES.has(form.lower) || CREDENTIALS.has(form.lower) || NOT_A_NAME.has(form.lower))
        : !NEVER_A_PLACE.has(form.lower);
  }
}

function correction(note: Note, token: number): number {
  const form = note.form[token];
  if (form === undefined) return 0;
  const named = levelOf(form.bits, "given") > 1 || levelOf(form.bits, "surname") > 0;
  if (levelOf(form.bits, "clinical") > 0 || CLINICAL_ABBREVIATIONS.has(form.lower)) return UNLIKELY;
  if (named && isPlain(note, token) && form.surface.length > 2 && (form.capital || note.whispered))
    return LIKELY;
  if (named) return 0;
  if (form.bits === 0 && form.capital && /^.[a-z]{4}/.test(form.surface) && note.isWord(token - 1))
    return LIKELY / 2;
  return (form.upper && form.surface.length <= 4 && !note.shouted) || (!form.capital && !note.whispered)
    ? UNLIKELY
    : 0;
}

function joinsDigits(note: Note, token: number): boolean {
  const digits = (at: number): number => (note.isNumber(at) ? note.end[at]! - note.start[at]! : 0);
  return note.touchesNext(token) || note.touchesNext(token - 1)
    ? digits(token) + digits(token + 2) + digits(token - 2) > 4
    : false;
}
