/**
 * From an export of records to a MEDS dataset: read, judge, check, write.
 * Invariant: the dataset appears whole or not at all, and every candidate event is accounted for.
 */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { asMachineError } from "../artefacts/machine-error.ts";
import { packageVersion } from "../artefacts/package-version.ts";
import type { Effects } from "../effects/effects.ts";
import { LongitudeError } from "../errors/longitude-error.ts";
import {
  APPEND_IMPOSSIBLE,
  errorDefinitions,
  INGEST_REJECT_LIMIT,
  INPUT_FILE_EMPTY,
} from "../errors/registry.ts";
import { Database } from "../timeline/database.ts";
import { INGEST_JSON } from "../timeline/dataset-layout.ts";
import { holdState } from "../timeline/dataset-state.ts";
import { writeMedsDataset } from "../timeline/write-meds-dataset.ts";
import { appendTo, unitsOf } from "./append.ts";
import { readCcda } from "./ccda/read-ccda.ts";
import { readCsv } from "./csv/read-csv.ts";
import { readBlocks } from "./fhir/block-readers.ts";
import { type CopiedCodesCheck, findCopiedCodes } from "./find-copied-codes.ts";
import { addFindings, emptyFindings, type Findings } from "./findings.ts";
import { readHl7 } from "./hl7v2/read-hl7.ts";
import { holdOut } from "./hold-out.ts";
import { type IngestInput, type IngestOptions, parseIngestOptions } from "./ingest-options.ts";
import { INGEST_REPORT_SCHEMA, type IngestReport } from "./ingest-report.ts";
import { inputBlocks } from "./input-blocks.ts";
import { fileLabel, findInputFiles, type InputFiles } from "./input-files.ts";
import { DROPPED, judgeEvents } from "./judge-events.ts";
import { keepLedger, loadTouched, writeLedger } from "./ledger.ts";
import { settleCodes } from "./meaning/settle-codes.ts";
import { MEANT_EVENTS, settleUnits } from "./meaning/settle-units.ts";
import { readMeds } from "./meds/read-meds.ts";
import { OmopFiles } from "./omop/omop-files.ts";
import { OmopPostgres } from "./omop/omop-postgres.ts";
import { readOmop } from "./omop/read-omop.ts";
import { beginOutput, type OutputFolder } from "./output-folder.ts";
import { settleSubjects } from "./settle-subjects.ts";
import { SiteClock } from "./site-clock.ts";
import { Staging } from "./staging.ts";
import { writeKnownIdentifiers } from "./write-known-identifiers.ts";

export type IngestEvent =
  | {
      readonly kind: "progress";
      readonly stage: "reading";
      readonly filesDone: number;
      readonly files: number;
      /** Of the input, compressed as it is; a file counts when it has been read. */
      readonly bytesDone: number;
      readonly bytes: number;
      /** Candidates read so far, and those rejected by what their own row tells. */
      readonly candidates: number;
      readonly rejected: number;
      readonly memoryBytes: number;
    }
  | {
      readonly kind: "progress";
      readonly stage: "judging" | "checking" | "writing";
      readonly memoryBytes: number;
    }
  /** Before the limit is applied, so that the table of a failing run can be shown. */
  | { readonly kind: "tally"; readonly report: Omit<IngestReport, "dataset" | "copiedCodes" | "increment"> }
  | { readonly kind: "done"; readonly out: string; readonly report: IngestReport };

const PROGRESS_EVERY_MS = 250;

/** Below this a worker takes longer to start than the input to be read. */
const WORKERS_FROM_BYTES = 24 * 2 ** 20;
const WORKERS = 2;

export async function* ingest(input: IngestInput, effects: Effects): AsyncGenerator<IngestEvent> {
  const asked = parseIngestOptions(input);
  // A dataset as the input may be changed meanwhile: the state that counts now is read to its end.
  const held = await holdState(asked.input);
  const options = { ...asked, input: held.folder };
  try {
    yield* ingestHeld(options, effects);
  } finally {
    held.release();
  }
}

async function* ingestHeld(options: IngestOptions, effects: Effects): AsyncGenerator<IngestEvent> {
  const files = await findInputFiles(options);
  const output = await beginOutput(
    options.out,
    options.append ? "datasets only" : options.overwrite,
    effects,
  );
  try {
    if (options.append && files.format !== "fhir") {
      throw new LongitudeError(APPEND_IMPOSSIBLE, `the input is ${files.format}, not FHIR`);
    }
    if (options.append && options.collectIdentifiers) {
      throw new LongitudeError(APPEND_IMPOSSIBLE, "identifiers are collected from a whole export only");
    }
    const report = yield* ingestInto(output, options, files, effects);
    await output.publish();
    yield { kind: "done", out: options.out, report };
  } catch (error) {
    throw asMachineError(error, "ingesting records");
  } finally {
    await output.discard();
  }
}

