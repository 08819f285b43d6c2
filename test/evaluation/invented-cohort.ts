/** A small invented cohort: a laboratory value and age raise the hazard of `DX/k`; record plus follow-up is at most 22.8 years. */

import { createRandom } from "../../src/effects/random.ts";
import type { PatientEvent, SubjectKey, Timeline } from "../../src/timeline/patient-event.ts";
import { DAYS_PER_YEAR } from "../../src/vetting/duration.ts";
import { cohortSchema, outcomesSchema, resolveOutcomes } from "../../src/vetting/outcome-definition.ts";
import { buildHistory, type PatientHistory } from "../../src/vetting/patient-history.ts";
import { event as eventAt } from "../support/small-cohort.ts";

const WINDOW_YEARS = 22.8;
export const cohort = cohortSchema.parse({});
export const outcomes = outcomesSchema.parse({
  predictionTimes: [
    { at: "index", horizons: ["5y", "10y"] },
    { at: "index+5y", horizons: ["5y"] },
  ],
  list: [
    { name: "onset", title: "Onset", events: { codes: ["DX/k*"] } },
    { name: "death", events: { codes: ["MEDS_DEATH"] } },
  ],
});

export function event(day: number | null, code: string, value: number | null = null): PatientEvent {
  return eventAt(day === null ? null : Math.round(day), code, value);
}

export function timeline(subjectId: number, events: readonly PatientEvent[]): Timeline {
  const sorted = [...events].sort(
    (a, b) => (a.time ?? Number.NEGATIVE_INFINITY) - (b.time ?? Number.NEGATIVE_INFINITY),
  );
  return { subjectId: subjectId as SubjectKey, events: sorted };
}

export function history(of: Timeline): PatientHistory {
  return buildHistory(of, cohort, resolveOutcomes(outcomes));
}

export function inventedTimelines(persons: number, seed = "invented cohort"): Timeline[] {
  const random = createRandom(seed);
  return Array.from({ length: persons }, (_, i) => {
    const index = 12_000;
    const recordYears = 0.5 + 15 * random.next();
    const followYears = Math.min(WINDOW_YEARS - recordYears, 1 + 19 * random.next());
    const level = random.normal();
    const age = 40 + 40 * random.next();
    const wait = (rate: number): number => (-Math.log(1 - random.next()) / rate) * DAYS_PER_YEAR;
    const onset = Math.ceil(wait(0.03 * Math.exp(0.8 * level + 0.02 * (age - 60))));
    const death = Math.ceil(wait(0.015 * Math.exp(0.06 * (age - 60))));
    const end = Math.max(1, Math.min(Math.round(followYears * DAYS_PER_YEAR), death));
    const measured = 1 + random.integer(5);
    return timeline(i + 1, [
      event(null, random.integer(2) === 0 ? "SEX/F" : "SEX/M"),
      event(index - age * DAYS_PER_YEAR, "MEDS_BIRTH"),
      event(index - recordYears * DAYS_PER_YEAR, "LAB/x", 100 + 20 * level),
      ...Array.from({ length: measured }, () =>
        event(
          index - recordYears * DAYS_PER_YEAR * random.next(),
          "LAB/x",
          100 + 20 * level + 5 * random.normal(),
        ),
      ),
      event(index, "COHORT/INDEX"),
      ...(random.next() < 0.3 ? [event(index + 200, "LAB/x", 100 + 20 * level)] : []),
      ...(onset <= end ? [event(index + onset, "DX/k1")] : []),
      event(index + end, death <= end ? "MEDS_DEATH" : "COHORT/LAST_CONTACT"),
    ]);
  });
}

/** Runs a generator of events to its end. */
export async function finish<E, R>(running: AsyncGenerator<E, R, void>, seen: E[] = []): Promise<R> {
  for (;;) {
    const next = await running.next();
    if (next.done === true) return next.value;
    seen.push(next.value);
  }
}
