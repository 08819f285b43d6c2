/** The shape of `looks.json`, and what a closer look is taken of. */
import { z } from "zod";
import type { OnsetReader } from "../../forecast/onset-reader.ts";
import type { OutcomeDefinition } from "../../vetting/outcome-definition.ts";
import type { PatientHistory } from "../../vetting/patient-history.ts";
import { checkSchema } from "../audits/audit.ts";
import type { AuditedCohort } from "../audits/audited-cohort.ts";

export const LOOKS_FILE = "looks.json";

export const looksSchema = z.strictObject({
  schema: z.literal("longitude.looks/1"),
  /** Id of the model artefact. */
  model: z.string(),
  looks: z.array(checkSchema),
  /** Logit risk' = intercept + slope x logit risk, fitted on tuning persons; null where they are too few. */
  recalibration: z.array(
    z.strictObject({
      outcome: z.string(),
      landmark: z.string(),
      horizon: z.string(),
      /** Tuning persons known to have, or not to have, the onset by the horizon. */
      n: z.int(),
      events: z.int(),
      line: z.strictObject({ intercept: z.number(), slope: z.number() }).nullable(),
    }),
  ),
});

export type Looks = z.output<typeof looksSchema>;

export interface LooksInput extends AuditedCohort {
  /** Persons by whom training was stopped: recalibration may be fitted on them. */
  readonly tuning: readonly PatientHistory[];
  readonly reader: OnsetReader;
  readonly outcomes: readonly OutcomeDefinition[];
  readonly threads: number;
}
