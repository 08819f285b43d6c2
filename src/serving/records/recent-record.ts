/** Moves the dates of one example person's resources as one, so that the newest event lies thirty days back: a record of today. */
export interface DatedResource {
  readonly resourceType: string;
  readonly [key: string]: unknown;
}

const DAY_MS = 86_400_000;
const NEWEST_DAYS_BACK = 30;
const DATE = /^\d{4}-\d{2}-\d{2}/;

/** Deaths and encounters are left out: what is shown is a living person's record. */
export function recentRecord<R extends DatedResource>(resources: readonly R[], now: number): R[] {
  const days = resources
    .filter(({ resourceType }) => resourceType === "Condition" || resourceType === "Observation")
    .flatMap(({ onsetDateTime, effectiveDateTime }) => [onsetDateTime, effectiveDateTime])
    .flatMap((date) => (typeof date === "string" && DATE.test(date) ? [date] : []))
    .sort();
  const newest = days.at(-1);
  if (newest === undefined) return [...resources];
  const by = Math.floor((now - Date.parse(newest.slice(0, 10))) / DAY_MS) - NEWEST_DAYS_BACK;
  return resources
    .filter(({ resourceType }) => resourceType !== "Encounter")
    .map((resource) => movedBy(resource, by) as R);
}

function movedBy(value: unknown, by: number): unknown {
  if (typeof value === "string" && DATE.test(value))
    return new Date(Date.parse(value.slice(0, 10)) + by * DAY_MS).toISOString().slice(0, 10);
  if (Array.isArray(value)) return value.map((one) => movedBy(one, by));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, one]) =>
      key.startsWith("deceased") ? [] : [[key, movedBy(one, by)]],
    ),
  );
}
