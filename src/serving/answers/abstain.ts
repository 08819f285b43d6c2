/** Why a record gets no forecast: a pure function of the record, the definitions and the site's limits. */
import { parseDurationDays } from "../../vetting/duration.ts";
import type { OutcomeDefinition } from "../../vetting/outcome-definition.ts";
import { codeMatcher } from "../../vetting/outcome-definition.ts";
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

/** For one outcome; null when the person is of the population that it was validated in. */
export function abstainsFromOutcome(
  history: PatientHistory,
  day: number,
  outcome: OutcomeDefinition,
  place: number,
): string | null {
  const { population, washoutDays } = outcome;
  const age = ageYears(history, day);
  if (age < population.minAgeYears || age > population.maxAgeYears)
    return "outside the validated population: age";
  if (population.sex !== undefined && history.sex !== population.sex)
    return "outside the validated population: sex";
  const codes = [...history.staticCodes, ...history.events.map(({ code }) => code)];
  if (population.require.length > 0 && !codes.some(codeMatcher(population.require)))
    return "outside the validated population: none of the required codes";
  if (codes.some(codeMatcher(population.exclude)))
    return "outside the validated population: an excluding code";
  const earlier = history.outcomeDays[place] ?? [];
  if (washoutDays > 0 && earlier.some((onset) => onset <= day && onset > day - washoutDays))
    return "not asked: the record has it already";
  return null;
}
