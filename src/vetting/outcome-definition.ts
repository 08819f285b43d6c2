/**
 * What an outcome is: the event set and value condition that make it, who can have it, and when it is asked.
 * `longitude.yaml` states this under `cohort:` and `outcomes:`; the parsed form here is total (no optional field).
 */
import { z } from "zod";
import { parseDurationDays } from "./duration.ts";

const duration = z.string().refine((text) => parseDurationDays(text) !== null, {
  message: 'a duration is a number and a unit, e.g. "30d", "6mo", "5y"',
});

/** Events whose code is listed, or starts with a listed prefix that ends in `*`, and whose value lies within bounds. */
const eventSet = z.strictObject({
  /** Codes, or prefixes ending in `*`; any of them is the event. */
  codes: z.array(z.string().min(1)).min(1),
  /** Inclusive bounds on `numericValue`; an event without a value does not match when a bound is given. */
  valueMin: z.number().optional(),
  /** As `valueMin`, from above. */
  valueMax: z.number().optional(),
});

/** `index` or `index+5y`. */
const landmarkName = z
  .string()
  .regex(/^index(\+\d+(\.\d+)?(min|h|d|w|mo|y))?$/, 'a landmark is "index" or "index+5y"');

const predictionTime = z.strictObject({
  /** The landmark: `index`, or a time after it (`index+5y`) for those still followed then. */
  at: landmarkName,
  /** How far ahead risks are asked from there. */
  horizons: z.array(duration).min(1),
});

const population = z.strictObject({
  /** As in the record's `SEX/…` code, e.g. `F`. */
  sex: z.string().optional(),
  /** Age at the prediction time, inclusive. */
  minAgeYears: z.number().min(0).default(0),
  /** Age at the prediction time, inclusive. */
  maxAgeYears: z.number().max(150).default(150),
  /** Codes of which one must stand in the record at the prediction time. */
  require: z.array(z.string()).default([]),
  /** Codes of which none may stand in the record at the prediction time. */
  exclude: z.array(z.string()).default([]),
});

const outcome = z.strictObject({
  /** Its name in files and tables. */
  name: z.string().regex(/^[A-Za-z][A-Za-z0-9 /-]*$/, "letters, digits, spaces, slashes and hyphens"),
  /** Its name in reports; the name itself when left out. */
  title: z.string().optional(),
  /** What makes it. */
  events: eventSet,
  /** Who can have it. */
  population: population.prefault({}),
  /** `ever`: new onset only, no earlier event at all; a duration: none within it before the prediction time; `none`. */
  washout: z.union([z.literal("ever"), z.literal("none"), duration]).default("ever"),
  /** Time after the prediction time in which an onset makes the person ineligible, not a case. */
  gap: duration.default("0d"),
  /** When this outcome is asked; `outcomes.predictionTimes` when left out. */
  predictionTimes: z.array(predictionTime).optional(),
});

export const cohortSchema = z.strictObject({
  /** Code of the event that sets the index date; without it the last event before the record's final year does. */
  index: z.string().default("COHORT/INDEX"),
  /** Code of the event at which observation ends; without such an event, the last event does. */
  followUpEnd: z.string().default("COHORT/LAST_CONTACT"),
  /** Codes (or prefixes ending in `*`) that are never an input of a model or a baseline. */
  neverInput: z.array(z.string()).default([]),
});

export const outcomesSchema = z.strictObject({
  /** Asked for every outcome that does not state its own. */
  predictionTimes: z.array(predictionTime).min(1),
  /** The outcomes. */
  list: z.array(outcome).min(1),
});

export type WrittenOutcome = z.output<typeof outcome>;

/** An outcome that states nothing: every key at its default. */
export const neutralOutcome: Partial<WrittenOutcome> = (() => {
  const {
    name: _name,
    events: _events,
    ...defaults
  } = outcome.parse({ name: "x", events: { codes: ["x"] } });
  return defaults;
})();

export type CohortDefinition = z.output<typeof cohortSchema>;
export type OutcomesSection = z.output<typeof outcomesSchema>;

export interface OutcomeDefinition {
  readonly name: string;
  readonly title: string;
  readonly matches: (code: string, numericValue: number | null) => boolean;
  readonly population: z.output<typeof population>;
  /** Infinity for `ever`, 0 for `none`. */
  readonly washoutDays: number;
  readonly gapDays: number;
  readonly predictionTimes: readonly PredictionTime[];
}

export interface PredictionTime {
  /** As written: `index`, `index+5y`. */
  readonly landmark: string;
  /** Days from the index date. */
  readonly offsetDays: number;
  readonly horizons: readonly Horizon[];
}

export interface Horizon {
  readonly name: string;
  readonly days: number;
}

/** A predicate over codes from exact codes and prefixes ending in `*`. */
export function codeMatcher(patterns: readonly string[]): (code: string) => boolean {
  const exact = new Set(patterns.filter((pattern) => !pattern.endsWith("*")));
  const prefixes = patterns.filter((pattern) => pattern.endsWith("*")).map((pattern) => pattern.slice(0, -1));
  return (code) => exact.has(code) || prefixes.some((prefix) => code.startsWith(prefix));
}

/** Turns the written form into the total runtime form. */
export function resolveOutcomes(section: OutcomesSection): OutcomeDefinition[] {
  return section.list.map((written) => {
    const inSet = codeMatcher(written.events.codes);
    const { valueMin, valueMax } = written.events;
    return {
      name: written.name,
      title: written.title ?? written.name,
      matches: (code, value) =>
        inSet(code) &&
        (valueMin === undefined || (value !== null && value >= valueMin)) &&
        (valueMax === undefined || (value !== null && value <= valueMax)),
      population: written.population,
      washoutDays:
        written.washout === "ever"
          ? Number.POSITIVE_INFINITY
          : written.washout === "none"
            ? 0
            : days(written.washout),
      gapDays: days(written.gap),
      predictionTimes: (written.predictionTimes ?? section.predictionTimes).map((time) => ({
        landmark: time.at,
        offsetDays: time.at === "index" ? 0 : days(time.at.slice("index+".length)),
        horizons: time.horizons.map((name) => ({ name, days: days(name) })),
      })),
    };
  });
}

function days(text: string): number {
  const parsed = parseDurationDays(text);
  if (parsed === null) throw new TypeError("a duration passed the schema but does not parse");
  return parsed;
}
