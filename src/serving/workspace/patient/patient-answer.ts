/**
 * One patient as the workspace shows them: who it is, the record as lanes of events, the forecasts that may be shown with what
 * moved them, what is missing, and what vetted knowledge says to consider.
 * Invariant: forecasts are those that `askRecord` lets be seen, and nothing else of the answer.
 */
import { z } from "zod";
import type { LongitudeError } from "../../../errors/longitude-error.ts";
import { isoTime } from "../../../state/value-parsers.ts";
import { BIRTH, type PatientEvent } from "../../../timeline/patient-event.ts";
import { systemOf } from "../../../tokens/vocabulary.ts";
import { forecastSchema } from "../../answers/answer.ts";
import { askRecord } from "../../answers/ask-record.ts";
import { withheld } from "../../answers/forecast-request.ts";
import { OVERRIDE_REASONS } from "../../cds/override-reasons.ts";
import type { Session } from "../../identity/sessions.ts";
import type { ServerContext } from "../../server-context.ts";
import { type OpenedRecord, principalOf, type RecordDesk } from "./open-record.ts";
import { bannerOf, bannerSchema } from "./patient-banner.ts";

export const LANES = [
  "conditions",
  "measurements",
  "medications",
  "procedures",
  "encounters",
  "other",
] as const;

export const timelineSchema = z.strictObject({
  /** What `code` of an event points at. */
  codes: z.array(
    z.strictObject({ code: z.string(), text: z.string(), lane: z.enum(LANES), unit: z.string().nullable() }),
  ),
  /** By time; three arrays of the same length, as records may have tens of thousands of events. */
  times: z.array(z.number()),
  code: z.array(z.int()),
  values: z.array(z.number().nullable()),
});

const shownForecastSchema = forecastSchema.extend({ stage: z.string() });

const knowledgeSchema = z.strictObject({
  id: z.string(),
  outcomes: z.array(z.string()),
  statement: z.string(),
  action: z.string().nullable(),
  population: z.string(),
  strength: z.string(),
  source: z.strictObject({ title: z.string(), publisher: z.string(), url: z.string() }),
  /** Vetted to show how it works, not for care. */
  demonstration: z.boolean(),
});

export const patientAnswerSchema = z.strictObject({
  key: z.string(),
  banner: bannerSchema,
  /** When the record was read, where it is a stored one and not the chart's; else null. */
  readAt: z.string().nullable(),
  timeline: timelineSchema,
  /** Why no forecast is shown at all; null where there are some. */
  withheld: z.string().nullable(),
  /** Id of the stored answer, which feedback names; null where nothing was computed or may be seen. */
  answer: z.string().nullable(),
  release: z.strictObject({ id: z.string(), version: z.string(), reviewBy: z.string() }),
  predictionTime: z.string(),
  record: z.strictObject({
    events: z.int(),
    unmapped: z.number(),
    daysSinceLast: z.int().nullable(),
    leftOut: z.record(z.string(), z.int()),
    /** Measured quantities that the model knows and the record lacks: code and text. */
    missing: z.array(z.strictObject({ code: z.string(), text: z.string() })),
  }),
  forecasts: z.array(shownForecastSchema),
  knowledge: z.array(knowledgeSchema),
  /** Codes with which a forecast may be disagreed with. */
  reasons: z.array(z.strictObject({ code: z.string(), display: z.string() })),
});

export type PatientAnswer = z.output<typeof patientAnswerSchema>;
export type Lane = (typeof LANES)[number];

export async function patientAnswer(
  { context, codeTexts }: RecordDesk,
  session: Session,
  opened: OpenedRecord,
): Promise<PatientAnswer> {
  const now = context.effects.now();
  const asked = await askRecord(context, principalOf(session), {
    ...opened.record,
    at: null,
    explain: true,
    kind: "v1",
    detail: opened.stored === null ? "workspace" : "workspace-stored",
    unit: "",
    patient: { key: opened.patientKey },
    ...(opened.stored === null ? {} : { stored: opened.stored.input, shownIn: opened.stored.unit }),
  });
  const { answer, shown, stage, because } = asked;
  const seen = answer !== null && shown.length > 0;
  const { id, version, reviewBy } = context.model.manifest;
  const text = (code: string) => opened.record.displays.get(code) ?? codeTexts.get(code) ?? code;
  return {
    key: opened.key,
    banner: bannerOf(opened, now),
    readAt: opened.stored?.at ?? null,
    timeline: timelineOf(
      opened.record.events.map((event) => context.meaning.settled(event)),
      text,
    ),
    withheld: seen ? null : reasonOf(withheld(stage, because)),
    answer: seen ? answer.id : null,
    release: { id, version, reviewBy },
    predictionTime: answer?.predictionTime ?? isoTime(now),
    record: {
      events: opened.record.events.length,
      unmapped: answer?.record.unmapped ?? 0,
      daysSinceLast: answer?.record.daysSinceLast ?? null,
      leftOut: { ...opened.record.leftOut },
      missing: (answer?.record.missing ?? []).map((code) => ({ code, text: text(code) })),
    },
    forecasts: seen ? shown.map(({ forecast, stage: own }) => ({ ...forecast, stage: own })) : [],
    knowledge: seen ? knowledgeOf(context, stage === "sandbox", isoTime(now).slice(0, 10)) : [],
    reasons: OVERRIDE_REASONS.map(({ code, display }) => ({ code, display })),
  };
}

function reasonOf({ message }: LongitudeError): string {
  return message;
}

export function timelineOf(
  events: readonly PatientEvent[],
  text: (code: string) => string,
): z.output<typeof timelineSchema> {
  const places = new Map<string, number>();
  const codes: z.output<typeof timelineSchema>["codes"] = [];
  const dated = events.filter(({ time, code }) => time !== null && code !== BIRTH);
  const code = dated.map((event) => {
    const known = places.get(event.code);
    if (known !== undefined) return known;
    const place =
      codes.push({
        code: event.code,
        text: text(event.code),
        lane: laneOf(event),
        unit: event.unit === "1" ? null : event.unit,
      }) - 1;
    places.set(event.code, place);
    return place;
  });
  return {
    codes,
    times: dated.map(({ time }) => time as number),
    code,
    values: dated.map(({ numericValue }) =>
      numericValue === null ? null : Number(numericValue.toPrecision(6)),
    ),
  };
}

const SYSTEM_LANES: Readonly<Record<string, Lane>> = {
  ICD10CM: "conditions",
  ICD9CM: "conditions",
  SNOMED: "conditions",
  LOINC: "measurements",
  RxNorm: "medications",
  ATC: "medications",
  NDC: "medications",
  CVX: "medications",
  CPT4: "procedures",
  CPT: "procedures",
  HCPCS: "procedures",
  ICD10PCS: "procedures",
  ENCOUNTER: "encounters",
  VISIT: "encounters",
};

function laneOf({ code, numericValue }: PatientEvent): Lane {
  return SYSTEM_LANES[systemOf(code)] ?? (numericValue === null ? "other" : "measurements");
}

function knowledgeOf(context: ServerContext, sandbox: boolean, today: string): PatientAnswer["knowledge"] {
  return context
    .knowledge(today)
    .filter(({ vetting }) => sandbox || !vetting.demonstration)
    .map(({ knowledge: { id, outcomes, statement, action, population, strength, source }, vetting }) => ({
      id,
      outcomes: [...outcomes],
      statement,
      action,
      population,
      strength,
      source: { title: source.title, publisher: source.publisher, url: source.url },
      demonstration: vetting.demonstration,
    }));
}
