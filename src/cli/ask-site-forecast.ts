/** The forecast tool of the assistant: the site's model as it is built, opened when the first forecast is asked. */

import type { BuiltArtefact } from "../artefacts/built-artefacts.ts";
import type { Forecast } from "../assistant/tools/tools.ts";
import { systemEffects } from "../effects/effects.ts";
import { createRandom } from "../effects/random.ts";
import type { OnsetReader } from "../forecast/onset-reader.ts";
import type { Timeline } from "../timeline/patient-event.ts";
import { resolveOutcomes } from "../vetting/outcome-definition.ts";
import { buildHistory } from "../vetting/patient-history.ts";
import { vettingMarks } from "../vetting/statements/vetting-status.ts";
import type { Site } from "./read-site.ts";

export interface SiteForecast {
  readonly ask: (outcome: string, horizonDays: number) => Promise<Forecast | null>;
  readonly close: () => Promise<void>;
}

/** Null where no model is built. */
export function siteForecast(
  site: Site,
  timeline: Timeline,
  built: readonly BuiltArtefact[],
): SiteForecast | null {
  const model = built.find(({ kind }) => kind === "model");
  if (model === undefined) return null;
  const { forecast, cohort } = site.configuration;
  const outcomes = resolveOutcomes(site.configuration.outcomes);
  let opened: Promise<OnsetReader> | null = null;
  const ask = async (name: string, horizonDays: number): Promise<Forecast | null> => {
    const trained = outcomes.findIndex((outcome) => outcome.name === name);
    const outcome = outcomes[trained];
    if (outcome === undefined) return null;
    // What reads models takes a while to load, and most questions need none.
    const { askForecast } = await import("../forecast/ask-forecast.ts");
    opened ??= import("../forecast/onset-reader.ts").then((module) =>
      module.OnsetReader.open(model.folder, forecast.threads),
    );
    const reader = await opened;
    const history = buildHistory(timeline, cohort, outcomes);
    const answer = await askForecast(
      { reader, queries: null, evidence: null },
      {
        history,
        day: history.lastDay,
        name,
        matches: outcome.matches,
        trained,
        horizonDays,
        estimator: "direct",
        standardError: 0.01,
        mostFutures: 0,
        longestFuture: forecast.longestFuture,
      },
      { threads: forecast.threads, random: createRandom(forecast.seed).fork("ask"), effects: systemEffects },
    );
    const marks = vettingMarks(site.vetting.filter((definition) => definition.name === name)).join("; ");
    return { risk: answer.risk, estimator: answer.estimator, notice: marks || null };
  };
  return { ask, close: async () => await (await opened)?.close() };
}
