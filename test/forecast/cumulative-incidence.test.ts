import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cumulativeIncidence } from "../../src/forecast/cumulative-incidence.ts";

const rates = fc.array(fc.double({ min: 0, max: 3, noNaN: true }), { minLength: 3, maxLength: 3 });
const edgesYears = [1, 4];

describe("cumulative incidence", () => {
  it("without death is one minus exp of the cumulative hazard", () => {
    const risk = cumulativeIncidence({ onset: [0.1, 0.2, 0.4], death: null, edgesYears }, 6);
    expect(risk).toBeCloseTo(1 - Math.exp(-(0.1 + 0.6 + 0.8)), 12);
  });

  it("of two constant competing hazards splits the total in their proportion", () => {
    const constant = { onset: [0.3, 0.3, 0.3], death: [0.1, 0.1, 0.1], edgesYears };
    expect(cumulativeIncidence(constant, 5)).toBeCloseTo(0.75 * (1 - Math.exp(-2)), 12);
  });

  it("equals a fine numerical integration", () => {
    const onset = [0.2, 0.05, 0.6];
    const death = [0.02, 0.3, 0.1];
    const step = 1e-4;
    let free = 1;
    let expected = 0;
    for (let t = 0; t < 5; t += step) {
      const piece = t < 1 ? 0 : t < 4 ? 1 : 2;
      expected += free * (onset[piece] as number) * step;
      free *= Math.exp(-((onset[piece] as number) + (death[piece] as number)) * step);
    }
    expect(cumulativeIncidence({ onset, death, edgesYears }, 5)).toBeCloseTo(expected, 3);
  });

  it("of what is certain to happen is one, not a rounding error more", () => {
    const onset = [1.5492122312326271e-190, 4.715268156169559e-14, 2.9999999999999933];
    expect(cumulativeIncidence({ onset, death: null, edgesYears }, 19.999999999999954)).toBe(1);
  });

  it("grows with time, stays within [0, 1], and with the competing one sums to one minus being free of both", () => {
    fc.assert(
      fc.property(rates, rates, fc.double({ min: 0, max: 20, noNaN: true }), (onset, death, years) => {
        const here = cumulativeIncidence({ onset, death, edgesYears }, years);
        const later = cumulativeIncidence({ onset, death, edgesYears }, years + 1);
        const competing = cumulativeIncidence({ onset: death, death: onset, edgesYears }, years);
        const total = onset.map((rate, i) => rate + (death[i] as number));
        const either = cumulativeIncidence({ onset: total, death: null, edgesYears }, years);
        expect(here).toBeGreaterThanOrEqual(0);
        expect(later).toBeGreaterThanOrEqual(here);
        expect(here + competing).toBeCloseTo(either, 9);
        expect(either).toBeLessThanOrEqual(1);
      }),
    );
  });
});
