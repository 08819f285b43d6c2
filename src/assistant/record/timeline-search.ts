/**
 * Answers questions about one record from its events alone: the last, first, highest or lowest value, how often, since
 * when, whether at all, and what there is.
 * Invariant: each statement is made of fields of the events that it links to; free text of notes is never repeated.
 */
import { BIRTH, DEATH, type PatientEvent, type Timeline } from "../../timeline/patient-event.ts";
import type { Say } from "../language/phrases.ts";
import { looksLikeOrder } from "../safety/order-like.ts";
import type { Finding } from "../tools/tools.ts";
import { plain } from "../words.ts";
import { type Concept, conceptsOf, nameOf } from "./concept.ts";

export type RecordRequest =
  | "last"
  | "first"
  | "highest"
  | "lowest"
  | "count"
  | "since"
  | "whether"
  | "all"
  | "list"
  | "age";

type Placed = PatientEvent & { readonly position: number };
type Describe = (code: string) => string | null;

const REQUESTS: readonly (readonly [RecordRequest, RegExp])[] = [
  [
    "age",
    /\bhow old am i\b|\bmy (?:age|birth|date of birth)\b|\bhow old is (?:the|this) patient\b|\bpatient'?s age\b/,
  ],
  [
    "list",
    /\b(?:what|which|list|show|all)\b.{0,30}\b(?:conditions|diagnos\w+|problems|medicines|medications|drugs|tests|results|allergies|procedures)\b/,
  ],
  ["highest", /\b(?:highest|maximum|max|peak|worst|largest|greatest)\b/],
  ["lowest", /\b(?:lowest|minimum|min|smallest|nadir)\b/],
  ["count", /\bhow (?:many times|often)\b|\bnumber of\b|\bhow many\b/],
  ["first", /\b(?:first|earliest|oldest|initial)\b/],
  ["since", /\bwhen\b|\bsince\b|\bhow long\b|\bwhat (?:date|day|year)\b/],
  ["all", /\b(?:trend|history|over time|changed?|changing|all (?:my|the)|values|going up|going down)\b/],
  ["whether", /^\W*(?:do|does|did|have|has|had|am|is|are|was|were)\b/],
];
const MOST_LISTED = 12;

export function recordRequest(question: string): RecordRequest {
  const text = plain(question);
  const request = REQUESTS.find(([, signs]) => signs.test(text))?.[0] ?? "last";
  return request === "since" && /\b(?:last|latest|most recent)\b/.test(text) ? "last" : request;
}

/** @returns null where the question names nothing that a record could hold */
export function searchTimeline(
  question: string,
  timeline: Timeline,
  descriptionOf: Describe,
  others: readonly Concept[],
  say: Say,
): Finding[] | null {
  const events = timeline.events.map((event, position) => ({ ...event, position }));
  const request = recordRequest(question);
  if (request === "age") return birthOf(events, say);
  if (request === "list") return listOf(question, events, descriptionOf, say);
  const concepts = conceptsOf(question, [...new Set(events.map(({ code }) => code))], descriptionOf);
  const about = concepts.length > 0 ? concepts : others;
  if (about.length === 0) return null;
  const found = about.flatMap((concept) => {
    const hits = events.filter(({ code, time }) => time !== null && concept.matches(code));
    return hits.length === 0 ? [] : [findingOf(request, concept, hits, say)];
  });
  return found.length > 0 ? found : [absence(about, events, say)];
}

function findingOf(
  request: RecordRequest,
  { shown: name }: Concept,
  hits: readonly Placed[],
  say: Say,
): Finding {
  const measured = hits.filter(({ numericValue }) => numericValue !== null);
  const [first, last] = [hits[0] as Placed, hits.at(-1) as Placed];
  const range = { name, n: hits.length, from: dayOf(first), to: dayOf(last) };
  if (request === "count") return record([say(hits.length === 1 ? "countOne" : "count", range)], hits);
  if (measured.length === 0) {
    const text = shownText(last);
    if (request === "since" || request === "first")
      return record([say("firstSeen", { name, date: dayOf(first) })], [first]);
    if (request === "last") {
      const said =
        text === null
          ? say("lastSeen", { name, date: dayOf(last) })
          : say("lastText", { name, value: text, date: dayOf(last) });
      return record([said], [last]);
    }
    return record([say("present", range)], [first, last]);
  }
  const byValue = [...measured].sort((a, b) => (a.numericValue as number) - (b.numericValue as number));
  switch (request) {
    case "highest":
      return valueFinding("highestValue", name, say, byValue.at(-1) as Placed);
    case "lowest":
      return valueFinding("lowestValue", name, say, byValue[0] as Placed);
    case "first":
    case "since":
      return valueFinding("firstValue", name, say, measured[0] as Placed);
    case "all": {
      const shownEvents = measured.slice(-MOST_LISTED);
      return record(
        shownEvents.map((event) => say("oneValue", { name, value: valueText(event), date: dayOf(event) })),
        shownEvents,
      );
    }
    default: {
      const latest = measured.filter(({ time }) => time === (measured.at(-1) as Placed).time);
      const values = [...new Set(latest.map(valueText))];
      if (values.length === 1) return valueFinding("lastValue", name, say, latest[0] as Placed);
      const day = dayOf(latest[0] as Placed);
      const told = { name, n: values.length, date: day, values: values.join(say("and")) };
      return record([say("severalValues", told)], latest);
    }
  }
}

