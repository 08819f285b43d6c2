/** One person's history as it was known at a time. */
import type { Timeline } from "../../timeline/patient-event.ts";
import { buildHistory, type PatientHistory } from "../../vetting/patient-history.ts";
import type { SourcedEvent } from "../records/patient-record.ts";
import type { ServedModel } from "./served-model.ts";

export interface KnownTime {
  /** Nothing that happened or became known later is looked at, ms. */
  readonly knownUntil: number;
  /** Prediction time, days since 1970-01-01. */
  readonly day: number;
}

/** The key of nobody: a record is not told apart by whose it is. */
const NOBODY = 0 as Timeline["subjectId"];

export function historyAt(
  model: ServedModel,
  all: readonly SourcedEvent[],
  { knownUntil, day }: KnownTime,
): PatientHistory {
  const events = all.filter(
    ({ time, availableTime }) => (time === null || time <= knownUntil) && (availableTime ?? 0) <= knownUntil,
  );
  const history = buildHistory({ subjectId: NOBODY, events }, model.cohort, model.outcomes);
  // The prediction time is the index: a record in care has no cohort's index date.
  return { ...history, indexDay: history.indexDay ?? day };
}
