/**
 * Looks through everything that was written, byte for byte what leaves, for identifiers of anybody in the zone and for
 * what looks like an identifier. The last lock before the door: with a finding nothing is published.
 */
import { join } from "node:path";
import { LongitudeError } from "../../errors/longitude-error.ts";
import { RESIDUAL_IDENTIFIERS } from "../../errors/registry.ts";
import type { Database } from "../../timeline/database.ts";
import { CODES_PARQUET, readDatasetLayout } from "../../timeline/dataset-layout.ts";
import { parquetSource } from "../../timeline/shard-events.ts";
import type { PrivacyConfig } from "../privacy-config.ts";
import { deidentifyText } from "../text/deidentify-text.ts";
import type { PhiKind } from "../text/phi-span.ts";
import { type FormIndex, findForms } from "./identifier-forms.ts";

export interface Residual {
  /** Distinct strings of each column that were read. */
  readonly read: Readonly<Record<string, number>>;
  /** Strings with a known identifier of somebody, by column. */
  readonly known: Readonly<Record<string, number>>;
  /** Strings with what looks like a telephone number, an address or a number of identity, by column. */
  readonly patterns: Readonly<Record<string, number>>;
  /** Times that are no first instants of a year (Safe Harbor), or null. */
  readonly datesBeyondYear: number;
  /** Persons whose released record tells an age over 89 beyond the group (Safe Harbor). */
  readonly agesOver89: number;
}

const COLUMNS = ["code", "unit", "source", "encounter_id", "text_value"] as const;

/** @throws RESIDUAL_IDENTIFIERS */
export async function scanResidual(
  database: Database,
  folder: string,
  everybody: FormIndex,
  config: PrivacyConfig,
): Promise<Residual> {
  const residual = await findResidual(database, folder, everybody, config);
  const left = Object.entries(residual.known).filter(([, count]) => count > 0);
  if (left.length > 0 || residual.datesBeyondYear > 0 || residual.agesOver89 > 0) {
    const places = left.map(([column, count]) => `${count} in ${column}`);
    if (residual.datesBeyondYear > 0) places.push(`${residual.datesBeyondYear} dates beyond the year`);
    if (residual.agesOver89 > 0) places.push(`${residual.agesOver89} ages over 89`);
    throw new LongitudeError(RESIDUAL_IDENTIFIERS, `identifiers were left: ${places.join(", ")}`);
  }
  return residual;
}

export async function findResidual(
  database: Database,
  folder: string,
  everybody: FormIndex,
  config: PrivacyConfig,
): Promise<Residual> {
  const layout = await readDatasetLayout(folder);
  const events = parquetSource(layout.shards.map((shard) => join(folder, shard)));
  const read: Record<string, number> = {};
  const known: Record<string, number> = {};
  const patterns: Record<string, number> = {};
  const surrogates = config.notes === "surrogate";
  const look = async (name: string, sql: string): Promise<void> => {
    read[name] = 0;
    known[name] = 0;
    patterns[name] = 0;
    const connection = await database.connect();
    try {
      const result = await connection.stream(sql);
      for (let chunk = await result.fetchChunk(); chunk !== null; chunk = await result.fetchChunk()) {
        if (chunk.rowCount === 0) break;
        const column = chunk.getColumnVector(0);
        for (let row = 0; row < chunk.rowCount; row++) {
          read[name]! += 1;
          const text = String(column.getItem(row));
          if (holdsForm(text, everybody)) known[name]! += 1;
          // Surrogates look like what they stand for.
          if (!(surrogates && name === "text_value") && looksLikeOne(text)) patterns[name]! += 1;
        }
      }
    } finally {
      connection.closeSync();
    }
  };
  for (const column of COLUMNS) {
    // Encounters are keys that were drawn; a text may be long, and is read as it comes.
    if (column === "encounter_id") continue;
    const distinct = column === "text_value" ? "" : "DISTINCT";
    await look(column, `SELECT ${distinct} ${column} FROM ${events} WHERE ${column} IS NOT NULL`);
  }
  await look(
    "description",
    `SELECT description FROM ${parquetSource([join(folder, CODES_PARQUET)])} WHERE description IS NOT NULL`,
  );
  return { read, known, patterns, ...(await datesAndAges(database, events, config)) };
}

/** Codes of public systems are not texts: `LOINC/4548-4` may have the digits of somebody's number. */
function holdsForm(text: string, everybody: FormIndex): boolean {
  return !/^[A-Z0-9]+\/[A-Z0-9.-]{1,18}$/.test(text) && findForms(text, everybody).length > 0;
}

const PATTERNS: ReadonlySet<PhiKind> = new Set(["phone", "email", "ssn", "ip", "insurance"]);

function looksLikeOne(text: string): boolean {
  return (
    !/^[A-Z0-9_]+\/[A-Z0-9.-]{1,18}$/.test(text) &&
    deidentifyText(text).some(({ kind }) => PATTERNS.has(kind))
  );
}

async function datesAndAges(
  database: Database,
  events: string,
  config: PrivacyConfig,
): Promise<{ datesBeyondYear: number; agesOver89: number }> {
  if (config.profile !== "safe-harbor") return { datesBeyondYear: 0, agesOver89: 0 };
  // A year has fewer than so many instants of one person: what lies beyond would be a date.
  const beyond = (column: string): string =>
    `${column} IS NOT NULL AND epoch_us(${column}) - epoch_us(date_trunc('year', ${column})) >= 3600000000`;
  const [row] = await database.rows(`
    SELECT CAST(count(*) FILTER (WHERE ${beyond("time")} OR ${beyond("available_time")}) AS DOUBLE) AS dates FROM ${events}`);
  const [old] = await database.rows(`
    SELECT CAST(count(*) AS DOUBLE) AS n FROM (
      SELECT subject_id, year(max(time)) - year(min(time) FILTER (WHERE code = 'MEDS_BIRTH')) AS age FROM ${events} GROUP BY subject_id)
    WHERE age > 90`);
  return { datesBeyondYear: row!.dates as number, agesOver89: old!.n as number };
}
