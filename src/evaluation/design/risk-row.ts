/**
 * Risks of one person for one outcome at one landmark, as every model hands them to the evaluation.
 * The same shape as the forecast's risk table, so that its rows pass unchanged.
 */
import type { SubjectKey } from "../../timeline/patient-event.ts";

export interface RiskRow {
  readonly subjectId: SubjectKey;
  /** Days since 1970-01-01. */
  readonly predictionDay: number;
  readonly outcome: string;
  readonly landmark: string;
  /** Cumulative incidence by horizon name, death competing. */
  readonly risks: Readonly<Record<string, number>>;
}
