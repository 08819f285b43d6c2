/**
 * The evidence of a differential that somebody asks for by a verb: as the pipeline measured it, else measured now and kept, once for
 * model, records, horizon, coverage and problem.
 */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { openArtefactStore } from "../../artefacts/artefact-store.ts";
import { canonicalJson, toJson } from "../../artefacts/canonical-json.ts";
import { codeVersion } from "../../artefacts/code-version.ts";
import { lockSite } from "../../artefacts/site-lock.ts";
import { systemEffects } from "../../effects/effects.ts";
import { LongitudeError } from "../../errors/longitude-error.ts";
import { REASONING_TOO_FEW } from "../../errors/registry.ts";
import {
  type DifferentialEvidence,
  FEWEST_CALIBRATED,
} from "../../reasoning/differential/differential-evidence.ts";
import { SUMMARY_FILE } from "../pipeline.ts";
import {
  differentialStage,
  evidenceConfiguration,
  keepEvidence,
  measureEvidence,
} from "../stages/differential-stage.ts";
import type { Reasoning } from "./open-reasoning.ts";
import { readEvidence } from "./stored-evidence.ts";

/** @throws REASONING_TOO_FEW */
export async function differentialEvidence(
  { site, built, model, horizonDays }: Pick<Reasoning, "site" | "built" | "model" | "horizonDays">,
  coverage: number,
  problem: readonly string[] | null,
): Promise<DifferentialEvidence> {
  const store = openArtefactStore(site.folder);
  const asked = { horizonDays, coverage, problem };
  const recipe = {
    kind: differentialStage.name,
    schemaVersion: differentialStage.schemaVersion,
    inputs: { records: built.records.id, model: built.model.id },
    codeVersion: await codeVersion(differentialStage.module),
    configuration: toJson(evidenceConfiguration(site, asked)),
  };
  const found = await store.find(recipe);
  if (found !== null) return (await readEvidence(found.folder)) ?? tooFew();
  const lock = await lockSite(site.folder, systemEffects);
  try {
    const evidence = await measureEvidence(site, built.records.folder, model, asked);
    const draft = await store.begin(recipe);
    const summary = await keepEvidence(draft.folder, evidence);
    await writeFile(join(draft.folder, SUMMARY_FILE), `${canonicalJson(toJson(summary))}\n`);
    await draft.publish();
    return evidence.calibratedOn < FEWEST_CALIBRATED ? tooFew() : evidence;
  } finally {
    await lock.release();
  }
}

function tooFew(): never {
  throw new LongitudeError(
    REASONING_TOO_FEW,
    `something was found within the horizon in fewer than ${FEWEST_CALIBRATED} tuning persons`,
  );
}
