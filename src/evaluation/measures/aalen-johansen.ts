/**
 * Aalen-Johansen cumulative incidence of the outcome at a horizon with death competing (Aalen & Johansen 1978):
 * F(h) = sum over onset times t <= h of S(t-) d(t) / Y(t), S the Kaplan-Meier of remaining free of onset and death.
 * Invariant: without deaths it is one minus Kaplan-Meier; without censoring it is the share of cases.
 */
import { ascending, CENSORED, type Observations, ONSET } from "./observations.ts";

/**
 * Prepares the estimate for one horizon.
 * @returns multiplicity [n] => incidence, NaN when nobody is at risk
 */
export function prepareAalenJohansen(
  observations: Observations,
  horizonDays: number,
): (multiplicity: Float64Array) => number {
  const { days, kind } = observations;
  const order = ascending(days);
  const n = order.length;
  return (multiplicity) => {
    let atRisk = 0;
    for (let i = 0; i < n; i++) atRisk += multiplicity[order[i] as number] as number;
    if (atRisk === 0) return Number.NaN;
    let free = 1;
    let incidence = 0;
    let start = 0;
    while (start < n && (days[order[start] as number] as number) <= horizonDays) {
      const time = days[order[start] as number] as number;
      let onsets = 0;
      let events = 0;
      let leaving = 0;
      for (; start < n && days[order[start] as number] === time; start++) {
        const person = order[start] as number;
        const count = multiplicity[person] as number;
        leaving += count;
        if (kind[person] !== CENSORED) events += count;
        if (kind[person] === ONSET) onsets += count;
      }
      if (events > 0) {
        incidence += (free * onsets) / atRisk;
        free *= 1 - events / atRisk;
      }
      atRisk -= leaving;
    }
    return incidence;
  };
}
