/** Reasoning about one person on the newest model of a site, opened when the assistant first needs it. */
import { join } from "node:path";
import { createRandom } from "../../effects/random.ts";
import { PANELS_FILE, readPanelsFile } from "../../reasoning/care-team/panels-file.ts";
import { differentialConditions } from "../../reasoning/differential/differential.ts";
import { readTestsFile, TESTS_FILE, usable } from "../../reasoning/next-test/tests-file.ts";
import { ReasonedModel } from "../../reasoning/reasoned-model.ts";
import { Reasoner } from "../../reasoning/reasoner.ts";
import type { Timeline } from "../../timeline/patient-event.ts";
import type { VettedKnowledge } from "../../vetting/knowledge/knowledge-statement.ts";
import { resolveOutcomes } from "../../vetting/outcome-definition.ts";
import { vettingMarks } from "../../vetting/statements/vetting-status.ts";
import type { Site } from "../read-site.ts";
import type { BuiltModel } from "./newest-model.ts";
import { storedEvidence } from "./stored-evidence.ts";

export interface SiteReasoner {
  readonly reasoner: Reasoner;
  readonly close: () => Promise<void>;
}

/** @throws FORECAST_OUTCOMES */
export async function openSiteReasoner(
  site: Site,
  timeline: Timeline,
  built: BuiltModel,
  vetted: readonly VettedKnowledge[],
): Promise<SiteReasoner> {
  const { forecast, cohort, outcomes } = site.configuration;
  const model = await ReasonedModel.open(
    { version: built.model.id, model: built.model.folder, queries: built.queries?.folder ?? null },
    cohort,
    resolveOutcomes(outcomes),
    forecast.threads,
  );
  const conditions = differentialConditions(model);
  const reasoner = new Reasoner({
    model,
    timeline,
    day: model.historyOf(timeline).lastDay,
    askable: (days) => ({ conditions, days }),
    tests: () => usable(readTestsFile(join(site.folder, TESTS_FILE))),
    panels: () =>
      usable(
        readPanelsFile(
          join(site.folder, PANELS_FILE),
          conditions.map(({ name }) => name),
        ),
      ),
    evidence: () => storedEvidence(built.differentials),
    vetted,
    notices: vettingMarks(site.vetting),
    threads: forecast.threads,
    longestFuture: forecast.longestFuture,
    random: createRandom(forecast.seed),
  });
  return { reasoner, close: () => model.close() };
}
