/** Rows of a file of texts: NDJSON or CSV, plain or gzip, some of its fields as text. */
import { existsSync } from "node:fs";
import { LongitudeError } from "../../errors/longitude-error.ts";
import { TEXT_FIELD_MISSING, TEXT_SOURCE_UNREADABLE } from "../../errors/registry.ts";
import { Database, literal } from "../../timeline/database.ts";

/**
 * @param file absolute path
 * @returns each row's fields in the order asked for; null where it has none
 * @throws TEXT_SOURCE_UNREADABLE, TEXT_FIELD_MISSING
 */
export async function* textRows(
  file: string,
  fields: readonly string[],
): AsyncGenerator<readonly (string | null)[]> {
  if (!existsSync(file)) throw new LongitudeError(TEXT_SOURCE_UNREADABLE, `${file} does not exist`);
  const reader = /\.csv(\.gz)?$/i.test(file)
    ? `read_csv(${literal(file)}, header = true, all_varchar = true)`
    : `read_json(${literal(file)}, format = 'newline_delimited', records = true)`;
  const database = await Database.open();
  try {
    const columns = await columnsOf(database, reader, file);
    const missing = fields.filter((name) => !columns.has(name));
    if (missing.length > 0)
      throw new LongitudeError(TEXT_FIELD_MISSING, `${file} has no field ${missing.join(", ")}`);
    const column = (name: string) => `CAST("${name.replaceAll('"', '""')}" AS VARCHAR)`;
    const result = await database.connection.stream(`SELECT ${fields.map(column).join(", ")} FROM ${reader}`);
    for await (const chunk of result.yieldRows()) yield* chunk as (string | null)[][];
  } catch (error) {
    if (error instanceof LongitudeError) throw error;
    throw new LongitudeError(TEXT_SOURCE_UNREADABLE, `${file} cannot be read as NDJSON or CSV`, {
      cause: error,
    });
  } finally {
    database.close();
  }
}

async function columnsOf(database: Database, reader: string, file: string): Promise<ReadonlySet<string>> {
  const rows = await database.rows(`DESCRIBE SELECT * FROM ${reader}`).catch((cause: unknown) => {
    throw new LongitudeError(TEXT_SOURCE_UNREADABLE, `${file} cannot be read as NDJSON or CSV`, { cause });
  });
  return new Set(rows.map((row) => String(row.column_name)));
}
