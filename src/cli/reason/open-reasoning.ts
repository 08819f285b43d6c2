/** What `longitude reason` answers from: the newest model of a site as it is built, with the records that it was made of. */

import { builtArtefacts } from "../../artefacts/built-artefacts.ts";
import { systemEffects } from "../../effects/effects.ts";
import { LongitudeError } from "../../errors/longitude-error.ts";
import { FORECAST_QUESTION, RECORDS_MISSING } from "../../errors/registry.ts";
import { ReasonedModel } from "../../reasoning/reasoned-model.ts";
import type { Timeline } from "../../timeline/patient-event.ts";
import { parseDurationDays } from "../../vetting/duration.ts";
import { resolveOutcomes } from "../../vetting/outcome-definition.ts";
import { UNVETTED_MARK, vettingMarks } from "../../vetting/statements/vetting-status.ts";
import { readPerson } from "../read-person.ts";
import { readSite, type Site } from "../read-site.ts";
import { type BuiltModel, newestModel } from "./newest-model.ts";

export interface ReasonFlags {
  readonly site: string;
  readonly person: string;
  readonly horizon: string;
  /** Who asks. */
  readonly as: string;
  readonly json?: boolean;
}

export interface Reasoning {
  readonly site: Site;
  readonly model: ReasonedModel;
  readonly built: BuiltModel;
  readonly timeline: Timeline;
  /** Prediction time: the index date, else the last day of the record. */
  readonly day: number;
  readonly predictionTime: "index" | "last day of the record";
  readonly horizonDays: number;
  readonly descriptionOf: (code: string) => string | null;
  /** What is to be said of the site's outcomes, e.g. that nobody has vetted them. */
  readonly notices: readonly string[];
  close(): Promise<void>;
}

/** @throws RECORDS_MISSING, FORECAST_QUESTION, FORECAST_OUTCOMES */
export async function openReasoning(flags: ReasonFlags): Promise<Reasoning> {
  const horizonDays = parseDurationDays(flags.horizon);
  if (horizonDays === null) throw new LongitudeError(FORECAST_QUESTION, '--horizon is a duration, e.g. "5y"');
  const site = await readSite(flags.site, systemEffects);
  const { forecast, cohort, outcomes, tokens } = site.configuration;
  const built = newestModel(await builtArtefacts(site.folder));
  if (built === null)
    throw new LongitudeError(RECORDS_MISSING, `${site.folder} has no model with its records yet`);
  const { timeline, descriptions } = await readPerson(built.records.folder, flags.person, noSuchPerson, {
    texts: tokens.notes !== undefined,
  });
  const model = await ReasonedModel.open(
    { version: built.model.id, model: built.model.folder, queries: built.queries?.folder ?? null },
    cohort,
    resolveOutcomes(outcomes),
    forecast.threads,
  );
  const { indexDay, lastDay } = model.historyOf(timeline);
  return {
    site,
    model,
    built,
    timeline,
    day: indexDay ?? lastDay,
    predictionTime: indexDay === null ? "last day of the record" : "index",
    horizonDays,
    descriptionOf: (code) => descriptions.get(code) ?? null,
    notices: vettingMarks(site.vetting),
    close: () => model.close(),
  };
}

/** The mark of codes that are typed in: nobody's vetted condition. */
export const TYPED_IN = UNVETTED_MARK;

function noSuchPerson(): LongitudeError {
  return new LongitudeError(FORECAST_QUESTION, "the records hold no such person");
}
