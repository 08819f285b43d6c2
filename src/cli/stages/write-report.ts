/**
 * Reads the parts that earlier stages left in their folders and writes the report from them: one function for a site's
 * own evidence and for a validation, which has fewer parts. A part that is not there is null, and the report says why;
 * a part that is there but unreadable is an error.
 */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { LongitudeError } from "../../errors/longitude-error.ts";
import { ARTEFACT_DAMAGED } from "../../errors/registry.ts";
import { AUDIT_NAMES, type Audit, auditFile, auditSchema } from "../../evaluation/audits/audit.ts";
import { type Evaluation, evaluationSchema } from "../../evaluation/design/evaluation-schema.ts";
import { evidenceSchema } from "../../evaluation/design/evidence-schema.ts";
import { LOOKS_FILE, looksSchema } from "../../evaluation/looks/looks-schema.ts";
import { renderReport } from "../../evaluation/report/render-report.ts";
import {
  type Coverage,
  coverageSchema,
  examplePatientSchema,
  forecastAccountSchema,
  ingestAccountSchema,
  type Provenance,
  type ReportInput,
  trainingRecordSchema,
} from "../../evaluation/report/report-input.ts";
import { INGEST_JSON } from "../../timeline/dataset-layout.ts";
import { openTimelineStore } from "../../timeline/open-timeline-store.ts";
import { resolveOutcomes } from "../../vetting/outcome-definition.ts";
import type { SiteConfiguration } from "../site-config.ts";
import { EVALUATION_FILE, EVIDENCE_FILE, SIMULATED_FILE } from "./measure-forecasts.ts";

export const REPORT_FILE = "index.html";

interface ReportFolders {
  readonly records: string;
  readonly forecasts: string;
  readonly evaluation: string;
  /** With `coverage.json`; null in a validation. */
  readonly tokens: string | null;
  /** With `training.json`; null in a validation. */
  readonly model: string | null;
  /** Null in a validation: the model is audited at its own site. */
  readonly audits: string | null;
}

interface ReportOptions {
  readonly folders: ReportFolders;
  readonly configuration: SiteConfiguration;
  readonly measured: ReportInput["measured"];
  /** In a validation: persons whose identifier is that of somebody learned from. */
  readonly knownPersons?: number;
  /** Counted in a validation; otherwise read from the tokens. */
  readonly coverage?: Coverage;
  readonly artefacts: Provenance["artefacts"];
  readonly commands: readonly string[];
  readonly out: string;
}

export async function writeReport(options: ReportOptions): Promise<Evaluation> {
  const { folders, configuration, measured, artefacts, commands, out } = options;
  const evaluation = await part(folders.evaluation, EVALUATION_FILE, evaluationSchema);
  if (evaluation === null) {
    throw new LongitudeError(ARTEFACT_DAMAGED, `${folders.evaluation} has no ${EVALUATION_FILE}`);
  }
  const html = renderReport({
    site: configuration.name,
    measured,
    evaluation,
    evidence: await part(folders.evaluation, EVIDENCE_FILE, evidenceSchema),
    audits: await auditsIn(folders.audits),
    looks: await part(folders.audits, LOOKS_FILE, looksSchema),
    knownPersons: options.knownPersons ?? 0,
    simulated: await part(folders.evaluation, SIMULATED_FILE, evaluationSchema),
    ingest: await part(folders.records, INGEST_JSON, ingestAccountSchema),
    coverage: options.coverage ?? (await part(folders.tokens, "coverage.json", coverageSchema)),
    training: await part(folders.model, "training.json", trainingRecordSchema),
    forecast: await part(folders.forecasts, "forecast.json", forecastAccountSchema),
    example: await part(folders.forecasts, "example.json", examplePatientSchema),
    outcomes: resolveOutcomes(configuration.outcomes),
    codeNames: await codeNames(folders.records),
    provenance: { commands, artefacts, seeds: seedsOf(configuration), versions: await versions() },
  });
  await writeFile(join(out, REPORT_FILE), html);
  return evaluation;
}

/** @returns null when the folder or the file does not exist */
async function part<T>(folder: string | null, file: string, schema: z.ZodType<T>): Promise<T | null> {
  if (folder === null) return null;
  const path = join(folder, file);
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
    throw error;
  }
  try {
    return schema.parse(JSON.parse(text));
  } catch (cause) {
    throw new LongitudeError(ARTEFACT_DAMAGED, `${path} does not have the shape that the report reads`, {
      cause,
    });
  }
}

async function auditsIn(folder: string | null): Promise<Audit[]> {
  const found: Audit[] = [];
  for (const name of AUDIT_NAMES) {
    const audit = await part(folder, auditFile(name), auditSchema);
    if (audit !== null) found.push(audit);
  }
  return found;
}

async function codeNames(records: string): Promise<ReadonlyMap<string, string>> {
  const store = await openTimelineStore(records);
  try {
    const named = (await store.codes()).flatMap(({ code, description }) =>
      description === null ? [] : [[code, description] as const],
    );
    return new Map(named);
  } finally {
    store.close();
  }
}

function seedsOf({ splits, training, forecast, evaluation }: SiteConfiguration): Provenance["seeds"] {
  return [
    { name: "splits and baselines", seed: splits.seed },
    { name: "training", seed: training.seed },
    { name: "simulated futures", seed: forecast.seed },
    { name: "bootstrap", seed: evaluation.seed },
  ];
}

const packageSchema = z.object({ version: z.string(), dependencies: z.record(z.string(), z.string()) });

async function versions(): Promise<Provenance["versions"]> {
  const text = await readFile(new URL("../../../package.json", import.meta.url), "utf8");
  const { version, dependencies } = packageSchema.parse(JSON.parse(text));
  return [
    { name: "longitude", version },
    ...Object.entries(dependencies).map(([name, pinned]) => ({ name, version: pinned })),
  ];
}
