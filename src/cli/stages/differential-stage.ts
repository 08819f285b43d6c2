/** Model and records → what a differential rests on, as a stage of the site, so that no answer waits for it. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createRandom } from "../../effects/random.ts";
import { differentialConditions, problemDay } from "../../reasoning/differential/differential.ts";
import {
  type Cohort,
  type DifferentialEvidence,
  EVIDENCE_FILE,
  FEWEST_CALIBRATED,
  measureDifferential,
} from "../../reasoning/differential/differential-evidence.ts";
import { ReasonedModel } from "../../reasoning/reasoned-model.ts";
import { DIFFERENTIAL_DAYS, STATED_COVERAGE } from "../../reasoning/reasoner.ts";
import { resolveOutcomes } from "../../vetting/outcome-definition.ts";
import type { PatientHistory } from "../../vetting/patient-history.ts";
import type { Stage, StageSummary } from "../pipeline.ts";
import type { Site } from "../read-site.ts";
import { EVIDENCE_VERSION } from "../reason/stored-evidence.ts";
import { readHistories } from "./read-histories.ts";

export interface EvidenceAsked {
  readonly horizonDays: number;
  readonly coverage: number;
  /** Codes of the presenting problem. */
  readonly problem: readonly string[] | null;
}

/** What the assistant, agents and the server state. */
const ASKED: EvidenceAsked = { horizonDays: DIFFERENTIAL_DAYS, coverage: STATED_COVERAGE, problem: null };

export const differentialStage: Stage = {
  name: "differential",
  schemaVersion: EVIDENCE_VERSION,
  module: import.meta.filename,
  inputs: ["records", "model"],
  configuration: (site) => evidenceConfiguration(site, ASKED),
  async *run({ site, folder, input }) {
    yield { step: "reading risks of tuning and held-out persons", done: 0, total: null, unit: "" };
    const { cohort, outcomes, forecast } = site.configuration;
    const { manifest, folder: checkpoint } = input("model");
    const model = await ReasonedModel.open(
      { version: manifest.id, model: checkpoint, queries: null },
      cohort,
      resolveOutcomes(outcomes),
      forecast.threads,
    );
    try {
      return await keepEvidence(folder, await measureEvidence(site, input("records").folder, model, ASKED));
    } finally {
      await model.close();
    }
  },
};

/** The slice of the configuration that the evidence depends on, and what it is asked for. */
export function evidenceConfiguration(
  { configuration: { cohort, outcomes, forecast } }: Site,
  { horizonDays, coverage, problem }: EvidenceAsked,
): object {
  return { cohort, outcomes, horizonDays, coverage, problem, seed: forecast.seed };
}

/**
 * Looks at persons when the problem stood in their record first, where enough of them show what was found afterwards; else,
 * and without a problem, at their index date.
 */
export async function measureEvidence(
  site: Site,
  records: string,
  model: ReasonedModel,
  { horizonDays, coverage, problem }: EvidenceAsked,
): Promise<DifferentialEvidence> {
  const { cohort: definition, outcomes, forecast, tokens } = site.configuration;
  const { histories, splits } = await readHistories(
    records,
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
    const dayOf = problemDay(problem);
    const evidence = await measureDifferential(model, cohort, { ...common, dayOf, lookedAt: "problem" });
    if (evidence.calibratedOn >= FEWEST_CALIBRATED) return evidence;
  }
  const dayOf = ({ indexDay }: PatientHistory) => indexDay;
  return await measureDifferential(model, cohort, { ...common, dayOf, lookedAt: "index" });
}

/** Into an artefact's folder; with too few persons only that it is so. */
export async function keepEvidence(folder: string, evidence: DifferentialEvidence): Promise<StageSummary> {
  const { calibratedOn, coverage, statedCoverage } = evidence;
  if (calibratedOn < FEWEST_CALIBRATED)
    return {
      headline: `no set: something was found in ${calibratedOn} tuning persons; ${FEWEST_CALIBRATED} are needed`,
      figures: { calibratedOn, coverage: null },
    };
  await writeFile(join(folder, EVIDENCE_FILE), `${JSON.stringify(evidence)}\n`);
  const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
  return {
    headline: `sets state ${percent(statedCoverage)} and held what was found in ${percent(coverage.value)} (${percent(coverage.low)} to ${percent(coverage.high)}) of ${coverage.n} held-out persons, ${coverage.meanSize.toFixed(1)} conditions each`,
    figures: { calibratedOn, statedCoverage, coverage },
  };
}
