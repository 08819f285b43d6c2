/** What an ingest is asked to do. `unknown` comes in, a total configuration goes out. */
import { z } from "zod";
import { LongitudeError } from "../errors/longitude-error.ts";
import { INGEST_OPTIONS } from "../errors/registry.ts";
import { terminologySchema } from "../terminology/terminology-config.ts";
import { splitsSchema } from "./assign-split.ts";
import { DEFAULT_CODE_ORDER } from "./fhir/code-system.ts";
import { unitsSchema } from "./meaning/units-config.ts";
import { OMOP_CODES } from "./omop/omop-context.ts";

export const INGEST_FORMATS = ["fhir", "ccda", "omop", "hl7v2", "meds", "csv", "auto"] as const;

export const ingestOptionsSchema = z.strictObject({
  /** What the input is; `auto` looks at its files. */
  format: z.enum(INGEST_FORMATS).default("auto"),
  /** File or folder; for OMOP also `postgres://user@host/database`. */
  input: z.string().min(1),
  /** Folder of the dataset to write. */
  out: z.string().min(1),
  /** For CSV; without it `mapping.yaml` in the input folder. */
  mapping: z.string().min(1).optional(),
  /** OMOP: which concept of a row is its code; `preferred` follows the order that FHIR codings have too. */
  omopCodes: z.enum(OMOP_CODES).default("preferred"),
  /** OMOP in PostgreSQL: the schema of its tables; without it the first of the search path that has PERSON. */
  omopSchema: z.string().min(1).optional(),
  /** OMOP in PostgreSQL: the schema of CONCEPT and CONCEPT_ANCESTOR where it is another. */
  omopVocabularySchema: z.string().min(1).optional(),
  /** FHIR: the identifier system whose value ties persons that share a split. */
  groupIdentifier: z.string().min(1).optional(),
  /** FHIR: of several codings of one concept, the system that is taken, the preferred one first. */
  codeOrder: z
    .array(z.string().min(1))
    .min(1)
    .default([...DEFAULT_CODE_ORDER]),
  /** FHIR: the site's zone, e.g. America/Chicago: times that name an offset are moved to its wall clock. */
  timeZone: z.string().refine(isTimeZone, "not a time zone such as America/Chicago").optional(),
  /** FHIR: security labels whose bearers, a person's whole record or single resources, are left out and counted. */
  leaveOutLabels: z.array(z.string().min(1)).default(["R", "V"]),
  /** Codes, or prefixes ending in `*`, left out and counted. */
  drop: z.array(z.string().min(1)).default([]),
  /** Spellings of units at this site, e.g. `{"K/mcL": "10*3/uL"}`. */
  unitAliases: z.record(z.string(), z.string()).default({}),
  /** Codes of this site whose unit, molar mass or limits differ from the table of analytes, or are not in it. */
  units: unitsSchema,
  /** Values beyond the stated limits of their code: `flag` keeps and counts them, `exclude` leaves them out, counted. */
  implausibleValues: z.enum(["flag", "exclude"]).default("flag"),
  /** What stands above the codes. */
  terminology: terminologySchema.prefault({}),
  /** The run fails when rejected / in exceeds it. */
  rejectLimit: z.number().min(0).max(1).default(0.001),
  splits: splitsSchema.prefault({}),
  /** Codes of the index date and of the end of observation, which `splits.holdOut` goes by. */
  marks: z
    .strictObject({
      index: z.string().default("COHORT/INDEX"),
      followUpEnd: z.string().default("COHORT/LAST_CONTACT"),
    })
    .prefault({}),
  /** MEDS input: keep its own `subject_splits.parquet` where there is one. */
  keepSplits: z.boolean().default(true),
  /** Name in `dataset.json`. */
  name: z.string().min(1).default("records"),
  overwrite: z.boolean().default(false),
  /**
   * For de-identification: elements are screened by class before they are read, and what identifies persons is collected
   * into the dataset, which then belongs into the identified zone.
   */
  collectIdentifiers: z.boolean().default(false),
  /** FHIR: the input is an increment of the dataset at `out`: newer copies replace older ones, deletions take back. */
  append: z.boolean().default(false),
  /** DuckDB's memory limit; beyond it, it spills beside the output. */
  memoryMb: z.number().int().min(128).default(512),
  /**
   * Threads that parse beside this one; the result is the same with any number, 0 included. Left out: two where the
   * input is large enough to be worth their start.
   */
  workers: z.number().int().min(0).max(64).optional(),
  eventsPerShard: z.number().int().min(1).default(2_000_000),
});

export type IngestInput = z.input<typeof ingestOptionsSchema>;
export type IngestOptions = z.output<typeof ingestOptionsSchema>;

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat("en-US", { timeZone: name }).resolvedOptions().timeZone !== "";
  } catch {
    return false;
  }
}

export function parseIngestOptions(input: unknown): IngestOptions {
  const parsed = ingestOptionsSchema.safeParse(input);
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.map((issue) => `${issue.path.join(".") || "options"}: ${issue.message}`);
  throw new LongitudeError(INGEST_OPTIONS, issues.join("; "));
}
