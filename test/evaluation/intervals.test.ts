import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createRandom } from "../../src/effects/random.ts";
import { strongestBaseline, verdictOf, verdictText } from "../../src/evaluation/design/verdict.ts";
import { drawResamples, multiplicityOf } from "../../src/evaluation/measures/bootstrap.ts";
import { type Estimate, percentileEstimate } from "../../src/evaluation/measures/estimate.ts";
import { differenceOf } from "../../src/evaluation/resampling/resampled.ts";
import { quantileOfSorted } from "../../src/trees/features/quantile-of-sorted.ts";

describe("bootstrap", () => {
  test("a resample draws as many persons as there are, and the same seed draws the same", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 20 }), (persons, count) => {
        const resamples = drawResamples(persons, count, createRandom("draw"));
        const everyone = Int32Array.from({ length: persons }, (_, i) => i);
        for (let row = 0; row < count; row++) {
          const drawn = multiplicityOf(resamples, row, everyone, new Float64Array(persons));
          expect(drawn.reduce((a, b) => a + b, 0)).toBe(persons);
        }
        expect(drawResamples(persons, count, createRandom("draw"))).toEqual(resamples);
      }),
    );
  });

  test("the interval of a mean is as wide as its standard error says", () => {
    const random = createRandom("mean");
    const n = 400;
    const values = Float64Array.from({ length: n }, () => random.normal());
    const resamples = drawResamples(n, 2000, random.fork("resamples"));
    const everyone = Int32Array.from({ length: n }, (_, i) => i);
    const counts = new Float64Array(n);
    const means = Float64Array.from({ length: 2000 }, (_, row) => {
      multiplicityOf(resamples, row, everyone, counts);
      return values.reduce((sum, value, i) => sum + value * (counts[i] as number), 0) / n;
    });
    const mean = values.reduce((a, b) => a + b, 0) / n;
    const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / n);
    const estimate = percentileEstimate(mean, means, n, "test") as Estimate;
    expect((estimate.high - estimate.low) / (2 * 1.96 * (deviation / Math.sqrt(n)))).toBeCloseTo(1, 1);
  });

  test("a measure that a tenth of the resamples cannot support is absent, not NaN", () => {
    const samples = Float64Array.from({ length: 100 }, (_, i) => (i < 15 ? Number.NaN : 0.7));
    expect(percentileEstimate(0.7, samples, 50, "test")).toBeNull();
    expect(percentileEstimate(Number.NaN, new Float64Array(10), 50, "test")).toBeNull();
    samples.fill(0.7, 0, 12);
    expect(percentileEstimate(0.7, samples, 50, "test")?.method).toContain("97 of 100 usable");
  });

  test("quantiles interpolate between order statistics", () => {
    expect(quantileOfSorted([0, 1, 2, 3], 0.5)).toBe(1.5);
    expect(quantileOfSorted([5], 0.975)).toBe(5);
  });

  test("a difference is taken within each resample", () => {
    const left = { value: 0.8, samples: Float64Array.of(0.9, 0.7) };
    const right = { value: 0.7, samples: Float64Array.of(0.8, 0.6) };
    const difference = differenceOf(left, right);
    expect(difference.value).toBeCloseTo(0.1, 12);
    for (const sample of difference.samples) expect(sample).toBeCloseTo(0.1, 12);
  });
});

describe("verdict", () => {
  const difference = (low: number, high: number): Estimate => ({
    value: (low + high) / 2,
    low,
    high,
    n: 100,
    method: "test",
  });

  test("follows from the paired interval alone", () => {
    expect(verdictOf(difference(0.001, 0.02))).toBe("better");
    expect(verdictOf(difference(-0.02, -0.001))).toBe("worse");
    expect(verdictOf(difference(-0.001, 0.02))).toBe("not distinguishable");
    expect(verdictOf(null)).toBe("too few to judge");
  });

  test("is a sentence with the difference, its interval and n", () => {
    expect(verdictText("worse", "longitude", "cox", difference(-0.02, -0.01))).toBe(
      "longitude ranks worse than cox, the strongest baseline: difference in C-index −0.015 (−0.020 to −0.010, n = 100).",
    );
  });

  test("is against the baseline with the highest C-index, of those that have one", () => {
    const none = { cIndex: null };
    const models = {
      cox: { cIndex: difference(0.7, 0.8) },
      trees: { cIndex: difference(0.6, 0.8) },
      ageSex: none,
    };
    expect(strongestBaseline(models as never, ["ageSex", "trees", "cox"])).toBe("cox");
    expect(strongestBaseline({ ageSex: none } as never, ["ageSex"])).toBeNull();
  });
});
