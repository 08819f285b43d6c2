/** What simulated futures of one person say: when each outcome first happened in each of them, and how each ended. */
import type { OutcomeDefinition } from "../../vetting/outcome-definition.ts";
import type { ShownPatient } from "./report-input.ts";

export const DAYS_PER_YEAR = 365.25;

export interface FutureOnset {
  /** Position in the outcomes. */
  readonly outcome: number;
  readonly years: number;
}

export interface ReadFuture {
  /** First time of each outcome that the person was at risk of, in order of time. */
  readonly onsets: readonly FutureOnset[];
  /** Years at which the future ends. */
  readonly ends: number;
  readonly died: boolean;
  /** Reached its token limit before the horizon. */
  readonly cut: boolean;
  /** Years of every simulated event. */
  readonly events: readonly number[];
}

/** @param years the furthest year that is shown */
export function readFutures(
  patient: ShownPatient,
  outcomes: readonly OutcomeDefinition[],
  years: number,
): ReadFuture[] {
  const atRisk = outcomes.map(
    ({ name }) => patient.risks.find(({ outcome }) => outcome === name)?.atRisk ?? false,
  );
  return patient.futures.map(({ end, events }) => {
    const onsets: FutureOnset[] = [];
    for (const [k, outcome] of outcomes.entries()) {
      const first = atRisk[k] ? events.find(({ code }) => outcome.matches(code, null)) : undefined;
      if (first !== undefined) onsets.push({ outcome: k, years: first.days / DAYS_PER_YEAR });
    }
    const times = events.map(({ days }) => days / DAYS_PER_YEAR);
    return {
      onsets: onsets.sort((a, b) => a.years - b.years),
      ends: end === "horizon" ? years : Math.min(years, times.at(-1) ?? 0),
      died: end === "death",
      cut: end !== "horizon" && end !== "death",
      events: times,
    };
  });
}

/** Share of the futures in which an outcome has happened by a time. */
export function shareBy(futures: readonly ReadFuture[], outcome: number, years: number): number {
  const had = futures.filter(({ onsets }) =>
    onsets.some((onset) => onset.outcome === outcome && onset.years <= years + 1e-6),
  ).length;
  return futures.length === 0 ? 0 : had / futures.length;
}
