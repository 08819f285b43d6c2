import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { createRandom } from "../../src/effects/random.ts";
import { DirectReader } from "../../src/forecast/direct-reading.ts";
import { FutureSimulator } from "../../src/forecast/future-simulator.ts";
import {
  estimateBySimulation,
  SIMULATED_ESTIMATORS,
  type SimulatedEstimator,
} from "../../src/forecast/simulated-estimate.ts";
import type { EncodedPatient } from "../../src/tokens/encoded-patient.ts";
import { outcomeTokens } from "../../src/tokens/outcome-tokens.ts";
import { readTokenShard } from "../../src/tokens/token-shard.ts";
import type { Checkpoint } from "../../src/training/checkpoint.ts";
import { randomCheckpoint } from "../support/small-checkpoint.ts";
import { smallOutcomes, smallTimelines, smallTokens } from "../support/small-cohort.ts";

let checkpoint: Checkpoint;
let patients: EncodedPatient[];
let tokensFolder: string;

beforeAll(async () => {
  tokensFolder = await smallTokens(smallTimelines(60));
  checkpoint = await randomCheckpoint(tokensFolder);
  patients = readTokenShard(join(tokensFolder, "train.safetensors"));
});

describe("direct reading", () => {
  it("does not depend on who else is read, nor in which order", async () => {
    const requests = patients.slice(0, 40).map((patient) => ({ patient, day: patient.indexDay }));
    const reader = new DirectReader(checkpoint, 1);
    const together = await reader.hazards(requests);
    const alone = (await reader.hazards([requests[17]!]))[0]!;
    const reversed = (await reader.hazards([...requests].reverse())).reverse();
    await reader.close();
    alone.forEach((hazard, i) => {
      expect(hazard).toBeCloseTo(together[17]![i]!, 5);
    });
    expect(reversed).toHaveLength(together.length);
    reversed.forEach((row, i) => {
      row.forEach((hazard, j) => {
        expect(hazard).toBeCloseTo(together[i]![j]!, 5);
      });
    });
  });

  it("reads nothing that happened, or became known, after the prediction time", async () => {
    const reader = new DirectReader(checkpoint, 1);
    const day = patients[0]!.indexDay;
    const altered: EncodedPatient = {
      ...patients[0]!,
      tokens: Int32Array.from([...patients[0]!.tokens, patients[0]!.tokens[0]!]),
      days: Float64Array.from([...patients[0]!.days, day + 1]),
      deathDay: day + 2,
      lastDay: day + 2,
      outcomeDays: [[day + 1], [day + 2]],
    };
    const [before, after] = await reader.hazards([
      { patient: patients[0]!, day },
      { patient: altered, day },
    ]);
    await reader.close();
    expect([...after!]).toEqual([...before!]);
  });
});

describe("simulated futures", () => {
  const onset = () => outcomeTokens(smallOutcomes[0]!.matches, checkpoint.vocabulary).tokens;

  async function simulate(futures: number, persons: number) {
    const simulator = new FutureSimulator(checkpoint, {
      longestFuture: 32,
      random: createRandom("futures"),
      threads: 1,
    });
    const requests = patients
      .slice(0, persons)
      .map((patient) => ({ patient, day: patient.indexDay, label: String(patient.subjectId) }));
    const queries = smallOutcomes.map(({ name, matches }) => ({
      name,
      ...outcomeTokens(matches, checkpoint.vocabulary),
    }));
    const results = [];
    const plan = { queries, horizonsDays: [730.5, 1826.25], futures };
    for await (const { index, simulation } of simulator.simulate(requests, plan)) results[index] = simulation;
    await simulator.close();
    return results;
  }

  it("repeat for the same seed and do not depend on who stands beside", async () => {
    const [three, one] = [await simulate(8, 3), await simulate(8, 1)];
    expect(one[0]!.futures).toEqual(three[0]!.futures);
  });

  it("give by SCOPE the risk that counting futures gives, with less noise", async () => {
    const futures = 600;
    const results = await simulate(futures, 4);
    let scopeErrors = 0;
    let countErrors = 0;
    for (const { futures: drawn, risks } of results) {
      const counted =
        drawn.filter((future) =>
          future.events.some(({ token, days }) => onset().includes(token) && days <= 1826.25),
        ).length / futures;
      const scope = risks[0]![1]!;
      const countError = Math.sqrt((counted * (1 - counted)) / futures);
      expect(Math.abs(scope.value - counted)).toBeLessThan(4 * (countError + scope.standardError));
      scopeErrors += scope.standardError;
      countErrors += countError;
    }
    expect(scopeErrors).toBeLessThan(countErrors);
  });

  it("never run backwards and end in death, at the horizon, or cut short", async () => {
    const [first] = await simulate(32, 1);
    for (const { events, end } of first!.futures) {
      const days = events.map((event) => event.days);
      expect(days).toEqual([...days].sort((a, b) => a - b));
      expect(["death", "horizon", "too long"]).toContain(end);
      if (end === "death") expect(events.at(-1)?.token).toBe(checkpoint.vocabulary.death);
    }
  });
});

describe("a risk to a stated precision", () => {
  async function estimate(estimator: SimulatedEstimator | "auto", standardError: number, mostFutures = 4096) {
    const random = createRandom("precision");
    const simulator = new FutureSimulator(checkpoint, { longestFuture: 32, random, threads: 1 });
    const { name, matches } = smallOutcomes[0]!;
    const query = { name, ...outcomeTokens(matches, checkpoint.vocabulary) };
    const request = { patient: patients[3]!, day: patients[3]!.indexDay, label: "3" };
    const options = { estimator, standardError, mostFutures };
    const result = await estimateBySimulation(simulator, request, query, 1826.25, options);
    await simulator.close();
    return result;
  }

  it("draws the futures that the precision needs, whatever the estimator, and they agree", async () => {
    const results = [];
    for (const estimator of SIMULATED_ESTIMATORS) results.push(await estimate(estimator, 0.015));
    for (const { estimator, standardError, precisionReached, futures, spent, low, value, high } of results) {
      expect(standardError).toBeLessThanOrEqual(0.015);
      expect(precisionReached).toBe(true);
      expect(spent.futures).toBe(futures);
      expect(spent.tokens).toBeGreaterThan(futures);
      expect(low).toBeLessThan(value);
      expect(high).toBeGreaterThan(value);
      expect(Math.abs(value - results[0]!.value), estimator).toBeLessThan(4 * Math.SQRT2 * 0.015);
    }
    expect(results[2]!.futures).toBeLessThan(results[0]!.futures);
  });

  it("says so when the futures allowed do not reach the precision", async () => {
    const { precisionReached, futures, standardError } = await estimate("mc", 0.001, 64);
    expect(futures).toBe(64);
    expect(standardError).toBeGreaterThan(0.001);
    expect(precisionReached).toBe(false);
  });

  it("goes on, when left to itself, with an estimator that a pilot of both has shown to be the cheapest", async () => {
    const auto = await estimate("auto", 0.01);
    const counted = await estimate("mc", 0.01);
    expect(auto.precisionReached).toBe(true);
    expect(auto.spent.futures).toBeGreaterThan(auto.futures);
    expect(auto.spent.tokens).toBeLessThan(counted.spent.tokens);
  });
});
