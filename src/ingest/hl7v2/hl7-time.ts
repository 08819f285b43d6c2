/** HL7 dates and times (`YYYYMMDDHHMMSS.SSS+ZZZZ`, any prefix of it), with the wall clock kept as for every format. */
import { type CalendarTime, parseCalendarTime } from "../calendar.ts";

const PATTERN = /^(\d{4})(\d{2})?(\d{2})?(\d{2})?(\d{2})?(\d{2})?(\.\d{1,9})?([+-]\d{4})?$/;

/** Null when the text is no date, or none of the calendar. */
export function hl7Time(text: string): CalendarTime | null {
  const match = PATTERN.exec(text);
  if (match === null) return null;
  const [, year, month, day, hour, minute, second, fraction] = match;
  if (hour === undefined || day === undefined || month === undefined) {
    return parseCalendarTime([year, month, day].filter((part) => part !== undefined).join("-"));
  }
  return parseCalendarTime(
    `${year}-${month}-${day}T${hour}:${minute ?? "00"}:${second ?? "00"}${second === undefined ? "" : (fraction ?? "")}`,
  );
}
