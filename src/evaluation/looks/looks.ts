/**
 * The same forecasts looked at from other sides, told and not judged: repeats apart from new onsets, recalibrated on tuning
 * persons, on records unlike those learned from. An artefact beside the audits, with the same figures.
 */
import { z } from "zod";
import type { OnsetReader } from "../../forecast/onset-reader.ts";
import type { OutcomeDefinition } from "../../vetting/outcome-definition.ts";
import type { PatientHistory } from "../../vetting/patient-history.ts";
import { checkSchema } from "../audits/audit.ts";
import type { AuditedCohort, AuditProgress } from "../audits/audited-cohort.ts";
import { recalibration } from "./recalibration.ts";
import { repeatsApart } from "./repeats-apart.ts";
import { unlikeRecords } from "./unlike-records.ts";

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

export async function* lookCloser(input: LooksInput): AsyncGenerator<AuditProgress, Looks> {
  const step = (name: string, done: number): AuditProgress => ({ step: name, done, total: 3 });
  yield step("recalibrating on tuning persons", 0);
  const recalibrated = await recalibration(input);
  yield step("repeats apart from new onsets", 1);
  const repeats = await repeatsApart(input);
  yield step("records unlike those learned from", 2);
  const unlike = await unlikeRecords(input);
  return {
    schema: "longitude.looks/1",
    model: input.model,
    looks: [recalibrated.look, repeats, unlike],
    recalibration: recalibrated.lines,
  };
}
