/**
 * Where a condition stands in a record at a prediction time, and what became of it afterwards.
 * Invariant: the standing uses nothing after the prediction time, so that it is the same for a record that goes on and for
 * one that ends there.
 */

import { KIND } from "../../evaluation/design/task-persons.ts";
import { ONSET } from "../../evaluation/measures/observations.ts";
import { labelAt, type TimeToEvent } from "../../vetting/label.ts";
import { eventsBefore, type PatientHistory } from "../../vetting/patient-history.ts";
import type { Condition, ReasonedModel } from "../reasoned-model.ts";

/** `new`: it could be found; `known`: the record holds it; `not asked`: outside the outcome's population. */
export type Standing = "new" | "known" | "not asked";

export function standingOf(
  { outcomes }: Pick<ReasonedModel, "outcomes">,
  history: PatientHistory,
  { trained, matches }: Condition,
  day: number,
): Standing {
  if (trained === null)
    return eventsBefore(history, day).some(({ code, value }) => matches(code, value)) ? "known" : "new";
  // As if the record went on: who is still followed is no matter of the prediction time.
  const goingOn = { ...history, lastDay: Number.POSITIVE_INFINITY, deathDay: null };
  const outcome = outcomes[trained];
  if (outcome === undefined) throw new TypeError("a trained condition has no outcome");
  const label = labelAt(goingOn, outcome, trained, day);
  if (label.eligible || label.why === "onset within the gap") return "new";
  return label.why === "had it before" ? "known" : "not asked";
}

/** What became of a new condition; null when it does not count (no longer followed, dead, onset within the gap). */
export function becameOf(
  { outcomes }: Pick<ReasonedModel, "outcomes">,
  history: PatientHistory,
  { trained, matches }: Condition,
  day: number,
): TimeToEvent | null {
  const outcome = trained === null ? undefined : outcomes[trained];
  if (trained !== null && outcome !== undefined) {
    const label = labelAt(history, outcome, trained, day);
    return label.eligible ? label.outcome : null;
  }
  const { deathDay, lastDay, events } = history;
  if (lastDay <= day || (deathDay !== null && deathDay <= day)) return null;
  const onset = events.find((event) => event.day > day && matches(event.code, event.value));
  if (onset !== undefined && onset.day <= lastDay) return { days: onset.day - day, kind: "onset" };
  return deathDay === null
    ? { days: lastDay - day, kind: "censored" }
    : { days: deathDay - day, kind: "death" };
}

/** What became of a condition in many persons, in columns: of those in whom it was new and counts. */
export interface ConditionColumns {
  /** Places of the persons. */
  readonly persons: Int32Array;
  readonly days: Float64Array;
  readonly kind: Uint8Array;
}

/** @param became of each person; null where the condition does not count */
export function columnsOf(became: readonly (TimeToEvent | null)[]): ConditionColumns {
  const persons = Int32Array.from(became.keys()).filter((i) => became[i] !== null);
  const of = (i: number) => became[i] as TimeToEvent;
  return {
    persons,
    days: Float64Array.from(persons, (i) => of(i).days),
    kind: Uint8Array.from(persons, (i) => KIND[of(i).kind]),
  };
}

/** Places of the conditions that were found first within the horizon; none when none was. */
export function firstFound(became: readonly (TimeToEvent | null)[], horizonDays: number): number[] {
  const found = became.map((one) =>
    one !== null && KIND[one.kind] === ONSET && one.days <= horizonDays ? one.days : Number.POSITIVE_INFINITY,
  );
  const first = Math.min(...found);
  return first === Number.POSITIVE_INFINITY ? [] : found.flatMap((days, c) => (days === first ? [c] : []));
}
