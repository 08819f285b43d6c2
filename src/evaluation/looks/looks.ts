/**
 * The same forecasts looked at from other sides, told and not judged: repeats apart from new onsets, recalibrated on tuning
 * persons, on records unlike those learned from. An artefact beside the audits, with the same figures.
 */
import type { AuditProgress } from "../audits/audited-cohort.ts";
import type { Looks, LooksInput } from "./looks-schema.ts";
import { recalibration } from "./recalibration.ts";
import { repeatsApart } from "./repeats-apart.ts";
import { unlikeRecords } from "./unlike-records.ts";

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
