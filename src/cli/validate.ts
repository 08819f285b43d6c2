/**
 * `longitude validate`: a site's finished model and baselines on records that they have never seen.
 * Invariant: nothing is learned from the other records; vocabulary, bins, weights, baselines and calibration are the
 * site's own, and everybody in the folder is measured.
 */
import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { Command, InvalidArgumentError, Option } from "commander";
import { z } from "zod";
import { asMachineError } from "../artefacts/machine-error.ts";
import { type Effects, systemEffects } from "../effects/effects.ts";
import { EXTERNAL } from "../evaluation/design/evaluation-design.ts";
import type { Evaluation } from "../evaluation/design/evaluation-schema.ts";
import { coverageSchema } from "../evaluation/report/report-input.ts";
import { terminalTable } from "../evaluation/report/terminal-table.ts";
import type { ForecastSummary } from "../forecast/forecast.ts";
import { ingest } from "../ingest/ingest.ts";
import { INGEST_FORMATS } from "../ingest/ingest-options.ts";
import type { IngestReport } from "../ingest/ingest-report.ts";
import type { UnitsConfig } from "../ingest/meaning/units-config.ts";
import { deidentifyRecords } from "../privacy/deidentify-records.ts";
import { systemEntropy } from "../privacy/zone/system-entropy.ts";
import { INGEST_JSON } from "../timeline/dataset-layout.ts";
import { openTimelineStore } from "../timeline/open-timeline-store.ts";
import { readCheckpoint } from "../training/checkpoint.ts";
import { build } from "./build.ts";
import type { StageResult } from "./pipeline.ts";
import type { Progress } from "./progress.ts";
import { createProgressLine, duration } from "./progress-line.ts";
import { readSite, type Site } from "./read-site.ts";
import { withInterrupt } from "./run-verb.ts";
import { coverageElsewhere } from "./stages/coverage-elsewhere.ts";
import { forecastFolder } from "./stages/forecasts-stage.ts";
import { measureForecasts } from "./stages/measure-forecasts.ts";
import { readHistories } from "./stages/read-histories.ts";
import { progressOf } from "./stages/records-stage.ts";
import { REPORT_FILE, writeReport } from "./stages/write-report.ts";
import { PROVENANCE_FILE, type ValidationProvenance } from "./validation-provenance.ts";

interface ValidateFlags {
  readonly site: string;
  readonly input: string;
  readonly format: (typeof INGEST_FORMATS)[number];
  readonly mapping?: string;
  readonly groupIdentifier?: string;
  readonly rejectLimit?: number;
  readonly out: string;
  readonly json?: boolean;
}

/** What `--json` prints. */
interface ValidationReport {
  readonly schema: "longitude.validation/1";
  readonly site: string;
  readonly input: string;
  readonly out: string;
  readonly seconds: number;
  /** Id of the artefact that was validated. */
  readonly model: string;
  readonly baselines: string;
  readonly records: IngestReport;
  readonly forecasts: ForecastSummary;
  /** Persons of the input whose subject key the site has learned from or tuned with. */
  readonly knownPersons: number;
  readonly summary: Evaluation["summary"];
}

export function validateCommand(): Command {
  return new Command("validate")
    .description("Measure a site's finished model and baselines on records that they have never seen.")
    .requiredOption("--site <dir>", "folder with longitude.yaml; what is missing of the model is made first")
    .requiredOption("--input <path>", "file or folder with the other records; plain or gzip")
    .addOption(
      new Option("--format <format>", "what the input is").choices([...INGEST_FORMATS]).default("auto"),
    )
    .option("--mapping <file>", "for CSV: the mapping (default: mapping.yaml beside the files)")
    .option("--group-identifier <system>", "FHIR: identifier system that ties persons (default: the site's)")
    .option("--reject-limit <share>", "fail above this share of rejected rows (default: the site's)", share)
    .requiredOption("--out <dir>", "folder for evaluation.json and the report")
    .option("--json", "print one JSON object on standard output, progress on standard error")
    .addHelpText(
      "after",
      `
Nothing is trained, tuned or recalibrated, and everybody in the input is measured. Guide: docs/guides/validate.md

Example:
  longitude validate --site site/olmsted --input other --format csv --mapping mapping.yaml --out validated`,
    )
    .action(async (flags: ValidateFlags) => {
      const site = await readSite(flags.site);
      const report = await withInterrupt((signal) => validate(site, flags, systemEffects, signal));
      if (flags.json === true) process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
    });
}

