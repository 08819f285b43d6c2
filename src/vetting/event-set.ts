/**
 * Which events count as one thing: codes or a pattern, bounds on the value, and sets put together with and, or, not.
 * Invariant: a set that says nothing about time is a predicate over single events, and every reader (labels, tokens,
 * trees) uses that same predicate; only `within` looks at more than one event.
 */
import { z } from "zod";
import { parseDurationDays } from "./duration.ts";

export interface WrittenEventSet {
  readonly codes?: string[] | undefined;
  readonly pattern?: string | undefined;
  readonly valueMin?: number | undefined;
  readonly valueMax?: number | undefined;
  readonly valueAbove?: number | undefined;
  readonly valueBelow?: number | undefined;
  readonly any?: WrittenEventSet[] | undefined;
  readonly all?: WrittenEventSet[] | undefined;
  readonly within?: string | undefined;
  readonly not?: WrittenEventSet | undefined;
}

const MEMBERS = ["codes", "pattern", "any", "all", "not"] as const;

const inner: z.ZodType<WrittenEventSet> = z.lazy(() =>
  z.strictObject({ ...fields(), any: z.array(inner).min(1).optional() }).superRefine(check),
);

/** An event is in the set when it meets everything that is stated. */
export const eventSetSchema = z
  .strictObject({
    /** Codes, or prefixes ending in `*`; any of them is the event. */
    codes: z.array(z.string().min(1)).min(1).optional(),
    /** A regular expression that is found in the code; `^` and `$` tie it to the ends. */
    pattern: z.string().min(1).max(500).optional(),
    /** Inclusive bounds on `numericValue`; an event without a value does not match when a bound is given. */
    valueMin: z.number().optional(),
    /** As `valueMin`, from above. */
    valueMax: z.number().optional(),
    /** As `valueMin`, the bound itself left out. */
    valueAbove: z.number().optional(),
    /** As `valueMax`, the bound itself left out. */
    valueBelow: z.number().optional(),
    /** Or: sets of which one must hold. */
    any: z.array(inner).min(1).optional(),
    /** And: sets that must all hold, of one event; with `within`, of several. */
    all: z.array(inner).min(1).optional(),
    /** With `all`: one event of each set within this time of each other; the last of them is the event. `0d`: at the same time. */
    within: duration().optional(),
    /** Not: what the set must not be. */
    not: inner.optional(),
  })
  .superRefine(check);

function duration() {
  return z.string().refine((text) => parseDurationDays(text) !== null, {
    message: 'a duration is a number and a unit, e.g. "30d", "6mo", "5y"',
  });
}

function fields() {
  return {
    codes: z.array(z.string().min(1)).min(1).optional(),
    pattern: z.string().min(1).max(500).optional(),
    valueMin: z.number().optional(),
    valueMax: z.number().optional(),
    valueAbove: z.number().optional(),
    valueBelow: z.number().optional(),
    all: z.array(inner).min(1).optional(),
    within: duration().optional(),
    not: inner.optional(),
  };
}

function check(set: WrittenEventSet, context: z.core.$RefinementCtx): void {
  const refuse = (message: string) => context.addIssue({ code: "custom", message });
  if (MEMBERS.every((key) => set[key] === undefined))
    refuse("an event set states `codes`, `pattern`, `any`, `all` or `not`");
  if (set.pattern !== undefined && compiled(set.pattern) === null)
    refuse("the pattern is no regular expression");
  if (set.within === undefined) {
    const parts = [...(set.all ?? []), ...(set.not === undefined ? [] : [set.not])];
    if (parts.some(looksAtSeveral))
      refuse("a set with `within` cannot stand in `not`, or in `all` without `within`");
    return;
  }
  if (set.all === undefined || Object.keys(set).some((key) => key !== "all" && key !== "within"))
    refuse("`within` stands beside `all` alone");
  if (set.all?.some(looksAtSeveral) === true) refuse("a set with `within` cannot stand in another one");
}

function looksAtSeveral(set: WrittenEventSet): boolean {
  return set.within !== undefined || (set.any ?? []).some(looksAtSeveral);
}

function compiled(pattern: string): RegExp | null {
  try {
    return new RegExp(pattern, "u");
  } catch {
    return null;
  }
}

export type EventPredicate = (code: string, numericValue: number | null) => boolean;

/** Days of the events of a set, found in one walk over a timeline. */
export interface EventDays {
  /** Days since 1970-01-01, ascending. */
  readonly days: number[];
  /** From when each was known; at least its day. */
  readonly knownDays: number[];
}

export interface EventSet {
  /** Whether one event is in it; with `within`, whether it could be one of the events that make it up. */
  readonly matches: EventPredicate;
  /** False with `within`: `matches` alone does not tell. */
  readonly ofSingleEvents: boolean;
  /** Takes the timed events of one timeline in order. */
  readonly collect: () => EventDays & {
    see(code: string, numericValue: number | null, day: number, knownDay: number): void;
  };
}

