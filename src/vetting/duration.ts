/** Durations as people write them (`90min`, `48h`, `30d`, `6mo`, `5y`), in days. One year is 365.25 days, one month a twelfth of it. */
export const DAYS_PER_YEAR = 365.25;
export const MS_PER_DAY = 86_400_000;

const DAYS_OF_UNIT = {
  min: 1 / 1440,
  h: 1 / 24,
  d: 1,
  w: 7,
  mo: DAYS_PER_YEAR / 12,
  y: DAYS_PER_YEAR,
} as const;
const PATTERN = /^(\d+(?:\.\d+)?)(min|h|d|w|mo|y)$/;

/** Days, or null when the text is not a duration. */
export function parseDurationDays(text: string): number | null {
  const match = PATTERN.exec(text);
  if (match === null) return null;
  return Number(match[1]) * DAYS_OF_UNIT[match[2] as keyof typeof DAYS_OF_UNIT];
}

const WORD_OF_UNIT: Readonly<Record<string, string>> = {
  min: "minute",
  h: "hour",
  d: "day",
  w: "week",
  mo: "month",
  y: "year",
};

/** `5y` → `5 years` */
export function durationText(written: string): string {
  const match = PATTERN.exec(written);
  if (match === null) return written;
  const [, amount, unit] = match;
  return `${amount} ${WORD_OF_UNIT[unit ?? ""]}${amount === "1" ? "" : "s"}`;
}
