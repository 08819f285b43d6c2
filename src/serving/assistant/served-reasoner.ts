/**
 * Reasoning about a record that came to the server, on the served release.
 * Invariant: only outcomes and horizons whose forecasts `askRecord` lets be seen are spoken of; who may see none is told none.
 */
import { join } from "node:path";
import { createRandom } from "../../effects/random.ts";
import { PANELS_FILE, readPanelsFile } from "../../reasoning/care-team/panels-file.ts";
import { withoutDeath } from "../../reasoning/differential/differential.ts";
import type { DifferentialEvidence } from "../../reasoning/differential/differential-evidence.ts";
import { readTestsFile, TESTS_FILE, usable } from "../../reasoning/next-test/tests-file.ts";
import { ReasonedModel } from "../../reasoning/reasoned-model.ts";
import { DIFFERENTIAL_DAYS, type ReasonedPerson, Reasoner } from "../../reasoning/reasoner.ts";
import type { Timeline } from "../../timeline/patient-event.ts";
import { MS_PER_DAY } from "../../vetting/duration.ts";
import type { VettedKnowledge } from "../../vetting/knowledge/knowledge-statement.ts";
import type { ShownForecast } from "../answers/shown-forecast.ts";
import type { ServerContext } from "../server-context.ts";

export interface ServedPerson {
  /** Nothing in it happened after `at`. */
  readonly timeline: Timeline;
  /** ms */
  readonly at: number;
  /** Forecasts of this record that may be seen. */
  readonly shown: readonly ShownForecast[];
  readonly vetted: readonly VettedKnowledge[];
  readonly notices: readonly string[];
}

/** @returns null where no forecast of the record may be seen */
export function servedReasoner(
  { model: served, folder, meaning, seed }: ServerContext,
  { timeline, at, shown, vetted, notices }: ServedPerson,
): Reasoner | null {
  const day = at / MS_PER_DAY;
  const model = ReasonedModel.over(served.manifest.id, served, day);
  const seen = shown.filter(({ forecast }) => forecast.risk !== null);
  if (seen.length === 0) return null;
  const horizons = [...new Set(seen.map(({ forecast }) => forecast.horizonDays))].sort((a, b) => a - b);
  const askable = (horizonDays: number) => {
    // Years are written in several ways: a day more or less is the same horizon.
    const days = horizons.find((one) => one >= horizonDays - 1) ?? horizons.at(-1) ?? horizonDays;
    const conditions = model.trainedConditions.filter(({ name }) =>
      seen.some(({ forecast }) => forecast.outcome === name && forecast.horizonDays === days),
    );
    return { conditions, days };
  };
  return new Reasoner({
    model,
    timeline: { ...timeline, events: timeline.events.map((event) => meaning.settled(event)) },
    day,
    askable,
    tests: () => usable(readTestsFile(join(folder, TESTS_FILE))),
    panels: () =>
      usable(
        readPanelsFile(
          join(folder, PANELS_FILE),
          served.outcomes.map(({ name }) => name),
        ),
      ),
    evidence: async () => evidenceFor(model, served.differential, askable(DIFFERENTIAL_DAYS)),
    vetted,
    notices,
    threads: 1,
    longestFuture: 1,
    random: createRandom(seed),
  });
}

/** Lines and thresholds hold for the conditions and the horizon that they were measured for: where fewer may be seen, nothing is stated. */
function evidenceFor(
  model: ReasonedModel,
  evidence: DifferentialEvidence | null,
  { days, ...askable }: ReturnType<ReasonedPerson["askable"]>,
): DifferentialEvidence | null {
  const conditions = withoutDeath(model, askable.conditions);
  if (evidence === null || Math.abs(evidence.horizonDays - days) > 1) return null;
  const same = conditions.length === evidence.conditions.length;
  return same && conditions.every(({ name }, c) => evidence.conditions[c]?.name === name) ? evidence : null;
}