async function validate(
  site: Site,
  flags: ValidateFlags,
  effects: Effects,
  signal: AbortSignal,
): Promise<ValidationReport> {
  const json = flags.json === true;
  const startedAt = effects.now();
  const built = await build(site, effects, { targets: ["model", "baselines"], signal, json });
  const artefact = (name: string) => {
    const found = built.stages.find(({ stage }) => stage === name);
    if (found === undefined) throw new TypeError(`the pipeline has no stage ${name}`);
    return found;
  };
  const out = resolve(flags.out);
  const show = createShow(effects, signal, json);
  try {
    await mkdir(out, { recursive: true });
    const work = await mkdtemp(join(out, ".partial-"));
    try {
      const records = join(work, "records");
      const forecasts = join(work, "forecasts");
      const evidence = join(work, "evidence");
      for (const folder of [forecasts, evidence]) await mkdir(folder);

      const ingested = await show(
        "records",
        ingestOther(site, flags, records, effects, await unitsOf(site, artefact("records").folder)),
      );
      const forecasted = await show(
        "forecasts",
        forecastFolder(
          { records, model: artefact("model").folder, out: forecasts },
          site.configuration,
          null,
        ),
      );
      const knownPersons = await countKnown(records, artefact("records").folder);
      const measured = await show(
        "evaluation",
        measureEverybody(site, { records, forecasts, evidence }, artefact, knownPersons),
      );
      const provenance: ValidationProvenance = {
        schema: "longitude.validation-provenance/1",
        model: artefact("model").id,
        baselines: artefact("baselines").id,
        knownPersons,
      };
      await writeFile(join(evidence, PROVENANCE_FILE), `${JSON.stringify(provenance)}\n`);
      await moveFiles(evidence, out);
      (json ? process.stderr : process.stdout).write(
        `\n${terminalTable(measured)}\nreport: ${join(out, REPORT_FILE)}\n`,
      );
      if (knownPersons > 0) {
        process.stderr.write(
          `note: ${knownPersons} of ${ingested.dataset.subjects} persons carry an identifier of somebody the site has learned from; if they are the same people, this is no validation\n`,
        );
      }
      return {
        schema: "longitude.validation/1",
        site: site.folder,
        input: resolve(flags.input),
        out,
        seconds: (effects.now() - startedAt) / 1000,
        model: artefact("model").id,
        baselines: artefact("baselines").id,
        records: ingested,
        forecasts: forecasted,
        knownPersons,
        summary: measured.summary,
      };
    } finally {
      await rm(work, { recursive: true, force: true });
    }
  } catch (error) {
    throw asMachineError(error, "validating");
  }
}

/** Runs one part, shows its progress, prints its line, and stops when asked to. */
function createShow(effects: Effects, signal: AbortSignal, json: boolean) {
  const line = createProgressLine(process.stderr, effects);
  return async <T>(name: string, running: AsyncGenerator<Progress, T>): Promise<T> => {
    const startedAt = effects.now();
    try {
      for (;;) {
        const step = await running.next();
        if (step.done === true) {
          line.clear();
          const seconds = (effects.now() - startedAt) / 1000;
          const text = `${name.padEnd(12)} validated ${duration(seconds).padStart(9)}\n`;
          (json ? process.stderr : process.stdout).write(text);
          return step.value;
        }
        line.show(name, step.value);
        signal.throwIfAborted();
      }
    } finally {
      line.clear();
      await running.return(undefined as T);
    }
  };
}

/** The units in which the site's model knows its codes; what the site states goes first. */
async function unitsOf({ configuration: { records } }: Site, folder: string): Promise<UnitsConfig> {
  const account = unitsSchemaOfAccount.parse(JSON.parse(await readFile(join(folder, INGEST_JSON), "utf8")));
  const learned = account.units.map(({ code, unit }) => [code, { unit, ...records.units[code] }] as const);
  return { ...records.units, ...Object.fromEntries(learned) };
}

