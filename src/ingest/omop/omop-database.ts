/** Steps that every OMOP table goes through in the staging database. */
import { LongitudeError } from "../../errors/longitude-error.ts";
import { OMOP_COLUMN, ROW_MALFORMED } from "../../errors/registry.ts";
import type { Database } from "../../timeline/database.ts";
import { literal } from "../../timeline/database.ts";
import type { Tally } from "../tally.ts";
import type { OmopContext } from "./omop-context.ts";

export const EVENT_INSERT = `INSERT INTO event (subject_id, ms, from_index, code, numeric_value, text_value, unit,
  available_ms, encounter_id, source, resource, version, instance, medication)`;

/** numeric_value, text_value, unit, available_ms, encounter_id of an event that has none of them. */
export const STATIC_EVENT = "NULL, NULL, NULL, NULL, NULL";

/**
 * Loads a table into `omop_raw`; columns that the table lacks are null.
 * @param required names of which all must be there
 */
export async function* loadTable(
  context: OmopContext,
  table: string,
  required: readonly string[],
  optional: readonly string[],
): AsyncGenerator<void> {
  const present = await context.source.columns(table);
  const missing = required.filter((column) => !present.has(column));
  if (missing.length > 0) {
    throw new LongitudeError(
      OMOP_COLUMN,
      `${table} lacks ${missing.length} required column(s): ${missing.join(", ")}`,
    );
  }
  const columns = [...new Set([...required, ...optional])];
  const { malformed } = yield* context.source.load(context.database, table, columns);
  context.tally.reject(ROW_MALFORMED, table, malformed);
}

/** Counts what `omop_row` did not let through and drops it; rows without a verdict are counted when they are judged. */
export async function countVerdicts(database: Database, tally: Tally, table: string): Promise<void> {
  const rows = await database.rows(
    "SELECT verdict, CAST(count(*) AS DOUBLE) AS n FROM omop_row WHERE verdict IS NOT NULL GROUP BY verdict",
  );
  for (const row of rows) {
    const verdict = String(row.verdict);
    const fate = /^[A-Z_]+$/.test(verdict) ? "rejected" : "not an event";
    tally.add(fate, verdict, table, row.n as number);
  }
  await database.run("DROP TABLE omop_row");
}

export async function hasTableNamed(database: Database, name: string): Promise<boolean> {
  const rows = await database.rows(`SELECT 1 FROM duckdb_tables() WHERE table_name = ${literal(name)}`);
  return rows.length > 0;
}
