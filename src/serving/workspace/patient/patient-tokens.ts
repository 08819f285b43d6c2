/**
 * One record as the tokens that the model reads: each with what it stands for, the event that it comes from and the time between;
 * what has no token of its own, what is no input, and what lies before the context.
 * Invariant: these are the tokens of a forecast asked at the same hour, by the same functions, in their order.
 */
import { z } from "zod";
import { historyUntil } from "../../../forecast/direct-reading.ts";
import { BIRTH, DEATH } from "../../../timeline/patient-event.ts";
import { encodePatient } from "../../../tokens/encoded-patient.ts";
import type { Sequence } from "../../../tokens/lay-out.ts";
import { binKey, binOf } from "../../../tokens/value-bins.ts";
import type { TokenMatch, Vocabulary } from "../../../tokens/vocabulary.ts";
import { MS_PER_DAY } from "../../../vetting/duration.ts";
import type { HistoryEvent, PatientHistory } from "../../../vetting/patient-history.ts";
import { historyAt } from "../../answers/history-at.ts";
import type { SourcedEvent } from "../../records/patient-record.ts";
import type { ServerContext } from "../../server-context.ts";
import type { OpenedRecord } from "./open-record.ts";
import { bannerOf, bannerSchema } from "./patient-banner.ts";

const KINDS = ["start", "fact", "age", "gap", "event", "mark", "text"] as const;

const tokenSchema = z.strictObject({
  /** From 0, as the model counts. */
  position: z.int(),
  id: z.int(),
  /** As the vocabulary has it. */
  name: z.string(),
  kind: z.enum(KINDS),
  /** Of an age, years; of a gap, days; from `low` (included) to `high`, open where null. */
  low: z.number().nullable(),
  high: z.number().nullable(),
  /** Days since the token before it. */
  after: z.number(),
  day: z.string(),
  event: z
    .strictObject({
      /** Place in the arrays of the record's timeline; null where the event could not be told apart. */
      place: z.int().nullable(),
      code: z.string(),
      text: z.string(),
      value: z.number().nullable(),
      unit: z.string().nullable(),
      match: z.enum(["exact", "backed off", "unknown"]),
      /** Code whose token stands for it. */
      via: z.string().nullable(),
      /** Values that share the token; null where it tells no value. */
      bin: z.strictObject({ low: z.number().nullable(), high: z.number().nullable() }).nullable(),
    })
    .nullable(),
});

export const patientTokensSchema = z.strictObject({
  key: z.string(),
  banner: bannerSchema,
  predictionTime: z.string(),
  vocabulary: z.int(),
  /** Most tokens that the model reads at once. */
  context: z.int(),
  tokens: z.array(tokenSchema),
  /** Tokens older than the context, which are not read; null: all are. */
  beyond: z.strictObject({ tokens: z.int(), from: z.string(), to: z.string() }).nullable(),
  /** Reason → how much of the record is no token. */
  leftOut: z.record(z.string(), z.int()),
});

export type PatientTokens = z.output<typeof patientTokensSchema>;
type Token = PatientTokens["tokens"][number];

const MS_PER_HOUR = 3_600_000;

export function patientTokens(
  { model, meaning }: Pick<ServerContext, "model" | "meaning">,
  opened: OpenedRecord,
  textOf: (code: string) => string,
  now: number,
): PatientTokens {
  const { checkpoint } = model.reader;
  const { vocabulary } = checkpoint;
  const { context } = checkpoint.architecture;
  const day = (Math.ceil(now / MS_PER_HOUR) * MS_PER_HOUR) / MS_PER_DAY;
  const events = opened.record.events.map((event) => meaning.settled(event));
  const history = historyAt(model, events, { knownUntil: now, day });
  const sequence = historyUntil(encodePatient(history, vocabulary), day, checkpoint);
  const origins = new Origins(history, events, vocabulary, textOf);
  const all = tokensOf(sequence, vocabulary, origins);
  const older = Math.max(0, all.length - context);
  const { prefixLength } = sequence;
  const read = [...all.slice(0, prefixLength), ...all.slice(prefixLength + older)];
  const beyond = all.slice(prefixLength, prefixLength + older);
  return {
    key: opened.key,
    banner: bannerOf(opened, now),
    predictionTime: new Date(day * MS_PER_DAY).toISOString(),
    vocabulary: vocabulary.size,
    context,
    tokens: read.map((token, position) => ({ ...token, position })),
    beyond:
      older === 0
        ? null
        : { tokens: older, from: beyond[0]?.day as string, to: beyond.at(-1)?.day as string },
    leftOut: { ...opened.record.leftOut, ...noInputs(events, history, now) },
  };
}

