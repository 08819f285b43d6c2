/**
 * Dates and times as records write them (ISO 8601, any precision), as naive milliseconds.
 * The wall clock is kept as written and the zone is not applied: MEDS is naive, and a birth date, a death date and a
 * laboratory time of one hospital then stand on the same calendar.
 */
export const MS_PER_DAY = 86_400_000;

export type Precision = "year" | "month" | "day" | "time";

export interface CalendarTime {
  /** Start of the period that was written, ms. */
  readonly ms: number;
  /** Last instant of that period, ms; equals `ms` when a time of day was given. */
  readonly endMs: number;
  readonly precision: Precision;
}

const PATTERN =
  /^(\d{4})(?:-(\d{2})(?:-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?(?:Z|[+-]\d{2}:?\d{2})?)?)?)?$/;
const FIRST_YEAR = 1800;
const LAST_YEAR = 2300;

/** Null when the text is not a date, or not one of the calendar (30 February), or outside 1800 to 2300. */
export function parseCalendarTime(text: string): CalendarTime | null {
  let time = remembered.get(text);
  if (time === undefined) {
    time = calendarTimeOf(text);
    if (remembered.size >= MAX_REMEMBERED) remembered.clear();
    remembered.set(text, time);
  }
  return time;
}

/** What happens in one visit is often written with one time. */
const remembered = new Map<string, CalendarTime | null>();
const MAX_REMEMBERED = 2_000;

function calendarTimeOf(text: string): CalendarTime | null {
  const match = PATTERN.exec(text);
  if (match === null) return null;
  const year = Number(match[1]);
  const month = match[2] === undefined ? 1 : Number(match[2]);
  const day = match[3] === undefined ? 1 : Number(match[3]);
  if (year < FIRST_YEAR || year > LAST_YEAR || month < 1 || month > 12) return null;
  if (day < 1 || day > daysOfMonth(year, month)) return null;
  const midnight = Date.UTC(year, month - 1, day);
  if (match[4] !== undefined) {
    const [hour, minute, second] = [Number(match[4]), Number(match[5]), Number(match[6] ?? 0)];
    if (hour > 23 || minute > 59 || second > 60) return null;
    const fraction = match[7] === undefined ? 0 : Math.floor(Number(`0.${match[7]}`) * 1000);
    const ms = midnight + ((hour * 60 + minute) * 60 + Math.min(second, 59)) * 1000 + fraction;
    return { ms, endMs: ms, precision: "time" };
  }
  if (match[3] !== undefined) return { ms: midnight, endMs: midnight + MS_PER_DAY - 1, precision: "day" };
  const next = match[2] === undefined ? Date.UTC(year + 1, 0, 1) : Date.UTC(year, month, 1);
  return { ms: midnight, endMs: next - 1, precision: match[2] === undefined ? "year" : "month" };
}

function daysOfMonth(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

/** `YYYY-MM-DD`. */
export function isoDate(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}