function valueFinding(phrase: string, name: string, say: Say, event: Placed): Finding {
  return record([say(phrase, { name, value: valueText(event), date: dayOf(event) })], [event]);
}

function absence(concepts: readonly Concept[], events: readonly Placed[], say: Say): Finding {
  const dated = events.filter(({ time, code }) => time !== null && code !== BIRTH);
  const [first, last] = [dated[0], dated.at(-1)];
  const name = concepts.map(({ shown }) => shown).join(say("or"));
  return first === undefined || last === undefined
    ? record([say("absentUndated", { name })], [])
    : record([say("absent", { name, from: dayOf(first), to: dayOf(last) })], []);
}

const LISTED: readonly (readonly [RegExp, (code: string, source: string) => boolean])[] = [
  [/medic|drug/, (code, source) => /^(?:RXNORM|NDC|ATC|CVX)\//.test(code) || /^Medication/.test(source)],
  [/allerg/, (_, source) => source === "AllergyIntolerance"],
  [/procedure/, (code, source) => source === "Procedure" || /^(?:CPT|HCPCS|ICD10PCS)\//.test(code)],
  [/test|result/, (code, source) => code.startsWith("LOINC/") || source === "Observation"],
  [/condition|diagnos|problem/, (code, source) => /^ICD(?:9|10)CM\//.test(code) || source === "Condition"],
];

function listOf(question: string, events: readonly Placed[], descriptionOf: Describe, say: Say): Finding[] {
  const [, wanted] = LISTED.find(([signs]) => signs.test(plain(question))) ?? [null, () => true];
  const firsts = new Map<string, Placed>();
  for (const event of events)
    if (event.time !== null && event.code !== DEATH && wanted(event.code, event.source)) {
      const name = nameOf(event.code, descriptionOf);
      if (!firsts.has(name)) firsts.set(name, event);
    }
  if (firsts.size === 0) return [record([say("noneListed")], [])];
  const shown = [...firsts].slice(0, MOST_LISTED);
  const rest = firsts.size - shown.length;
  return [
    ...shown.map(([name, event]) => record([say("firstSeen", { name, date: dayOf(event) })], [event])),
    ...(rest === 0 ? [] : [record([say("moreListed", { n: rest })], [])]),
  ];
}

function birthOf(events: readonly Placed[], say: Say): Finding[] {
  const births = events.filter(({ code, time }) => code === BIRTH && time !== null);
  const days = [...new Set(births.map(dayOf))];
  const [day] = days;
  if (day === undefined) return [record([say("noBirth")], [])];
  const several = { n: days.length, dates: days.join(say("and")) };
  const told = days.length === 1 ? say("birth", { date: day }) : say("severalBirths", several);
  return [record([told], births)];
}

function record(statements: readonly string[], events: readonly Placed[]): Finding {
  const links = events.map(({ code, position, ...event }) => ({
    code,
    time: event.time === null ? null : new Date(event.time).toISOString().slice(0, 19),
    position,
  }));
  return { kind: "record", statements, link: { type: "events", events: links } };
}

function dayOf({ time }: Placed): string {
  return new Date(time as number).toISOString().slice(0, 10);
}

function valueText({ numericValue, unit }: Placed): string {
  const shown = String(Number((numericValue as number).toPrecision(6)));
  const shownUnit = (unit ?? "")
    .replace(/\{[^}]*\}/g, "")
    .replace("mm[Hg]", "mmHg")
    .replace("Cel", "°C")
    .replace(/[[\]]/g, "");
  return shownUnit === "" || shownUnit === "1" || looksLikeOrder(shownUnit) ? shown : `${shown} ${shownUnit}`;
}

/** A coded or short answer; longer texts are notes, and are not repeated. */
function shownText({ textValue }: Placed): string | null {
  const text = textValue?.replace(/\s+/g, " ").trim();
  return text === undefined || text === "" || text.length > 60 || looksLikeOrder(text) ? null : text;
}
