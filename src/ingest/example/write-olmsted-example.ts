/** Writes the Olmsted example in one of three formats; all three hold the same timelines. */
import { systemEffects } from "../../effects/effects.ts";
import { beginOutput } from "../output-folder.ts";
import { readOlmstedCohort } from "./olmsted-cohort.ts";
import { writeOlmstedCsv } from "./write-olmsted-csv.ts";
import { writeOlmstedFhir } from "./write-olmsted-fhir.ts";
import { writeOlmstedMeds } from "./write-olmsted-meds.ts";

export const EXAMPLE_FORMATS = ["fhir", "meds", "csv"] as const;
export type ExampleFormat = (typeof EXAMPLE_FORMATS)[number];

export interface ExampleOptions {
  readonly format: ExampleFormat;
  /** Folder with the stored cohort: `examples/olmsted`. */
  readonly cohortDir: string;
  readonly out: string;
  readonly overwrite: boolean;
  /** FHIR and MEDS: an evenly spaced sample of about so many persons; everybody when left out. */
  readonly sample?: number;
}

export interface ExampleWritten {
  readonly format: ExampleFormat;
  readonly out: string;
  readonly persons: number;
  readonly measurements: number;
  readonly events: number;
}

export async function writeOlmstedExample(options: ExampleOptions): Promise<ExampleWritten> {
  const { format, cohortDir, out } = options;
  const everybody = await readOlmstedCohort(cohortDir);
  const every = Math.max(1, Math.floor(everybody.length / (options.sample ?? everybody.length)));
  const persons = everybody.filter((_, position) => position % every === 0);
  const output = await beginOutput(out, options.overwrite, systemEffects);
  try {
    if (format === "fhir") await writeOlmstedFhir(persons, output.folder);
    else if (format === "meds") await writeOlmstedMeds(persons, output.folder);
    else await writeOlmstedCsv(cohortDir, output.folder);
    await output.publish();
  } finally {
    await output.discard();
  }
  return {
    format,
    out,
    persons: persons.length,
    measurements: persons.reduce((sum, person) => sum + person.measurements.length, 0),
    events: persons.reduce((sum, person) => sum + person.events.length, 0),
  };
}
