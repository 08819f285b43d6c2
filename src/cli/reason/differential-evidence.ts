/** The evidence of a differential as an artefact of the site: measured once for model, records, horizon, coverage and problem. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { openArtefactStore } from "../../artefacts/artefact-store.ts";
import { toJson } from "../../artefacts/canonical-json.ts";
import { codeVersion } from "../../artefacts/code-version.ts";
import { lockSite } from "../../artefacts/site-lock.ts";
import { systemEffects } from "../../effects/effects.ts";
import { createRandom } from "../../effects/random.ts";
import { LongitudeError } from "../../errors/longitude-error.ts";
import { ARTEFACT_DAMAGED, REASONING_TOO_FEW } from "../../errors/registry.ts";
import { differentialConditions, problemDay } from "../../reasoning/differential/differential.ts";
import {
  type Cohort,
  type DifferentialEvidence,
  differentialEvidenceSchema,
  FEWEST_CALIBRATED,
  measureDifferential,
} from "../../reasoning/differential/differential-evidence.ts";
import type { PatientHistory } from "../../vetting/patient-history.ts";
import { readHistories } from "../stages/read-histories.ts";
import type { Reasoning } from "./open-reasoning.ts";

const FILE = "differential_evidence.json";
const MODULE = "src/reasoning/differential/differential-evidence.ts";

/** What is measured. */
type MeasuredOn = Pick<Reasoning, "site" | "built" | "model" | "horizonDays">;

/**
 * Looks at persons when the problem stood in their record first, where enough of them show what was found afterwards; else,
 * and without a problem, at their index date.
 * @throws REASONING_TOO_FEW
 */
export async function differentialEvidence(
  reasoning: MeasuredOn,
  coverage: number,
  problem: readonly string[] | null,
): Promise<DifferentialEvidence> {
  const { site, built, horizonDays } = reasoning;
  const { cohort, outcomes, forecast } = site.configuration;
  const store = openArtefactStore(site.folder);
  const recipe = {
    kind: "differential",
    schemaVersion: 1,
    inputs: { records: built.records.id, model: built.model.id },
    codeVersion: await codeVersion(MODULE),
    configuration: toJson({ cohort, outcomes, horizonDays, coverage, problem, seed: forecast.seed }),
  };
  const found = await store.find(recipe);
  if (found !== null) return readEvidence(join(found.folder, FILE));
  const lock = await lockSite(site.folder, systemEffects);
  try {
    const evidence = await measure(reasoning, coverage, problem);
    const draft = await store.begin(recipe);
    await writeFile(join(draft.folder, FILE), `${JSON.stringify(evidence)}\n`);
    await draft.publish();
    return evidence;
  } finally {
    await lock.release();
  }
}

async function measure(
  { site, built, model, horizonDays }: MeasuredOn,
  coverage: number,
  problem: readonly string[] | null,
): Promise<DifferentialEvidence> {
  const { cohort: definition, outcomes, forecast, tokens } = site.configuration;
  const { histories, splits } = await readHistories(
    built.records.folder,
    definition,
    outcomes,
    ["tuning", "held_out"],
    tokens.notes !== undefined,
  );
  const cohort: Cohort = {
    tuning: histories.filter((_, i) => splits[i] === "tuning"),
    heldOut: histories.filter((_, i) => splits[i] === "held_out"),
  };
  const common = {
    conditions: differentialConditions(model),
    horizonDays,
    coverage,
    random: createRandom(forecast.seed).fork("differential"),
  };
  if (problem !== null) {
    const evidence = await measureDifferential(model, cohort, {
      ...common,
      dayOf: problemDay(problem),
      lookedAt: "problem",
    });
    if (evidence.calibratedOn >= FEWEST_CALIBRATED) return evidence;
  }
  const dayOf = ({ indexDay }: PatientHistory) => indexDay;
  const evidence = await measureDifferential(model, cohort, { ...common, dayOf, lookedAt: "index" });
  if (evidence.calibratedOn >= FEWEST_CALIBRATED) return evidence;
  throw new LongitudeError(
    REASONING_TOO_FEW,
    `something was found within the horizon in ${evidence.calibratedOn} tuning persons; ${FEWEST_CALIBRATED} are needed`,
  );
}

async function readEvidence(path: string): Promise<DifferentialEvidence> {
  const parsed = differentialEvidenceSchema.safeParse(JSON.parse(await readFile(path, "utf8")));
  if (parsed.success) return parsed.data;
  throw new LongitudeError(ARTEFACT_DAMAGED, `${FILE} does not hold evidence of a differential`);
}
