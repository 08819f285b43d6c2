/** Events by domain and month, and what of them stands twice. */
import type { Database } from "../../timeline/database.ts";
import type { DomainDensity, QualityProfile } from "../quality-profile.ts";

/** Beyond these shares of the dated events lie stragglers: a childhood disease, a plan for next year. */
const FIRST = 0.001;
const LAST = 0.999;

export interface Density {
  readonly events: number;
  readonly months: QualityProfile["months"];
  readonly domains: DomainDensity[];
}

export async function measureDensity(database: Database): Promise<Density> {
  const rows = await database.rows(`
    SELECT domain, month, CAST(count(*) AS DOUBLE) AS n,
           CAST(count(*) FILTER (WHERE month(time) = 1 AND day(time) = 1) AS DOUBLE) AS on_new_year
    FROM event WHERE time IS NOT NULL AND code NOT IN ('MEDS_BIRTH', 'MEDS_DEATH')
    GROUP BY domain, month ORDER BY domain, month`);
  const repeats = new Map(
    (
      await database.rows(`
        SELECT domain, CAST(sum(n - 1) AS DOUBLE) AS repeats FROM (
          SELECT any_value(domain) AS domain, count(*) AS n FROM event WHERE time IS NOT NULL
          GROUP BY subject_id, time, code, numeric_value, unit, text_value HAVING count(*) > 1)
        GROUP BY domain`)
    ).map((row) => [String(row.domain), row.repeats as number]),
  );
  const [total] = await database.rows("SELECT CAST(count(*) AS DOUBLE) AS n FROM event");
  const byDomain = new Map<string, { month: number; n: number; onNewYear: number }[]>();
  for (const row of rows) {
    const domain = String(row.domain);
    const list = byDomain.get(domain) ?? [];
    list.push({ month: row.month as number, n: row.n as number, onNewYear: row.on_new_year as number });
    byDomain.set(domain, list);
  }
  const domains = [...byDomain].map(([domain, list]): DomainDensity => {
    const firstMonth = list[0]!.month;
    const events = new Array<number>(list.at(-1)!.month - firstMonth + 1).fill(0);
    for (const { month, n } of list) events[month - firstMonth] = n;
    return {
      domain,
      firstMonth,
      events,
      onNewYear: list.reduce((sum, { onNewYear }) => sum + onNewYear, 0),
      repeats: repeats.get(domain) ?? 0,
    };
  });
  return { events: total!.n as number, months: span(domains), domains };
}

function span(domains: readonly DomainDensity[]): QualityProfile["months"] {
  const byMonth = new Map<number, number>();
  for (const { firstMonth, events } of domains) {
    for (const [i, n] of events.entries())
      byMonth.set(firstMonth + i, (byMonth.get(firstMonth + i) ?? 0) + n);
  }
  const months = [...byMonth].sort(([a], [b]) => a - b);
  const total = months.reduce((sum, [, n]) => sum + n, 0);
  if (total === 0) return null;
  let below = 0;
  let first = months[0]![0];
  for (const [month, n] of months) {
    if (below <= FIRST * total) first = month;
    below += n;
    if (below >= LAST * total) return { first, last: month };
  }
  return { first, last: months.at(-1)![0] };
}
