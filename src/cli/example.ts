/** `longitude example`: writes the example cohort, so that everything can be tried on real records. */
import { fileURLToPath } from "node:url";
import { Command, InvalidArgumentError, Option } from "commander";
import {
  EXAMPLE_FORMATS,
  type ExampleFormat,
  writeOlmstedExample,
} from "../ingest/example/write-olmsted-example.ts";

interface ExampleFlags {
  readonly format: ExampleFormat;
  readonly out: string;
  readonly overwrite: boolean;
  readonly json: boolean;
}

const COHORT_DIR = fileURLToPath(new URL("../../examples/olmsted", import.meta.url));

export function exampleCommand(): Command {
  return new Command("example")
    .description("Write the example cohort: 14,052 real outpatient timelines from Olmsted County, Minnesota.")
    .argument("<name>", "the example; there is one: olmsted", (name: string) => {
      if (name !== "olmsted") throw new InvalidArgumentError('The only example is "olmsted".');
      return name;
    })
    .addOption(
      new Option("--format <format>", "FHIR R4 NDJSON, MEDS 0.4, or CSV with a mapping")
        .choices([...EXAMPLE_FORMATS])
        .default("fhir"),
    )
    .requiredOption("--out <dir>", "folder to write")
    .option("--overwrite", "replace what stands at --out", false)
    .option("--json", "print one JSON object with the counts on standard output", false)
    .addHelpText(
      "after",
      `
Names, addresses, telephone numbers, record numbers and index dates are invented; everything else is as published
(R package survival, data set nafld; Allen et al., Hepatology 2018; see examples/olmsted/NOTICE).

Examples:
  longitude example olmsted --format fhir --out export
  longitude ingest --input export --out records --group-identifier https://longitude.example/matched-set`,
    )
    .action(async (_name: string, flags: ExampleFlags) => {
      const written = await writeOlmstedExample({ ...flags, cohortDir: COHORT_DIR });
      if (flags.json) {
        process.stdout.write(`${JSON.stringify(written)}\n`);
        return;
      }
      process.stderr.write(
        `wrote ${written.persons} persons, ${written.measurements} measurements and ${written.events} events as ${written.format} to ${written.out}\n`,
      );
    });
}
