/**
 * Values that cannot be true, and values in another unit than they say, for each code of the table of analytes.
 * Another unit is found in two ways: values beyond the limits that it brings into the middle of the code's own values; and
 * values within the limits that stand as a hill of their own just where that unit would put the code's middle half.
 */
import { type Analyte, analyteOf } from "../../ingest/meaning/analytes.table.ts";
import { convertUnit } from "../../ingest/meaning/convert-unit.ts";
import { type Database, literal } from "../../timeline/database.ts";
import type { ValueDistribution } from "../quality-profile.ts";

export type Limited = Pick<ValueDistribution, "outside" | "mislabelled">;

/** A hill has this many values at the least, and this many times those of the valley before it, on an equal width. */
const HILL_VALUES = 10;
const HILL_OVER_VALLEY = 3;

/** By `code\0unit`. Reads the table `value_count`. */
export async function measureLimits(
  database: Database,
  codes: readonly string[],
): Promise<Map<string, Limited>> {
  const found = new Map<string, Limited>();
  for (const code of new Set(codes)) {
    const analyte = analyteOf(code);
    const limited = analyte === undefined ? null : await limitsOf(database, code, analyte);
    if (limited !== null) found.set(`${code}\0${analyte!.unit}`, limited);
  }
  return found;
}

interface Other {
  readonly unit: string;
  readonly factor: number;
  readonly offset: number;
}

async function limitsOf(database: Database, code: string, analyte: Analyte): Promise<Limited | null> {
  const { unit, low, high, substance } = analyte;
  const others = analyte.others.flatMap((other): Other[] => {
    const conversion = convertUnit(other, unit, substance);
    return conversion === null ? [] : [{ unit: other, ...conversion }];
  });
  const own = `(SELECT v, n FROM value_count WHERE code = ${literal(code)} AND unit = ${literal(unit)})`;
  const beyond = `NOT (v BETWEEN ${low} AND ${high})`;
  const [row] = await database.rows(`
    WITH own AS ${own},
    -- Where most values lie beyond the limits, there is no middle of the code's own to fit into: the limits stand for it.
    inside AS (SELECT coalesce(sum(n) FILTER (WHERE NOT (${beyond})), 0) / sum(n) AS share FROM own),
    middle AS (SELECT CASE WHEN share < 0.5 THEN ${low} ELSE quantile_cont(v, 0.02) END AS p2,
                      CASE WHEN share < 0.5 THEN ${high} ELSE quantile_cont(v, 0.98) END AS p98
               FROM inside LEFT JOIN own ON NOT (${beyond}) GROUP BY share)
    SELECT CAST(coalesce(sum(n) FILTER (WHERE ${beyond}), 0) AS DOUBLE) AS outside, count(*) > 0 AS some
           ${others.map((other, i) => `, CAST(coalesce(sum(n) FILTER (WHERE ${beyond} AND ${converted(other)} BETWEEN p2 AND p98), 0) AS DOUBLE) AS o${i}`).join("")}
    FROM own, middle`);
  if (row?.some !== true) return null;
  const counted: { unit: string; n: number }[] = [];
  for (const [i, other] of others.entries()) {
    const hill = await hillOf(database, own, other);
    counted.push({ unit: other.unit, n: Math.max(row[`o${i}`] as number, hill) });
  }
  const best = counted.sort((a, b) => b.n - a.n)[0];
  return {
    outside: row.outside as number,
    mislabelled: best === undefined || best.n === 0 ? null : best,
  };
}

function converted({ factor, offset }: Other): string {
  return `(v * ${factor} + ${offset})`;
}

/** Values on the hill of the other unit; 0 where there is none, or where it would stand within the code's own values. */
async function hillOf(database: Database, own: string, { factor, offset }: Other): Promise<number> {
  if (offset !== 0) return 0;
  const [quarter] = await database.rows(`
    WITH own AS ${own}, ranked AS (SELECT v, sum(n) OVER (ORDER BY v) / sum(n) OVER () AS share FROM own)
    SELECT min(v) FILTER (WHERE share >= 0.25) AS q1, min(v) FILTER (WHERE share >= 0.75) AS q3 FROM ranked`);
  const [q1, q3] = [quarter!.q1 as number, quarter!.q3 as number];
  if (!(q1 > 0) || q3 <= q1) return 0;
  const width = q3 / q1;
  // The code's middle half as the other unit writes it, and the edges that face each other.
  const hill = [q1 / factor, q3 / factor] as const;
  const [near, far] = factor < 1 ? [q3, hill[0]] : [hill[1], q1];
  const valley = Math.sqrt(near * far);
  if (far / near < width ** 2) return 0;
  const side = factor < 1 ? `v > ${valley}` : `v < ${valley}`;
  const between = ([from, to]: readonly [number, number]): string =>
    `CAST(coalesce(sum(n) FILTER (WHERE v BETWEEN ${from} AND ${to}), 0) AS DOUBLE)`;
  const [row] = await database.rows(`
    SELECT ${between(hill)} AS hill, ${between([valley / Math.sqrt(width), valley * Math.sqrt(width)])} AS valley,
           CAST(coalesce(sum(n) FILTER (WHERE ${side}), 0) AS DOUBLE) AS beyond FROM ${own}`);
  const [onHill, inValley, beyond] = [row!.hill, row!.valley, row!.beyond] as [number, number, number];
  return onHill >= HILL_VALUES && onHill > HILL_OVER_VALLEY * inValley ? beyond : 0;
}
