/**
 * What truly happened to one patient after a prediction time, for one outcome: onset, death or censoring.
 * Invariant: a label uses events after the prediction time only to say what happened, never to say who is eligible
 * (except the stated gap).
 */
import { codeMatcher, type OutcomeDefinition, type PredictionTime } from "./outcome-definition.ts";
import { ageYears, eventsBefore, type PatientHistory } from "./patient-history.ts";

export type EventKind = "censored" | "onset" | "death";

export interface TimeToEvent {
  /** Days from the prediction time to the first of onset, death and end of follow-up; > 0. */
  readonly days: number;
  readonly kind: EventKind;
}

/** Why a patient does not count for a task; the attrition table's rows. */
export type Exclusion =
  | "no index date"
  | "died before the prediction time"
  | "no longer followed"
  | "population"
  | "had it before"
  | "onset within the gap";

export type Label =
  | { readonly eligible: true; readonly outcome: TimeToEvent }
  | { readonly eligible: false; readonly why: Exclusion };

/** The day (since 1970-01-01) of a patient's landmark, or null without an index date. */
export function predictionDay(history: PatientHistory, time: PredictionTime): number | null {
  return history.indexDay === null ? null : history.indexDay + time.offsetDays;
}

/** @param k position of the outcome in the definitions that `history` was built with */
export function labelAt(
  history: PatientHistory,
  outcome: OutcomeDefinition,
  k: number,
  day: number | null,
): Label {
  if (day === null) return { eligible: false, why: "no index date" };
  if (history.deathDay !== null && history.deathDay <= day) {
    return { eligible: false, why: "died before the prediction time" };
  }
  if (history.lastDay <= day) return { eligible: false, why: "no longer followed" };
  if (!inPopulation(history, outcome, day)) return { eligible: false, why: "population" };

  const onsets = history.outcomeDays[k] ?? [];
  if (onsets.some((onset) => onset <= day && onset > day - outcome.washoutDays)) {
    return { eligible: false, why: "had it before" };
  }
  const onset = onsets.find((candidate) => candidate > day);
  if (onset !== undefined && onset <= day + outcome.gapDays && outcome.gapDays > 0) {
    return { eligible: false, why: "onset within the gap" };
  }
  return { eligible: true, outcome: firstOf(history, onset, day) };
}

function firstOf(history: PatientHistory, onset: number | undefined, day: number): TimeToEvent {
  if (onset !== undefined && onset <= history.lastDay) return { days: onset - day, kind: "onset" };
  if (history.deathDay !== null) return { days: history.deathDay - day, kind: "death" };
  return { days: history.lastDay - day, kind: "censored" };
}

function inPopulation(history: PatientHistory, outcome: OutcomeDefinition, day: number): boolean {
  const { sex, minAgeYears, maxAgeYears, require, exclude } = outcome.population;
  if (sex !== undefined && history.sex !== sex) return false;
  const age = ageYears(history, day);
  if (age < minAgeYears || age > maxAgeYears) return false;
  if (require.length === 0 && exclude.length === 0) return true;
  const codes = eventsBefore(history, day).map((event) => event.code);
  const required = codeMatcher(require);
  const excluded = codeMatcher(exclude);
  return (require.length === 0 || codes.some(required)) && !codes.some(excluded);
}
