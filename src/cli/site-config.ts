/**
 * `longitude.yaml`: where the records are, what the outcomes are, how big the model is.
 * Each folder of the river declares its own section; this file only puts the sections together.
 * Invariant: a parsed configuration is total; every default has been filled in.
 */
import { z } from "zod";
import { assistantSchema } from "../assistant/assistant-config.ts";
import { auditsSchema } from "../evaluation/audits/audits-config.ts";
import { evaluationConfigSchema } from "../evaluation/evaluation-config.ts";
import { forecastSchema } from "../forecast/forecast-config.ts";
import { splitsSchema } from "../ingest/assign-split.ts";
import { ingestOptionsSchema } from "../ingest/ingest-options.ts";
import { privacySchema } from "../privacy/privacy-config.ts";
import { qualitySchema } from "../quality/quality-config.ts";
import { servingSchema } from "../serving/serving-config.ts";
import { stateSchema } from "../state/state-config.ts";
import { terminologySchema } from "../terminology/terminology-config.ts";
import { tokensSchema } from "../tokens/tokens-config.ts";
import { queriesSchema } from "../training/queries/queries-config.ts";
import { languageSchema } from "../training/text/language-config.ts";
import { trainingSchema } from "../training/training-config.ts";
import { treesSchema } from "../trees/boosting/trees-config.ts";
import { cohortSchema, outcomesSchema } from "../vetting/outcome-definition.ts";
import { vettingSchema } from "../vetting/vetting-config.ts";

export const SITE_SCHEMA = "longitude.site/1";

const recordsSchema = ingestOptionsSchema.pick({
  format: true,
  input: true,
  mapping: true,
  groupIdentifier: true,
  omopCodes: true,
  codeOrder: true,
  timeZone: true,
  leaveOutLabels: true,
  drop: true,
  unitAliases: true,
  units: true,
  implausibleValues: true,
  rejectLimit: true,
  keepSplits: true,
  memoryMb: true,
});

export const siteSchema = z.strictObject({
  schema: z.literal(SITE_SCHEMA).describe("Version of this file's shape."),
  name: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]*$/, "lower-case letters, digits and hyphens")
    .describe("Name of the site, shown in reports."),
  /** The export that everything starts from; paths are relative to longitude.yaml. */
  records: recordsSchema,
  /** How records are de-identified before anything else; left out: the records are taken as they are. */
  privacy: privacySchema.optional(),
  /** Who is learned from and who is only measured on; a group is whole in one split. */
  splits: splitsSchema.prefault({}),
  /** When observation starts and ends, and what is never an input. */
  cohort: cohortSchema.prefault({}),
  /** What is predicted, for whom, when and how far ahead. */
  outcomes: outcomesSchema,
  /** Code systems above the codes of the records, and what becomes of ICD-9-CM. */
  terminology: terminologySchema.prefault({}),
  /** What the records must hold before anything is built from them, and what has been waived. */
  quality: qualitySchema.prefault({}),
  /** What experts have vetted, and whether the site runs without it. */
  vetting: vettingSchema.prefault({}),
  /** How timelines become token sequences. */
  tokens: tokensSchema.prefault({}),
  /** How boosted trees grow: beside the decoder, and as baselines. */
  trees: treesSchema.prefault({}),
  /** How big the model is and how it is trained. */
  training: trainingSchema.prefault({}),
  /** Which texts `longitude train --text` learns, and by how big a model. */
  language: languageSchema.optional(),
  /** How any set of events is read in one pass, and when that is preferred to simulating. */
  queries: queriesSchema.prefault({}),
  /** How risks and futures are drawn from the model. */
  forecast: forecastSchema.prefault({}),
  /** How the evidence is computed. */
  evaluation: evaluationConfigSchema.prefault({}),
  /** How a model is audited for leakage, robustness and privacy, and the limits that it must keep. */
  audits: auditsSchema.prefault({}),
  /** Where reviews, approvals, releases and the audit log are kept. */
  state: stateSchema.prefault({}),
  /** Who may ask the server, and what it withholds. */
  serving: servingSchema.prefault({}),
  /** What the assistant may use: published passages, and language models as an allow-list. */
  assistant: assistantSchema.prefault({}),
});

export type SiteConfiguration = z.output<typeof siteSchema>;
