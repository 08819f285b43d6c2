/** What the assistant of a site works with for one person: the newest records and model, vetted and published knowledge. */

import { builtArtefacts } from "../artefacts/built-artefacts.ts";
import { assistantSources } from "../assistant/assistant-sources.ts";
import type { Tools } from "../assistant/tools/tools.ts";
import { vettedPassages } from "../assistant/tools/vetted-passages.ts";
import { systemEffects } from "../effects/effects.ts";
import { LongitudeError } from "../errors/longitude-error.ts";
import { QUESTION_INVALID, RECORDS_MISSING } from "../errors/registry.ts";
import { isoTime } from "../state/value-parsers.ts";
import type { SubjectKey } from "../timeline/patient-event.ts";
import type { PersonRecord } from "../timeline/read-record.ts";
import { resolveOutcomes } from "../vetting/outcome-definition.ts";
import { siteForecast } from "./ask-site-forecast.ts";
import { readPerson } from "./read-person.ts";
import type { Site } from "./read-site.ts";
import { type BuiltModel, newestModel } from "./reason/newest-model.ts";
import type { SiteReasoner } from "./reason/site-reasoner.ts";
import { siteKnowledge } from "./site-knowledge.ts";

export interface AskTools {
  readonly tools: Tools;
  close(): Promise<void>;
}

/**
 * @param subject whose record; nobody's when null
 * @param passages file that the configuration's stands back for
 * @throws LongitudeError RECORDS_MISSING, QUESTION_INVALID
 */
export async function askTools(
  site: Site,
  subject: string | null,
  passages: string | undefined,
): Promise<AskTools> {
  const { configuration } = site;
  const built = await builtArtefacts(site.folder);
  const records = built.find(({ kind }) => kind === "records");
  if (subject !== null && records === undefined)
    throw new LongitudeError(RECORDS_MISSING, `${site.folder} has no records yet`);
  const { timeline, descriptions } =
    subject === null || records === undefined
      ? NOBODY
      : await readPerson(records.folder, subject, noSuchSubject);
  const outcomes = resolveOutcomes(configuration.outcomes);
  const vetted = (await siteKnowledge(site))(isoTime(systemEffects.now()).slice(0, 10));
  const forecast = siteForecast(site, timeline, built);
  const newest = subject === null ? null : newestModel(built);
  let reasoner: Promise<SiteReasoner> | null = null;
  const reasoning = async (model: BuiltModel) => {
    // It takes a while to load, and most questions need none.
    reasoner ??= import("./reason/site-reasoner.ts").then((module) =>
      module.openSiteReasoner(site, timeline, model, vetted),
    );
    return (await reasoner).reasoner;
  };
  const config = passages === undefined ? configuration.assistant : { ...configuration.assistant, passages };
  const tools: Tools = {
    timeline,
    descriptionOf: (code) => descriptions.get(code) ?? null,
    outcomes: outcomes.map(({ name, title, matches }) => ({
      name,
      title,
      matches: (code) => matches(code, null),
    })),
    forecast: forecast?.ask ?? null,
    reasoning: newest === null ? null : () => reasoning(newest),
    vetted: vettedPassages(vetted),
    ...(await assistantSources(config, site.folder, false)),
  };
  return {
    tools,
    close: async () => {
      await Promise.all([forecast?.close(), reasoner?.then(({ close }) => close())]);
    },
  };
}

const NOBODY: PersonRecord = {
  timeline: { subjectId: 0 as SubjectKey, events: [] },
  descriptions: new Map(),
};

function noSuchSubject(): LongitudeError {
  return new LongitudeError(QUESTION_INVALID, "the records hold no such subject");
}
