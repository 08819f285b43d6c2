/**
 * What a question to the server may be answered from: the record that came with it, the served release, vetted and published
 * knowledge.
 * Invariant: a forecast is one that `askRecord` lets be seen, stored and counted like any other; nothing after the asked
 * time is looked at.
 */
import type { Forecast, Tools } from "../../assistant/tools/tools.ts";
import { vettedPassages } from "../../assistant/tools/vetted-passages.ts";
import { isoTime } from "../../state/value-parsers.ts";
import type { SubjectKey, Timeline } from "../../timeline/patient-event.ts";
import type { Principal } from "../access/principal.ts";
import { askRecord, type RecordAnswer, type RecordQuestion } from "../answers/ask-record.ts";
import type { PatientRecord, SourcedEvent } from "../records/patient-record.ts";
import type { ServerContext } from "../server-context.ts";
import type { ShownStage } from "../stages/effective-stage.ts";
import { servedReasoner } from "./served-reasoner.ts";

/** Whose record a question is about. */
export interface AskedPerson {
  readonly record: PatientRecord;
  /** The patient's id at the one who asks; empty where none is told. */
  readonly patient: RecordQuestion["patient"];
  /** ms; now when null. */
  readonly at: number | null;
  /** Where care happens. */
  readonly unit: string;
}

const MARKED: Readonly<Partial<Record<ShownStage, string>>> = {
  sandbox: "Sandbox: not for care.",
  pilot: "Pilot: this forecast is being tried out.",
};

/** @param person null where the question came with no record */
export async function servedTools(
  context: ServerContext,
  principal: Principal,
  person: AskedPerson | null,
): Promise<Tools> {
  const { effects, model, assistant } = context;
  const now = effects.now();
  const { release } = await context.stages.current();
  const knowledge = context.knowledge(isoTime(now).slice(0, 10));
  const at = person?.at ?? now;
  const timeline: Timeline = {
    subjectId: 0 as SubjectKey,
    events: (person?.record.events ?? []).filter((event) => isKnown(event, at)),
  };
  const vetted = knowledge.filter(({ vetting }) => release.sandbox || !vetting.demonstration);
  const forecasts = person === null ? null : forecastsOnce(context, principal, person);
  return {
    timeline,
    descriptionOf: (code) => person?.record.displays.get(code) ?? null,
    outcomes: model.outcomes.map(({ name, title, matches }) => ({
      name,
      title,
      matches: (code) => matches(settledCode(context, code), null),
    })),
    forecast:
      forecasts === null
        ? null
        : async (name, horizonDays) => nearest((await forecasts()).shown, name, horizonDays),
    reasoning:
      forecasts === null
        ? null
        : async () => {
            const { shown } = await forecasts();
            const notices = [...new Set(shown.flatMap(({ stage }) => MARKED[stage] ?? []))];
            return servedReasoner(context, { timeline, at, vetted, shown, notices });
          },
    vetted: vettedPassages(vetted),
    ...assistant,
  };
}

/** The record's forecasts, asked for once however many tools need them. */
function forecastsOnce(
  context: ServerContext,
  principal: Principal,
  { record, ...asked }: AskedPerson,
): () => Promise<RecordAnswer> {
  let running: Promise<RecordAnswer> | null = null;
  return () => {
    running ??= askRecord(context, principal, {
      ...record,
      ...asked,
      explain: false,
      kind: "v1",
      detail: "assistant",
    });
    return running;
  };
}

/** Of the horizons that are forecast, the shortest that covers what was asked, else the longest. */
function nearest(shown: RecordAnswer["shown"], name: string, horizonDays: number): Forecast | null {
  const own = shown
    .filter(({ forecast }) => forecast.outcome === name && forecast.risk !== null)
    .sort((a, b) => a.forecast.horizonDays - b.forecast.horizonDays);
  // Years are written in several ways: a day more or less is the same horizon.
  const found = own.find(({ forecast }) => forecast.horizonDays >= horizonDays - 1) ?? own.at(-1);
  if (found === undefined || found.forecast.risk === null) return null;
  const { risk, horizonDays: days } = found.forecast;
  return { risk, horizonDays: days, estimator: "direct", notice: MARKED[found.stage] ?? null };
}

function settledCode(context: ServerContext, code: string): string {
  return context.meaning.settled({ ...NO_EVENT, code }).code;
}

const NO_EVENT: SourcedEvent = {
  time: null,
  code: "",
  numericValue: null,
  textValue: null,
  unit: null,
  availableTime: null,
  encounterId: null,
  source: "",
  resource: null,
};

function isKnown({ time, availableTime }: SourcedEvent, at: number): boolean {
  return (time ?? at) <= at && (availableTime ?? at) <= at;
}
