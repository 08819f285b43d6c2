/**
 * An outcome of Longitude as an ACES task: the other direction of `importAces`.
 * Invariant: what ACES has no words for is refused, never left out.
 */
import { stringify } from "yaml";
import { LongitudeError } from "../../errors/longitude-error.ts";
import { ACES_INVALID } from "../../errors/registry.ts";
import { parseDurationDays } from "../duration.ts";
import { alternatives as alternativesOf, type WrittenEventSet } from "../event-set.ts";
import {
  type CohortDefinition,
  type OutcomesSection,
  resolveOutcomes,
  type WrittenOutcome,
} from "../outcome-definition.ts";
import { unsupported } from "./aces-bounds.ts";
import { UNBOUNDED } from "./import-aces.ts";

export interface AskedTask {
  readonly outcome: string;
  /** As written: `admission+24h`. */
  readonly landmark: string;
  readonly horizon: string;
}

type Predicates = Record<string, Readonly<Record<string, unknown>>>;

/** @returns the task file @throws LongitudeError ACES_INVALID when nothing such is asked, ACES_UNSUPPORTED */
export function exportAces(section: OutcomesSection, cohort: CohortDefinition, asked: AskedTask): string {
  const k = section.list.findIndex(({ name }) => name === asked.outcome);
  const written = section.list[k];
  const outcome = resolveOutcomes(section)[k];
  const time = outcome?.predictionTimes.find(({ landmark }) => landmark === asked.landmark);
  if (
    written === undefined ||
    outcome === undefined ||
    time?.horizons.some(({ name }) => name === asked.horizon) !== true
  )
    throw new LongitudeError(ACES_INVALID, "the site asks no such outcome, landmark and horizon");
  refuse(written);
  const predicates: Predicates = {};
  const anchor = anchorOf(section, cohort, time.anchor);
  const trigger = named(predicates, anchor.name, anchor.events);
  const label = named(predicates, "outcome", written.events);
  const at = time.offsetDays;
  const windows: Record<string, object> = {
    input: {
      start: null,
      end: told(at),
      start_inclusive: true,
      end_inclusive: true,
      index_timestamp: "end",
      ...has(inputConditions(written, label)),
    },
  };
  const washout =
    written.washout === "ever" || written.washout === "none" ? null : parseDurationDays(written.washout);
  if (washout !== null)
    windows.washout = span(told(at - washout), told(at), false, has({ [label]: "(None, 0)" }));
  const gap = parseDurationDays(written.gap) ?? 0;
  if (gap > 0)
    windows.gap = span("input.end", `start + ${acesText(gap)}`, false, has({ [label]: "(None, 0)" }));
  for (const rule of written.population.rules) {
    const { events, after, until, atLeast, atMost, afterInclusive, untilInclusive } = rule;
    const id = idOf(rule.name, windows);
    const predicate = named(predicates, id, events);
    const range = `(${atLeast === 0 ? "None" : atLeast}, ${atMost === undefined || atMost === Number.MAX_SAFE_INTEGER ? "None" : atMost})`;
    windows[id] = {
      start: after === undefined ? null : told(at + days(after)),
      end: told(at + days(until)),
      start_inclusive: after === undefined || afterInclusive,
      end_inclusive: untilInclusive,
      has: { [predicate]: range },
    };
  }
  const start = gap > 0 ? "gap.end" : "input.end";
  const end = endOf(written, asked.horizon, gap, predicates);
  windows.target = { ...span(start, end, false, {}), label };
  return stringify({
    predicates,
    ...(written.population.sex === undefined
      ? {}
      : { patient_demographics: { sex: { code: `SEX/${written.population.sex}` } } }),
    trigger,
    windows,
  });
}

function refuse({ population }: WrittenOutcome): void {
  if (population.minAgeYears > 0 || population.maxAgeYears < 150) throw unsupported("bounds on the age");
  if (parseDurationDays(population.minLookBack) !== 0) throw unsupported("a minimum look-back");
  if (population.require.length + population.exclude.length > 0)
    throw unsupported("`require` and `exclude` (write them as rules)");
}

function anchorOf(
  section: OutcomesSection,
  cohort: CohortDefinition,
  anchor: "index" | "birth" | { readonly name: string },
) {
  if (anchor === "index") return { name: "index", events: { codes: [cohort.index] } };
  if (anchor === "birth") return { name: "birth", events: { codes: ["MEDS_BIRTH"] } };
  const own = section.anchors[anchor.name];
  if (own === undefined) throw new TypeError("an anchor is not listed");
  if (own.number !== 1) throw unsupported("an anchor that is not the first event");
  return { name: anchor.name, events: own.events };
}

function inputConditions(
  { washout, occurrence, population }: WrittenOutcome,
  label: string,
): Record<string, string> {
  return {
    ...(population.minEvents > 0 ? { _ANY_EVENT: `(${population.minEvents}, None)` } : {}),
    ...(occurrence === "recurrent"
      ? { [label]: "(1, None)" }
      : washout === "ever"
        ? { [label]: "(None, 0)" }
        : {}),
  };
}

