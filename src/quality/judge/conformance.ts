/** Do the records have the form that they should have? */
import { counts, type Finding, type Judged, named, share } from "./finding.ts";

export function conformance({ profile, config }: Judged): Finding[] {
  const { ingest, systems, values, codes, events } = profile;
  const found: Finding[] = [];
  for (const { source, candidates, rejected } of ingest?.sources ?? []) {
    found.push({
      check: "rejectedRows",
      of: source,
      value: share(rejected, candidates),
      n: candidates,
      detail: counts(rejected, candidates, "candidate events rejected"),
    });
  }
  if (ingest !== null && ingest.unknownUnits.length === 0) {
    const n = values.reduce((sum, one) => sum + one.n, 0);
    found.push({ check: "unknownUnits", of: "all codes", value: 0, n, detail: "none" });
  }
  const valuesOf = new Map(codes.map((code) => [code.code, code.values]));
  for (const { code, n } of ingest?.unknownUnits ?? []) {
    const all = n + (valuesOf.get(code) ?? 0);
    found.push({
      check: "unknownUnits",
      of: code,
      value: share(n, all),
      n: all,
      detail: counts(n, all, "values in a unit that is not recognised"),
    });
  }
  let unmapped = 0;
  const unmappedSystems: string[] = [];
  for (const { system, standard, events: n, malformedEvents, malformedCodes } of systems) {
    if (!standard) {
      unmapped += n;
      unmappedSystems.push(system);
    }
    if (system === "") continue;
    found.push({
      check: "malformedCodes",
      of: system,
      value: share(malformedEvents, n),
      n,
      detail: `${counts(malformedEvents, n, "events")}${after(": ", malformedCodes)}`,
    });
  }
  found.push({
    check: "unmappedCodes",
    of: "all events",
    value: share(unmapped, events),
    n: events,
    detail: `${counts(unmapped, events, "events")}${after(", of ", unmappedSystems)}`,
  });
  const orphans = systems.reduce((sum, { orphanEvents }) => sum + orphanEvents, 0);
  const orphanCodes = systems.flatMap((system) => system.orphanCodes);
  found.push({
    check: "orphanCodes",
    of: "all events",
    value: share(orphans, events),
    n: events,
    detail: `${counts(orphans, events, "events")}${after(": ", orphanCodes)}`,
  });
  return [...found, ...mixedUnits(values, config.minimumCount)];
}

function after(before: string, items: readonly string[]): string {
  return items.length === 0 ? "" : `${before}${named(items)}`;
}

/** A code set apart for its unit (`…//UNIT/…`) counts with the code that it was. */
function mixedUnits(values: Judged["profile"]["values"], minimum: number): Finding[] {
  const byCode = new Map<string, Map<string, number>>();
  for (const { code, unit, n } of values) {
    const [bare, apart] = code.split("//UNIT/") as [string, string | undefined];
    const units = byCode.get(bare) ?? new Map<string, number>();
    const name = apart ?? unit ?? "none";
    units.set(name, (units.get(name) ?? 0) + n);
    byCode.set(bare, units);
  }
  return [...byCode].flatMap(([code, units]): Finding[] => {
    const n = [...units.values()].reduce((sum, one) => sum + one, 0);
    if (n < minimum) return [];
    const others = n - Math.max(...units.values());
    const list = [...units]
      .sort((a, b) => b[1] - a[1])
      .map(([unit, count]) => `${unit} ${count.toLocaleString("en-US")}`);
    return [
      { check: "mixedUnits", of: code, value: share(others, n), n, detail: `values by unit: ${named(list)}` },
    ];
  });
}
