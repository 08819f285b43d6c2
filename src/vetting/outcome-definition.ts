/**
 * What an outcome is: the event set and value condition that make it, who can have it, and when it is asked.
 * `longitude.yaml` states this under `cohort:` and `outcomes:`; the parsed form here is total (no optional field).
 */
import { z } from "zod";
import { parseDurationDays } from "./duration.ts";
import { type EventPredicate, type EventSet, eventSetSchema, resolveEventSet } from "./event-set.ts";

export { codeMatcher } from "./event-set.ts";

const duration = z.string().refine((text) => parseDurationDays(text) !== null, {
  message: 'a duration is a number and a unit, e.g. "30d", "6mo", "5y"',
});

/** `index`, `admission`, `birth`, with a time after or before it: `index+5y`, `discharge-24h`. */
const LANDMARK = /^([A-Za-z][A-Za-z0-9_]*)(?:([+-])(\d+(?:\.\d+)?(?:min|h|d|w|mo|y)))?$/;
const landmarkName = z.string().regex(LANDMARK, 'a landmark is "index", "index+5y" or "admission+24h"');

/** A duration, with a sign when it lies before. */
const SHIFT = /^([+-]?)(\d.*)$/;
const shift = z.string().refine((text) => shiftDays(text) !== null, {
  message: 'a time from the prediction time is a duration with a sign, e.g. "-90d", "+24h", "0d"',
});

const anchor = z.strictObject({
  /** What it is: an admission, a discharge, an order. */
  events: eventSetSchema,
  /** Which of them counts from the first event on: 1 is the first. */
  number: z.int().min(1).default(1),
});

const rule = z.strictObject({
  /** Its name in the attrition table. */
  name: z.string().min(1).max(80),
  /** What is counted. */
  events: eventSetSchema,
  /** Fewer of them, and the person is left out. */
  atLeast: z.int().min(0).default(0),
  /** More of them, and the person is left out. */
  atMost: z.int().min(0).optional(),
  /** Counted after this time, from the prediction time: `-90d`; the start of the record when left out. */
  after: shift.optional(),
  /** Counted up to this time, inclusive; only in the gap may it lie after the prediction time. */
  until: shift.default("0d"),
  /** Whether an event exactly at `after` counts. */
  afterInclusive: z.boolean().default(false),
  /** Whether an event exactly at `until` counts. */
  untilInclusive: z.boolean().default(true),
});

const predictionTime = z.strictObject({
  /** The landmark: `index`, `birth` or an anchor, or a time from it (`index+5y`, `admission+24h`) for those still followed then. */
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
  /** Look-back that the record must have before the prediction time. */
  minLookBack: duration.default("0d"),
  /** Times at which something was recorded that there must have been by the prediction time. */
  minEvents: z.int().min(0).default(0),
  /** Further conditions, each with its own row in the attrition table, in the order in which they are asked. */
  rules: z.array(rule).default([]),
});

const outcome = z
  .strictObject({
    /** Its name in files and tables. */
    name: z.string().regex(/^[A-Za-z][A-Za-z0-9 /-]*$/, "letters, digits, spaces, slashes and hyphens"),
    /** Its name in reports; the name itself when left out. */
    title: z.string().optional(),
    /** What makes it. */
    events: eventSetSchema,
    /** Who can have it. */
    population: population.prefault({}),
    /** `first`: the next event, after the washout; `recurrent`: a further event of persons who have had one before. */
    occurrence: z.enum(["first", "recurrent"]).default("first"),
    /** Events after which it can no longer happen, besides death: a discharge for death in hospital, a removal of the organ. */
    competing: eventSetSchema.optional(),
    /** `ever`: new onset only, no earlier event at all (with `recurrent`: none asked); a duration: none within it before the prediction time; `none`. */
    washout: z.union([z.literal("ever"), z.literal("none"), duration]).default("ever"),
    /** Time after the prediction time in which an onset makes the person ineligible, not a case. */
    gap: duration.default("0d"),
    /** When this outcome is asked; `outcomes.predictionTimes` when left out. */
    predictionTimes: z.array(predictionTime).optional(),
  })
  .superRefine(({ gap, population: { rules } }, context) => {
    const gapDays = parseDurationDays(gap) ?? 0;
    for (const [i, { after, until, atLeast, atMost }] of rules.entries()) {
      const path = ["population", "rules", i];
      const refuse = (message: string) => context.addIssue({ code: "custom", path, message });
      const end = shiftDays(until) ?? 0;
      if (end > gapDays) refuse("a rule that looks beyond the gap would know the future");
      if (after !== undefined && (shiftDays(after) ?? 0) >= end) refuse("`after` must lie before `until`");
      if (atLeast === 0 && atMost === undefined) refuse("a rule states `atLeast` or `atMost`");
      if (atMost !== undefined && atMost < atLeast) refuse("`atMost` is below `atLeast`");
    }
  });

export const cohortSchema = z.strictObject({
  /** Code of the event that sets the index date; without it the last event before the record's final year does. */
  index: z.string().default("COHORT/INDEX"),
  /** Code of the event at which observation ends; without such an event, the last event does. */
  followUpEnd: z.string().default("COHORT/LAST_CONTACT"),
  /** Codes (or prefixes ending in `*`) that are never an input of a model or a baseline. */
  neverInput: z.array(z.string()).default([]),
});

