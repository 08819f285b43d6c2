import { describe, expect, it } from "vitest";
import { createRandom, type Random } from "../../src/effects/random.ts";
import { definitionAccuracy, type ReviewedStratum } from "../../src/vetting/agreement/definition-accuracy.ts";
import { cohenKappa } from "../../src/vetting/agreement/kappa.ts";

/** A population in which the definition is right and wrong as stated, of which a few of each stratum are reviewed. */
const POPULATION = [
  { found: true, population: 400, present: 320 },
  { found: false, population: 300, present: 60 },
  { found: false, population: 5300, present: 53 },
];
const TRUE_PPV = 320 / 400;
const TRUE_SENSITIVITY = 320 / (320 + 60 + 53);
const TRUE_PREVALENCE = (320 + 60 + 53) / 6000;

function review(random: Random, sizes: readonly number[]): ReviewedStratum[] {
  return POPULATION.map(({ found, population, present }, h) => {
    const people = random.shuffle(Array.from({ length: population }, (_, i) => i < present));
    const reviewed = sizes[h] ?? 0;
    return { found, population, reviewed, present: people.slice(0, reviewed).filter(Boolean).length };
  });
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function standardError(values: readonly number[]): number {
  const centre = mean(values);
  return Math.sqrt(mean(values.map((value) => (value - centre) ** 2)) / values.length);
}

describe("accuracy of a definition from a stratified sample of charts", () => {
  const trials = Array.from({ length: 400 }, (_, i) => {
    const random = createRandom(`trial ${i}`);
    return definitionAccuracy(review(random, [60, 60, 200]), random);
  });

  it("is unbiased, though the strata were drawn with very different chances", () => {
    const ppv = trials.map(({ positivePredictiveValue }) => positivePredictiveValue?.value ?? Number.NaN);
    const prevalence = trials.map((trial) => trial.prevalence?.value ?? Number.NaN);
    expect(Math.abs(mean(ppv) - TRUE_PPV)).toBeLessThan(4 * standardError(ppv));
    expect(Math.abs(mean(prevalence) - TRUE_PREVALENCE)).toBeLessThan(4 * standardError(prevalence));
    // A ratio of two unbiased totals: its bias vanishes with the sample.
    const sensitivity = trials.map((trial) => trial.sensitivity?.value ?? Number.NaN);
    expect(Math.abs(mean(sensitivity) - TRUE_SENSITIVITY)).toBeLessThan(0.02);
  });

  it("would be wrong without the weights", () => {
    const unweighted = Array.from({ length: 100 }, (_, i) => {
      const strata = review(createRandom(`plain ${i}`), [60, 60, 200]);
      const present = strata.reduce((sum, stratum) => sum + stratum.present, 0);
      return (strata[0]?.present ?? 0) / present;
    });
    expect(Math.abs(mean(unweighted) - TRUE_SENSITIVITY)).toBeGreaterThan(0.02);
  });

  it.each([
    ["positivePredictiveValue", TRUE_PPV],
    ["sensitivity", TRUE_SENSITIVITY],
    ["prevalence", TRUE_PREVALENCE],
  ] as const)(
    "has an interval for %s that holds the truth at least 95 times in 100, but for chance",
    (name, truth) => {
      const held = trials.filter(
        (trial) => (trial[name]?.low ?? 1) <= truth && truth <= (trial[name]?.high ?? 0),
      );
      expect(held.length / trials.length).toBeGreaterThan(0.93);
    },
  );

  it("does not claim to find everybody because no case was seen among few negatives", () => {
    const strata = [
      { found: true, population: 400, reviewed: 50, present: 45 },
      { found: false, population: 5600, reviewed: 50, present: 0 },
    ];
    const { sensitivity } = definitionAccuracy(strata, createRandom(1));
    expect(sensitivity?.value).toBe(1);
    expect(sensitivity?.low).toBeLessThan(0.8);
  });

  it("knows everything when everybody was reviewed", () => {
    const strata = POPULATION.map((stratum) => ({ ...stratum, reviewed: stratum.population }));
    const { sensitivity } = definitionAccuracy(strata, createRandom(1));
    expect(sensitivity?.low).toBeCloseTo(TRUE_SENSITIVITY, 12);
    expect(sensitivity?.high).toBeCloseTo(TRUE_SENSITIVITY, 12);
  });

  it("says nothing about a stratum of which no chart has a label", () => {
    const strata = [
      { found: true, population: 400, reviewed: 50, present: 45 },
      { found: false, population: 5600, reviewed: 0, present: 0 },
    ];
    const accuracy = definitionAccuracy(strata, createRandom(1));
    expect(accuracy.sensitivity).toBeNull();
    expect(accuracy.positivePredictiveValue?.value).toBe(0.9);
  });
});

describe("Cohen's kappa", () => {
  const pairs = (cells: readonly (readonly [string, string, number])[]) =>
    cells.flatMap(([a, b, n]) => Array.from({ length: n }, () => [a, b] as const));

  it("is as worked out by hand: 20 + 15 of 50 agree, half of them by chance", () => {
    const kappa = cohenKappa(
      pairs([
        ["y", "y", 20],
        ["y", "n", 5],
        ["n", "y", 10],
        ["n", "n", 15],
      ]),
    );
    expect(kappa?.value).toBeCloseTo(0.4, 12);
    expect(kappa?.n).toBe(50);
  });

  it("has an interval as wide as resampled raters say", () => {
    const table = pairs([
      ["y", "y", 40],
      ["y", "n", 12],
      ["n", "y", 9],
      ["n", "n", 139],
    ]);
    const kappa = cohenKappa(table);
    const random = createRandom("kappa");
    const resampled = Array.from({ length: 2000 }, () => {
      const drawn = table.map(() => table[random.integer(table.length)] ?? (["y", "y"] as const));
      return cohenKappa(drawn)?.value ?? Number.NaN;
    }).sort((a, b) => a - b);
    expect(kappa?.low).toBeCloseTo(resampled[50] ?? 0, 1);
    expect(kappa?.high).toBeCloseTo(resampled[1949] ?? 0, 1);
  });

  it("is not certain because few items all agree", () => {
    const few = cohenKappa(
      pairs([
        ["y", "y", 3],
        ["n", "n", 3],
      ]),
    );
    expect(few).toMatchObject({ value: 1, high: 1 });
    expect(few?.low).toBeLessThan(0.2);
  });

  it("cannot be told when everybody always says the same", () => {
    expect(cohenKappa(pairs([["y", "y", 30]]))).toBeNull();
    expect(cohenKappa([])).toBeNull();
  });
});
