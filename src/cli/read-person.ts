/** The record of the person whom somebody names on the command line. */
import type { LongitudeError } from "../errors/longitude-error.ts";
import type { SubjectKey } from "../timeline/patient-event.ts";
import { type PersonRecord, readRecord } from "../timeline/read-record.ts";
import type { TimelinesOptions } from "../timeline/timeline-store.ts";

/** @param missing what is thrown where the records hold no such subject */
export async function readPerson(
  folder: string,
  subject: string,
  missing: () => LongitudeError,
  options: Pick<TimelinesOptions, "texts"> = {},
): Promise<PersonRecord> {
  if (!/^-?\d{1,16}$/.test(subject)) throw missing();
  const record = await readRecord(folder, Number(subject) as SubjectKey, options);
  if (record === null || String(record.timeline.subjectId) !== subject) throw missing();
  return record;
}