async function* ingestInto(
  output: OutputFolder,
  options: IngestOptions,
  files: InputFiles,
  effects: Effects,
): AsyncGenerator<IngestEvent, IngestReport> {
  const database = await Database.open({
    path: join(output.scratch, "staging.duckdb"),
    spillDir: join(output.scratch, "spill"),
    memoryMb: options.memoryMb,
  });
  try {
    const findings = emptyFindings();
    yield* readInput(database, options, files, findings, effects);
    yield { kind: "progress", stage: "judging", memoryBytes: effects.memoryBytes() };
    const previous = options.append ? output.previous : null;
    const before = previous === null ? [] : await unitsOf(previous);
    const ledger = files.format === "fhir";
    if (ledger) await keepLedger(database);
    if (previous !== null) await loadTouched(database, previous, options.eventsPerShard);
    const { holdOut: rule } = options.splits;
    if (rule !== undefined && options.append)
      throw new LongitudeError(APPEND_IMPOSSIBLE, "splits.holdOut divides a whole export");
    await judgeEvents(database, options.drop, findings.tally, async () => {
      if (rule !== undefined) await holdOut(database, rule, options.marks);
    });
    const settled = await settleUnits(
      database,
      {
        ...options,
        units: { ...Object.fromEntries(before.map(({ code, unit }) => [code, { unit }])), ...options.units },
      },
      findings,
    );
    const seen = new Set(settled.map(({ code }) => code));
    const units = [...settled, ...before.filter(({ code }) => !seen.has(code))];
    await settleCodes(database, options.terminology, findings.notes);
    const found = { ...reportOf(options, files, findings), units };
    yield { kind: "tally", report: found };
    failOverLimit(found);
    const keepSplits = options.keepSplits || previous !== null;
    const subjects = await settleSubjects(database, options.splits, keepSplits, previous !== null);
    yield { kind: "progress", stage: "checking", memoryBytes: effects.memoryBytes() };
    const copiedCodes: CopiedCodesCheck = await findCopiedCodes(database, DROPPED);
    yield { kind: "progress", stage: "writing", memoryBytes: effects.memoryBytes() };
    const source = {
      database,
      events: MEANT_EVENTS,
      subjects: "subject",
      descriptions: "described",
      parents: "known_parent",
      metadata: { dataset_name: options.name, etl_version: packageVersion() },
      eventsPerShard: options.eventsPerShard,
      ledger,
    };
    const { increment, dataset } =
      previous === null
        ? { increment: null, dataset: { ...(await writeMedsDataset(output.folder, source)), ...subjects } }
        : await appendTo(previous, output.folder, output.scratch, source);
    if (options.collectIdentifiers) await writeKnownIdentifiers(database, output.folder);
    if (ledger) await writeLedger(database, output.folder, previous);
    const report: IngestReport = { ...found, copiedCodes, increment, dataset };
    await writeFile(join(output.folder, INGEST_JSON), `${JSON.stringify(report, null, 2)}\n`);
    return report;
  } finally {
    database.close();
  }
}

async function* readInput(
  database: Database,
  options: IngestOptions,
  files: InputFiles,
  findings: Findings,
  effects: Effects,
): AsyncGenerator<IngestEvent> {
  const staging = await Staging.create(database);
  const { unitAliases, collectIdentifiers } = options;
  const context = { ...findings, staging: staging.sink, unitAliases, collectIdentifiers };
  const progress = progressOf(files, staging, findings, effects);
  if (files.format === "fhir") {
    for await (const bytes of readFhir(files, options, staging, findings)) yield* progress(bytes);
  } else if (files.format === "ccda") {
    const fhir = {
      ...context,
      groupIdentifier: null,
      codeOrder: options.codeOrder,
      clock: new SiteClock(options.timeZone ?? null),
      leaveOutLabels: new Set(options.leaveOutLabels),
      collectIdentifiers: options.collectIdentifiers,
      bundle: new Map<string, string>(),
    };
    const label = (position: number): string => `file ${position + 1} of ${files.files.length}`;
    for await (const { file } of readCcda(files.files, label, fhir)) {
      staging.drain();
      yield* progress(file);
    }
  } else if (files.format === "csv") {
    for await (const { file } of readCsv(files.mapping, files.files, context)) {
      staging.drain();
      yield* progress(file);
    }
  }
  if (files.format === "hl7v2") {
    const input = { ...findings, staging, database, unitAliases, collectIdentifiers };
    for await (const { file } of readHl7(files.files, input)) yield* progress(file);
    return;
  }
  await staging.close();
  if (files.format === "omop") yield* readOmopTables(files, options, database, findings, progress);
  if (files.format !== "meds") return;
  for await (const _ of readMeds(files.files, files.root, { ...context, database })) yield* progress(null);
}

