/** The whole record of one person, as a reviewer of a chart reads it. */
import { openTimelineStore } from "../../timeline/open-timeline-store.ts";
import { MS_PER_DAY } from "../duration.ts";

export interface ChartLine {
  /** YYYY-MM-DD; null: undated. */
  readonly date: string | null;
  readonly code: string;
  readonly value: number | null;
  readonly unit: string | null;
  readonly text: string | null;
}

/**
 * @param records folder of the site's records
 * @returns in the order of the record; empty when nobody of this key is in the records
 */
export async function readChart(records: string, subjectKey: string): Promise<ChartLine[]> {
  const store = await openTimelineStore(records);
  try {
    for await (const timeline of store.timelines()) {
      if (String(timeline.subjectId) !== subjectKey) continue;
      return timeline.events.map(({ time, code, numericValue, textValue, unit }) => ({
        date: time === null ? null : dayOf(time),
        code,
        value: numericValue,
        unit,
        text: textValue,
      }));
    }
    return [];
  } finally {
    store.close();
  }
}

function dayOf(ms: number): string {
  return new Date(Math.floor(ms / MS_PER_DAY) * MS_PER_DAY).toISOString().slice(0, 10);
}