function tokensOf(sequence: Sequence, vocabulary: Vocabulary, origins: Origins): Token[] {
  let before = sequence.days[0] as number;
  return Array.from(sequence.tokens, (id, position) => {
    const day = sequence.days[position] as number;
    const after = Number((day - before).toFixed(4));
    before = day;
    const event = origins.take(id, day);
    return {
      ...kindOf(id, position < sequence.prefixLength, vocabulary, event),
      position,
      id,
      name: vocabulary.name(id),
      after,
      day: dayText(day),
      event,
    };
  });
}

function kindOf(
  id: number,
  inPrefix: boolean,
  vocabulary: Vocabulary,
  event: Token["event"],
): Pick<Token, "kind" | "low" | "high"> {
  const none = { low: null, high: null };
  if (id === vocabulary.start) return { kind: "start", ...none };
  if (vocabulary.isAge(id)) {
    const years = id - vocabulary.age(0);
    return { kind: "age", low: years, high: years + 1 };
  }
  const gap = vocabulary.intervalBin(id);
  const { intervalDays } = vocabulary.file;
  if (gap !== null)
    return { kind: "gap", low: intervalDays[gap] as number, high: intervalDays[gap + 1] ?? null };
  if (id === vocabulary.index || id === vocabulary.death) return { kind: "mark", ...none };
  return { kind: inPrefix ? "fact" : event === null ? "text" : "event", ...none };
}

/** The events behind tokens: of one day and one token, in the order of the record. */
class Origins {
  readonly #waiting = new Map<string, NonNullable<Token["event"]>[]>();

  constructor(
    history: PatientHistory,
    events: readonly SourcedEvent[],
    vocabulary: Vocabulary,
    textOf: (code: string) => string,
  ) {
    const places = placesOf(events);
    for (const event of history.events) {
      const match = vocabulary.match(event.code, event.value, event.unit);
      const key = originKey(match.token, event.availableDay);
      const own = this.#waiting.get(key) ?? [];
      own.push({
        place: places.get(eventKey(event.code, event.day, event.value))?.shift() ?? null,
        code: event.code,
        text: textOf(event.code),
        value: event.value === null ? null : Number(event.value.toPrecision(6)),
        unit: event.unit === "1" ? null : event.unit,
        match: match.match,
        via: match.via ?? null,
        bin: binBounds(event, match, vocabulary),
      });
      this.#waiting.set(key, own);
    }
  }

  take(token: number, day: number): Token["event"] {
    return this.#waiting.get(originKey(token, day))?.shift() ?? null;
  }
}

/** Event → its places among those that the timeline shows. */
function placesOf(events: readonly SourcedEvent[]): Map<string, number[]> {
  const places = new Map<string, number[]>();
  let place = 0;
  for (const { time, code, numericValue } of events) {
    if (time === null || code === BIRTH) continue;
    const key = eventKey(code, time / MS_PER_DAY, numericValue);
    const own = places.get(key);
    if (own === undefined) places.set(key, [place]);
    else own.push(place);
    place++;
  }
  return places;
}

function binBounds({ code, value, unit }: HistoryEvent, { match }: TokenMatch, { file }: Vocabulary) {
  const edges = file.edges[binKey(code, unit)];
  if (value === null || edges === undefined || match !== "exact") return null;
  const bin = binOf(edges, value);
  return { low: edges[bin - 1] ?? null, high: edges[bin] ?? null };
}

/** What of the settled record the definitions of the cohort keep from the model, by reason. */
function noInputs(events: readonly SourcedEvent[], history: PatientHistory, now: number) {
  const counts = { "known only later": 0, "a value without a date": 0, "never an input": 0 };
  const inputs = new Set(history.events.map(({ code }) => code));
  for (const { time, code, numericValue, availableTime } of events) {
    if ((time ?? 0) > now || (availableTime ?? 0) > now) counts["known only later"]++;
    else if (time === null) counts["a value without a date"] += numericValue === null ? 0 : 1;
    else if (code !== BIRTH && code !== DEATH && !inputs.has(code)) counts["never an input"]++;
  }
  return Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0));
}

function originKey(token: number, day: number): string {
  return `${token}@${day}`;
}

function eventKey(code: string, day: number, value: number | null): string {
  return `${code}@${day}=${value ?? ""}`;
}

function dayText(day: number): string {
  return new Date(day * MS_PER_DAY).toISOString().slice(0, 10);
}
