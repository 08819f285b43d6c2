/** The example as the three published CSV files, with the mapping that reads them. */
import { copyFile, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { asMachineError } from "../../artefacts/machine-error.ts";
import { OLMSTED_FILES } from "./olmsted-cohort.ts";

export async function writeOlmstedCsv(cohortDir: string, dir: string): Promise<void> {
  await mkdir(dir, { recursive: true });
  try {
    for (const file of [...OLMSTED_FILES, "mapping.yaml"])
      await copyFile(join(cohortDir, file), join(dir, file));
  } catch (error) {
    throw asMachineError(error, "writing the example");
  }
}
