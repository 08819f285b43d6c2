/** Log rate of each outcome in each time piece over all persons: where the onset head starts. */
import type { EncodedPatient } from "../tokens/encoded-patient.ts";
import { DAYS_PER_YEAR } from "../vetting/duration.ts";
import { addOnsetTarget, type OnsetShape, piecesOf } from "./onset-target.ts";

/** Half an event and a hundred years are added, so that a piece nobody reached has a finite, low rate. */
const PRIOR_EVENTS = 0.5;
const PRIOR_YEARS = 100;

/** @returns [outcomes x pieces], log events per year at risk, over yearly moments of each person's record */
export function logBaseRates(
  patients: readonly EncodedPatient[],
  onset: OnsetShape,
  beforeIndexWeight: number,
): Float32Array {
  const columns = onset.outcomes * piecesOf(onset);
  const totals = { exposure: new Float32Array(columns), events: new Float32Array(columns), offset: 0 };
  for (const patient of patients) {
    const anchor = Number.isFinite(patient.indexDay) ? patient.indexDay : patient.firstDay;
    const first = anchor - DAYS_PER_YEAR * Math.floor((anchor - patient.firstDay) / DAYS_PER_YEAR);
    for (let day = first; day < patient.lastDay; day += DAYS_PER_YEAR) {
      addOnsetTarget(patient, day, day < anchor ? beforeIndexWeight : 1, onset, totals);
    }
  }
  return totals.exposure.map((years, i) =>
    Math.log(((totals.events[i] as number) + PRIOR_EVENTS) / (years + PRIOR_YEARS)),
  );
}
