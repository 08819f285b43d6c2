/** How often each token happens among training persons: events a year under observation. */
import type { EncodedPatient } from "../../tokens/encoded-patient.ts";
import type { Vocabulary } from "../../tokens/vocabulary.ts";
import { DAYS_PER_YEAR } from "../../vetting/duration.ts";

/** @returns by token id; 0 for a token that no training person has */
export function tokenRates(patients: readonly EncodedPatient[], vocabulary: Vocabulary): Float32Array {
  const counts = new Float64Array(vocabulary.size);
  let years = 0;
  const count = (token: number) => {
    counts[token] = (counts[token] as number) + 1;
  };
  for (const patient of patients) {
    const observed = (patient.lastDay - patient.firstDay) / DAYS_PER_YEAR;
    if (observed > 0) years += observed;
    for (const token of patient.tokens) count(token);
    if (Number.isFinite(patient.deathDay)) count(vocabulary.death);
  }
  return Float32Array.from(counts, (events) => events / Math.max(1, years));
}
