/** Spans of days as people say them, and whether an interval leaves a value out. */
import type english from "../../../languages/en/evidence.json";
import type { Values } from "../../language/texts.ts";

export interface Span {
  readonly fromDays: number;
  readonly toDays: number | null;
}

type Say = (key: keyof typeof english, values?: Values) => string;

const DAYS_PER_YEAR = 365.25;

/** `1 to 30 days`, `1 to 2 years`, `over 10 years` */
export function spanText({ fromDays, toDays }: Span, t: Say): string {
  if (toDays === null) return t("spanOver", { from: told(fromDays, t) });
  if (fromDays === 0) return t("spanTo", { to: told(toDays, t) });
  return t("span", { from: told(fromDays, t), to: told(toDays, t) });
}

function told(days: number, t: Say): string {
  const years = days / DAYS_PER_YEAR;
  return Number.isInteger(years) ? t("years", { count: years }) : t("days", { count: days });
}

export function beyond(
  interval: { readonly low: number; readonly high: number } | null,
  value: number | null,
): boolean {
  return interval !== null && value !== null && (interval.low > value || interval.high < value);
}
