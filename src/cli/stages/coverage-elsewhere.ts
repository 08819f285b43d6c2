/** How well a site's vocabulary covers records from elsewhere: what a hospital that codes otherwise must know first. */
import { CoverageCounter, type CoverageReport } from "../../tokens/coverage.ts";
import { encodePatient } from "../../tokens/encoded-patient.ts";
import { layOut } from "../../tokens/lay-out.ts";
import type { Vocabulary } from "../../tokens/vocabulary.ts";
import type { PatientHistory } from "../../vetting/patient-history.ts";

export function coverageElsewhere(
  histories: readonly PatientHistory[],
  vocabulary: Vocabulary,
): CoverageReport {
  const counter = new CoverageCounter();
  for (const history of histories) {
    const patient = encodePatient(history, vocabulary, (code, match, via) => counter.event(code, match, via));
    if (!Number.isFinite(patient.lastDay)) continue; // nothing dated in the record: nothing to lay out
    const until = { anchorDay: patient.lastDay, untilDay: patient.lastDay };
    counter.person(layOut(patient, vocabulary, until).tokens.length);
  }
  return counter.report(vocabulary.size);
}
