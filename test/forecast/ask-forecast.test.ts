import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { createRandom } from "../../src/effects/random.ts";
import { askForecast, type Question } from "../../src/forecast/ask-forecast.ts";
import { OnsetReader } from "../../src/forecast/onset-reader.ts";
import { QueryReader } from "../../src/forecast/query-reader.ts";
import { initialParameters } from "../../src/network/parameters.ts";
import { queryHeadLayout } from "../../src/network/query-head.ts";
import { encodePatient } from "../../src/tokens/encoded-patient.ts";
import { outcomeTokens } from "../../src/tokens/outcome-tokens.ts";
import { readTokenShard } from "../../src/tokens/token-shard.ts";
import { type Checkpoint, writeCheckpoint } from "../../src/training/checkpoint.ts";
import { type QueryHead, writeQueryHead } from "../../src/training/queries/query-head.ts";
import { PAIR_FEATURES } from "../../src/training/queries/query-pairs.ts";
import { tokenRates } from "../../src/training/queries/token-rates.ts";
import { buildHistory } from "../../src/vetting/patient-history.ts";
import { fixedEffects } from "../support/fixed-effects.ts";
import { randomCheckpoint } from "../support/small-checkpoint.ts";
import {
  smallCohort,
  smallOutcomes,
  smallTimelines,
  smallTokens,
  temporaryFolder,
} from "../support/small-cohort.ts";

let model: string;
let withHead: string;
let question: Question;
let rates: Float32Array;

beforeAll(async () => {
  const timelines = smallTimelines(60);
  model = await temporaryFolder();
  const tokens = await smallTokens(timelines);
  const checkpoint = await randomCheckpoint(tokens);
  await writeCheckpoint(model, checkpoint);
  rates = tokenRates(readTokenShard(join(tokens, "train.safetensors")), checkpoint.vocabulary);
  withHead = await temporaryFolder();
  writeQueryHead(withHead, randomHead(checkpoint));
  const history = buildHistory(timelines[3]!, smallCohort, smallOutcomes);
  question = {
    history,
    day: history.indexDay!,
    name: "onset",
    matches: smallOutcomes[0]!.matches,
    trained: 0,
    horizonDays: 730.5,
    estimator: "auto",
    standardError: 0.02,
    mostFutures: 1024,
    longestFuture: 32,
  };
});

/** A head that says something of its own about every pair. */
function randomHead({ architecture, description }: Checkpoint): QueryHead {
  const edgesYears = description.hazardEdgesYears;
  const sizes = {
    width: architecture.width,
    features: PAIR_FEATURES,
    pieces: edgesYears.length + 1,
    hidden: 16,
  };
  const random = createRandom("random head");
  const weights = initialParameters(queryHeadLayout(sizes), random).map((w) => w + 0.05 * random.normal());
  return { sizes, weights, rates, edgesYears };
}

async function ask(changes: Partial<Question>, head: string | null = null) {
  const reader = await OnsetReader.open(model, 1);
  const queries = head === null ? null : QueryReader.open(head, reader.checkpoint, 1);
  try {
    const options = { threads: 1, random: createRandom("ask"), effects: fixedEffects() };
    return await askForecast({ reader, queries, evidence: null }, { ...question, ...changes }, options);
  } finally {
    await queries?.close();
    await reader.close();
  }
}

describe("one question about one person", () => {
  it("is read directly when the model was trained for the outcome, and simulated when an estimator is named", async () => {
    const [direct, counted] = [await ask({}), await ask({ estimator: "scope" })];
    expect(direct).toMatchObject({ estimator: "direct", low: null, spent: { futures: 0, tokens: 0 } });
    expect(direct.risk).toBeGreaterThan(0);
    expect(direct.risk).toBeLessThan(1);
    expect(counted.estimator).toBe("scope");
    expect(counted.standardError).toBeLessThanOrEqual(0.02);
    expect(counted.spent.tokens).toBeGreaterThan(counted.spent.futures);
  });

  it("about values beyond a threshold counts the bin in which it lies in part, and asks less the higher it is", async () => {
    const above = (limit: number) =>
      ask({
        name: `above ${limit}`,
        trained: null,
        matches: (code, value) => code === "LAB/x" && value !== null && value >= limit,
      });
    const [low, high] = [await above(0), await above(115)];
    expect(low.tokensOfOutcome).toEqual({ whole: 5, inPart: 0 });
    expect(high.tokensOfOutcome.inPart).toBe(1);
    expect(high.risk).toBeLessThan(low.risk);
    expect(high.low).toBeLessThanOrEqual(high.risk);
    expect(high.high).toBeGreaterThanOrEqual(high.risk);
  });

  it("that the model was not trained for is read by the query head in one pass, more for more events", async () => {
    const ofValue = (limit: number) => (code: string, value: number | null) =>
      code === "LAB/x" && value !== null && value >= limit;
    const about = (limit: number) => ask({ trained: null, matches: ofValue(limit) }, withHead);
    const [all, high] = [await about(0), await about(115)];
    expect(all).toMatchObject({
      estimator: "query",
      why: expect.stringContaining("no evidence"),
      standardError: null,
      spent: { futures: 0, tokens: 0 },
    });
    expect(high.tokensOfOutcome.inPart).toBe(1);
    for (const { risk } of [all, high]) expect(risk > 0 && risk < 1).toBe(true);
    expect(high.risk).not.toBe(all.risk);
    const death = await ask({ trained: null, matches: (code) => code === "MEDS_DEATH" }, withHead);
    expect(death.estimator).toBe("query");
    expect((await ask({ trained: null, estimator: "scope" }, withHead)).estimator).toBe("scope");
  });

  it("is answered the same alone and among others, by the query head", async () => {
    const reader = await OnsetReader.open(model, 1);
    const queries = QueryReader.open(withHead, reader.checkpoint, 1) as QueryReader;
    const { vocabulary } = reader.checkpoint;
    const sets = smallOutcomes.map(({ matches }) => outcomeTokens(matches, vocabulary));
    const requests = smallTimelines(60)
      .slice(0, 20)
      .map((timeline) => {
        const history = buildHistory(timeline, smallCohort, smallOutcomes);
        return { patient: encodePatient(history, vocabulary), day: history.indexDay as number };
      });
    const together = await queries.risks(requests, sets, 730.5);
    for (const [i, request] of requests.entries()) {
      const [alone] = await queries.risks([request], [sets[0]!], 730.5);
      expect(alone?.[0]).toBeCloseTo(together[i]?.[0] as number, 5);
    }
    await queries.close();
    await reader.close();
  });

  it("is refused when no token is in the set, or a direct reading is asked of what was never taught", async () => {
    const unknown = { trained: null, matches: (code: string) => code === "NOWHERE/1" };
    await expect(ask(unknown)).rejects.toMatchObject({ code: "FORECAST_QUESTION" });
    await expect(ask({ trained: null, estimator: "query" })).rejects.toMatchObject({
      code: "FORECAST_QUESTION",
      message: expect.stringContaining("no query head"),
    });
    await expect(ask(unknown, withHead)).rejects.toMatchObject({ code: "FORECAST_QUESTION" });
    await expect(ask({ trained: null, estimator: "direct" })).rejects.toMatchObject({
      code: "FORECAST_QUESTION",
    });
  });
});
