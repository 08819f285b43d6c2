/**
 * What truly happened to one patient after a prediction time, for one outcome: onset, death or censoring.
 * Invariant: a label uses events after the prediction time only to say what happened, never to say who is eligible
 * (except the stated gap).
 */
import {
  codeMatcher,
  type OutcomeDefinition,
  type PopulationRule,
  type PredictionTime,
} from "./outcome-definition.ts";
import { type AskedDays, ageYears, eventsBefore, type PatientHistory } from "./patient-history.ts";

/** `death` is a competing event: death itself, or another one that the outcome's definition lists. */
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
  | "too short a record"
  | "too few events"
  | `rule: ${string}`
  | "never had it before"
  | "had it before"
  | "onset within the gap";

export type Label =
  | { readonly eligible: true; readonly outcome: TimeToEvent }
  | { readonly eligible: false; readonly why: Exclusion };

/** The day (since 1970-01-01) of a patient's landmark, or null when the record has not what it is told from. */
export function predictionDay(
  history: PatientHistory,
  { anchor, offsetDays }: Pick<PredictionTime, "anchor" | "offsetDays">,
): number | null {
  if (anchor === "index") return history.indexDay === null ? null : history.indexDay + offsetDays;
  if (anchor === "birth") return Number.isNaN(history.birthDay) ? null : history.birthDay + offsetDays;
  const day = history.anchorDays?.get(anchor.name);
  return day === undefined ? null : day + offsetDays;
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
  const broken = brokenRule(history, outcome, k, day);
  if (broken !== null) return { eligible: false, why: broken };

  const onsets = history.outcomeDays[k] ?? [];
  if (outcome.occurrence === "recurrent" && !onsets.some((onset) => onset <= day))
    return { eligible: false, why: "never had it before" };
  if (onsets.some((onset) => onset <= day && onset > day - outcome.washoutDays)) {
    return { eligible: false, why: "had it before" };
  }
  const onset = onsets.find((candidate) => candidate > day);
  if (onset !== undefined && onset <= day + outcome.gapDays && outcome.gapDays > 0) {
    return { eligible: false, why: "onset within the gap" };
  }
  const competing = history.asked?.[k]?.competing.find((candidate) => candidate > day);
  return { eligible: true, outcome: firstOf(history, onset, competing, day) };
}

/** An onset at the time of a competing event counts as the onset. */
function firstOf(
  history: PatientHistory,
  onset: number | undefined,
  competing: number | undefined,
  day: number,
): TimeToEvent {
  if (competing !== undefined && competing <= history.lastDay && (onset === undefined || competing < onset))
    return { days: competing - day, kind: "death" };
  if (onset !== undefined && onset <= history.lastDay) return { days: onset - day, kind: "onset" };
  if (history.deathDay !== null) return { days: history.deathDay - day, kind: "death" };
  return { days: history.lastDay - day, kind: "censored" };
}

/** The first condition on the record that does not hold. */
function brokenRule(
  history: PatientHistory,
  { minLookBackDays, population: { minEvents }, rules }: OutcomeDefinition,
  k: number,
  day: number,
): Exclusion | null {
  if (minLookBackDays > 0 && !(history.firstDay <= day - minLookBackDays)) return "too short a record";
  if (minEvents > 0 && new Set(eventsBefore(history, day).map((event) => event.day)).size < minEvents)
    return "too few events";
  const broken = rules.find((rule, r) => {
    const counted = countOf(history.asked?.[k]?.rules[r], rule, day);
    return counted < rule.atLeast || counted > rule.atMost;
  });
  return broken === undefined ? null : `rule: ${broken.name}`;
}

/** Up to the prediction time only what was known by then counts; what happens in the gap counts when it happened. */
function countOf(
  found: AskedDays["rules"][number] | undefined,
  { afterDays, untilDays, afterInclusive, untilInclusive }: PopulationRule,
  day: number,
): number {
  if (found === undefined) return 0;
  return found.days.filter(
    (at, i) =>
      (at > day + afterDays || (afterInclusive && at === day + afterDays)) &&
      (at < day + untilDays || (untilInclusive && at === day + untilDays)) &&
      (at > day || (found.knownDays[i] as number) <= Math.max(day, day + untilDays)),
  ).length;
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
