/** `longitude ingest`: from an export of records to a MEDS dataset with an account of every row. */
import { Command, InvalidArgumentError, Option } from "commander";
import { systemEffects } from "../effects/effects.ts";
import { type IngestEvent, ingest } from "../ingest/ingest.ts";
import { INGEST_FORMATS, type IngestInput } from "../ingest/ingest-options.ts";
import { OMOP_CODES } from "../ingest/omop/omop-context.ts";
import { copiedCodesText, datasetText, incrementText, tallyText } from "../ingest/report-text.ts";
import { createProgressLine } from "./progress-line.ts";
import { withInterrupt } from "./run-verb.ts";

interface IngestFlags {
  readonly format: (typeof INGEST_FORMATS)[number];
  readonly input: string;
  readonly out: string;
  readonly mapping?: string;
  readonly groupIdentifier?: string;
  readonly omopCodes: (typeof OMOP_CODES)[number];
  readonly omopSchema?: string;
  readonly omopVocabularySchema?: string;
  readonly drop: readonly string[];
  readonly unitAlias: Readonly<Record<string, string>>;
  readonly rejectLimit: number;
  readonly splitSeed?: number;
  readonly name: string;
  readonly memory: number;
  readonly overwrite: boolean;
  readonly append: boolean;
  readonly json: boolean;
}

export function ingestCommand(): Command {
  return new Command("ingest")
    .description(
      "Read an export of records and write it as a MEDS 0.4 dataset, with an account of every row.",
    )
    .addOption(
      new Option("--format <format>", "what the input is").choices([...INGEST_FORMATS]).default("auto"),
    )
    .requiredOption(
      "--input <path>",
      "file or folder with the export, plain or gzip; OMOP also postgres://USER@HOST/DATABASE",
    )
    .requiredOption("--out <dir>", "folder of the dataset to write")
    .option("--mapping <file>", "for CSV: the mapping (default: mapping.yaml beside the files)")
    .option("--group-identifier <system>", "FHIR: identifier system whose value ties persons to one split")
    .addOption(
      new Option("--omop-codes <which>", "OMOP: which concept of a row is its code")
        .choices([...OMOP_CODES])
        .default("preferred"),
    )
    .option("--omop-schema <name>", "OMOP in PostgreSQL: schema of its tables (default: by the search path)")
    .option("--omop-vocabulary-schema <name>", "OMOP in PostgreSQL: schema of the vocabulary, if another")
    .option("--drop <code...>", "codes, or prefixes ending in *, to leave out (counted)", [])
    .option(
      "--unit-alias <written=ucum>",
      "a unit as this site writes it and its UCUM spelling; may be repeated",
      collectAlias,
      {},
    )
    .option(
      "--reject-limit <share>",
      "fail when more than this share of the candidate events is rejected",
      share,
      0.001,
    )
    .option(
      "--split-seed <n>",
      "draw the splits with this seed; MEDS input: instead of keeping its own",
      integer,
    )
    .option("--name <name>", "name of the dataset", "records")
    .option(
      "--memory <megabytes>",
      "memory that the embedded database may use before it spills to disk",
      integer,
      512,
    )
    .option("--overwrite", "replace what stands at --out", false)
    .option(
      "--append",
      "FHIR: an increment of the dataset at --out; newer copies replace older ones, deletions take back",
      false,
    )
    .option(
      "--json",
      "print the report as one JSON object on standard output; everything else goes to standard error",
      false,
    )
    .addHelpText(
      "after",
      `
Reads FHIR R4 (NDJSON, a Bundle a line, a Bundle a file), C-CDA documents, HL7 v2 (messages, or what longitude
listen took in), OMOP CDM 5.3 and 5.4 (CSV, Parquet, PostgreSQL), MEDS 0.3 and 0.4, and CSV by a mapping.
Every candidate event is kept, rejected, dropped or not an event, and counted: in = kept + rejected + dropped + not an event.
Over the limit the run fails and leaves nothing behind. Guide: docs/guides/ingest.md

Examples:
  longitude ingest --input export --out records --group-identifier https://longitude.example/matched-set
  longitude ingest --format csv --input tables --mapping mapping.yaml --out records`,
    )
    .action((flags: IngestFlags) => withInterrupt((signal) => run(flags, signal)));
}

async function run(flags: IngestFlags, signal: AbortSignal): Promise<void> {
  const line = createProgressLine(process.stderr, systemEffects);
  const say = (text: string): void => {
    line.clear();
    (flags.json ? process.stderr : process.stdout).write(text);
  };
  for await (const event of ingest(optionsOf(flags), systemEffects)) {
    signal.throwIfAborted();
    if (event.kind === "progress") showProgress(line, event);
    else if (event.kind === "tally") say(tallyText(event.report));
    else {
      say(copiedCodesText(event.report.copiedCodes));
      say(datasetText(event.report, event.out));
      say(incrementText(event.report));
      if (flags.json) process.stdout.write(`${JSON.stringify({ out: event.out, ...event.report })}\n`);
    }
  }
  line.clear();
}

function optionsOf(flags: IngestFlags): IngestInput {
  return {
    format: flags.format,
    input: flags.input,
    out: flags.out,
    ...(flags.mapping === undefined ? {} : { mapping: flags.mapping }),
    ...(flags.groupIdentifier === undefined ? {} : { groupIdentifier: flags.groupIdentifier }),
    omopCodes: flags.omopCodes,
    ...(flags.omopSchema === undefined ? {} : { omopSchema: flags.omopSchema }),
    ...(flags.omopVocabularySchema === undefined ? {} : { omopVocabularySchema: flags.omopVocabularySchema }),
    drop: [...flags.drop],
    unitAliases: { ...flags.unitAlias },
    rejectLimit: flags.rejectLimit,
    ...(flags.splitSeed === undefined ? {} : { splits: { seed: flags.splitSeed }, keepSplits: false }),
    name: flags.name,
    memoryMb: flags.memory,
    overwrite: flags.overwrite,
    append: flags.append,
  };
}

function showProgress(
  line: ReturnType<typeof createProgressLine>,
  event: Extract<IngestEvent, { kind: "progress" }>,
): void {
  if (event.stage !== "reading") {
    line.show("ingest", { step: event.stage, done: 0, total: null, unit: "events" });
    return;
  }
  line.show("ingest", {
    step: "reading",
    done: event.candidates,
    total: null,
    unit: "candidate events",
    detail: `file ${Math.min(event.filesDone + 1, event.files)} of ${event.files}, ${event.rejected} rejected`,
  });
}

function share(text: string): number {
  const value = Number(text);
  if (!(value >= 0 && value <= 1)) throw new InvalidArgumentError("a share is a number from 0 to 1.");
  return value;
}

function integer(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError("a whole number is needed.");
  return Number(text);
}

function collectAlias(text: string, before: Readonly<Record<string, string>>): Record<string, string> {
  const at = text.lastIndexOf("=");
  if (at <= 0 || at === text.length - 1)
    throw new InvalidArgumentError('write it as WRITTEN=UCUM, e.g. "K/mcL=10*3/uL".');
  return { ...before, [text.slice(0, at)]: text.slice(at + 1) };
}
