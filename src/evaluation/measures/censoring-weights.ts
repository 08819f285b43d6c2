/**
 * Inverse-probability-of-censoring weights at a horizon, from the Kaplan-Meier estimate of remaining uncensored.
 * Who is known at the horizon stands for those who were censored before it: an onset or a death at t <= horizon
 * weighs 1 / G(t-), a person still followed at the horizon 1 / G(horizon-), everybody else 0 (Graf et al., Stat Med
 * 1999; Schoop et al., Biom J 2011 with competing risks). At a tied time events come before censorings.
 * Invariants: without censoring every weight is 1; weights sum to n; the weighted share of cases is the
 * Aalen-Johansen incidence.
 */
import { ascending, CENSORED, type Observations } from "./observations.ts";

/**
 * Prepares the weights; the returned function fills `weights` with multiplicity x IPCW for one resample.
 * @returns (multiplicity [n], weights [n]) => void
 */
export function prepareCensoringWeights(
  observations: Observations,
  horizonDays: number,
): (multiplicity: Float64Array, weights: Float64Array) => void {
  const { days, kind } = observations;
  const order = ascending(days);
  const n = order.length;
  return (multiplicity, weights) => {
    let atRisk = 0;
    for (let i = 0; i < n; i++) atRisk += multiplicity[i] as number;
    let uncensored = 1;
    let start = 0;
    while (start < n && (days[order[start] as number] as number) < horizonDays) {
      const time = days[order[start] as number] as number;
      let events = 0;
      let censorings = 0;
      let end = start;
      for (; end < n && days[order[end] as number] === time; end++) {
        const person = order[end] as number;
        const count = multiplicity[person] as number;
        if (kind[person] === CENSORED) {
          weights[person] = 0;
          censorings += count;
        } else {
          weights[person] = weightOf(count, uncensored);
          events += count;
        }
      }
      if (censorings > 0) uncensored *= 1 - censorings / (atRisk - events);
      atRisk -= events + censorings;
      start = end;
    }
    for (; start < n; start++) {
      const person = order[start] as number;
      weights[person] = weightOf(multiplicity[person] as number, uncensored);
    }
  };
}

/** A person not drawn weighs nothing, also when everybody drawn was censored before. */
function weightOf(count: number, uncensored: number): number {
  return count === 0 ? 0 : count / uncensored;
}