async function* readOmopTables(
  { files, address }: Extract<InputFiles, { format: "omop" }>,
  options: IngestOptions,
  database: Database,
  findings: Findings,
  progress: (read: number | string) => AsyncGenerator<IngestEvent>,
): AsyncGenerator<IngestEvent> {
  const { unitAliases, omopCodes: codes, omopSchema: clinical, omopVocabularySchema: vocabulary } = options;
  const { collectIdentifiers } = options;
  const fromFiles = address === undefined ? new OmopFiles(files, database) : null;
  const source = fromFiles ?? (await OmopPostgres.open(address!, { clinical, vocabulary }));
  try {
    const omop = { ...findings, database, source, unitAliases, codes, collectIdentifiers };
    for await (const _ of readOmop(omop))
      yield* progress(fromFiles === null ? 0 : (fromFiles.reading ?? files[0]!));
  } finally {
    await source.close();
  }
}

/** Yields the bytes on disk of each block that has been staged. */
async function* readFhir(
  { files, bytes }: InputFiles,
  options: IngestOptions,
  staging: Staging,
  findings: Findings,
): AsyncGenerator<number> {
  const label = (file: number): string => fileLabel(files, file);
  const workers = options.workers ?? (bytes < WORKERS_FROM_BYTES ? 0 : WORKERS);
  let linesOfFile = 0;
  for await (const { block, read } of readBlocks(inputBlocks(files, label), options, workers, label)) {
    staging.append(read.rows);
    addFindings(findings, read.findings);
    linesOfFile += read.lines;
    if (block.last) {
      if (linesOfFile === 0) throw new LongitudeError(INPUT_FILE_EMPTY, `${label(block.file)} is empty`);
      linesOfFile = 0;
    }
    yield block.diskBytes;
  }
}

/** At most a few events a second. Told by bytes, by the file that is being read, or by null: the next file. */
function progressOf(
  files: InputFiles,
  staging: Staging,
  { tally }: Findings,
  effects: Effects,
): (read: number | string | null) => AsyncGenerator<IngestEvent> {
  let last = Number.NEGATIVE_INFINITY;
  let position = -1;
  let bytesDone = 0;
  return async function* (read) {
    if (typeof read === "number") bytesDone += read;
    else {
      const next = read === null ? position + 1 : files.files.indexOf(read);
      for (let done = Math.max(position, 0); done < next; done++) bytesDone += files.sizes[done]!;
      position = Math.max(position, next);
    }
    if (effects.now() - last < PROGRESS_EVERY_MS) return;
    last = effects.now();
    yield {
      kind: "progress",
      stage: "reading",
      filesDone:
        typeof read === "number"
          ? filesWithin(files.sizes, bytesDone)
          : Math.min(position, files.files.length),
      files: files.files.length,
      bytesDone,
      bytes: files.bytes,
      candidates: staging.eventCount + tally.total(),
      rejected: tally.total("rejected"),
      memoryBytes: effects.memoryBytes(),
    };
  };
}

function filesWithin(sizes: readonly number[], bytes: number): number {
  let files = 0;
  for (let sum = 0; files < sizes.length && sum + sizes[files]! <= bytes; files++) sum += sizes[files]!;
  return files;
}

function reportOf(
  options: IngestOptions,
  files: InputFiles,
  { tally, notes, notRead, unknownUnits, elements }: Findings,
): Omit<IngestReport, "dataset" | "copiedCodes" | "units" | "increment"> {
  const total = tally.total();
  return {
    schema: INGEST_REPORT_SCHEMA,
    format: files.format,
    input: { files: files.files.length, bytes: files.bytes },
    candidates: {
      in: total,
      kept: tally.total("kept"),
      rejected: tally.total("rejected"),
      dropped: tally.total("dropped"),
      notEvents: tally.total("not an event"),
    },
    rejectShare: total === 0 ? 0 : tally.total("rejected") / total,
    rejectLimit: options.rejectLimit,
    tally: tally.rows(),
    notes: notes.rows(),
    resourcesNotRead: notRead.rows(),
    unknownUnits: unknownUnits.rows(),
    ...(options.collectIdentifiers ? { elements: elements.rows() } : {}),
  };
}

/** The message names every reason with its count; the remedy is that of the most frequent one. */
function failOverLimit(report: Omit<IngestReport, "dataset" | "copiedCodes" | "increment">): void {
  const { rejected, in: total } = report.candidates;
  if (rejected === 0 || rejected / total <= report.rejectLimit) return;
  const byReason = new Map<string, number>();
  for (const row of report.tally) {
    if (row.fate === "rejected") byReason.set(row.reason, (byReason.get(row.reason) ?? 0) + row.count);
  }
  const reasons = [...byReason].sort((a, b) => b[1] - a[1]);
  const definition = errorDefinitions().find(({ code }) => code === reasons[0]?.[0]);
  const percent = (share: number): string => `${Number((100 * share).toPrecision(3))} %`;
  throw new LongitudeError(
    INGEST_REJECT_LIMIT,
    `${rejected} of ${total} candidate events were rejected (${percent(rejected / total)}, limit ${percent(report.rejectLimit)}): ${reasons
      .map(([reason, count]) => `${reason} ${count}`)
      .join(", ")}`,
    { remedy: `${definition?.remedy ?? ""} ${INGEST_REJECT_LIMIT.remedy}`.trim() },
  );
}
