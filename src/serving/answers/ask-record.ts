/**
 * Asks the model about a record for somebody: by stage computed or not, shown or not, and always stored.
 * Invariant: what is returned as `shown` may be seen by whoever asked; nothing else may.
 */
import { createHmac } from "node:crypto";
import { isoTime } from "../../state/value-parsers.ts";
import { MS_PER_DAY } from "../../vetting/duration.ts";
import type { Principal } from "../access/principal.ts";
import type { PatientRecord, SourcedEvent } from "../records/patient-record.ts";
import type { ServerContext } from "../server-context.ts";
import { effectiveStage, isComputed, isShown, type ShownStage } from "../stages/effective-stage.ts";
import type { Answer } from "./answer.ts";
import type { Asked } from "./answer-store.ts";
import type { AnswerInput } from "./compute-answer.ts";
import type { ShownForecast } from "./shown-forecast.ts";

export interface RecordQuestion extends PatientRecord {
  /** Prediction time, ms; now when null. */
  readonly at: number | null;
  readonly explain: boolean;
  readonly kind: "cds" | "fhir" | "v1";
  readonly detail: string;
  readonly unit: string;
  /** The patient's id at the one who asks, turned into a key, or the key itself where the id is not known. */
  readonly patient: string | { readonly key: string };
  /** The unit by whose stages it is shown, where that is not the one that asks. */
  readonly shownIn?: string;
  /** What an earlier answer was made from: the same answer is given again, in place of one about the record now. */
  readonly stored?: AnswerInput;
  /** Id of the card that is made of an answer, where one is. */
  readonly cardOf?: (answer: string) => string;
}

export interface RecordAnswer {
  /** Null where no outcome is at a stage at which it is computed. */
  readonly answer: Answer | null;
  readonly shown: readonly ShownForecast[];
  /** The best stage of any outcome. */
  readonly stage: ShownStage;
  readonly because: string | null;
}

const MS_PER_HOUR = 3_600_000;
const BEST_FIRST: readonly ShownStage[] = ["sandbox", "live", "pilot", "silent", "stopped", "withheld"];

export async function askRecord(
  context: ServerContext,
  principal: Principal,
  question: RecordQuestion,
): Promise<RecordAnswer> {
  const { model, effects, metrics } = context;
  const { release, settings } = await context.stages.current();
  const stages = model.tasks.map((task) =>
    effectiveStage(release, task, question.shownIn ?? question.unit, settings),
  );
  const stage = BEST_FIRST.find((one) => stages.includes(one)) ?? "withheld";
  const { because } = release;
  if (!stages.some(isComputed)) return { answer: null, shown: [], stage, because };
  await context.access.countForecast(principal);
  const now = effects.now();
  const input = question.stored ?? (await inputOf(context, principal, question, now));
  const asked: Asked = {
    tenant: principal.tenant,
    client: principal.client,
    kind: `${question.kind}.${question.detail}`,
    unit: question.unit,
    stage,
    stages: JSON.stringify(
      model.tasks.map(({ outcome, horizon }, i) => ({ outcome: outcome.name, horizon, stage: stages[i] })),
    ),
    patientKey: keyOfPatient(context.secret, principal.tenant, question.patient),
    cardOf: stages.some(isShown) ? (question.cardOf ?? null) : null,
  };
  const answer = await context.tracing.part("forecast", () => context.answers.answer(input, asked));
  const shown: ShownForecast[] = [];
  for (const [i, forecast] of answer.forecasts.entries()) {
    const own = stages[i] ?? "withheld";
    if (!isComputed(own)) continue;
    metrics.forecasts.inc({ stage: own, outcome: forecast.outcome });
    if (forecast.abstained !== null) metrics.abstentions.inc({ outcome: forecast.outcome });
    if (isShown(own)) shown.push({ forecast, stage: own });
  }
  return { answer, shown, stage, because };
}

/** What an answer about the record now, or at the time that was asked for, is made from. @param now ms */
async function inputOf(
  context: ServerContext,
  principal: Principal,
  question: RecordQuestion,
  now: number,
): Promise<AnswerInput> {
  const knownUntil = question.at ?? now;
  const events = question.events.map((event) => context.meaning.settled(event));
  const codes = new Set(events.map(({ code }) => code));
  return {
    events,
    leftOut: question.leftOut,
    displays: Object.fromEntries([...question.displays].filter(([code]) => codes.has(code)).sort()),
    // All of an hour has one prediction time, so that what is asked twice is computed once.
    knownUntil: question.at ?? lastKnown(events, now),
    day:
      question.at === null
        ? (Math.ceil(now / MS_PER_HOUR) * MS_PER_HOUR) / MS_PER_DAY
        : knownUntil / MS_PER_DAY,
    explain: question.explain,
    today: isoTime(now).slice(0, 10),
    limits: context.config.abstain,
    seed: context.seed,
    ...((await context.alarms.inputsDrifted(principal.tenant, question.unit))
      ? { inputsDrifted: true as const }
      : {}),
  };
}

/** The newest time in the record up to now: equal for equal records, whenever within the hour they are asked about. */
function lastKnown(events: readonly SourcedEvent[], now: number): number {
  let last = 0;
  for (const { time, availableTime } of events)
    for (const at of [time, availableTime]) if (at !== null && at <= now && at > last) last = at;
  return last;
}

export function keyOfPatient(secret: Buffer, tenant: string, patient: RecordQuestion["patient"]): string {
  return typeof patient === "string" ? patientKeyOf(secret, tenant, patient) : patient.key;
}

/** The same for one person of one tenant; nobody without the secret can tell whose it is. */
export function patientKeyOf(secret: Buffer, tenant: string, patient: string): string {
  return createHmac("sha256", secret).update(`patient\0${tenant}\0${patient}`).digest("hex").slice(0, 32);
}
