/**
 * What the report is made from. Parts come from files of earlier stages and are parsed here, because a report may be
 * made from a folder that another version wrote; a part that does not exist is null and the report says why.
 */
import { z } from "zod";
import type { OutcomeDefinition } from "../../vetting/outcome-definition.ts";
import type { Audit } from "../audits/audit.ts";
import type { Evaluation } from "../design/evaluation-schema.ts";
import type { Evidence } from "../design/evidence-schema.ts";
import type { Looks } from "../looks/looks-schema.ts";

const counted = z.array(z.object({ what: z.string(), count: z.number() }));

/** The parts of `metadata/ingest.json` that the report shows. */
export const ingestAccountSchema = z.object({
  format: z.string(),
  input: z.object({ files: z.number(), bytes: z.number() }),
  candidates: z.object({
    in: z.number(),
    kept: z.number(),
    rejected: z.number(),
    dropped: z.number(),
    notEvents: z.number(),
  }),
  rejectShare: z.number(),
  rejectLimit: z.number(),
  tally: z.array(z.object({ fate: z.string(), reason: z.string(), source: z.string(), count: z.number() })),
  notes: counted,
  unknownUnits: counted,
  copiedCodes: z.object({
    rowsChecked: z.number(),
    personsChecked: z.number(),
    pairs: z.array(
      z.object({
        codes: z.tuple([z.string(), z.string()]),
        jointRows: z.number(),
        equalShare: z.number(),
        resolved: z.boolean(),
      }),
    ),
  }),
  dataset: z.object({
    subjects: z.number(),
    events: z.number(),
    codes: z.number(),
    splits: z.object({ train: z.number(), tuning: z.number(), held_out: z.number() }),
    groups: z.number(),
  }),
});

const coverageOfSplit = z.object({
  vocabulary: z.number(),
  persons: z.number(),
  tokensPerPerson: z.object({ mean: z.number(), median: z.number(), p90: z.number(), max: z.number() }),
  systems: z.array(
    z.object({
      system: z.string(),
      events: z.number(),
      exact: z.number(),
      backedOff: z.number(),
      unknown: z.number(),
    }),
  ),
  /** How what was backed off was; the evidence of an older version does not tell. */
  routes: z
    .array(z.object({ from: z.string(), to: z.string(), events: z.number(), codes: z.number() }))
    .optional(),
});

/** `coverage.json`: by split, or by one name of its own where there are no splits. */
export const coverageSchema = z.record(z.string(), coverageOfSplit);

/** The parts of `training.json` that the report shows. */
export const trainingRecordSchema = z.object({
  parameters: z.number(),
  curve: z
    .array(
      z.object({
        loss: z.number(),
        nextEventLoss: z.number(),
        onsetLoss: z.number(),
        trainingNextEventLoss: z.number(),
        trainingOnsetLoss: z.number(),
      }),
    )
    .min(1),
});

export const forecastAccountSchema = z.object({
  persons: z.number(),
  directRisks: z.number(),
  simulated: z.object({ persons: z.number(), futuresPerPerson: z.number(), completed: z.number() }),
});

export const examplePatientSchema = z.object({
  sex: z.string().nullable(),
  ageYears: z.number(),
  history: z.array(
    z.object({
      days: z.number(),
      code: z.string(),
      value: z.number().nullable(),
      unit: z.string().nullable(),
    }),
  ),
  risks: z.array(z.object({ outcome: z.string(), atRisk: z.boolean(), direct: z.array(z.number()) })),
  years: z.array(z.number()),
  futures: z.array(
    z.object({
      end: z.string(),
      events: z.array(z.object({ days: z.number(), code: z.string() })),
    }),
  ),
});

export type IngestAccount = z.output<typeof ingestAccountSchema>;
export type Coverage = z.output<typeof coverageSchema>;
export type TrainingRecord = z.output<typeof trainingRecordSchema>;
export type ForecastAccount = z.output<typeof forecastAccountSchema>;
export type ShownPatient = z.output<typeof examplePatientSchema>;

/** Where the figures come from, so that somebody else can make them again. */
export interface Provenance {
  readonly commands: readonly string[];
  /** What each part was made from, by role. */
  readonly artefacts: readonly { readonly role: string; readonly id: string; readonly codeVersion: string }[];
  readonly seeds: readonly { readonly name: string; readonly seed: number }[];
  readonly versions: readonly { readonly name: string; readonly version: string }[];
}

export interface ReportInput {
  /** Name of the site whose model this is. */
  readonly site: string;
  /** Who was measured: the site's held-out persons, or everybody in records from elsewhere. */
  readonly measured: "held out" | "elsewhere";
  readonly evaluation: Evaluation;
  /** The closer look; null where it is not at hand. */
  readonly evidence: Evidence | null;
  /** Of the model; none where they are not at hand. */
  readonly audits: readonly Audit[];
  /** The same forecasts from other sides; null where they are not at hand. */
  readonly looks: Looks | null;
  /** Persons measured whose identifier is that of somebody learned from; 0 for held-out persons. */
  readonly knownPersons: number;
  /** Direct reading beside simulated futures, on the persons who have both. */
  readonly simulated: Evaluation | null;
  readonly ingest: IngestAccount | null;
  readonly coverage: Coverage | null;
  readonly training: TrainingRecord | null;
  readonly forecast: ForecastAccount | null;
  readonly example: ShownPatient | null;
  readonly outcomes: readonly OutcomeDefinition[];
  /** Descriptions of codes, where the records have them. */
  readonly codeNames: ReadonlyMap<string, string>;
  readonly provenance: Provenance;
}
