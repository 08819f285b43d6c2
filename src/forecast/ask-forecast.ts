/**
 * One question about one person: the risk of an outcome of the site, or of any set of codes with a value condition,
 * within one horizon, with the estimator that gave it, why, and what it cost. One pass reads what the model was trained for
 * (onset head) and any other set (query head, where there is one); simulation reaches a stated precision. Which of them
 * answers is what the evidence prefers, unless one is named.
 */
import type { Effects } from "../effects/effects.ts";
import type { Random } from "../effects/random.ts";
import { LongitudeError } from "../errors/longitude-error.ts";
import { FORECAST_QUESTION } from "../errors/registry.ts";
import { type EncodedPatient, encodePatient } from "../tokens/encoded-patient.ts";
import { type EventMatcher, outcomeTokens } from "../tokens/outcome-tokens.ts";
import type { Checkpoint } from "../training/checkpoint.ts";
import type { PatientHistory } from "../vetting/patient-history.ts";
import { deathHazards, riskWithin } from "./direct-reading.ts";
import { chooseWay, type EstimatorEvidence, WAYS, type Way } from "./estimator-evidence.ts";
import { FutureSimulator } from "./future-simulator.ts";
import type { OnsetReader } from "./onset-reader.ts";
import type { OutcomeQuery } from "./outcome-query.ts";
import type { QueryReader } from "./query-reader.ts";
import { estimateBySimulation, type SimulatedEstimator } from "./simulated-estimate.ts";

/** How a risk can be estimated; `auto` leaves it to the evidence. */
export type Estimator = SimulatedEstimator | "direct" | "query";

export interface Question {
  readonly history: PatientHistory;
  /** Prediction time, days since 1970-01-01. */
  readonly day: number;
  readonly name: string;
  readonly matches: EventMatcher;
  /** Place among the outcomes that the model was trained for; null for any other. */
  readonly trained: number | null;
  readonly horizonDays: number;
  readonly estimator: Estimator | "auto";
  readonly standardError: number;
  readonly mostFutures: number;
  readonly longestFuture: number;
}

export interface Answer {
  readonly risk: number;
  /** 95 % interval of the simulation error; null for what one pass reads, which has none. */
  readonly low: number | null;
  readonly high: number | null;
  readonly standardError: number | null;
  readonly estimator: Estimator;
  /** Why this estimator. */
  readonly why: string;
  /** Tokens that are the outcome: wholly, and in part (the bins in which a threshold lies). */
  readonly tokensOfOutcome: { readonly whole: number; readonly inPart: number };
  readonly precisionReached: boolean;
  /** Share of the futures that the token limit cut short; the risk is a little too low where it is not 0. */
  readonly cutShort: number;
  readonly spent: { readonly futures: number; readonly tokens: number; readonly seconds: number };
}

export interface ForecastModel {
  readonly reader: OnsetReader;
  /** Null where the model has no query head. */
  readonly queries: QueryReader | null;
  /** What was measured of the estimators; null where nothing was. */
  readonly evidence: EstimatorEvidence | null;
}

/** @throws FORECAST_QUESTION when the named estimator, or every one, cannot answer */
export async function askForecast(
  model: ForecastModel,
  question: Question,
  options: { readonly threads: number; readonly random: Random; readonly effects: Effects },
): Promise<Answer> {
  const { checkpoint } = model.reader;
  const begun = options.effects.now();
  const query = { name: question.name, ...outcomeTokens(question.matches, checkpoint.vocabulary) };
  const patient = encodePatient(question.history, checkpoint.vocabulary);
  const { way, why } = wayOf(model, question, query);
  const whole = query.shares.filter((share) => share === 1).length;
  const read =
    way === "simulation"
      ? await simulate(checkpoint, question, patient, query, options)
      : await readInOnePass(model, way, question, patient, query);
  const seconds = (options.effects.now() - begun) / 1000;
  return {
    ...read,
    why: read.why === null ? why : `${why}; ${read.why}`,
    tokensOfOutcome: { whole, inPart: query.shares.length - whole },
    spent: { ...read.spent, seconds },
  };
}

function wayOf(
  { queries, evidence }: ForecastModel,
  { estimator, trained }: Question,
  query: OutcomeQuery,
): { readonly way: Way; readonly why: string } {
  const able: Record<Way, boolean> = {
    direct: trained !== null,
    query: queries !== null && query.tokens.length > 0,
    simulation: query.tokens.length > 0,
  };
  if (estimator === "auto") {
    const available = WAYS.filter((way) => able[way]);
    if (available.length === 0) throw noToken();
    return chooseWay(evidence, query, available);
  }
  const way = estimator === "direct" || estimator === "query" ? estimator : "simulation";
  if (able[way]) return { way, why: "asked for" };
  if (way === "direct")
    throw new LongitudeError(FORECAST_QUESTION, "the model has no direct reading of this set of codes");
  if (way === "query" && queries === null)
    throw new LongitudeError(FORECAST_QUESTION, "the model has no query head");
  throw noToken();
}

function noToken(): LongitudeError {
  return new LongitudeError(FORECAST_QUESTION, "no token of the model's vocabulary is in this set of events");
}

type Reading = Omit<Answer, "why" | "tokensOfOutcome" | "spent"> & {
  /** What is to be said of the way beyond its choice. */
  readonly why: string | null;
  readonly spent: { readonly futures: number; readonly tokens: number };
};

async function readInOnePass(
  { reader, queries }: ForecastModel,
  way: "direct" | "query",
  { history, day, trained, horizonDays }: Question,
  patient: EncodedPatient,
  query: OutcomeQuery,
): Promise<Reading> {
  const { checkpoint } = reader;
  const request = { history, patient, day };
  const [reading] = await reader.read([request]);
  if (reading === undefined) throw new TypeError("a reading is missing");
  let risk: number;
  if (way === "direct") risk = riskWithin(reading.hazards, checkpoint, trained as number, horizonDays);
  else {
    const deaths = deathHazards(reading.hazards, checkpoint);
    const [risks] = await (queries as QueryReader).risks(
      [request],
      [query],
      horizonDays,
      deaths === null ? undefined : [deaths],
    );
    risk = risks?.[0] as number;
  }
  return {
    risk,
    low: null,
    high: null,
    standardError: null,
    estimator: way,
    why: null,
    precisionReached: true,
    cutShort: 0,
    spent: { futures: 0, tokens: 0 },
  };
}

async function simulate(
  checkpoint: Checkpoint,
  question: Question,
  patient: EncodedPatient,
  query: OutcomeQuery,
  options: { readonly threads: number; readonly random: Random },
): Promise<Reading> {
  const { history, day, name, horizonDays, estimator } = question;
  const simulator = new FutureSimulator(checkpoint, { ...options, longestFuture: question.longestFuture });
  try {
    const request = { patient, day, label: `${history.subjectId}/${name}` };
    const auto = estimator === "auto" || estimator === "direct" || estimator === "query";
    const estimate = await estimateBySimulation(simulator, request, query, horizonDays, {
      ...question,
      estimator: auto ? "auto" : estimator,
    });
    return {
      risk: estimate.value,
      low: estimate.low,
      high: estimate.high,
      standardError: estimate.standardError,
      estimator: estimate.estimator,
      why: auto
        ? "a pilot of each way to simulate chose the one with the fewest tokens for the precision"
        : null,
      precisionReached: estimate.precisionReached,
      cutShort: estimate.cutShort,
      spent: estimate.spent,
    };
  } finally {
    await simulator.close();
  }
}
