/**
 * One unit a code. After everything has been judged, each pair of code and unit is looked at once: it is kept, converted
 * into the code's unit, or set apart under a code of its own (`CODE//UNIT/…`) where no conversion is sound.
 * Invariant: a number never changes its scale without its unit; what is set apart or beyond its limits is counted.
 */
import { type Database, literal } from "../../timeline/database.ts";
import type { Counter, Tally } from "../tally.ts";
import { analyteOf } from "./analytes.table.ts";
import { type Conversion, convertUnit, SAME_UNIT, type Substance } from "./convert-unit.ts";
import type { UnitsConfig } from "./units-config.ts";

/** What became of the units of one code. */
export interface CodeUnits {
  readonly code: string;
  /** The unit in which the code's values are kept. */
  readonly unit: string;
  /** Who says so: the site's configuration, the table of analytes, or the most frequent unit of this import. */
  readonly stated: "site" | "table" | "most frequent";
  readonly written: readonly {
    readonly unit: string;
    readonly values: number;
    readonly fate: "kept" | "converted" | "set apart";
    /** kept value = written value × factor + offset */
    readonly factor?: number;
    readonly offset?: number;
  }[];
  /** Kept values beyond the stated limits; null where none are stated. */
  readonly beyondLimits: number | null;
}

export interface UnitOptions {
  readonly units: UnitsConfig;
  readonly implausibleValues: "flag" | "exclude";
}

export const BEYOND_LIMITS = "value beyond the stated limits";

/** The events that are kept, by their codes (`settleCodes`) and in the units of these. */
export const MEANT_EVENTS = `(
  SELECT j.* EXCLUDE (verdict)
         REPLACE (coalesce(m.to_code, c.to_code, j.code) AS code,
                  CASE WHEN m.factor IS NULL THEN j.numeric_value
                       ELSE CAST(CAST(j.numeric_value AS DOUBLE) * m.factor + m.plus AS FLOAT) END AS numeric_value,
                  coalesce(m.to_unit, j.unit) AS unit)
  FROM judged AS j LEFT JOIN unit_meaning AS m ON j.code = m.code AND j.unit = m.unit AND j.numeric_value IS NOT NULL
  LEFT JOIN code_meaning AS c ON j.code = c.code
  WHERE j.verdict IS NULL)`;

/** Makes `unit_meaning` for `MEANT_EVENTS`. @param judged table with a verdict for each candidate, null = kept */
export async function settleUnits(
  database: Database,
  { units, implausibleValues }: UnitOptions,
  { notes, tally }: { readonly notes: Counter; readonly tally: Tally },
): Promise<CodeUnits[]> {
  const pairs = await database.rows(`
    SELECT code, unit, CAST(count(*) AS DOUBLE) AS n FROM judged
    WHERE verdict IS NULL AND numeric_value IS NOT NULL AND unit IS NOT NULL
    GROUP BY code, unit ORDER BY code, n DESC, unit`);
  const byCode = new Map<string, { unit: string; values: number }[]>();
  for (const { code, unit, n } of pairs) {
    const list = byCode.get(String(code)) ?? [];
    list.push({ unit: String(unit), values: n as number });
    byCode.set(String(code), list);
  }
  await database.run(
    "CREATE TABLE unit_meaning (code VARCHAR, unit VARCHAR, to_code VARCHAR, to_unit VARCHAR, factor DOUBLE, plus DOUBLE)",
  );
  await database.run(
    "CREATE TABLE unit_limit (code VARCHAR, unit VARCHAR, factor DOUBLE, plus DOUBLE, low DOUBLE, high DOUBLE)",
  );
  const settled: Omit<CodeUnits, "beyondLimits">[] = [];
  const meanings: string[] = [];
  const limits: string[] = [];
  const limited = new Set<string>();
  for (const [code, found] of byCode) {
    const analyte = analyteOf(code);
    const own = units[code];
    const unit = own?.unit ?? analyte?.unit ?? found[0]!.unit;
    const molarMass = own?.molarMass ?? analyte?.substance.molarMass;
    const substance: Substance = {
      ...analyte?.substance,
      ...(molarMass === undefined ? {} : { molarMass }),
    };
    // The table's limits are in the table's unit; another unit of the site needs limits of its own.
    const table = analyte?.unit === unit ? analyte : undefined;
    const [low, high] = [own?.low ?? table?.low, own?.high ?? table?.high];
    const written = found.map((one) => {
      const conversion = convertUnit(one.unit, unit, substance);
      meanings.push(...meaningRow(code, one.unit, unit, conversion));
      if (conversion !== null && (low !== undefined || high !== undefined)) {
        limited.add(code);
        const bounds = `${low ?? "-1e300"}, ${high ?? "1e300"}`;
        limits.push(
          `(${literal(code)}, ${literal(one.unit)}, ${conversion.factor}, ${conversion.offset}, ${bounds})`,
        );
      }
      return { ...one, ...fateOf(conversion) };
    });
    const stated = own?.unit !== undefined ? "site" : analyte !== undefined ? "table" : "most frequent";
    settled.push({ code, unit, stated, written });
  }
  await fill(database, "unit_meaning", meanings);
  await fill(database, "unit_limit", limits);
  const beyond = await countBeyond(database, implausibleValues, { notes, tally });
  for (const { written } of settled) {
    for (const { fate, values } of written) {
      if (fate === "converted") notes.add("value converted into the unit of its code", values);
      if (fate === "set apart")
        notes.add("value in a unit that does not convert, under a code of its own", values);
    }
  }
  return settled.map((one) => ({
    ...one,
    beyondLimits: limited.has(one.code) ? (beyond.get(one.code) ?? 0) : null,
  }));
}

