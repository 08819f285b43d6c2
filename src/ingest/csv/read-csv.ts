/** CSV files by a mapping: the persons first, then each table. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { LongitudeError } from "../../errors/longitude-error.ts";
import { MAPPING_FILE } from "../../errors/registry.ts";
import type { CsvContext } from "./csv-context.ts";
import type { Mapping } from "./mapping.ts";
import { readSubjects } from "./read-subjects.ts";
import { readTable } from "./read-table.ts";

/** Paths of the files that the mapping names, plain or with `.gz` behind; the persons' file first. */
export function mappedFiles(mapping: Mapping, folder: string): string[] {
  const names = [mapping.subjects.file, ...mapping.tables.map((table) => table.file)];
  const found = names.map((name) =>
    [name, `${name}.gz`, name.replace(/\.gz$/, "")].find((n) => existsSync(join(folder, n))),
  );
  const missing = names.filter((_, i) => found[i] === undefined);
  if (missing.length > 0) {
    throw new LongitudeError(
      MAPPING_FILE,
      `${folder} lacks ${missing.length} of ${names.length} files that the mapping names: ${missing.join(", ")}`,
    );
  }
  return found.map((name) => join(folder, name!));
}

/** @param files as `mappedFiles` gives them */
export async function* readCsv(
  mapping: Mapping,
  files: readonly string[],
  context: CsvContext,
): AsyncGenerator<{ readonly file: string }> {
  for (const [i, file] of files.entries()) {
    const table = mapping.tables[i - 1];
    const name = table?.file.replace(/\.csv(\.gz)?$/i, "") ?? "";
    const reading =
      table === undefined
        ? readSubjects(file, mapping, context)
        : readTable(file, name, table, mapping, context);
    for await (const _ of reading) yield { file };
  }
}
