import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { createRandom } from "../../src/effects/random.ts";
import { DirectReader } from "../../src/forecast/direct-reading.ts";
import { emptyCaches, remember } from "../../src/forecast/future-caches.ts";
import { FutureSimulator, type SimulationPlan } from "../../src/forecast/future-simulator.ts";
import { historyGraph, stepGraph } from "../../src/network/decoding-graph.ts";
import { GraphSession } from "../../src/network/session.ts";
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

describe("cached decoding", () => {
  it.each([4, 2])(
    "gives the logits of a full pass over history and future (%i key-value heads)",
    async (groups) => {
      const model = await randomCheckpoint(tokensFolder, groups);
      const { architecture, weights } = model;
      const shape = { patients: 2, futures: 3, history: 16, future: 4 };
      const random = createRandom("decoding");
      const token = () => random.integer(architecture.vocabulary);
      const histories = [Array.from({ length: 16 }, token), Array.from({ length: 9 }, token)];
      const futures = Array.from({ length: 6 }, () => Array.from({ length: 3 }, token));

      const history = await GraphSession.open(historyGraph(architecture, shape), 1);
      const step = await GraphSession.open(stepGraph(architecture, shape), 1);
      const first = await history.run(windowFeeds(weights, histories, 16));
      const past = Object.fromEntries(Object.entries(first).filter(([name]) => name !== "logits"));
      const caches = emptyCaches(architecture, shape);
      const historyMask = Float32Array.from({ length: 32 }, (_, i) =>
        i % 16 < histories[i >> 4]!.length ? 0 : -1e9,
      );
      const ownMask = new Float32Array(4).fill(-1e9);
      let logits: Float32Array = new Float32Array();
      for (let at = 0; at < 3; at++) {
        const results = await step.run({
          parameters: weights,
          tokens: BigInt64Array.from(futures, (future) => BigInt(future[at]!)),
          positions: BigInt64Array.from(futures, (_, i) => BigInt(histories[Math.floor(i / 3)]!.length + at)),
          historyMask,
          ownMask,
          ...past,
          ...caches,
        });
        remember(caches, results, at, shape.future, architecture.headWidth);
        ownMask[at] = 0;
        logits = results.logits as Float32Array;
      }

      for (const [i, future] of futures.entries()) {
        const whole = [...histories[Math.floor(i / 3)]!, ...future];
        const full = await GraphSession.open(
          historyGraph(architecture, { ...shape, patients: 1, history: 24 }),
          1,
        );
        const expected = (await full.run(windowFeeds(weights, [whole], 24))).logits as Float32Array;
        await full.close();
        const size = architecture.vocabulary;
        expected.forEach((logit, v) => {
          expect(logits[i * size + v]!).toBeCloseTo(logit, 4);
        });
      }
      await history.close();
      await step.close();
    },
  );
});

describe("simulated futures", () => {
  const plan = (futures: number): SimulationPlan => ({
    outcomes: smallOutcomes.map((outcome) => outcomeTokens(outcome, checkpoint.vocabulary)),
    horizonsDays: [730.5, 1826.25],
    futures,
    longestFuture: 40,
    random: createRandom("futures"),
  });

  async function simulate(futures: number, persons: number) {
    const simulator = new FutureSimulator(checkpoint, plan(futures), 1);
    const requests = patients
      .slice(0, persons)
      .map((patient) => ({ patient, day: patient.indexDay, label: String(patient.subjectId) }));
    const results = [];
    for await (const { index, simulation } of simulator.simulate(requests)) results[index] = simulation;
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
      const onset = outcomeTokens(smallOutcomes[0]!, checkpoint.vocabulary);
      const counted =
        drawn.filter((future) =>
          future.events.some(({ token, days }) => onset.includes(token) && days <= 1826.25),
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

function windowFeeds(parameters: Float32Array, rows: readonly number[][], time: number) {
  const flat = (value: (row: number[], i: number) => number) =>
    BigInt64Array.from(rows.flatMap((row) => Array.from({ length: time }, (_, i) => BigInt(value(row, i)))));
  return {
    parameters,
    tokens: flat((row, i) => row[i] ?? 0),
    positions: flat((row, i) => (i < row.length ? i : 0)),
    segments: flat((row, i) => (i < row.length ? 1 : 0)),
    reads: BigInt64Array.from(rows, (row, r) => BigInt(r * time + row.length - 1)),
  };
}
