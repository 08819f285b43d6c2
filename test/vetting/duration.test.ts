import { describe, expect, test } from "vitest";
import { parseDurationDays } from "../../src/vetting/duration.ts";
import { outcomesSchema, resolveOutcomes } from "../../src/vetting/outcome-definition.ts";

describe("durations", () => {
  test("minutes and hours are parts of a day, months a twelfth of a year", () => {
    expect(parseDurationDays("90min")).toBeCloseTo(1 / 16, 12);
    expect(parseDurationDays("48h")).toBe(2);
    expect(parseDurationDays("6mo")).toBeCloseTo(182.625, 10);
    expect(parseDurationDays("48")).toBeNull();
    expect(parseDurationDays("48 h")).toBeNull();
  });

  test("an outcome can be asked 48 hours after the index", () => {
    const [outcome] = resolveOutcomes(
      outcomesSchema.parse({
        predictionTimes: [{ at: "index+48h", horizons: ["30d"] }],
        list: [{ name: "death in hospital", events: { codes: ["DISCHARGE/DIED"] } }],
      }),
    );
    expect(outcome?.predictionTimes).toEqual([
      { landmark: "index+48h", anchor: "index", offsetDays: 2, horizons: [{ name: "30d", days: 30 }] },
    ]);
  });
});
