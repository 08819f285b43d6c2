/** One person's record, and what its codes are called. */
import { openTimelineStore } from "./open-timeline-store.ts";
import type { SubjectKey, Timeline } from "./patient-event.ts";
import type { TimelinesOptions } from "./timeline-store.ts";

export interface PersonRecord {
  readonly timeline: Timeline;
  /** Code → text, as the records name it. */
  readonly descriptions: ReadonlyMap<string, string>;
}

/** @returns null where the records hold no such subject */
export async function readRecord(
  folder: string,
  subject: SubjectKey,
  options: Pick<TimelinesOptions, "texts"> = {},
): Promise<PersonRecord | null> {
  const store = await openTimelineStore(folder);
  try {
    const timeline = await store.timeline(subject, options);
    if (timeline === null) return null;
    const codes = await store.codes();
    const descriptions = codes.flatMap(({ code, description }) =>
      description === null ? [] : [[code, description] as const],
    );
    return { timeline, descriptions: new Map(descriptions) };
  } finally {
    store.close();
  }
}
