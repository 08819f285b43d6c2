/** What identifies persons, beside an identified dataset: `metadata/known_identifiers.parquet`. */
import { join } from "node:path";
import { type Database, literal } from "../timeline/database.ts";
import { KNOWN_IDENTIFIERS_PARQUET } from "../timeline/dataset-layout.ts";

/** Who is not in the dataset may be named in the records of others: their rows are kept as of no one person. */
export async function writeKnownIdentifiers(database: Database, folder: string): Promise<void> {
  await database.run(
    `COPY (SELECT DISTINCT CASE WHEN subject_id IN (SELECT subject_id FROM subject) THEN CAST(subject_id AS BIGINT) END AS subject_id,
                  kind, value FROM known ORDER BY ALL)
     TO ${literal(join(folder, KNOWN_IDENTIFIERS_PARQUET))} (FORMAT parquet, COMPRESSION zstd)`,
  );
}
