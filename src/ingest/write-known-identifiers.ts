/** What identifies persons, beside an identified dataset: `metadata/known_identifiers.parquet`. */
import { join } from "node:path";
import { type Database, literal } from "../timeline/database.ts";
import { KNOWN_IDENTIFIERS_PARQUET } from "../timeline/dataset-layout.ts";

/** Rows of persons who are in the dataset, and those of nobody in particular. */
export async function writeKnownIdentifiers(database: Database, folder: string): Promise<void> {
  await database.run(
    `COPY (SELECT DISTINCT CAST(subject_id AS BIGINT) AS subject_id, kind, value FROM known
           WHERE subject_id IS NULL OR subject_id IN (SELECT subject_id FROM subject)
           ORDER BY ALL)
     TO ${literal(join(folder, KNOWN_IDENTIFIERS_PARQUET))} (FORMAT parquet, COMPRESSION zstd)`,
  );
}
