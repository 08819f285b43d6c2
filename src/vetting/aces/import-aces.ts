/**
 * An ACES task as an outcome of Longitude: the trigger becomes an anchor, the label window horizon, gap and competing
 * events, and every `has` a rule.
 * Invariant: what has no counterpart is refused, never left out; what differs in meaning is said in `notes`.
 */
import { LongitudeError } from "../../errors/longitude-error.ts";
import { ACES_INVALID } from "../../errors/registry.ts";
import { alternatives, type WrittenEventSet } from "../event-set.ts";
import { type OutcomesSection, outcomesSchema } from "../outcome-definition.ts";
import { BoundResolver, durationText, unsupported } from "./aces-bounds.ts";
import { AcesPredicates, ANY_EVENT, RECORD_START } from "./aces-predicates.ts";
import type { AcesTask, AcesWindow } from "./aces-task.ts";

/** A horizon that nobody outlives: until the record ends, or a competing event happens. */
export const UNBOUNDED = "100y";

export interface ImportedTask {
  /** As `outcomes:` of longitude.yaml. */
  readonly outcomes: OutcomesSection;
  /** Where Longitude's meaning is narrower than that of ACES. */
  readonly notes: readonly string[];
}

interface Constraint {
  readonly window: string;
  readonly predicate: string;
  readonly min: number | null;
  readonly max: number | null;
  /** Days from the prediction time; null: the start of the record. */
  readonly after: number | null;
  readonly until: number;
  readonly afterInclusive: boolean;
  readonly untilInclusive: boolean;
}

/** @param name of the outcome @throws LongitudeError ACES_INVALID, ACES_UNSUPPORTED */
export function importAces(task: AcesTask, name: string): ImportedTask {
  const bounds = new BoundResolver(task);
  const predicates = new AcesPredicates(task);
  const [indexWindow, index] = the(task, "index_timestamp", ({ index_timestamp: side }) => side ?? null);
  const at = bounds.of(indexWindow, index);
  if (at.kind !== "fixed") throw unsupported("a prediction time that is not a fixed time from the trigger");
  const [labelWindow, label] = the(task, "label", ({ label: of }) => of ?? null);
  const target = labelSpan(task, bounds, labelWindow, at.days);
  const { gapDays } = target;
  const followUp = followUpWindows(task, bounds, labelWindow);
  const found = constraintsOf(task, bounds, at.days, new Set([labelWindow, ...followUp]));
  for (const { until, window } of found)
    if (until > gapDays + 1e-9) throw unsupported(`window ${window} asks for events after the gap`);
  requireFreeGap(
    found,
    predicates,
    [label, ...(target.competing === null ? [] : [target.competing])],
    gapDays,
  );

  let washout = "none";
  let recurrent = false;
  let minEvents = 0;
  const rules: object[] = [];
  for (const constraint of found) {
    const { predicate, min, max, after, until, window } = constraint;
    const whole = after === null && until === 0 && constraint.untilInclusive;
    if (predicate === ANY_EVENT && whole && max === null) minEvents = Math.max(minEvents, min ?? 0);
    else if (predicate === label && whole && max === 0) washout = "ever";
    else if (predicate === label && whole && max === null && min === 1) recurrent = true;
    else if (isLookBack(constraint) && predicate === label && max === 0 && washout !== "ever")
      washout = durationText(-(after ?? 0));
    else if (
      predicate === label &&
      max === 0 &&
      after === 0 &&
      until === gapDays &&
      !constraint.afterInclusive
    )
      continue; // the gap itself says so
    else
      rules.push(
        ruleOf(
          constraint,
          predicates.setOf(predicate),
          window === predicate ? window.replaceAll("_", " ") : `${window}: ${predicate}`,
        ),
      );
  }
  const anchor = anchorName(task.trigger);
  const sex = sexOf(task);
  const outcomes = outcomesSchema.parse({
    anchors: { [anchor]: { events: predicates.setOf(task.trigger) } },
    predictionTimes: [{ at: `${anchor}${shiftText(at.days)}`, horizons: [target.horizon] }],
    list: [
      {
        name,
        events: predicates.setOf(label),
        washout,
        occurrence: recurrent ? "recurrent" : "first",
        gap: durationText(gapDays),
        ...(target.competing === null ? {} : { competing: predicates.setOf(target.competing) }),
        population: { minEvents, rules, ...(sex === null ? {} : { sex }) },
      },
    ],
  });
  return {
    outcomes,
    notes: [
      "each person is asked once, at the first trigger; ACES asks at every trigger",
      ...(task.trigger === RECORD_START ? ["a record starts with its first event other than birth"] : []),
      ...followUp.map(
        (window) =>
          `window ${window} asks for records after the label window; Longitude instead gives no label to who is not followed that long, and a label to who has the outcome, or dies, before`,
      ),
    ],
  };
}

type Found<T> = readonly [window: string, value: T];

function the<T>(task: AcesTask, what: string, pick: (window: AcesWindow) => T | null): Found<T> {
  const found = Object.entries(task.windows).flatMap(([name, window]): Found<T>[] => {
    const value = pick(window);
    return value === null ? [] : [[name, value]];
  });
  const [first] = found;
  if (first === undefined || found.length > 1)
    throw new LongitudeError(ACES_INVALID, `${found.length} windows have ${what}, one must`);
  return first;
}

