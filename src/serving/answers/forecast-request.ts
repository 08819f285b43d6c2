/** What another institution asks for one person, and the answer as it may be seen. */
import { z } from "zod";
import { LongitudeError } from "../../errors/longitude-error.ts";
import { ANSWER_WITHHELD } from "../../errors/registry.ts";
import type { Principal } from "../access/principal.ts";
import { type PatientRecord, patientRecord } from "../records/patient-record.ts";
import { instantOf, instantSchema, timelineEvents, timelineSchema } from "../records/timeline-input.ts";
import type { ServerContext } from "../server-context.ts";
import { askRecord, type RecordAnswer } from "./ask-record.ts";
import { countFailures } from "./count-failures.ts";

export const unit = z.string().regex(/^[A-Za-z0-9._-]{0,64}$/, "a short name");
const common = {
  /** Prediction time; now when left out. Nothing after it is looked at. */
  at: instantSchema.optional(),
  /** Where care happens. */
  unit: unit.default(""),
};
const sentTimeline = z.strictObject({ timeline: timelineSchema, ...common });
const sentBundle = z.strictObject({
  /** A FHIR R4 Bundle with one person's record. */
  bundle: z.looseObject({ resourceType: z.literal("Bundle") }),
  /** Id of the Patient; the only one of the Bundle when left out. */
  patient: z
    .string()
    .regex(/^[A-Za-z0-9.-]{1,64}$/)
    .optional(),
  ...common,
});
/** Whether the events that moved the risk are told. */
const explain = { explain: z.boolean().default(false) };

/** One person's record as a request carries it. */
export const sentRecordSchema = z.union([sentTimeline, sentBundle]);
export const forecastRequestSchema = z.union([sentTimeline.extend(explain), sentBundle.extend(explain)]);

export type SentRecord = z.output<typeof sentRecordSchema>;
export type ForecastRequest = z.output<typeof forecastRequestSchema>;

export async function forecastOf(context: ServerContext, principal: Principal, request: ForecastRequest) {
  const { unit } = request;
  const asked = await countFailures(context, principal, { kind: "v1.forecast", unit }, async () =>
    askRecord(context, principal, {
      ...recordOf(context, request),
      at: instantOf(request.at),
      explain: request.explain,
      kind: "v1",
      detail: "forecast",
      unit,
      patient: patientOf(request),
    }),
  );
  return shownOf(asked);
}

/** @throws LongitudeError RECORD_UNUSABLE */
export function recordOf(context: ServerContext, request: SentRecord): PatientRecord {
  if ("timeline" in request)
    return { events: timelineEvents(request.timeline), leftOut: {}, displays: new Map<string, string>() };
  return patientRecord([request.bundle], request.patient ?? null, context.records);
}

/** The patient's id at the one who asks; empty where none is told. */
export function patientOf(request: SentRecord): string {
  return "timeline" in request ? "" : (request.patient ?? "");
}

/** @throws LongitudeError ANSWER_WITHHELD where nobody may see it */
export function shownOf({ answer, shown, stage, because }: RecordAnswer) {
  if (answer === null || shown.length === 0) throw withheld(stage, because);
  return {
    ...answer,
    stage,
    notice: stage === "sandbox" ? "Sandbox: not for care." : null,
    forecasts: shown.map(({ forecast, stage: own }) => ({ ...forecast, stage: own })),
  };
}

export function withheld(stage: string, because: string | null): LongitudeError {
  return new LongitudeError(
    ANSWER_WITHHELD,
    `no forecast is shown at the stage ${stage}${because === null ? "" : `: ${because}`}`,
  );
}