export const outcomesSchema = z
  .strictObject({
    /** What prediction times are told from, besides the index date and `birth`; a name of letters, digits and `_`. */
    anchors: z.record(z.string().regex(/^[A-Za-z][A-Za-z0-9_]*$/), anchor).default({}),
    /** Asked for every outcome that does not state its own. */
    predictionTimes: z.array(predictionTime).min(1),
    /** The outcomes. */
    list: z.array(outcome).min(1),
  })
  .superRefine(({ anchors, predictionTimes, list }, context) => {
    const known = new Set([...GIVEN_ANCHORS, ...Object.keys(anchors)]);
    const times = [
      ...predictionTimes.map((time, i) => ({ time, path: ["predictionTimes", i, "at"] })),
      ...list.flatMap((one, k) =>
        (one.predictionTimes ?? []).map((time, i) => ({
          time,
          path: ["list", k, "predictionTimes", i, "at"],
        })),
      ),
    ];
    for (const { time, path } of times) {
      if (!known.has(LANDMARK.exec(time.at)?.[1] ?? ""))
        context.addIssue({
          code: "custom",
          path,
          message: `no such anchor; known: ${[...known].join(", ")}`,
        });
    }
    for (const name of GIVEN_ANCHORS)
      if (anchors[name] !== undefined)
        context.addIssue({ code: "custom", path: ["anchors", name], message: "this anchor is given" });
  });

/** Anchors that every record has: the cohort's index date, and birth. */
const GIVEN_ANCHORS = ["index", "birth"] as const;

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
  /** Whether one event is the outcome; where `events` looks at several, whether it could be one of them. */
  readonly matches: EventPredicate;
  readonly events: EventSet;
  /** Null: death alone competes. */
  readonly competing: EventSet | null;
  readonly occurrence: "first" | "recurrent";
  readonly population: Omit<z.output<typeof population>, "rules" | "minLookBack">;
  readonly minLookBackDays: number;
  readonly rules: readonly PopulationRule[];
  /** Infinity for `ever`, 0 for `none`. */
  readonly washoutDays: number;
  readonly gapDays: number;
  readonly predictionTimes: readonly PredictionTime[];
}

export interface PopulationRule {
  readonly name: string;
  readonly events: EventSet;
  readonly atLeast: number;
  readonly atMost: number;
  /** Days from the prediction time; -Infinity: from the start of the record. */
  readonly afterDays: number;
  readonly untilDays: number;
  readonly afterInclusive: boolean;
  readonly untilInclusive: boolean;
}

export interface Anchor {
  readonly name: string;
  readonly events: EventSet;
  readonly number: number;
}

export interface PredictionTime {
  /** As written: `index`, `index+5y`, `admission+24h`. */
  readonly landmark: string;
  /** What it is told from. */
  readonly anchor: "index" | "birth" | Anchor;
  /** Days from the anchor. */
  readonly offsetDays: number;
  readonly horizons: readonly Horizon[];
}

export interface Horizon {
  readonly name: string;
  readonly days: number;
}

/** Turns the written form into the total runtime form. */
export function resolveOutcomes(section: OutcomesSection): OutcomeDefinition[] {
  const anchors = new Map<string, Anchor>(
    Object.entries(section.anchors).map(([name, { events, number }]) => [
      name,
      { name, events: resolveEventSet(events), number },
    ]),
  );
  return section.list.map((written) => {
    const events = resolveEventSet(written.events);
    const { rules, minLookBack, ...population } = written.population;
    return {
      name: written.name,
      title: written.title ?? written.name,
      matches: events.matches,
      events,
      competing: written.competing === undefined ? null : resolveEventSet(written.competing),
      occurrence: written.occurrence,
      population,
      minLookBackDays: days(minLookBack),
      rules: rules.map((one) => ({
        name: one.name,
        events: resolveEventSet(one.events),
        atLeast: one.atLeast,
        atMost: one.atMost ?? Number.POSITIVE_INFINITY,
        afterDays: one.after === undefined ? Number.NEGATIVE_INFINITY : (shiftDays(one.after) ?? 0),
        untilDays: shiftDays(one.until) ?? 0,
        afterInclusive: one.afterInclusive,
        untilInclusive: one.untilInclusive,
      })),
      washoutDays: washoutDays(written),
      gapDays: days(written.gap),
      predictionTimes: (written.predictionTimes ?? section.predictionTimes).map((time) =>
        resolveTime(time, anchors),
      ),
    };
  });
}

function washoutDays({ washout, occurrence }: WrittenOutcome): number {
  if (washout === "none") return 0;
  if (washout !== "ever") return days(washout);
  return occurrence === "recurrent" ? 0 : Number.POSITIVE_INFINITY;
}

function resolveTime(
  { at, horizons }: z.output<typeof predictionTime>,
  anchors: ReadonlyMap<string, Anchor>,
): PredictionTime {
  const [, name = "", sign, offset] = LANDMARK.exec(at) ?? [];
  const own = name === "index" || name === "birth" ? name : anchors.get(name);
  if (own === undefined) throw new TypeError("an anchor passed the schema but is not listed");
  return {
    landmark: at,
    anchor: own,
    offsetDays: offset === undefined ? 0 : (sign === "-" ? -1 : 1) * days(offset),
    horizons: horizons.map((horizon) => ({ name: horizon, days: days(horizon) })),
  };
}

/** Days from the prediction time; null when the text is none. */
function shiftDays(text: string): number | null {
  const [, sign, rest = ""] = SHIFT.exec(text) ?? [];
  const parsed = parseDurationDays(rest);
  return parsed === null ? null : (sign === "-" ? -1 : 1) * parsed;
}

function days(text: string): number {
  const parsed = parseDurationDays(text);
  if (parsed === null) throw new TypeError("a duration passed the schema but does not parse");
  return parsed;
}
