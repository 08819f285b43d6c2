/**
 * The clock on the wall of the site. Without a time zone times stay as written; with one, a time that names its offset
 * (`Z`, `-05:00`) is moved to the wall clock of that zone, because many exports write all times in UTC.
 * Invariant: a date without a time of day is never moved.
 */
import { type CalendarTime, parseCalendarTime } from "./calendar.ts";

const MS_PER_HOUR = 3_600_000;
const MAX_REMEMBERED = 200_000;
const OFFSET = /(?:Z|([+-])(\d{2}):?(\d{2}))$/;

export class SiteClock {
  readonly #format: Intl.DateTimeFormat | null;
  /** Hour since 1970 → offset of the zone, ms: zones change on the hour, or not at all. */
  readonly #offsets = new Map<number, number>();

  /** @param zone an IANA name such as America/Chicago; null = times as written */
  constructor(zone: string | null) {
    this.#format =
      zone === null
        ? null
        : new Intl.DateTimeFormat("en-US", {
            timeZone: zone,
            hourCycle: "h23",
            year: "numeric",
            month: "2-digit",
            day: "2-digit",
            hour: "2-digit",
            minute: "2-digit",
            second: "2-digit",
          });
  }

  /** Null as `parseCalendarTime`. */
  parse(text: string): CalendarTime | null {
    const time = parseCalendarTime(text);
    if (time === null || this.#format === null || time.precision !== "time") return time;
    const offset = offsetOf(text);
    if (offset === null) return time;
    const instant = time.ms - offset;
    const ms = instant + this.#zoneOffset(instant);
    return { ms, endMs: ms, precision: "time" };
  }

  #zoneOffset(instant: number): number {
    const hour = Math.floor(instant / MS_PER_HOUR);
    let offset = this.#offsets.get(hour);
    if (offset === undefined) {
      const parts = new Map(this.#format!.formatToParts(hour * MS_PER_HOUR).map((p) => [p.type, p.value]));
      const [year, month, day, h, minute, second] = ["year", "month", "day", "hour", "minute", "second"].map(
        (part) => Number(parts.get(part as Intl.DateTimeFormatPartTypes)),
      ) as [number, number, number, number, number, number];
      offset = Date.UTC(year, month - 1, day, h, minute, second) - hour * MS_PER_HOUR;
      if (this.#offsets.size >= MAX_REMEMBERED) this.#offsets.clear();
      this.#offsets.set(hour, offset);
    }
    return offset;
  }
}

/** Milliseconds that the written zone is ahead of UTC; null when none is written. */
function offsetOf(text: string): number | null {
  const match = OFFSET.exec(text);
  if (match === null || !text.includes(":")) return null;
  if (match[1] === undefined) return 0;
  const ms = (Number(match[2]) * 60 + Number(match[3])) * 60_000;
  return match[1] === "-" ? -ms : ms;
}

/** The instant of a time with its written offset, for telling which of two is later; without one as if in UTC. */
export function instantOf(text: string): number | null {
  const time = parseCalendarTime(text);
  return time === null ? null : time.ms - (time.precision === "time" ? (offsetOf(text) ?? 0) : 0);
}
