/**
 * Distributions of numeric values, for each code and unit: the cumulative share at up to 200 values that occur, what lies
 * beyond the stated limits and which other unit would explain it, and the median of each year.
 */
import type { Database } from "../../timeline/database.ts";
import type { ValueDistribution } from "../quality-profile.ts";
import { measureLimits } from "./limits.ts";

const POINTS = 200;
/** A year with fewer values has no median worth comparing. */
const YEAR_VALUES = 50;

export async function measureValues(database: Database): Promise<ValueDistribution[]> {
  await database.run(`
    CREATE OR REPLACE TEMP TABLE value_count AS
    SELECT code, coalesce(unit, '') AS unit, CAST(numeric_value AS DOUBLE) AS v, count(*) AS n FROM event
    WHERE numeric_value IS NOT NULL AND isfinite(numeric_value) GROUP BY ALL`);
  const sums = await database.rows(`
    SELECT code, unit, CAST(sum(n) AS DOUBLE) AS n, CAST(count(*) AS DOUBLE) AS d FROM value_count
    GROUP BY ALL ORDER BY code, unit`);
  const points = await database.rows(`
    WITH ranked AS (
      SELECT code, unit, v, sum(n) OVER (PARTITION BY code, unit ORDER BY v) AS below,
             sum(n) OVER (PARTITION BY code, unit) AS total FROM value_count)
    SELECT code, unit, list(v ORDER BY v) AS x, list(share ORDER BY v) AS below FROM (
      SELECT code, unit, max(v) AS v, max(CAST(below AS DOUBLE) / CAST(total AS DOUBLE)) AS share FROM ranked
      GROUP BY code, unit, CAST(floor((below - 1) * ${POINTS} / total) AS INTEGER))
    GROUP BY code, unit`);
  const years = await database.rows(`
    SELECT code, unit, list(year ORDER BY year) AS years, list(n ORDER BY year) AS n, list(m ORDER BY year) AS medians FROM (
      SELECT code, coalesce(unit, '') AS unit, CAST(year(time) AS INTEGER) AS year, CAST(count(*) AS DOUBLE) AS n,
             CAST(median(numeric_value) AS DOUBLE) AS m
      FROM event WHERE numeric_value IS NOT NULL AND isfinite(numeric_value) AND time IS NOT NULL
      GROUP BY ALL HAVING count(*) >= ${YEAR_VALUES})
    GROUP BY code, unit`);
  const limits = await measureLimits(
    database,
    sums.map((row) => String(row.code)),
  );
  const keyOf = (row: Readonly<Record<string, unknown>>): string =>
    `${String(row.code)}\0${String(row.unit)}`;
  const pointsOf = new Map(points.map((row) => [keyOf(row), row]));
  const yearsOf = new Map(years.map((row) => [keyOf(row), row]));
  return sums.map((row): ValueDistribution => {
    const key = keyOf(row);
    const found = pointsOf.get(key)!;
    const own = yearsOf.get(key);
    const [n, medians] = own === undefined ? [[], []] : [numbers(own.n), numbers(own.medians)];
    return {
      code: String(row.code),
      unit: row.unit === "" ? null : String(row.unit),
      n: row.n as number,
      distinct: row.d as number,
      x: numbers(found.x),
      below: numbers(found.below),
      ...(limits.get(key) ?? { outside: null, mislabelled: null }),
      years:
        own === undefined
          ? []
          : numbers(own.years).map((year, i) => ({ year, n: n[i]!, median: medians[i]! })),
    };
  });
}

/** A list of DuckDB as numbers. */
function numbers(value: unknown): number[] {
  const items = typeof value === "object" && value !== null && "items" in value ? value.items : value;
  return Array.isArray(items) ? items.map(Number) : [];
}
