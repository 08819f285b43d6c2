/** Can the records be true, taken by themselves? */
import { quantileOf } from "../distribution-distance.ts";
import type { ValueDistribution } from "../quality-profile.ts";
import { counts, type Finding, type Judged, named, share } from "./finding.ts";

export function plausibility({ profile, config, thisMonth }: Judged): Finding[] {
  const { ingest, persons, events, domains, sexes, encounters, values } = profile;
  const found: Finding[] = [];
  for (const { domain, events: byMonth, repeats, onNewYear, firstMonth } of domains) {
    const n = byMonth.reduce((sum, one) => sum + one, 0);
    found.push({
      check: "duplicates",
      of: domain,
      value: share(repeats, n),
      n,
      detail: counts(repeats, n, "events repeat another"),
    });
    if (n >= config.minimumCount && !config.shiftedDates) {
      found.push({
        check: "newYearDates",
        of: domain,
        value: share(onNewYear, n),
        n,
        detail: counts(onNewYear, n, "events on the first of January"),
      });
    }
    if (!config.shiftedDates) {
      const future = byMonth
        .slice(Math.max(0, thisMonth + 1 - firstMonth))
        .reduce((sum, one) => sum + one, 0);
      found.push({
        check: "futureEvents",
        of: domain,
        value: share(future, n),
        n,
        detail: counts(future, n, "events after the present month"),
      });
    }
  }
  if (ingest !== null) found.push(none("copiedCodes", events));
  found.push(none("constantValues", values.length));
  const open = (ingest?.copied ?? []).filter(({ resolved }) => !resolved);
  for (const { codes, rows } of open) {
    const detail = `equal values in at least 99 % of ${rows.toLocaleString("en-US")} joint rows, and both are kept`;
    found.push({ check: "copiedCodes", of: codes.join(" = "), value: 1, n: rows, detail });
  }
  const candidates = ingest?.sources.reduce((sum, source) => sum + source.candidates, 0) ?? events;
  const outside = profile.outsideLife + (ingest?.outsideLife ?? 0);
  found.push({
    check: "outsideLife",
    of: "all events",
    value: share(outside, candidates),
    n: candidates,
    detail: `${counts(outside, candidates, "events")}${ingest === null ? "" : `, ${ingest.outsideLife.toLocaleString("en-US")} of them rejected by the ingest`}`,
  });
  found.push({
    check: "oldAges",
    of: "all persons",
    value: share(persons.olderThan120, persons.n),
    n: persons.n,
    detail: counts(persons.olderThan120, persons.n, "persons"),
  });
  if (encounters.n > 0) {
    found.push({
      check: "reversedEncounters",
      of: "all encounters",
      value: share(encounters.reversed, encounters.n),
      n: encounters.n,
      detail: counts(encounters.reversed, encounters.n, "encounters with a beginning and an end"),
    });
  }
  for (const { group, n, wrong } of sexes) {
    const detail = counts(wrong, n, "diagnoses");
    found.push({ check: "wrongSex", of: group, value: share(wrong, n), n, detail });
  }
  return [...found, ...values.flatMap((one) => ofValues(one, config))];
}

/** So that a check that found nothing has judged something. */
function none(check: Finding["check"], n: number): Finding {
  return { check, of: "all codes", value: 0, n, detail: "none" };
}

function ofValues(
  one: ValueDistribution,
  { minimumCount: minimum, shiftedDates }: Judged["config"],
): Finding[] {
  const { code, unit, n, distinct, outside, mislabelled, years, x } = one;
  const of = unit === null ? code : `${code} in ${unit}`;
  const found: Finding[] = [];
  if (outside !== null) {
    const detail = counts(outside, n, "values beyond the stated limits");
    found.push({ check: "implausibleValues", of, value: share(outside, n), n, detail });
  }
  if (mislabelled !== null) {
    found.push({
      check: "mislabelledUnits",
      of,
      value: share(mislabelled.n, n),
      n,
      detail: `${counts(mislabelled.n, n, "values")} lie apart from the others and would be usual in ${mislabelled.unit}`,
    });
  }
  if (n < minimum) return found;
  if (distinct === 1) {
    found.push({ check: "constantValues", of, value: 1, n, detail: "one value in every event" });
    return found;
  }
  const width = quantileOf(one, 0.75) - quantileOf(one, 0.25);
  const judged = years.filter((year) => year.n >= minimum);
  if (shiftedDates || judged.length < 3 || width <= 0 || x.length < 10) return found;
  const centre = quantileOf(one, 0.5);
  const shifts = judged
    .map(({ year, median }) => ({ year, shift: Math.abs(median - centre) / width }))
    .sort((a, b) => b.shift - a.shift);
  const far = shifts.filter(({ shift }) => shift > 1).map(({ year }) => String(year));
  found.push({
    check: "levelShifts",
    of,
    value: shifts[0]!.shift,
    n,
    detail:
      far.length === 0
        ? `farthest year ${shifts[0]!.year}, of ${judged.length} years`
        : `years apart: ${named(far)}, of ${judged.length}`,
  });
  return found;
}
