/** Patient histories of some splits of a records folder, in ascending subject order, with the split of each. */
import { LongitudeError } from "../../errors/longitude-error.ts";
import { MEDS_SPLITS_MISSING } from "../../errors/registry.ts";
import { openTimelineStore } from "../../timeline/open-timeline-store.ts";
import type { Split } from "../../timeline/patient-event.ts";
import {
  type CohortDefinition,
  type OutcomesSection,
  resolveOutcomes,
} from "../../vetting/outcome-definition.ts";
import { buildHistory, type PatientHistory } from "../../vetting/patient-history.ts";

export interface Histories {
  readonly histories: readonly PatientHistory[];
  /** Split of the history at the same position. */
  readonly splits: readonly Split[];
}

/**
 * @param wanted splits to read; everybody when left out
 * @param texts whether notes are read too: only a model that reads notes needs them
 */
export async function readHistories(
  records: string,
  cohort: CohortDefinition,
  outcomes: OutcomesSection,
  wanted?: readonly Split[],
  texts = false,
): Promise<Histories> {
  const store = await openTimelineStore(records);
  try {
    const definitions = resolveOutcomes(outcomes);
    const splitOf = await store.splits();
    const histories: PatientHistory[] = [];
    const splits: Split[] = [];
    for await (const timeline of store.timelines({
      texts,
      ...(wanted === undefined ? {} : { splits: wanted }),
    })) {
      const split = splitOf.get(timeline.subjectId);
      if (split === undefined) {
        throw new LongitudeError(MEDS_SPLITS_MISSING, "a person of the records has no split");
      }
      histories.push(buildHistory(timeline, cohort, definitions));
      splits.push(split);
    }
    return { histories, splits };
  } finally {
    store.close();
  }
}
