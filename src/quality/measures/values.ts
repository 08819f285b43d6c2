/**
 * Distributions of numeric values, for each code and unit: the cumulative share at up to 200 values that occur, what lies
 * beyond the stated limits and which other unit would explain it, and the median of each year.
 */
import { analyteOf } from "../../ingest/meaning/analytes.table.ts";
import { convertUnit } from "../../ingest/meaning/convert-unit.ts";
import type { Database } from "../../timeline/database.ts";
import { literal } from "../../timeline/database.ts";
import type { ValueDistribution } from "../quality-profile.ts";

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

type Limited = Pick<ValueDistribution, "outside" | "mislabelled">;

/** Values beyond the limits, and those of them that another unit brings into the middle of the code's own values. */
async function measureLimits(database: Database, codes: readonly string[]): Promise<Map<string, Limited>> {
  const found = new Map<string, Limited>();
  const stated = [...new Set(codes)].flatMap((code) => analyteOf(code) ?? []);
  if (stated.length === 0) return found;
  for (const code of new Set(codes)) {
    const analyte = analyteOf(code);
    if (analyte === undefined) continue;
    const { unit, low, high, others, substance } = analyte;
    const columns = others.flatMap((other) => {
      const conversion = convertUnit(other, unit, substance);
      return conversion === null
        ? []
        : [{ other, value: `(v * ${conversion.factor} + ${conversion.offset})` }];
    });
    const beyond = `NOT (v BETWEEN ${low} AND ${high})`;
    const [row] = await database.rows(`
      WITH own AS (SELECT v, n FROM value_count WHERE code = ${literal(code)} AND unit = ${literal(unit)}),
      -- Where most values lie beyond the limits, there is no middle of the code's own to fit into: the limits stand for it.
      inside AS (SELECT coalesce(sum(n) FILTER (WHERE NOT (${beyond})), 0) / sum(n) AS share FROM own),
      middle AS (SELECT CASE WHEN share < 0.5 THEN ${low} ELSE quantile_cont(v, 0.02) END AS p2,
                        CASE WHEN share < 0.5 THEN ${high} ELSE quantile_cont(v, 0.98) END AS p98
                 FROM inside LEFT JOIN own ON NOT (${beyond}) GROUP BY share)
      SELECT CAST(coalesce(sum(n) FILTER (WHERE ${beyond}), 0) AS DOUBLE) AS outside, count(*) > 0 AS some
             ${columns.map(({ value }, i) => `, CAST(coalesce(sum(n) FILTER (WHERE ${beyond} AND ${value} BETWEEN p2 AND p98), 0) AS DOUBLE) AS o${i}`).join("")}
      FROM own, middle`);
    if (row?.some !== true) continue;
    const best = columns
      .map(({ other }, i) => ({ unit: other, n: row[`o${i}`] as number }))
      .sort((a, b) => b.n - a.n)[0];
    found.set(`${code}\0${unit}`, {
      outside: row.outside as number,
      mislabelled: best === undefined || best.n === 0 ? null : best,
    });
  }
  return found;
}

/** A list of DuckDB as numbers. */
function numbers(value: unknown): number[] {
  const items = typeof value === "object" && value !== null && "items" in value ? value.items : value;
  return Array.isArray(items) ? items.map(Number) : [];
}
