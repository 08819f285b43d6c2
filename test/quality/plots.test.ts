/** The pictures of the quality report. */
import { describe, expect, it } from "vitest";
import type { ValueDistribution } from "../../src/quality/quality-profile.ts";
import { densityPlot } from "../../src/quality/report/density-plot.ts";
import { distributionPlot } from "../../src/quality/report/distribution-plot.ts";

function distribution(values: readonly number[]): ValueDistribution {
  const x = [...new Set(values)].sort((a, b) => a - b);
  const below = x.map((value) => values.filter((one) => one <= value).length / values.length);
  const rest = { outside: null, mislabelled: null, years: [] };
  return { code: "LOINC/2160-0", unit: "mg/dL", n: values.length, distinct: x.length, x, below, ...rest };
}
/** Tick labels below the plot. */
function ticks(svg: string): number[] {
  return [...svg.matchAll(/<text class="tick" [^>]*>([^<]*)</g)].map(([, text]) =>
    Number(text!.replaceAll(",", "")),
  );
}

describe("a picture of values", () => {
  const usual = Array.from({ length: 99 }, (_, i) => 0.5 + i / 100);
  it("is not stretched by one slip", () => {
    expect(Math.max(...ticks(String(distributionPlot(distribution([...usual, 9000]), null))))).toBeLessThan(
      10,
    );
    expect(Math.max(...ticks(String(distributionPlot(distribution(usual), null))))).toBeLessThan(3);
  });
  it("draws one value, and two", () => {
    expect(ticks(String(distributionPlot(distribution([1, 1, 1]), null))).length).toBeGreaterThan(0);
    expect(
      ticks(String(distributionPlot(distribution([0, 1]), distribution([0, 0, 1])))).length,
    ).toBeGreaterThan(0);
  });
});

describe("a picture of months", () => {
  const plot = (events: readonly number[]): string =>
    String(
      densityPlot(
        { domain: "Observation", firstMonth: 0, events: [...events] } as Parameters<typeof densityPlot>[0],
        { first: 0, last: events.length - 1 } as Parameters<typeof densityPlot>[1],
        { gaps: [], surges: [] },
      ),
    );
  const highest = (svg: string): number =>
    Math.max(
      ...[...svg.matchAll(/class="tick end"[^>]*>([^<]*)</g)].map(([, text]) =>
        Number(text!.replaceAll(",", "")),
      ),
    );
  it("is not flattened by one month", () => {
    const months = Array.from({ length: 60 }, () => 100);
    expect(highest(plot(months))).toBe(100);
    expect(highest(plot([...months, 100_000]))).toBeLessThanOrEqual(200);
  });
});
