/** Log rate of each outcome in each time piece over all persons: where the onset head starts. */
import type { EncodedPatient } from "../tokens/encoded-patient.ts";
import { lastTaughtDay } from "./epoch-plan.ts";
import { addOnsetTarget, type OnsetShape, piecesOf } from "./onset-target.ts";

/** Half an event, and the time in which the outcome has so many, are added: a piece nobody reached has a finite rate. */
const PRIOR_EVENTS = 0.5;

/**
 * @param clock between the moments of a record that count, and until when after the index date, days
 * @returns [outcomes x pieces], log events per year at risk
 */
export function logBaseRates(
  patients: readonly EncodedPatient[],
  onset: OnsetShape,
  beforeIndexWeight: number,
  clock: { readonly periodDays: number; readonly learnUntilDays: number },
): Float32Array {
  const columns = onset.outcomes * piecesOf(onset);
  const totals = { exposure: new Float32Array(columns), events: new Float32Array(columns), offset: 0 };
  for (const patient of patients) {
    const anchor = Number.isFinite(patient.indexDay) ? patient.indexDay : patient.firstDay;
    const { periodDays } = clock;
    const last = lastTaughtDay(patient, clock.learnUntilDays);
    const first = anchor - periodDays * Math.floor((anchor - patient.firstDay) / periodDays);
    for (let day = first; day < patient.lastDay && day <= last; day += periodDays) {
      addOnsetTarget(patient, day, day < anchor ? beforeIndexWeight : 1, onset, totals);
    }
  }
  const pieces = piecesOf(onset);
  const sumOver = (of: Float32Array, k: number): number =>
    of.subarray(k * pieces, (k + 1) * pieces).reduce((sum, value) => sum + value, 0);
  return totals.exposure.map((years, i) => {
    const k = Math.floor(i / pieces);
    const priorYears =
      (PRIOR_EVENTS * (sumOver(totals.exposure, k) + 1)) / (sumOver(totals.events, k) + PRIOR_EVENTS);
    return Math.log(((totals.events[i] as number) + PRIOR_EVENTS) / (years + priorYears));
  });
}
