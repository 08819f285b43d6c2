/** Why a record gets no forecast: a pure function of the record, the definitions and the site's limits. */
import { parseDurationDays } from "../../vetting/duration.ts";
import { labelAt } from "../../vetting/label.ts";
import type { OutcomeDefinition } from "../../vetting/outcome-definition.ts";
import { ageYears, type PatientHistory } from "../../vetting/patient-history.ts";
import type { ServingConfig } from "../serving-config.ts";

export interface RecordFacts {
  readonly events: number;
  readonly unmapped: number;
  readonly daysSinceLast: number | null;
}

/** For every outcome; null when nothing of the record speaks against a forecast. */
export function abstainsFromRecord(
  history: PatientHistory,
  day: number,
  facts: RecordFacts,
  limits: ServingConfig["abstain"],
  reviewBy: string,
  today: string,
): string | null {
  if (reviewBy < today) return `the release was to be reviewed by ${reviewBy}`;
  if (history.deathDay !== null && history.deathDay <= day) return "the person has died";
  if (!(history.birthDay <= day)) return "the record has no date of birth before the prediction time";
  if (facts.events < limits.minimumEvents)
    return `the record is too short: ${facts.events} events, ${limits.minimumEvents} needed`;
  const stale = parseDurationDays(limits.stale) ?? Number.POSITIVE_INFINITY;
  if (facts.daysSinceLast !== null && facts.daysSinceLast > stale)
    return `the record is stale: nothing new within ${limits.stale}`;
  if (facts.unmapped > limits.unmapped) {
    const percent = (share: number) => `${Math.round(100 * share)} %`;
    return `${percent(facts.unmapped)} of the events are unknown to the model, ${percent(limits.unmapped)} allowed`;
  }
  return null;
}

/**
 * For one outcome; null when the person is of the population that it was validated in. Judged as the evidence was: by the same
 * function that says who counts for a task.
 * @param place of the outcome in the definitions that `history` was built with
 */
export function abstainsFromOutcome(
  history: PatientHistory,
  day: number,
  outcome: OutcomeDefinition,
  place: number,
): string | null {
  // In care, somebody is observed for as long as they live: nothing has ended the record.
  const label = labelAt({ ...history, lastDay: Number.POSITIVE_INFINITY }, outcome, place, day);
  if (label.eligible) return null;
  if (label.why === "had it before") return "not asked: the record has it already";
  if (label.why === "never had it before") return "not asked: the record has it for the first time or never";
  const which = label.why === "population" ? populationPart(history, day, outcome) : label.why;
  return `outside the validated population: ${which}`;
}

function populationPart(history: PatientHistory, day: number, { population }: OutcomeDefinition): string {
  const age = ageYears(history, day);
  if (age < population.minAgeYears || age > population.maxAgeYears) return "age";
  return population.sex !== undefined && history.sex !== population.sex ? "sex" : "codes of the record";
}
