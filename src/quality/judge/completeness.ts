/** Is there what should be there? */
import type { DomainDensity } from "../quality-profile.ts";
import { counts, type Finding, type Judged, monthText, named, share } from "./finding.ts";

/** A code mostly has a value when at least this share of its events has one. */
const MOSTLY = 0.5;
/** Months on either side that say how many events a month should have. */
const AROUND = 6;
/** Fewer expected events than this may be missing by chance. */
const EXPECTED = 50;
const GAP = 0.2;
const SURGE = 5;

export function completeness({ profile, config, previous }: Judged): Finding[] {
  const { persons } = profile;
  const found: Finding[] = [];
  const lacking = [
    ["missingBirth", persons.withoutBirth, "persons without a date of birth"],
    ["missingSex", persons.withoutSex, "persons without a sex"],
    ["personsWithoutEvents", persons.withoutEvents, "persons without a dated event"],
  ] as const;
  for (const [check, part, what] of lacking) {
    const value = share(part, persons.n);
    found.push({ check, of: "all persons", value, n: persons.n, detail: counts(part, persons.n, what) });
  }
  for (const { code, events, values } of profile.codes) {
    if (events < config.minimumCount || values < MOSTLY * events) continue;
    const part = events - values;
    found.push({
      check: "missingValues",
      of: code,
      value: share(part, events),
      n: events,
      detail: counts(part, events, "events without a value"),
    });
  }
  for (const { domain, gaps, surges, months } of config.shiftedDates ? [] : densities({ profile })) {
    const list = (some: readonly number[]): string => named(some.map(monthText));
    found.push({
      check: "eventGaps",
      of: domain,
      value: gaps.length,
      n: months,
      detail: gaps.length === 0 ? `none in ${months} months` : `${list(gaps)}`,
    });
    found.push({
      check: "eventSurges",
      of: domain,
      value: surges.length,
      n: months,
      detail: surges.length === 0 ? `none in ${months} months` : `${list(surges)}`,
    });
  }
  if (previous !== null) found.push(...lost(profile, previous));
  return found;
}

/** Months that stand out of those around them, within the dataset's own first and last full month. */
export function densities({ profile }: Pick<Judged, "profile">): {
  readonly domain: string;
  readonly gaps: readonly number[];
  readonly surges: readonly number[];
  readonly months: number;
}[] {
  const { months, domains } = profile;
  if (months === null) return [];
  return domains.map(({ domain, firstMonth, events }) => {
    const at = (month: number): number => events[month - firstMonth] ?? 0;
    const gaps: number[] = [];
    const surges: number[] = [];
    // The first and the last month may be cut.
    for (let month = months.first + 1; month < months.last; month++) {
      const around: number[] = [];
      for (let other = month - AROUND; other <= month + AROUND; other++) {
        if (other !== month && other > months.first && other < months.last) around.push(at(other));
      }
      // A feed that has stopped has nothing after it: what came before counts.
      const expected = Math.max(median(around), median(around.slice(0, AROUND)) * (at(month) === 0 ? 1 : 0));
      if (around.length < AROUND) continue;
      if (expected >= EXPECTED && at(month) < GAP * expected) gaps.push(month);
      if (at(month) > SURGE * Math.max(expected, EXPECTED)) surges.push(month);
    }
    return { domain, gaps, surges, months: Math.max(0, months.last - months.first - 1) };
  });
}

function lost(profile: Judged["profile"], previous: Judged["profile"]): Finding[] {
  const before = previous.persons.n;
  const missing = Math.max(0, before - profile.persons.n);
  const found: Finding[] = [
    {
      check: "lostPersons",
      of: "all persons",
      value: share(missing, before),
      n: before,
      detail: `${profile.persons.n.toLocaleString("en-US")} now, ${before.toLocaleString("en-US")} before`,
    },
  ];
  // The last month of the previous import was not yet full.
  const until = previous.months?.last ?? Number.NEGATIVE_INFINITY;
  for (const domain of previous.domains) {
    const was = eventsUntil(domain, until);
    const now = profile.domains.find((one) => one.domain === domain.domain);
    const is = now === undefined ? 0 : eventsUntil(now, until);
    found.push({
      check: "lostEvents",
      of: domain.domain,
      value: share(Math.max(0, was - is), was),
      n: was,
      detail: `${is.toLocaleString("en-US")} now, ${was.toLocaleString("en-US")} before, up to ${monthText(until - 1)}`,
    });
  }
  return found;
}

function eventsUntil({ firstMonth, events }: DomainDensity, month: number): number {
  return events.slice(0, Math.max(0, month - firstMonth)).reduce((sum, n) => sum + n, 0);
}

export function median(values: readonly number[]): number {
  if (values.length === 0) return 0;
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
