/** The `terminology` section of longitude.yaml: which code systems say what stands above a code. */
import { z } from "zod";

export const TERMINOLOGY_KINDS = ["snomed", "rxnorm", "loinc", "omop", "csv"] as const;

const fileSchema = z.strictObject({
  /** `snomed`: RF2 release; `rxnorm`: RRF release; `loinc`: LOINC release; `omop`: vocabulary of Athena; `csv`: a table. */
  kind: z.enum(TERMINOLOGY_KINDS),
  /** Folder of the release, or the file for `csv` (columns code, description, parent; CPT and local codes). */
  path: z.string().min(1),
  /** For `csv`: the system of its codes, e.g. CPT. */
  system: z
    .string()
    .regex(/^[A-Z0-9_.-]+$/)
    .optional(),
});
export type TerminologyFile = z.output<typeof fileSchema>;

export const terminologySchema = z.strictObject({
  /** ICD-9-CM codes: `backOff` keeps them with their ICD-10-CM equivalents as parents; `translate` replaces those with exactly one. */
  icd9cm: z.enum(["backOff", "translate"]).default("backOff"),
  /** Licensed code systems of the site; nothing of them is shipped. */
  files: z.array(fileSchema).default([]),
});
export type TerminologyConfig = z.output<typeof terminologySchema>;
