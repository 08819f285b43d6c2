/** One thing that a check found: what of, how much, of how many. */
import type { CheckId, QualityConfig } from "../quality-config.ts";
import type { QualityProfile } from "../quality-profile.ts";

export interface Finding {
  readonly check: CheckId;
  /** Domain, system, code or group. Never a person. */
  readonly of: string;
  readonly value: number;
  /** What the value is measured on: events, persons, values, months. */
  readonly n: number;
  /** Counts and the like, in words. */
  readonly detail: string;
}

/** What the checks look at. */
export interface Judged {
  readonly profile: QualityProfile;
  /** The import before, if one is known. */
  readonly previous: QualityProfile | null;
  readonly config: QualityConfig;
  /** Months from January of year 0, today's. */
  readonly thisMonth: number;
}

export function share(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}

export function monthText(month: number): string {
  return `${Math.floor(month / 12)}-${String((month % 12) + 1).padStart(2, "0")}`;
}

/** `a, b, c and 4 more` */
export function named(items: readonly string[], shown = 5): string {
  const more = items.length - shown;
  return more > 0 ? `${items.slice(0, shown).join(", ")} and ${more} more` : items.join(", ");
}

export function counts(part: number, whole: number, what: string): string {
  return `${part.toLocaleString("en-US")} of ${whole.toLocaleString("en-US")} ${what}`;
}
