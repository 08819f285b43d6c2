import { beforeAll, describe, expect, it } from "vitest";
import { createRandom } from "../../src/effects/random.ts";
import { askForecast, type Question } from "../../src/forecast/ask-forecast.ts";
import { OnsetReader } from "../../src/forecast/onset-reader.ts";
import { writeCheckpoint } from "../../src/training/checkpoint.ts";
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
let question: Question;

beforeAll(async () => {
  const timelines = smallTimelines(60);
  model = await temporaryFolder();
  await writeCheckpoint(model, await randomCheckpoint(await smallTokens(timelines)));
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

async function ask(changes: Partial<Question>) {
  const reader = await OnsetReader.open(model, 1);
  try {
    const options = { threads: 1, random: createRandom("ask"), effects: fixedEffects() };
    return await askForecast(reader, { ...question, ...changes }, options);
  } finally {
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

  it("is refused when no token is in the set, or a direct reading is asked of what was never taught", async () => {
    const unknown = { trained: null, matches: (code: string) => code === "NOWHERE/1" };
    await expect(ask(unknown)).rejects.toMatchObject({ code: "FORECAST_QUESTION" });
    await expect(ask({ trained: null, estimator: "direct" })).rejects.toMatchObject({
      code: "FORECAST_QUESTION",
    });
  });
});
