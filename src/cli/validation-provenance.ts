/** `provenance.json` of a validation: which model and baselines were measured, so that evidence of another is refused. */
import { z } from "zod";

export const PROVENANCE_FILE = "provenance.json";

export const provenanceSchema = z.strictObject({
  schema: z.literal("longitude.validation-provenance/1"),
  /** Ids of the artefacts. */
  model: z.string(),
  baselines: z.string(),
  /** Persons of the input whose identifier is that of somebody learned from. */
  knownPersons: z.number().int(),
});

export type ValidationProvenance = z.output<typeof provenanceSchema>;
