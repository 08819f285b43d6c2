/** The evidence of a differential as it was measured and kept: what answers read that must not wait for a measurement. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import type { BuiltArtefact } from "../../artefacts/built-artefacts.ts";
import { LongitudeError } from "../../errors/longitude-error.ts";
import { ARTEFACT_DAMAGED } from "../../errors/registry.ts";
import {
  type DifferentialEvidence,
  differentialEvidenceSchema,
  EVIDENCE_FILE,
} from "../../reasoning/differential/differential-evidence.ts";
import { DIFFERENTIAL_DAYS, STATED_COVERAGE } from "../../reasoning/reasoner.ts";

export const EVIDENCE_VERSION = 2;

/** What the evidence that answers use is measured for. */
const askedFor = z.object({
  horizonDays: z.literal(DIFFERENTIAL_DAYS),
  coverage: z.literal(STATED_COVERAGE),
  problem: z.null(),
});

/** @param measured the newest first @returns null where nothing was measured, or on too few persons */
export async function storedEvidence(
  measured: readonly BuiltArtefact[],
): Promise<DifferentialEvidence | null> {
  for (const { folder, configuration } of measured) {
    if (!askedFor.safeParse(configuration).success) continue;
    const parsed = await parsedIn(folder);
    if (parsed?.success === true) return parsed.data;
  }
  return null;
}

/** @returns null where there were too few persons to measure anything on @throws LongitudeError ARTEFACT_DAMAGED */
export async function readEvidence(folder: string): Promise<DifferentialEvidence | null> {
  const parsed = await parsedIn(folder);
  if (parsed === null || parsed.success) return parsed?.data ?? null;
  throw new LongitudeError(ARTEFACT_DAMAGED, `${EVIDENCE_FILE} does not hold evidence of a differential`);
}

/** Null where there is no file. */
async function parsedIn(folder: string) {
  const text = await readFile(join(folder, EVIDENCE_FILE), "utf8").catch(() => null);
  return text === null ? null : differentialEvidenceSchema.safeParse(JSON.parse(text));
}
