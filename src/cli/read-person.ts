/** One person's record of a site, and what its codes are called. */
import type { LongitudeError } from "../errors/longitude-error.ts";
import { openTimelineStore } from "../timeline/open-timeline-store.ts";
import type { SubjectKey, Timeline } from "../timeline/patient-event.ts";
import type { TimelinesOptions } from "../timeline/timeline-store.ts";

export interface ReadPerson {
  readonly timeline: Timeline;
  readonly descriptions: ReadonlyMap<string, string>;
}

/** @param missing what is thrown where the records hold no such subject */
export async function readPerson(
  folder: string,
  subject: string,
  missing: () => LongitudeError,
  options: Pick<TimelinesOptions, "texts"> = {},
): Promise<ReadPerson> {
  if (!/^-?\d{1,16}$/.test(subject)) throw missing();
  const store = await openTimelineStore(folder);
  try {
    const timeline = await store.timeline(Number(subject) as SubjectKey, options);
    if (timeline === null || String(timeline.subjectId) !== subject) throw missing();
    const codes = await store.codes();
    const descriptions = codes.flatMap(({ code, description }) =>
      description === null ? [] : [[code, description] as const],
    );
    return { timeline, descriptions: new Map(descriptions) };
  } finally {
    store.close();
  }
}
