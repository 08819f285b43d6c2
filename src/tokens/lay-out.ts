/**
 * Lays a patient out as the sequence that the network reads: start, static facts, age, then events with gaps, each
 * with its note, which takes no time.
 * The clock ticks once a year whether or not anything happens, and each tick restates the age. A tick is therefore
 * an unselected moment: what follows it is what follows an ordinary day, and forecasts are read only there. (Had the
 * age been restated when the next event comes, its mere presence would tell that an event is near.)
 */
import { DAYS_PER_YEAR } from "../vetting/duration.ts";
import type { EncodedPatient } from "./encoded-patient.ts";
import type { Vocabulary } from "./vocabulary.ts";

export interface Sequence {
  readonly tokens: Int32Array;
  /** Day of each token, since 1970-01-01. */
  readonly days: Float64Array;
  /** Positions of the clock ticks, ascending. */
  readonly ticks: readonly number[];
  /** Number of tokens that every part of a long sequence repeats: start, static facts, age. */
  readonly prefixLength: number;
}

export interface LayOutOptions {
  /** A day on which the clock ticks; the other ticks lie whole clock periods away. */
  readonly anchorDay: number;
  /** The last day that the sequence may know. A tick falls on it when it lies on the clock. */
  readonly untilDay: number;
  /** Asked for each note; of a hidden one the marks are laid and nothing between them. All are shown when absent. */
  readonly hideNote?: (() => boolean) | undefined;
}

interface Item {
  readonly day: number;
  readonly token: number;
  readonly kind: "event" | "tick";
  /** Note of the event, marks included. */
  readonly note?: Int32Array | undefined;
}

export function layOut(patient: EncodedPatient, vocabulary: Vocabulary, options: LayOutOptions): Sequence {
  const firstDay = Math.min(patient.firstDay, options.untilDay);
  const age = (day: number) => vocabulary.age((day - patient.birthDay) / DAYS_PER_YEAR);
  const tokens: number[] = [vocabulary.start, ...patient.staticTokens, age(firstDay)];
  const days: number[] = tokens.map(() => firstDay);
  const prefixLength = tokens.length;
  const ticks: number[] = [];

  let before = firstDay;
  for (const item of itemsOf(patient, vocabulary, { ...options, firstDay, age })) {
    if (item.kind === "event") {
      const gap = vocabulary.interval(item.day - before);
      if (gap !== null) {
        tokens.push(gap);
        days.push(item.day);
      }
    } else {
      ticks.push(tokens.length);
    }
    tokens.push(item.token);
    days.push(item.day);
    for (const token of item.note ?? []) {
      tokens.push(token);
      days.push(item.day);
    }
    before = item.day;
  }
  return { tokens: Int32Array.from(tokens), days: Float64Array.from(days), ticks, prefixLength };
}

/** Events, the index mark, death and clock ticks by day; on one day events come first, then the mark, then the tick. */
function itemsOf(
  patient: EncodedPatient,
  vocabulary: Vocabulary,
  options: LayOutOptions & { firstDay: number; age: (day: number) => number },
): Item[] {
  const { anchorDay, untilDay, firstDay, age } = options;
  const items: Item[] = [];
  const { notes } = patient;
  let next = 0;
  for (let i = 0; i < patient.tokens.length; i++) {
    const day = patient.days[i] as number;
    const note = notes?.at[next] === i ? notes.tokens[next++] : undefined;
    if (day > untilDay) continue;
    const token = patient.tokens[i] as number;
    if (note === undefined) items.push({ day, token, kind: "event" });
    else
      items.push({ day, token, kind: "event", note: options.hideNote?.() ? vocabulary.notes?.hidden : note });
  }
  if (patient.indexDay <= untilDay)
    items.push({ day: patient.indexDay, token: vocabulary.index, kind: "event" });
  if (patient.deathDay <= untilDay)
    items.push({ day: patient.deathDay, token: vocabulary.death, kind: "event" });
  const period = vocabulary.file.clockYears * DAYS_PER_YEAR;
  const firstTick = Math.ceil((firstDay - anchorDay) / period - 1e-9);
  const lastTick = Math.floor((untilDay - anchorDay) / period + 1e-9);
  for (let k = firstTick; k <= lastTick; k++) {
    const day = anchorDay + k * period;
    if (!(patient.deathDay <= day)) items.push({ day, token: age(day), kind: "tick" });
  }
  const rank = (item: Item) =>
    item.kind === "tick" ? 3 : item.token === vocabulary.death ? 2 : item.token === vocabulary.index ? 1 : 0;
  return items.sort((a, b) => a.day - b.day || rank(a) - rank(b) || a.token - b.token);
}

/** A part of a sequence that fits the context, and where its own tokens (not repeated context) begin. */
export interface SequencePart {
  readonly tokens: Int32Array;
  readonly days: Float64Array;
  /** Positions of ticks to read, within the part. */
  readonly ticks: readonly number[];
  /** First position whose successor this part teaches. */
  readonly learnFrom: number;
}

const OVERLAP = 0.25;

/** Cuts a sequence into parts of at most `context` tokens; each repeats the prefix and some context before its own. */
export function partsOf(sequence: Sequence, context: number): SequencePart[] {
  const { tokens, days, ticks, prefixLength } = sequence;
  if (tokens.length <= context) return [{ tokens, days, ticks, learnFrom: 0 }];
  const body = context - prefixLength;
  const stride = Math.max(1, Math.floor(body * (1 - OVERLAP)));
  const parts: SequencePart[] = [];
  for (let from = prefixLength; ; from += stride) {
    const to = Math.min(tokens.length, from + body);
    const repeated = from === prefixLength ? 0 : body - stride;
    const shift = prefixLength - from;
    parts.push({
      tokens: Int32Array.from([...tokens.subarray(0, prefixLength), ...tokens.subarray(from, to)]),
      days: Float64Array.from([...days.subarray(0, prefixLength), ...days.subarray(from, to)]),
      ticks: ticks.filter((tick) => tick >= from + repeated && tick < to).map((tick) => tick + shift),
      learnFrom: from === prefixLength ? 0 : prefixLength + repeated - 1,
    });
    if (to === tokens.length) return parts;
  }
}

/** The last `context` tokens of a sequence behind its prefix: what a forecast reads. */
export function latestPart(sequence: Sequence, context: number): Int32Array {
  const { tokens, prefixLength } = sequence;
  if (tokens.length <= context) return tokens;
  return Int32Array.from([
    ...tokens.subarray(0, prefixLength),
    ...tokens.subarray(tokens.length - (context - prefixLength)),
  ]);
}
