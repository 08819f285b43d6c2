/** Codes: how many events carry each, of which systems they are, and which of them nothing explains. */
import { join } from "node:path";
import { CODES_PARQUET } from "../../timeline/dataset-layout.ts";
import { parentCode } from "../../timeline/parent-code.ts";
import { parquetColumns, parquetSource } from "../../timeline/shard-events.ts";
import { codeParts } from "../code-systems.ts";
import type { QualityProfile } from "../quality-profile.ts";
import type { OpenRecords } from "./open-records.ts";

/** Codes that are named of those that are malformed or explained by nothing. */
const NAMED = 10;

export async function measureCodes({
  database,
  dir,
  hasCodes,
}: OpenRecords): Promise<Pick<QualityProfile, "codes" | "systems">> {
  const file = join(dir, CODES_PARQUET);
  const present = hasCodes ? await parquetColumns(database, file) : new Set<string>();
  const description = present.has("description") ? "c.description" : "NULL";
  const parents = present.has("parent_codes")
    ? "len(c.parent_codes) > 0 AND NOT contains(c.code, '//')"
    : "false";
  const rows = await database.rows(`
    SELECT e.code, e.n, e.values, ${description} AS description, coalesce(${parents}, false) AS has_parent FROM (
      SELECT code, CAST(count(*) AS DOUBLE) AS n, CAST(count(numeric_value) AS DOUBLE) AS values
      FROM event GROUP BY code) AS e
    ${hasCodes ? `LEFT JOIN ${parquetSource([file])} AS c ON e.code = c.code` : ""}
    ORDER BY e.n DESC, e.code`);
  const systems = new Map<string, QualityProfile["systems"][number]>();
  for (const row of rows) {
    const code = String(row.code);
    const n = row.n as number;
    const { system, standard, wellFormed } = codeParts(code);
    const explained =
      row.description !== null || row.has_parent === true || hasParent(code) || isOwn(system, standard);
    const known = systems.get(system) ?? {
      system,
      standard,
      events: 0,
      codes: 0,
      malformedEvents: 0,
      malformedCodes: [],
      orphanEvents: 0,
      orphanCodes: [],
    };
    systems.set(system, {
      ...known,
      events: known.events + n,
      codes: known.codes + 1,
      malformedEvents: known.malformedEvents + (wellFormed ? 0 : n),
      malformedCodes: wellFormed ? known.malformedCodes : [...known.malformedCodes, code].slice(0, NAMED),
      orphanEvents: known.orphanEvents + (explained ? 0 : n),
      orphanCodes: explained ? known.orphanCodes : [...known.orphanCodes, code].slice(0, NAMED),
    });
  }
  return {
    codes: rows.map((row) => ({
      code: String(row.code),
      description: row.description === null ? null : String(row.description),
      events: row.n as number,
      values: row.values as number,
    })),
    systems: [...systems.values()].sort((a, b) => b.events - a.events),
  };
}

/** A classification's own parent; an addition behind `//` explains nothing. */
function hasParent(code: string): boolean {
  return !code.includes("//") && parentCode(code) !== null;
}

/** Birth, death, sex, race: Longitude's own words need no description. */
function isOwn(system: string, standard: boolean): boolean {
  return (
    standard && ["", "SEX", "BIRTH_SEX", "RACE", "ETHNICITY", "COHORT", "ACTCODE", "YESNO"].includes(system)
  );
}
