/**
 * Dates as spreadsheets and hospital systems write them, respelled as ISO 8601 by a stated format.
 * Invariant: a text that does not fit the format is null; day and month are never guessed.
 */
const PARTS: Readonly<Record<string, string>> = {
  YYYY: "(?<year>\\d{4})",
  YY: "(?<shortYear>\\d{2})",
  MMM: "(?<monthName>[A-Za-z]{3})",
  MM: "(?<month>\\d{1,2})",
  DD: "(?<day>\\d{1,2})",
  HH: "(?<hour>\\d{1,2})",
  mm: "(?<minute>\\d{2})",
  ss: "(?<second>\\d{2})",
  A: "(?<half>[AaPp][Mm])",
};
const MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split(" ");
const patterns = new Map<string, RegExp>();

/** @param clock the time of day when it stands in a column of its own, `8:30` or `0830` */
export function isoOf(text: string, format: string | null, clock: string | null): string | null {
  const date = format === null ? text : byFormat(text, format);
  if (date === null || clock === null) return date;
  const found = /^(\d{1,2}):?(\d{2})(?::?(\d{2}))?$/.exec(clock);
  if (found === null || date.length !== "2020-01-02".length) return null;
  return `${date}T${found[1]!.padStart(2, "0")}:${found[2]}:${found[3] ?? "00"}`;
}

function byFormat(text: string, format: string): string | null {
  let pattern = patterns.get(format);
  if (pattern === undefined) {
    pattern = patternOf(format);
    patterns.set(format, pattern);
  }
  const found = pattern.exec(text)?.groups;
  if (found === undefined) return null;
  const year = found.year ?? fullYear(found.shortYear);
  const month = found.month ?? monthNumber(found.monthName);
  if (year === null || month === null) return null;
  const two = (part: string): string => part.padStart(2, "0");
  if (month === undefined) return year;
  if (found.day === undefined) return `${year}-${two(month)}`;
  const day = `${year}-${two(month)}-${two(found.day)}`;
  if (found.hour === undefined) return day;
  const hour = hourOf(Number(found.hour), found.half?.toLowerCase());
  return hour === null ? null : `${day}T${two(String(hour))}:${found.minute ?? "00"}:${found.second ?? "00"}`;
}

function patternOf(format: string): RegExp {
  const parts = format.split(/(YYYY|YY|MMM|MM|DD|HH|mm|ss|A)/);
  return new RegExp(
    `^${parts.map((part) => PARTS[part] ?? part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join("")}$`,
  );
}

/** Two digits: 00 to 49 are of this century, as most systems have it. */
function fullYear(digits: string | undefined): string | null {
  return digits === undefined ? null : `${Number(digits) < 50 ? "20" : "19"}${digits}`;
}

function monthNumber(name: string | undefined): string | null | undefined {
  if (name === undefined) return undefined;
  const position = MONTHS.indexOf(name.toLowerCase());
  return position < 0 ? null : String(position + 1);
}

function hourOf(hour: number, half: string | undefined): number | null {
  if (half === undefined) return hour;
  if (hour < 1 || hour > 12) return null;
  return (hour % 12) + (half === "pm" ? 12 : 0);
}
