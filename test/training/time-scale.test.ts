import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { createRandom } from "../../src/effects/random.ts";
import { readTokenShard } from "../../src/tokens/token-shard.ts";
import { readVocabulary } from "../../src/tokens/tokenize.ts";
import { Vocabulary } from "../../src/tokens/vocabulary.ts";
import { planEpoch } from "../../src/training/epoch-plan.ts";
import { hazardEdgesYears, trainingSchema } from "../../src/training/training-config.ts";
import { outcomesSchema, resolveOutcomes } from "../../src/vetting/outcome-definition.ts";
import { smallTimelines, smallTokens } from "../support/small-cohort.ts";

function asked(...horizons: string[]) {
  return resolveOutcomes(
    outcomesSchema.parse({
      predictionTimes: [{ at: "index", horizons }],
      list: [{ name: "onset", events: { codes: ["DX/k"] } }],
    }),
  );
}

describe("hazard pieces", () => {
  test("follow the longest horizon asked", () => {
    const years = hazardEdgesYears(trainingSchema.parse({}), asked("5y", "10y"));
    expect(years).toEqual([1, 2, 3, 5, 7, 10, 15]);
    const hours = hazardEdgesYears(trainingSchema.parse({}), asked("48h"));
    expect(hours[0]).toBeCloseTo(0.2 / 365.25, 12);
  });

  test("or are as written, in order", () => {
    const config = trainingSchema.parse({ hazardEdges: ["36.525d", "1y", "365.25h"] });
    expect(hazardEdgesYears(config, asked("5y"))[1]).toBeCloseTo(0.1, 12);
  });
});

describe("a clock that ticks every day", () => {
  test("draws its phase within the day and stops where the record ceases to teach", async () => {
    const folder = await smallTokens(smallTimelines(30));
    const patients = readTokenShard(join(folder, "train.safetensors"));
    const { file } = await readVocabulary(join(folder, "vocabulary.json"));
    const vocabulary = new Vocabulary({ ...file, clockYears: 1 / 365.25 });
    const options = { vocabulary, rowLengths: [4096], batchTokens: 4096, threads: 1, learnUntilDays: 3 };
    const parts = planEpoch(patients, options, createRandom("phase")).flatMap(({ rows }) => rows.flat());
    expect(parts).toHaveLength(patients.length);
    for (const { patient, part } of parts) {
      expect(Math.max(...part.days)).toBeLessThanOrEqual(patient.indexDay + 3);
      const ticks = part.ticks.map((tick) => part.days[tick] as number);
      for (let i = 1; i < ticks.length; i++) expect(ticks[i]! - ticks[i - 1]!).toBeCloseTo(1, 6);
      const afterIndex = ticks.filter((day) => day >= patient.indexDay).length;
      expect(afterIndex).toBeGreaterThanOrEqual(3);
    }
    const onIndex = parts.filter(({ patient, part }) =>
      part.ticks.some((tick) => Math.abs((part.days[tick] as number) - patient.indexDay) < 1e-6),
    ).length;
    expect(onIndex).toBeGreaterThan(0.2 * parts.length);
    expect(onIndex).toBeLessThan(parts.length);
  });
});
