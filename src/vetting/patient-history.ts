/**
 * One patient's record prepared for prediction: times in days from birth-independent zero, follow-up, onsets.
 * Invariant: `eventsBefore(t)` holds only events that had happened *and were available* by t (inclusive).
 */
import {
  BIRTH,
  DEATH,
  type PatientEvent,
  type SubjectKey,
  type Timeline,
} from "../timeline/patient-event.ts";
import { DAYS_PER_YEAR, MS_PER_DAY } from "./duration.ts";
import type { EventDays } from "./event-set.ts";
import {
  type Anchor,
  type CohortDefinition,
  codeMatcher,
  type OutcomeDefinition,
} from "./outcome-definition.ts";

export interface PatientHistory {
  readonly subjectId: SubjectKey;
  /** Days since 1970-01-01; NaN when unknown. */
  readonly birthDay: number;
  readonly sex: string | null;
  /** Index date, days since 1970-01-01; null when the record has none. */
  readonly indexDay: number | null;
  /** Death day, or null. */
  readonly deathDay: number | null;
  /** Last day on which the patient is known to be under observation (death included). */
  readonly lastDay: number;
  /** First day on which something of the record was known (birth excluded): an old allergy, told late, does not move it. */
  readonly firstDay: number;
  /** Timed events that may be inputs, by time; birth, death, index, follow-up end and never-input codes left out. */
  readonly events: readonly HistoryEvent[];
  /** Static codes that may be inputs, e.g. `SEX/F`. */
  readonly staticCodes: readonly string[];
  /** Days of all events of each outcome, ascending, in the order of the definitions passed. */
  readonly outcomeDays: readonly (readonly number[])[];
  /** From when each of them was known, in the same order; absent: not told. */
  readonly outcomeKnownDays?: readonly (readonly number[])[];
  /** What else the labels of each outcome look at, in the order of the definitions; absent: nothing else. */
  readonly asked?: readonly AskedDays[];
  /** Day of each anchor that the record has, by name; absent: none is used. */
  readonly anchorDays?: ReadonlyMap<string, number>;
}

export interface AskedDays {
  /** Days of the events that compete with the outcome, ascending; death is not among them unless it is listed. */
  readonly competing: readonly number[];
  /** Events of each rule of the population. */
  readonly rules: readonly Readonly<EventDays>[];
}

export interface HistoryEvent {
  readonly day: number;
  /** Day from which it may be used; at least `day`. */
  readonly availableDay: number;
  readonly code: string;
  readonly value: number | null;
  readonly unit: string | null;
  /** Its note, where it has one and texts were read. */
  readonly text?: string;
}

export function buildHistory(
  timeline: Timeline,
  cohort: CohortDefinition,
  outcomes: readonly OutcomeDefinition[],
): PatientHistory {
  const neverInput = codeMatcher(cohort.neverInput);
  const events: HistoryEvent[] = [];
  const staticCodes: string[] = [];
  const onsets = outcomes.map(({ events: set }) => set.collect());
  const competing = outcomes.map((outcome) => outcome.competing?.collect() ?? null);
  const rules = outcomes.map((outcome) => outcome.rules.map((rule) => rule.events.collect()));
  const anchors = anchorsOf(outcomes).map((anchor) => ({ ...anchor, seen: anchor.events.collect() }));
  const collectors = [
    ...onsets,
    ...competing.filter((one) => one !== null),
    ...rules.flat(),
    ...anchors.map(({ seen }) => seen),
  ];
  let birthDay = Number.NaN;
  let indexDay: number | null = null;
  let deathDay: number | null = null;
  let followUpEndDay: number | null = null;
  let firstDay = Number.POSITIVE_INFINITY;
  let lastEventDay = Number.NEGATIVE_INFINITY;
  let sex: string | null = null;

  for (const event of timeline.events) {
    if (event.time === null) {
      if (event.code.startsWith("SEX/")) sex = event.code.slice("SEX/".length);
      // A measurement without a date could be of any time, also of one after the prediction: it is not an input.
      if (event.numericValue === null && !neverInput(event.code)) staticCodes.push(event.code);
      continue;
    }
    const day = event.time / MS_PER_DAY;
    if (event.code === BIRTH) {
      birthDay = day;
      continue;
    }
    const knownDay = availableDayOf(event, day);
    firstDay = Math.min(firstDay, knownDay);
    lastEventDay = Math.max(lastEventDay, day);
    for (const collector of collectors) collector.see(event.code, event.numericValue, day, knownDay);
    if (event.code === DEATH) deathDay = day;
    else if (event.code === cohort.index) indexDay ??= day;
    else if (event.code === cohort.followUpEnd) followUpEndDay = Math.max(followUpEndDay ?? day, day);
    else if (!neverInput(event.code)) events.push(historyEvent(event, day));
  }
  return {
    subjectId: timeline.subjectId,
    birthDay,
    sex,
    indexDay,
    deathDay,
    lastDay: deathDay ?? followUpEndDay ?? lastEventDay,
    firstDay,
    events,
    staticCodes,
    outcomeDays: onsets.map(({ days }) => days),
    outcomeKnownDays: onsets.map(({ knownDays }) => knownDays),
    asked: outcomes.map((_, k) => ({ competing: competing[k]?.days ?? [], rules: rules[k] ?? [] })),
    anchorDays: new Map(
      anchors.flatMap(({ name, number, seen }) => {
        const day = seen.days[number - 1];
        return day === undefined ? [] : [[name, day] as const];
      }),
    ),
  };
}

function anchorsOf(outcomes: readonly OutcomeDefinition[]): Anchor[] {
  const all = outcomes.flatMap(({ predictionTimes }) => predictionTimes.map(({ anchor }) => anchor));
  return [
    ...new Map(all.flatMap((one) => (typeof one === "string" ? [] : [[one.name, one] as const]))).values(),
  ];
}

function availableDayOf({ availableTime }: PatientEvent, day: number): number {
  return availableTime === null ? day : Math.max(day, availableTime / MS_PER_DAY);
}

function historyEvent(event: PatientEvent, day: number): HistoryEvent {
  return {
    day,
    availableDay: availableDayOf(event, day),
    code: event.code,
    value: event.numericValue,
    unit: event.unit,
    ...(event.textValue === null || event.textValue.trim() === "" ? {} : { text: event.textValue }),
  };
}

/** Events that had happened and were available by `day`, inclusive. */
export function eventsBefore(history: PatientHistory, day: number): HistoryEvent[] {
  return history.events.filter((event) => event.day <= day && event.availableDay <= day);
}

/** Age in years at a day; NaN when the birth date is unknown. */
export function ageYears(history: PatientHistory, day: number): number {
  return (day - history.birthDay) / DAYS_PER_YEAR;
}
