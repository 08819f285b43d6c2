/**
 * `longitude.yaml`: where the records are, what the outcomes are, how big the model is.
 * Each folder of the river declares its own section; this file only puts the sections together.
 * Invariant: a parsed configuration is total; every default has been filled in.
 */
import { z } from "zod";
import { tokensSchema } from "../tokens/tokens-config.ts";
import { trainingSchema } from "../training/training-config.ts";
import { cohortSchema, outcomesSchema } from "../vetting/outcome-definition.ts";

export const SITE_SCHEMA = "longitude.site/1";

const fraction = z.number().gt(0).lt(1);

const recordsSchema = z
  .strictObject({
    format: z
      .enum(["fhir", "meds", "csv", "auto"])
      .default("auto")
      .describe("What the input is; `auto` looks at its files."),
    input: z.string().min(1).describe("Folder or file with the records, relative to longitude.yaml."),
    mapping: z
      .string()
      .min(1)
      .optional()
      .describe("For `csv`: the mapping file, relative to longitude.yaml."),
    groupIdentifier: z
      .string()
      .min(1)
      .optional()
      .describe("FHIR identifier system whose value ties persons that must stay in one split."),
    drop: z
      .array(z.string().min(1))
      .default([])
      .describe("Codes (or prefixes ending in `*`) to leave out; counted as dropped by configuration."),
    rejectLimit: z
      .number()
      .min(0)
      .max(1)
      .default(0.001)
      .describe("Share of rejected rows above which the run fails."),
  })
  .describe("The export that everything starts from.");

const splitsSchema = z
  .strictObject({
    seed: z.int().default(1).describe("Another seed draws other persons for each split."),
    train: fraction.default(0.7).describe("Share of groups that the model learns from."),
    tuning: fraction.default(0.1).describe("Share for early stopping and calibration."),
    heldOut: fraction.default(0.2).describe("Share that only the evaluation sees."),
  })
  .refine(({ train, tuning, heldOut }) => Math.abs(train + tuning + heldOut - 1) < 1e-9, {
    message: "train, tuning and heldOut must add up to 1",
  })
  .describe("Who is learned from and who is only measured on; a group is whole in one split.");

export const siteSchema = z.strictObject({
  schema: z.literal(SITE_SCHEMA).describe("Version of this file's shape."),
  name: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]*$/, "lower-case letters, digits and hyphens")
    .describe("Name of the site, shown in reports."),
  records: recordsSchema,
  splits: splitsSchema.prefault({}),
  /** When observation starts and ends, and what is never an input. */
  cohort: cohortSchema.prefault({}),
  /** What is predicted, for whom, when and how far ahead. */
  outcomes: outcomesSchema,
  /** How timelines become token sequences. */
  tokens: tokensSchema.prefault({}),
  /** How big the model is and how it is trained. */
  training: trainingSchema.prefault({}),
  /** How risks and futures are drawn from the model. */
  forecast: z.strictObject({}).prefault({}),
  /** How the evidence is computed. */
  evaluation: z.strictObject({}).prefault({}),
});

export type SiteConfiguration = z.output<typeof siteSchema>;
