/**
 * From one record to an answer: what was known at the prediction time, read once for all outcomes, explained by leaving
 * events out, or withheld with the reason.
 * Invariant: a pure function of the release, the record and the time; nothing after `knownUntil` is looked at.
 */
import { createHash } from "node:crypto";
import { canonicalJson } from "../../artefacts/canonical-json.ts";
import { jsonHash } from "../../artefacts/signed-json.ts";
import { MS_PER_DAY } from "../../vetting/duration.ts";
import type { PatientHistory } from "../../vetting/patient-history.ts";
import type { SourcedEvent } from "../records/patient-record.ts";
import type { ServingConfig } from "../serving-config.ts";
import { abstainsFromOutcome, abstainsFromRecord } from "./abstain.ts";
import { ANSWER_SCHEMA, type Answer, type Driver, type Forecast } from "./answer.ts";
import { comparablePersons } from "./comparable.ts";
import { explainedRisks, rounded } from "./drivers.ts";
import { historyAt } from "./history-at.ts";
import type { ServedModel, ServedTask } from "./served-model.ts";

/** What an answer is made from, as it is stored for a replay. */
export interface AnswerInput {
  /** In the codes and units that the model learned. */
  readonly events: readonly SourcedEvent[];
  /** Reason → candidates of the request that are no events. */
  readonly leftOut: Readonly<Record<string, number>>;
  /** Code → text, of the codes of `events`. */
  readonly displays: Readonly<Record<string, string>>;
  /** Nothing that happened or became known later is looked at, ms since 1970-01-01. */
  readonly knownUntil: number;
  /** Prediction time, days since 1970-01-01; at least `knownUntil`. */
  readonly day: number;
  /** Whether the events that moved the risk are told. */
  readonly explain: boolean;
  /** YYYY-MM-DD, for the review date. */
  readonly today: string;
  readonly limits: ServingConfig["abstain"];
  readonly seed: number;
  /** Set while the alarm stands that the inputs of the unit are not what the model learned from. */
  readonly inputsDrifted?: true;
}

/** What an answer is made from, as it is stored, and the id that follows from it. */
export interface AskedInput {
  readonly id: string;
  /** Canonical JSON of the input. */
  readonly text: string;
}

/** Equal when everything that the answer is made from is equal. */
export function askedInput(release: string, tenant: string, input: AnswerInput): AskedInput {
  const text = canonicalJson(input);
  const hash = createHash("sha256").update(`${release}\0${tenant}\0${text}`).digest("hex");
  return { id: `ans-${hash.slice(0, 32)}`, text };
}

export async function computeAnswer(model: ServedModel, id: string, input: AnswerInput): Promise<Answer> {
  const { manifest } = model;
  const { day } = input;
  const { events } = input;
  const history = historyAt(model, events, input);
  const facts = factsOf(model, history, day);
  const withheld = input.inputsDrifted
    ? INPUTS_DRIFTED
    : abstainsFromRecord(history, day, facts, input.limits, manifest.reviewBy, input.today);
  const abstained = model.tasks.map(
    ({ outcome }) => withheld ?? abstainsFromOutcome(history, day, outcome, model.outcomes.indexOf(outcome)),
  );
  const { risks, drivers } = abstained.includes(null)
    ? await explainedRisks(model, { history, day, events, displays: input.displays, explain: input.explain })
    : { risks: model.tasks.map(() => Number.NaN), drivers: model.tasks.map(() => []) };
  return {
    schema: ANSWER_SCHEMA,
    id,
    release: {
      id: manifest.id,
      model: manifest.model,
      version: manifest.version,
      reviewBy: manifest.reviewBy,
    },
    data: jsonHash(input.events),
    seed: input.seed,
    predictionTime: new Date(day * MS_PER_DAY).toISOString(),
    record: { ...facts, leftOut: input.leftOut, missing: missingOf(model, history) },
    estimator: { name: "direct", futures: 0, standardError: 0 },
    forecasts: model.tasks.map((task, i) =>
      forecastOf(task, abstained[i] ?? null, risks[i] as number, drivers[i] ?? []),
    ),
  };
}

/** The bytes that a replay compares. */
export function answerBytes(answer: Answer): string {
  return canonicalJson(answer);
}

function forecastOf(
  task: ServedTask,
  abstained: string | null,
  risk: number,
  drivers: readonly Driver[],
): Forecast {
  const { outcome, horizon, horizonDays, verdict } = task;
  return {
    outcome: outcome.name,
    title: outcome.title,
    horizon,
    horizonDays,
    risk: abstained === null ? rounded(risk) : null,
    comparable: abstained === null ? comparablePersons(task, risk) : null,
    validated: validatedOn(task),
    abstained,
    verdict: verdict?.verdict ?? "not measured",
    drivers: abstained === null ? [...drivers] : [],
  };
}

function validatedOn({ evidence }: ServedTask): Forecast["validated"] {
  if (evidence === null) return null;
  const { n: persons, events: onsets, observedIncidence, models } = evidence;
  const cIndex = models.longitude?.cIndex ?? null;
  return {
    persons,
    onsets,
    incidence: observedIncidence?.value ?? null,
    cIndex: cIndex === null ? null : { value: cIndex.value, low: cIndex.low, high: cIndex.high },
  };
}

function factsOf(model: ServedModel, history: PatientHistory, day: number) {
  const { vocabulary } = model.reader.checkpoint;
  const unknown = history.events.filter(
    ({ code, value, unit }) => vocabulary.match(code, value, unit).match === "unknown",
  ).length;
  const last = Math.max(...history.events.map((event) => event.availableDay));
  return {
    events: history.events.length,
    unmapped: history.events.length === 0 ? 0 : Number((unknown / history.events.length).toFixed(4)),
    daysSinceLast: Number.isFinite(last) ? Math.floor(day - last) : null,
  };
}

/** Measured quantities that the model knows and the record has no value of. */
function missingOf(model: ServedModel, history: PatientHistory): string[] {
  const measured = new Set(history.events.flatMap(({ code, value }) => (value === null ? [] : [code])));
  const codes = Object.keys(model.reader.checkpoint.vocabulary.file.edges).map(
    (key) => key.split("//")[0] as string,
  );
  return [...new Set(codes)]
    .filter((code) => !measured.has(code))
    .sort()
    .slice(0, MOST_MISSING);
}

const INPUTS_DRIFTED = "the inputs of this unit have drifted from those that the model learned from";
const MOST_MISSING = 20;