function endOf(
  { competing, population }: WrittenOutcome,
  horizon: string,
  gap: number,
  predicates: Predicates,
): string | null {
  if (competing !== undefined) {
    if (horizon !== UNBOUNDED) throw unsupported("a competing event beside a horizon");
    if (gap > 0 && !keptFree(population.rules, competing, gap))
      throw unsupported("a competing event that may happen in the gap (write a rule against it)");
    return `start -> ${named(predicates, "until", competing)}`;
  }
  return horizon === UNBOUNDED ? null : `start + ${acesText((parseDurationDays(horizon) ?? 0) - gap)}`;
}

/** Whether rules leave out everybody who has one of the events in the gap. */
function keptFree(
  rules: WrittenOutcome["population"]["rules"],
  events: WrittenEventSet,
  gap: number,
): boolean {
  const free = new Set(
    rules
      .filter(
        ({ atMost, after, until }) =>
          atMost === 0 && (after === undefined || days(after) <= 0) && days(until) === gap,
      )
      .flatMap((rule) => alternativesOf(rule.events).map((one) => JSON.stringify(one))),
  );
  return alternativesOf(events).every((one) => free.has(JSON.stringify(one)));
}

function idOf(name: string, windows: Readonly<Record<string, object>>): string {
  const id = name.replace(/[^A-Za-z0-9]+/g, "_").replace(/^(?=\d)/, "_");
  return windows[id] === undefined && id !== "target" && id !== "gap" && id !== "outcome"
    ? id
    : idOf(`${name} again`, windows);
}

/** Adds a predicate, with those that it is made of. @returns its name */
function named(predicates: Predicates, name: string, set: WrittenEventSet): string {
  const { codes = [], pattern, any, all, within, not, valueMin, valueMax, valueAbove, valueBelow } = set;
  if (not !== undefined) throw unsupported("`not` in an event set");
  if (all !== undefined && within !== "0d")
    throw unsupported("`all` of one event, or within a time longer than 0d");
  const values = {
    ...(valueMin === undefined ? {} : { value_min: valueMin, value_min_inclusive: true }),
    ...(valueAbove === undefined ? {} : { value_min: valueAbove, value_min_inclusive: false }),
    ...(valueMax === undefined ? {} : { value_max: valueMax, value_max_inclusive: true }),
    ...(valueBelow === undefined ? {} : { value_max: valueBelow, value_max_inclusive: false }),
  };
  if (
    (valueMin !== undefined && valueAbove !== undefined) ||
    (valueMax !== undefined && valueBelow !== undefined)
  )
    throw unsupported("two bounds on one side of a value");
  const members = any ?? all;
  if (members !== undefined) {
    if (codes.length > 0 || pattern !== undefined || Object.keys(values).length > 0)
      throw unsupported("an event set that states codes or values beside `any` or `all`");
    predicates[name] = {};
    const names = members.map((member, i) => named(predicates, `${name}_${i + 1}`, member));
    predicates[name] =
      names.length === 1
        ? (predicates[names[0] as string] ?? {})
        : { expr: `${any === undefined ? "and" : "or"}(${names.join(", ")})` };
    return name;
  }
  if (codes.length > 0 && pattern !== undefined) throw unsupported("codes and a pattern of one event set");
  const exact = codes.filter((code) => !code.endsWith("*"));
  const prefixes = codes.filter((code) => code.endsWith("*")).map((code) => code.slice(0, -1));
  const code =
    pattern !== undefined
      ? { regex: pattern }
      : prefixes.length === 0
        ? exact.length === 1
          ? exact[0]
          : { any: exact }
        : { regex: regexOf(exact, prefixes) };
  predicates[name] = { code, ...values };
  return name;
}

function regexOf(exact: readonly string[], prefixes: readonly string[]): string {
  const escaped = (text: string) => text.replace(/[\\^$.|?*+()[\]{}]/g, "\\$&");
  if (exact.length === 0 && prefixes.length === 1) return `^${escaped(prefixes[0] as string)}.*`;
  return `^(?:${[...exact.map((code) => `${escaped(code)}$`), ...prefixes.map(escaped)].join("|")})`;
}

function has(conditions: Readonly<Record<string, string>>): object {
  return Object.keys(conditions).length === 0 ? {} : { has: conditions };
}

function span(start: string, end: string | null, startInclusive: boolean, more: object): object {
  return { start, end, start_inclusive: startInclusive, end_inclusive: true, ...more };
}

function told(daysFromTrigger: number): string {
  if (Math.abs(daysFromTrigger) < 1e-9) return "trigger";
  return `trigger ${daysFromTrigger < 0 ? "-" : "+"} ${acesText(Math.abs(daysFromTrigger))}`;
}

/** ACES knows neither months nor years. */
function acesText(length: number): string {
  for (const [unit, size] of [
    ["days", 1],
    ["hours", 24],
    ["minutes", 1440],
  ] as const) {
    const amount = Math.round(length * size);
    if (Math.abs(length * size - amount) < 1e-6) return `${amount} ${unit}`;
  }
  throw unsupported("a time finer than minutes");
}

function days(text: string): number {
  const negative = text.startsWith("-");
  return (negative ? -1 : 1) * (parseDurationDays(text.replace(/^[+-]/, "")) ?? 0);
}
