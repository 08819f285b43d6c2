/** A de-identified timeline as another institution sends it: codes with times, and no identifier. */
import { z } from "zod";
import type { SourcedEvent } from "./patient-record.ts";

const time = z.iso
  .datetime({ offset: true, local: true })
  .or(z.iso.date())
  .describe("ISO 8601; a date means its first instant");

const eventSchema = z.strictObject({
  /** Null or left out for what has no time, e.g. `SEX/F`. */
  time: time.nullish(),
  /** `SYSTEM/code`, e.g. `LOINC/4548-4`, `ICD10CM/E11.9`, `SEX/F`, `MEDS_BIRTH`. */
  code: z.string().regex(/^[^\s\p{Cc}]{1,200}$/u, "a code without spaces"),
  numericValue: z.number().nullish(),
  /** UCUM. */
  unit: z.string().max(100).nullish(),
  /** When it could have been known; at `time` when left out. */
  availableTime: time.nullish(),
});

export const timelineSchema = z.strictObject({
  events: z.array(eventSchema).min(1).max(100_000),
});

export const instantSchema = time;

export function timelineEvents({ events }: z.output<typeof timelineSchema>): SourcedEvent[] {
  const read = events.map(
    (event): SourcedEvent => ({
      time: instantOf(event.time),
      code: event.code,
      numericValue: event.numericValue == null ? null : Math.fround(event.numericValue),
      textValue: null,
      unit: event.unit ?? null,
      availableTime: instantOf(event.availableTime),
      encounterId: null,
      source: "timeline",
      resource: null,
    }),
  );
  return read
    .map((event, i) => ({ event, i }))
    .sort(
      (a, b) =>
        (a.event.time ?? Number.NEGATIVE_INFINITY) - (b.event.time ?? Number.NEGATIVE_INFINITY) || a.i - b.i,
    )
    .map(({ event }) => event);
}

/** A time without an offset is read as it stands, as everywhere in a dataset. */
export function instantOf(text: string | null | undefined): number | null {
  if (text == null) return null;
  const hasZone = /(Z|[+-]\d{2}:?\d{2})$/.test(text) && text.includes("T");
  return Date.parse(text.includes("T") && !hasZone ? `${text}Z` : text);
}