function labelSpan(task: AcesTask, bounds: BoundResolver, name: string, atDays: number) {
  const window = task.windows[name] as AcesWindow;
  const start = bounds.of(name, "start");
  const end = bounds.of(name, "end");
  if (Object.keys(window.has).length > 0) throw unsupported("conditions on the window of the label");
  if (start.kind !== "fixed")
    throw unsupported("a label window that does not begin at a fixed time from the trigger");
  const gapDays = rounded(start.days - atDays);
  if (gapDays < 0) throw unsupported("a label window that begins before the prediction time");
  if (window.start_inclusive)
    throw unsupported("a label window that includes its start: the moment of prediction is no future");
  if (end.kind === "record end") return { gapDays, horizon: UNBOUNDED, competing: null };
  if (end.kind === "next") {
    if (Math.abs(end.afterDays - start.days) > 1e-9)
      throw unsupported("a label window that ends at an event told from elsewhere than its start");
    if (!window.end_inclusive) throw unsupported("a label window that excludes the event at its end");
    return { gapDays, horizon: UNBOUNDED, competing: end.predicate };
  }
  if (end.kind !== "fixed" || end.days <= start.days)
    throw unsupported("a label window that ends before it begins");
  if (!window.end_inclusive) throw unsupported("a label window that excludes its end");
  return { gapDays, horizon: durationText(rounded(end.days - atDays)), competing: null };
}

/** Windows that only ask that the record goes on after the label window: protection against censored labels. */
function followUpWindows(task: AcesTask, bounds: BoundResolver, labelWindow: string): string[] {
  const labelled = bounds.of(labelWindow, "end");
  return Object.entries(task.windows).flatMap(([name, { has }]) => {
    const [[predicate, range] = [], ...others] = Object.entries(has);
    const asksForAny =
      predicate === ANY_EVENT && range?.min === 1 && range.max === null && others.length === 0;
    if (!asksForAny || name === labelWindow || bounds.of(name, "end").kind !== "record end") return [];
    const start = bounds.of(name, "start");
    const after =
      start.kind === "fixed" && labelled.kind === "fixed" && Math.abs(start.days - labelled.days) < 1e-9;
    return after ? [name] : [];
  });
}

function constraintsOf(
  task: AcesTask,
  bounds: BoundResolver,
  atDays: number,
  readElsewhere: ReadonlySet<string>,
): Constraint[] {
  return Object.entries(task.windows).flatMap(([name, window]): Constraint[] => {
    const conditions = Object.entries(window.has);
    if (readElsewhere.has(name)) return [];
    const start = bounds.of(name, "start");
    const end = bounds.of(name, "end");
    if (start.kind === "previous" && conditions.length === 0) {
      // The window is there only where such an event came before.
      const until = rounded(start.beforeDays - atDays);
      const { predicate } = start;
      const never = { max: null, after: null, afterInclusive: false, untilInclusive: false };
      return [{ window: name, predicate, min: 1, until, ...never }];
    }
    if (conditions.length === 0) return [];
    if (start.kind !== "fixed" && start.kind !== "record start")
      throw unsupported(`window ${name} begins at an event other than the trigger`);
    if (end.kind !== "fixed") throw unsupported(`window ${name} ends at an event other than the trigger`);
    return conditions.map(([predicate, { min, max }]) => ({
      window: name,
      predicate,
      min,
      max,
      after: start.kind === "fixed" ? rounded(start.days - atDays) : null,
      until: rounded(end.days - atDays),
      afterInclusive: window.start_inclusive && start.kind === "fixed",
      untilInclusive: window.end_inclusive,
    }));
  });
}

/** In a gap Longitude leaves out who has the outcome; a task must say the same of all that ends its label window. */
function requireFreeGap(
  constraints: readonly Constraint[],
  predicates: AcesPredicates,
  asked: readonly string[],
  gapDays: number,
): void {
  if (gapDays === 0) return;
  const excluded = new Set(
    constraints
      .filter(({ max, after, until }) => max === 0 && (after ?? -1) <= 0 && until === gapDays)
      .flatMap(({ predicate }) => membersOf(predicates, predicate)),
  );
  for (const one of asked)
    if (membersOf(predicates, one).some((member) => !excluded.has(member)))
      throw unsupported(`a gap in which ${one} may happen`);
}

function membersOf(predicates: AcesPredicates, name: string): string[] {
  return alternatives(predicates.setOf(name)).map((set) => JSON.stringify(set));
}

function isLookBack({ after, until, afterInclusive, untilInclusive }: Constraint): boolean {
  return after !== null && after < 0 && until === 0 && !afterInclusive && untilInclusive;
}

function ruleOf(
  { min, max, after, until, afterInclusive, untilInclusive }: Constraint,
  events: WrittenEventSet,
  name: string,
) {
  return {
    name: name.slice(0, 80),
    events,
    atLeast: min ?? 0,
    ...(max === null ? (min === null ? { atMost: Number.MAX_SAFE_INTEGER } : {}) : { atMost: max }),
    ...(after === null ? {} : { after: signed(after) }),
    until: signed(until),
    afterInclusive,
    untilInclusive,
  };
}

function sexOf(task: AcesTask): string | null {
  const static_ = Object.values(task.patient_demographics ?? {});
  const [first] = static_;
  if (first === undefined) return null;
  const code = static_.length === 1 && "code" in first ? first.code : null;
  const sex = typeof code === "string" ? /^SEX\/\/?(.+)$/.exec(code)?.[1] : undefined;
  if (sex === undefined) throw unsupported("demographics other than one code of sex (SEX/…)");
  return sex;
}

function anchorName(trigger: string): string {
  const name = trigger.replace(/[^A-Za-z0-9_]/g, "_").replace(/^[^A-Za-z]+/, "");
  return ["index", "birth", ""].includes(name) ? `at_${name}` : name;
}

function shiftText(days: number): string {
  return days === 0 ? "" : signed(days);
}

function signed(days: number): string {
  return days === 0 ? "0d" : `${days < 0 ? "-" : "+"}${durationText(Math.abs(days))}`;
}

function rounded(days: number): number {
  return Math.round(days * 86_400) / 86_400;
}
