/** `longitude deidentify records`: from an export of records to a de-identified dataset, without a site. */
import { resolve } from "node:path";
import { Command, Option } from "commander";
import { contentHash, memoryFileOf } from "../artefacts/content-hash.ts";
import { systemEffects } from "../effects/effects.ts";
import { INGEST_FORMATS } from "../ingest/ingest-options.ts";
import { deidentifyRecords } from "../privacy/deidentify-records.ts";
import { PROFILES, type PrivacyConfig, type ProfileName, privacySchema } from "../privacy/privacy-config.ts";
import { RENDERINGS } from "../privacy/text/render-note.ts";
import { createZone } from "../privacy/zone/open-zone.ts";
import { systemEntropy } from "../privacy/zone/system-entropy.ts";
import { zoneExists } from "../privacy/zone/zone.ts";
import { privacyText } from "./privacy-text.ts";
import { createProgressLine } from "./progress-line.ts";
import { withInterrupt } from "./run-verb.ts";
import { progressOf } from "./stages/records-stage.ts";

interface Flags {
  readonly out: string;
  readonly profile: ProfileName;
  readonly zone: string;
  readonly format: (typeof INGEST_FORMATS)[number];
  readonly mapping?: string;
  readonly notes: PrivacyConfig["notes"];
  readonly geography: PrivacyConfig["geography"];
  readonly optOuts?: string;
  readonly riskLimit?: string;
  readonly rejectLimit: string;
  readonly overwrite: boolean;
  readonly json: boolean;
}

export function deidentifyRecordsCommand(): Command {
  return new Command("records")
    .description("De-identify an export of records (FHIR, OMOP, HL7 v2, MEDS, CSV) into a MEDS dataset.")
    .argument("<input>", "file or folder with the export")
    .requiredOption("--out <dir>", "folder of the de-identified dataset to write")
    .addOption(new Option("--profile <profile>", "the rule").choices([...PROFILES]).makeOptionMandatory())
    .requiredOption("--zone <dir>", "identified zone: linkage table, keys, sealed records; made when missing")
    .addOption(
      new Option("--format <format>", "what the input is").choices([...INGEST_FORMATS]).default("auto"),
    )
    .option("--mapping <file>", "for CSV: the mapping (default: mapping.yaml beside the files)")
    .addOption(
      new Option("--notes <what>", "what stands for an identifier in a text")
        .choices([...RENDERINGS, "drop"])
        .default("tag"),
    )
    .addOption(
      new Option("--geography <what>", "what of the address stays").choices(["none", "zip3"]).default("none"),
    )
    .option("--opt-outs <file>", "identifiers of patients who have opted out, one a line")
    .option("--risk-limit <share>", "expert-determination: greatest risk of a person (default: 0.09)")
    .option(
      "--reject-limit <share>",
      "fail when more than this share of the candidate events is rejected",
      "0.001",
    )
    .option("--overwrite", "replace what stands at --out", false)
    .option("--json", "print the report as one JSON object on standard output", false)
    .addHelpText(
      "after",
      `
Every element is kept, transformed or dropped by a table; what the table does not know is dropped and counted.
The zone holds what leads back to persons: keep it where identified records are kept. Guide: docs/guides/privacy.md

Example:
  longitude deidentify records export --profile expert-determination --zone identified --out records`,
    )
    .action((input: string, flags: Flags) => withInterrupt((signal) => run(input, flags, signal)));
}

async function run(input: string, flags: Flags, signal: AbortSignal): Promise<void> {
  const config = privacySchema.parse({
    profile: flags.profile,
    zone: resolve(flags.zone),
    notes: flags.notes,
    geography: flags.geography,
    ...(flags.optOuts === undefined ? {} : { optOuts: resolve(flags.optOuts) }),
    ...(flags.riskLimit === undefined ? {} : { riskLimit: Number(flags.riskLimit) }),
  });
  if (!(await zoneExists(config.zone))) await createZone(config, systemEntropy);
  const line = createProgressLine(process.stderr, systemEffects);
  const mapping = flags.mapping === undefined ? undefined : resolve(flags.mapping);
  const running = deidentifyRecords(
    {
      records: {
        format: flags.format,
        input: resolve(input),
        rejectLimit: Number(flags.rejectLimit),
        ...(mapping === undefined ? {} : { mapping }),
      },
      content: `${await contentHash(resolve(input), memoryFileOf(config.zone))} ${mapping === undefined ? "" : await contentHash(mapping, memoryFileOf(config.zone))}`,
      config,
      out: resolve(flags.out),
      overwrite: flags.overwrite,
    },
    systemEffects,
    systemEntropy,
  );
  for await (const event of running) {
    signal.throwIfAborted();
    if (event.kind === "progress") line.show("privacy", progressOf(event));
    if (event.kind !== "done") continue;
    line.clear();
    const { out, privacy, leftOut } = event;
    (flags.json ? process.stderr : process.stdout).write(privacyText(privacy, leftOut, out));
    if (flags.json) process.stdout.write(`${JSON.stringify({ out, leftOut, ...privacy })}\n`);
  }
}