const unitsSchemaOfAccount = z.object({ units: z.array(z.object({ code: z.string(), unit: z.string() })) });

/** De-identified by the site's rule where it has one: the model never sees identified records. */
async function* ingestOther(
  { configuration: { records: own, splits, name, terminology, privacy } }: Site,
  flags: ValidateFlags,
  out: string,
  effects: Effects,
  units: UnitsConfig,
): AsyncGenerator<Progress, IngestReport> {
  const group = flags.groupIdentifier ?? own.groupIdentifier;
  const records = {
    format: flags.format,
    input: resolve(flags.input),
    ...(flags.mapping === undefined ? {} : { mapping: resolve(flags.mapping) }),
    ...(group === undefined ? {} : { groupIdentifier: group }),
    drop: [...own.drop],
    unitAliases: own.unitAliases,
    units,
    terminology,
    implausibleValues: own.implausibleValues,
    rejectLimit: flags.rejectLimit ?? own.rejectLimit,
    memoryMb: own.memoryMb,
    splits,
    keepSplits: false,
    name,
  };
  if (privacy !== undefined) {
    const task = { records, content: null, config: privacy, out, overwrite: false };
    for await (const event of deidentifyRecords(task, effects, systemEntropy)) {
      if (event.kind === "progress") yield progressOf(event);
      if (event.kind === "done") return event.ingest;
    }
  } else {
    for await (const event of ingest({ ...records, out }, effects)) {
      if (event.kind === "progress") yield progressOf(event);
      if (event.kind === "done") return event.report;
    }
  }
  throw new TypeError("the ingest ended without its report");
}

async function* measureEverybody(
  { configuration, vetting }: Site,
  folders: { readonly records: string; readonly forecasts: string; readonly evidence: string },
  artefact: (stage: string) => StageResult,
  knownPersons: number,
): AsyncGenerator<Progress, Evaluation> {
  yield { step: "reading", done: 0, total: null, unit: "" };
  const { records, forecasts, evidence } = folders;
  const { histories } = await readHistories(
    records,
    configuration.cohort,
    configuration.outcomes,
    undefined,
    configuration.tokens.notes !== undefined,
  );
  const baselines = artefact("baselines").folder;
  const measured = yield* measureForecasts({
    histories,
    design: EXTERNAL,
    configuration,
    vetting,
    forecasts,
    baselines,
    out: evidence,
  });

  const { vocabulary } = await readCheckpoint(artefact("model").folder);
  await writeReport({
    folders: { records, forecasts, evaluation: evidence, tokens: null, model: null, audits: null },
    configuration,
    measured: "elsewhere",
    knownPersons,
    coverage: coverageSchema.parse({ "these records": coverageElsewhere(histories, vocabulary) }),
    artefacts: ["model", "baselines"].map((role) => {
      const { id, codeVersion } = artefact(role);
      return { role, id, codeVersion };
    }),
    commands: [
      "npm ci",
      `npx longitude validate --site path/to/${configuration.name} --input path/to/records --out path/to/report`,
    ],
    out: evidence,
  });
  return measured;
}

async function countKnown(other: string, own: string): Promise<number> {
  const [theirs, ours] = [await splitsOf(other), await splitsOf(own)];
  let known = 0;
  for (const subject of theirs.keys()) {
    const split = ours.get(subject);
    if (split === "train" || split === "tuning") known++;
  }
  return known;
}

async function splitsOf(records: string) {
  const store = await openTimelineStore(records);
  try {
    return await store.splits();
  } finally {
    store.close();
  }
}

/** Each file appears whole; one of the same name is replaced, others in the folder are left alone. */
async function moveFiles(from: string, to: string): Promise<void> {
  for (const file of await readdir(from)) {
    await rm(join(to, file), { recursive: true, force: true });
    await rename(join(from, file), join(to, file));
  }
}

function share(text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !(value >= 0 && value <= 1)) {
    throw new InvalidArgumentError("A share is a number from 0 to 1.");
  }
  return value;
}