/** Turns the written form into the runtime form. */
export function resolveEventSet(written: WrittenEventSet): EventSet {
  const alternatives = alternativesOf(written);
  const matches = anyOf(alternatives.flatMap(({ parts }) => parts));
  return {
    matches,
    ofSingleEvents: alternatives.every(({ withinDays }) => withinDays === null),
    collect() {
      const found = { days: [] as number[], knownDays: [] as number[] };
      const seen = alternatives.map(({ parts }) =>
        parts.map(() => ({ day: Number.NEGATIVE_INFINITY, known: 0 })),
      );
      return {
        ...found,
        see(code, value, day, knownDay) {
          const complete = alternatives.map((one, i) =>
            completedBy(one, seen[i] ?? [], { code, value, day, knownDay }),
          );
          const known = complete.filter((at) => at !== null);
          if (known.length === 0) return;
          found.days.push(day);
          found.knownDays.push(Math.min(...known));
        },
      };
    },
  };
}

interface Alternative {
  readonly parts: readonly EventPredicate[];
  /** Null: one event that meets the only part. */
  readonly withinDays: number | null;
}

interface Seen {
  day: number;
  known: number;
}

/** From when it is known that the event completes the alternative; null when it does not. */
function completedBy(
  { parts, withinDays }: Alternative,
  seen: Seen[],
  { code, value, day, knownDay }: { code: string; value: number | null; day: number; knownDay: number },
): number | null {
  if (withinDays === null) return parts[0]?.(code, value) === true ? knownDay : null;
  let met = false;
  for (const [i, part] of parts.entries()) {
    if (!part(code, value)) continue;
    met = true;
    seen[i] = { day, known: knownDay };
  }
  if (!met || seen.some((part) => day - part.day > withinDays)) return null;
  return Math.max(...seen.map(({ known }) => known));
}

/** A set as a list of which one must hold, so that `within` stands at the top of its alternative. */
function alternativesOf(written: WrittenEventSet): Alternative[] {
  if (!looksAtSeveral(written)) return [{ parts: [predicateOf(written)], withinDays: null }];
  if (written.within !== undefined) {
    return [
      { parts: (written.all ?? []).map(predicateOf), withinDays: parseDurationDays(written.within) ?? 0 },
    ];
  }
  const { any, ...rest } = written;
  const narrowed = Object.values(rest).some((value) => value !== undefined);
  const narrow = narrowed ? predicateOf(rest) : () => true;
  return (any ?? []).flatMap(alternativesOf).map(({ parts, withinDays }) => ({
    parts: parts.map(
      (part): EventPredicate =>
        (code, value) =>
          narrow(code, value) && part(code, value),
    ),
    withinDays,
  }));
}

function predicateOf(written: WrittenEventSet): EventPredicate {
  const { codes, pattern, valueMin, valueMax, valueAbove, valueBelow, any, all, not } = written;
  const tests: EventPredicate[] = [];
  if (codes !== undefined) tests.push(codeMatcher(codes));
  if (pattern !== undefined) {
    const expression = new RegExp(pattern, "u");
    tests.push((code) => expression.test(code));
  }
  if ([valueMin, valueMax, valueAbove, valueBelow].some((bound) => bound !== undefined)) {
    tests.push(
      (_, value) =>
        value !== null &&
        value >= (valueMin ?? Number.NEGATIVE_INFINITY) &&
        value <= (valueMax ?? Number.POSITIVE_INFINITY) &&
        (valueAbove === undefined || value > valueAbove) &&
        (valueBelow === undefined || value < valueBelow),
    );
  }
  if (any !== undefined) tests.push(anyOf(any.map(predicateOf)));
  for (const part of all ?? []) tests.push(predicateOf(part));
  if (not !== undefined) {
    const unwanted = predicateOf(not);
    tests.push((code, value) => !unwanted(code, value));
  }
  if (tests.length === 1) return tests[0] as EventPredicate;
  return (code, value) => tests.every((test) => test(code, value));
}

function anyOf(parts: readonly EventPredicate[]): EventPredicate {
  if (parts.length === 1) return parts[0] as EventPredicate;
  return (code, value) => parts.some((part) => part(code, value));
}

/** The sets of which one must hold: those of a bare `any`, else the set itself. */
export function alternatives(written: WrittenEventSet): WrittenEventSet[] {
  const { any, ...rest } = written;
  const bare = any !== undefined && Object.values(rest).every((value) => value === undefined);
  return bare ? any.flatMap(alternatives) : [written];
}

/** Every code and prefix that a set names, those of `not` left out. */
export function codesOf(written: WrittenEventSet): string[] {
  return [...(written.codes ?? []), ...[...(written.any ?? []), ...(written.all ?? [])].flatMap(codesOf)];
}

/** A predicate over codes from exact codes and prefixes ending in `*`. */
export function codeMatcher(patterns: readonly string[]): (code: string) => boolean {
  const exact = new Set(patterns.filter((pattern) => !pattern.endsWith("*")));
  const prefixes = patterns.filter((pattern) => pattern.endsWith("*")).map((pattern) => pattern.slice(0, -1));
  return (code) => exact.has(code) || prefixes.some((prefix) => code.startsWith(prefix));
}
