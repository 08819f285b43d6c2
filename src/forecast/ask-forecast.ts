/**
 * One question about one person: the risk of an outcome of the site, or of any set of codes with a value condition,
 * within one horizon, with the estimator that gave it and what it cost. An outcome that the model was trained for is read
 * directly unless an estimator is named; anything else is simulated to the precision asked for.
 */
import type { Effects } from "../effects/effects.ts";
import type { Random } from "../effects/random.ts";
import { LongitudeError } from "../errors/longitude-error.ts";
import { FORECAST_QUESTION } from "../errors/registry.ts";
import { encodePatient } from "../tokens/encoded-patient.ts";
import { type EventMatcher, outcomeTokens } from "../tokens/outcome-tokens.ts";
import type { PatientHistory } from "../vetting/patient-history.ts";
import { riskWithin } from "./direct-reading.ts";
import { FutureSimulator } from "./future-simulator.ts";
import type { OnsetReader } from "./onset-reader.ts";
import { estimateBySimulation, type SimulatedEstimator } from "./simulated-estimate.ts";

export interface Question {
  readonly history: PatientHistory;
  /** Prediction time, days since 1970-01-01. */
  readonly day: number;
  readonly name: string;
  readonly matches: EventMatcher;
  /** Place among the outcomes that the model was trained for; null for any other. */
  readonly trained: number | null;
  readonly horizonDays: number;
  readonly estimator: SimulatedEstimator | "direct" | "auto";
  readonly standardError: number;
  readonly mostFutures: number;
  readonly longestFuture: number;
}

export interface Answer {
  readonly risk: number;
  /** 95 % interval of the simulation error; null for a direct reading, which has none. */
  readonly low: number | null;
  readonly high: number | null;
  readonly standardError: number | null;
  readonly estimator: SimulatedEstimator | "direct";
  /** Why this estimator. */
  readonly why: string;
  /** Tokens that are the outcome: wholly, and in part (the bins in which a threshold lies). */
  readonly tokensOfOutcome: { readonly whole: number; readonly inPart: number };
  readonly precisionReached: boolean;
  /** Share of the futures that the token limit cut short; the risk is a little too low where it is not 0. */
  readonly cutShort: number;
  readonly spent: { readonly futures: number; readonly tokens: number; readonly seconds: number };
}

export async function askForecast(
  reader: OnsetReader,
  question: Question,
  options: { readonly threads: number; readonly random: Random; readonly effects: Effects },
): Promise<Answer> {
  const { checkpoint } = reader;
  const { history, day, name, matches, trained, horizonDays, estimator } = question;
  const begun = options.effects.now();
  const seconds = () => (options.effects.now() - begun) / 1000;
  const query = { name, ...outcomeTokens(matches, checkpoint.vocabulary) };
  const whole = query.shares.filter((share) => share === 1).length;
  const tokensOfOutcome = { whole, inPart: query.shares.length - whole };
  const patient = encodePatient(history, checkpoint.vocabulary);

  if (estimator === "direct" || (estimator === "auto" && trained !== null)) {
    if (trained === null)
      throw new LongitudeError(FORECAST_QUESTION, "the model has no direct reading of this set of codes");
    const [reading] = await reader.read([{ history, patient, day }]);
    const hazards = reading?.hazards;
    if (hazards === undefined) throw new TypeError("a reading is missing");
    return {
      risk: riskWithin(hazards, checkpoint, trained, horizonDays),
      low: null,
      high: null,
      standardError: null,
      estimator: "direct",
      why:
        estimator === "direct"
          ? "asked for"
          : "the model was trained for this outcome, and one pass reads it",
      tokensOfOutcome,
      precisionReached: true,
      cutShort: 0,
      spent: { futures: 0, tokens: 0, seconds: seconds() },
    };
  }
  if (query.tokens.length === 0)
    throw new LongitudeError(
      FORECAST_QUESTION,
      "no token of the model's vocabulary is in this set of events",
    );
  const simulator = new FutureSimulator(checkpoint, { ...options, longestFuture: question.longestFuture });
  try {
    const request = { patient, day, label: `${history.subjectId}/${name}` };
    const estimate = await estimateBySimulation(simulator, request, query, horizonDays, {
      ...question,
      estimator,
    });
    return {
      risk: estimate.value,
      low: estimate.low,
      high: estimate.high,
      standardError: estimate.standardError,
      estimator: estimate.estimator,
      why:
        estimator === "auto"
          ? "a pilot of each way showed that this one reaches the precision with the fewest tokens"
          : "asked for",
      tokensOfOutcome,
      precisionReached: estimate.precisionReached,
      cutShort: estimate.cutShort,
      spent: { ...estimate.spent, seconds: seconds() },
    };
  } finally {
    await simulator.close();
  }
}