async function fill(database: Database, table: string, rows: readonly string[]): Promise<void> {
  if (rows.length > 0) await database.run(`INSERT INTO ${table} VALUES ${rows.join(", ")}`);
}

/** Values beyond their limits by code; where the site wants that, they get a verdict and leave the kept ones. */
async function countBeyond(
  database: Database,
  implausibleValues: UnitOptions["implausibleValues"],
  { notes, tally }: { readonly notes: Counter; readonly tally: Tally },
): Promise<Map<string, number>> {
  const outside = `j.verdict IS NULL AND j.code = l.code AND j.unit = l.unit AND
    NOT (CAST(j.numeric_value AS DOUBLE) * l.factor + l.plus BETWEEN l.low AND l.high)`;
  const rows = await database.rows(`
    SELECT j.code, j.source, CAST(count(*) AS DOUBLE) AS n FROM judged AS j, unit_limit AS l
    WHERE ${outside} GROUP BY j.code, j.source`);
  const byCode = new Map<string, number>();
  for (const { code, source, n } of rows as { code: unknown; source: unknown; n: number }[]) {
    byCode.set(String(code), (byCode.get(String(code)) ?? 0) + n);
    if (implausibleValues === "flag") {
      notes.add(`${BEYOND_LIMITS}, kept`, n);
      continue;
    }
    tally.add("kept", "", String(source), -n);
    tally.add("dropped", BEYOND_LIMITS, String(source), n);
  }
  if (implausibleValues === "exclude" && rows.length > 0) {
    await database.run(
      `UPDATE judged AS j SET verdict = ${literal(BEYOND_LIMITS)} FROM unit_limit AS l WHERE ${outside}`,
    );
  }
  return byCode;
}

function fateOf(conversion: Conversion | null): Omit<CodeUnits["written"][number], "unit" | "values"> {
  if (conversion === null) return { fate: "set apart" };
  return conversion === SAME_UNIT ? { fate: "kept" } : { fate: "converted", ...conversion };
}

function meaningRow(code: string, from: string, to: string, conversion: Conversion | null): string[] {
  if (conversion === SAME_UNIT) return [];
  const target =
    conversion === null
      ? `${literal(`${code}//UNIT/${from}`)}, ${literal(from)}, NULL, NULL`
      : `${literal(code)}, ${literal(to)}, ${conversion.factor}, ${conversion.offset}`;
  return [`(${literal(code)}, ${literal(from)}, ${target})`];
}
