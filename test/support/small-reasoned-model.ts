/** A small random model of the small cohort, as reasoning asks it. */
import { ReasonedModel } from "../../src/reasoning/reasoned-model.ts";
import type { Timeline } from "../../src/timeline/patient-event.ts";
import { writeCheckpoint } from "../../src/training/checkpoint.ts";
import { randomCheckpoint } from "./small-checkpoint.ts";
import { smallCohort, smallOutcomes, smallTokens, temporaryFolder } from "./small-cohort.ts";

export async function smallReasonedModel(timelines: readonly Timeline[]): Promise<ReasonedModel> {
  const model = await temporaryFolder();
  await writeCheckpoint(model, await randomCheckpoint(await smallTokens(timelines)));
  return ReasonedModel.open({ version: "m".repeat(64), model, queries: null }, smallCohort, smallOutcomes, 1);
}
