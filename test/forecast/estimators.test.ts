/**
 * The estimators against exact enumeration: a model whose next token depends on the last one only, with clock ticks,
 * intervals of (almost) fixed length, a competing death and fused values, so that every risk can be summed exactly.
 */
import { describe, expect, it } from "vitest";
import { createRandom } from "../../src/effects/random.ts";
import { type OutcomeQuery, shareOf } from "../../src/forecast/outcome-query.ts";
import { FreeFuture, type FutureSettings, SparedFuture } from "../../src/forecast/simulated-future.ts";
import { Vocabulary } from "../../src/tokens/vocabulary.ts";

const GAP_DAYS = 100;
const YEAR = 365.25;
const LONGEST = 40;
const HORIZONS = [150, 2 * YEAR];

const vocabulary = new Vocabulary({
  schema: "longitude.vocabulary/1",
  tokens: [
    "<pad>",
    "<start>",
    "<index>",
    "MEDS_DEATH",
    ...Array.from({ length: 121 }, (_, years) => `AGE//${years}`),
    "INTERVAL//0",
    "INTERVAL//1",
    "DX/a",
    "DX/b",
    "LAB//Q1",
    "LAB//Q2",
  ],
  edges: { LAB: [10] },
  parents: {},
  // The first interval is 100 days long to within a ten-thousandth; the second is never drawn.
  intervalDays: [GAP_DAYS, GAP_DAYS + 1e-4],
  clockYears: 1,
  textTokens: 0,
});
const AGE = vocabulary.age(50);
const GAP = vocabulary.file.tokens.indexOf("INTERVAL//0");
const [A, B, LOW, HIGH] = ["DX/a", "DX/b", "LAB//Q1", "LAB//Q2"].map((name) =>
  vocabulary.file.tokens.indexOf(name),
) as [number, number, number, number];
const DEATH = vocabulary.death;

/** Probability of each next token after the last, whatever its age. */
const TRANSITIONS: Record<string, readonly (readonly [number, number])[]> = {
  tick: [
    [AGE, 0.3],
    [GAP, 0.4],
    [A, 0.05],
    [B, 0.05],
    [LOW, 0.1],
    [HIGH, 0.05],
    [DEATH, 0.05],
  ],
  gap: [
    [A, 0.15],
    [B, 0.1],
    [LOW, 0.35],
    [HIGH, 0.3],
    [DEATH, 0.1],
  ],
  [A]: [
    [AGE, 0.2],
    [GAP, 0.3],
    [B, 0.4],
    [DEATH, 0.1],
  ],
  [B]: [
    [AGE, 0.6],
    [GAP, 0.35],
    [HIGH, 0.05],
  ],
  [LOW]: [
    [AGE, 0.7],
    [GAP, 0.28],
    [DEATH, 0.02],
  ],
  [HIGH]: [
    [AGE, 0.3],
    [GAP, 0.3],
    [A, 0.35],
    [DEATH, 0.05],
  ],
};

function after(token: number): readonly (readonly [number, number])[] {
  const key = vocabulary.isAge(token) ? "tick" : token === GAP ? "gap" : String(token);
  return TRANSITIONS[key]!;
}

const queries: Record<string, OutcomeQuery> = {
  "one code": { name: "a", tokens: Int32Array.of(A), shares: Float64Array.of(1) },
  "a set of codes": { name: "a or b", tokens: Int32Array.of(A, B), shares: Float64Array.of(1, 1) },
  "a value condition whose threshold lies in a bin": {
    name: "high",
    tokens: Int32Array.of(LOW, HIGH),
    shares: Float64Array.of(0.3, 1),
  },
  death: { name: "death", tokens: Int32Array.of(DEATH), shares: Float64Array.of(1) },
};

/** Exact risk: all ways forward from the state after `last`, summed; a state is (last token, time, ticks, tokens left). */
function exactRisk(query: OutcomeQuery, horizon: number): number {
  const known = new Map<string, number>();
  const risk = (last: number, days: number, ticks: number, left: number): number => {
    if (left === 0) return 0;
    const key = `${vocabulary.isAge(last) ? "tick" : last} ${days} ${ticks} ${left}`;
    const before = known.get(key);
    if (before !== undefined) return before;
    let total = 0;
    for (const [token, probability] of after(last)) {
      const tick = vocabulary.isAge(token);
      const nextTick = (ticks + 1) * YEAR;
      const at = tick ? nextTick : token === GAP ? Math.min(days + GAP_DAYS, nextTick) : days;
      if (at > horizon) continue;
      const share = shareOf(query, token);
      const onwards =
        share === 1 || token === DEATH ? 0 : (1 - share) * risk(token, at, ticks + (tick ? 1 : 0), left - 1);
      total += probability * (share + onwards);
    }
    known.set(key, total);
    return total;
  };
  return risk(AGE, 0, 0, LONGEST);
}

function run<F extends FreeFuture | SparedFuture>(future: F): F {
  let last: number | null = AGE;
  while (last !== null) {
    const probabilities = new Float32Array(vocabulary.size);
    for (const [token, probability] of after(last)) probabilities[token] = probability;
    // A mark of the sequence itself can never come: its probability goes to the others.
    probabilities[vocabulary.start] = 0.25;
    last = future.next(probabilities);
  }
  return future;
}

function simulate(query: OutcomeQuery, futures: number) {
  const settings: FutureSettings = {
    vocabulary,
    queries: [query],
    horizonsDays: HORIZONS,
    longest: LONGEST,
    ageYears: 50,
    endWhenSettled: true,
  };
  const random = createRandom("markov");
  const free = Array.from({ length: futures }, (_, i) =>
    run(new FreeFuture(settings, random.fork(`free ${i}`))),
  );
  const spared = Array.from({ length: futures }, (_, i) =>
    run(new SparedFuture(settings, random.fork(`spared ${i}`))),
  );
  return (h: number) => ({
    mc: free.map(({ onsets }) => Number(onsets[0]! <= HORIZONS[h]!)),
    scope: free.map(({ sums }) => sums[h]!),
    reach: spared.map((future) => 1 - future.spared[h]!),
  });
}

function meanAndVariance(values: readonly number[]) {
  const mean = values.reduce((total, value) => total + value, 0) / values.length;
  const square = values.reduce((total, value) => total + (value - mean) ** 2, 0);
  return { mean, variance: square / (values.length - 1) };
}

describe.each(Object.entries(queries))("for %s", (_, query) => {
  const futures = 20_000;
  const at = simulate(query, futures);

  it.each([0, 1])("every estimator's mean is the exact risk, to its own standard error (horizon %i)", (h) => {
    const exact = exactRisk(query, HORIZONS[h]!);
    expect(exact).toBeGreaterThan(0.01);
    for (const [name, values] of Object.entries(at(h))) {
      const { mean, variance } = meanAndVariance(values);
      // Four standard errors: a right estimator fails in one of 16,000 seeds.
      const off = (mean - exact) / Math.sqrt(variance / futures);
      expect(Math.abs(off), `${name}: ${mean} for ${exact}`).toBeLessThan(4);
      // And the error itself is small, so that the test can see a wrong estimator.
      expect(Math.sqrt(variance / futures)).toBeLessThan(0.004);
    }
  });

  it("REACH is never noisier than counting, and neither exceeds certainty", () => {
    const { mc, reach } = at(1);
    expect(meanAndVariance(reach).variance).toBeLessThan(meanAndVariance(mc).variance);
    for (const value of reach) {
      expect(value).toBeGreaterThanOrEqual(0);
      expect(value).toBeLessThanOrEqual(1);
    }
  });
});
