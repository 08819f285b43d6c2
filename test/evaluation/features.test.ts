import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { applyLinearDesign, learnLinearDesign } from "../../src/evaluation/baselines/linear-design.ts";
import type { PatientEvent } from "../../src/timeline/patient-event.ts";
import { learnFeatureCatalogue } from "../../src/trees/features/feature-catalogue.ts";
import { featureColumns, featureMatrix, recordYears } from "../../src/trees/features/feature-matrix.ts";
import { MS_PER_DAY } from "../../src/vetting/duration.ts";
import { event, history, inventedTimelines, timeline } from "./invented-cohort.ts";

const INDEX = 12_000;
const timelines = inventedTimelines(60);
const histories = timelines.map(history);
const catalogue = learnFeatureCatalogue(histories, (person) => [person.indexDay]);

function featuresOf(events: readonly PatientEvent[], day = INDEX): Record<string, number> {
  const matrix = featureMatrix(catalogue, [{ history: history(timeline(1, events)), day }]);
  return Object.fromEntries(matrix.columns.map(({ name }, j) => [name, matrix.values[j] as number]));
}

const person = [
  event(null, "SEX/F"),
  event(INDEX - 50 * 365.25, "MEDS_BIRTH"),
  event(INDEX - 730, "LAB/x", 90),
  event(INDEX - 365, "LAB/x", 110),
  event(INDEX, "COHORT/INDEX"),
  event(INDEX + 4000, "COHORT/LAST_CONTACT"),
];

describe("features at a prediction time", () => {
  test("last, mean, count, extremes, trend and recency of a laboratory value", () => {
    const features = featuresOf(person);
    expect(features.age).toBeCloseTo(50, 1);
    expect(features["SEX/F"]).toBe(1);
    expect(features["SEX/M"]).toBe(0);
    expect(features["LAB/x mg/dL last"]).toBe(110);
    expect(features["LAB/x mg/dL mean"]).toBe(100);
    expect(features["LAB/x mg/dL count"]).toBe(2);
    expect(features["LAB/x mg/dL min"]).toBe(90);
    expect(features["LAB/x mg/dL max"]).toBe(110);
    expect(features["LAB/x mg/dL slope"]).toBeCloseTo(20, 1);
    expect(features["LAB/x mg/dL recency"]).toBeCloseTo(1, 2);
    expect(features["record years"]).toBeCloseTo(2, 2);
  });

  test("a person without a value has it missing, not zero", () => {
    const features = featuresOf(person.filter(({ code }) => code !== "LAB/x"));
    expect(features["LAB/x mg/dL last"]).toBeNaN();
    expect(features["LAB/x mg/dL count"]).toBe(0);
  });

  test("a result that was not yet available is not a feature", () => {
    const late = event(INDEX - 10, "LAB/x", 500);
    const unavailable = { ...late, availableTime: (INDEX + 3) * MS_PER_DAY };
    expect(featuresOf([...person, unavailable])).toEqual(featuresOf(person));
    expect(featuresOf([...person, late])).not.toEqual(featuresOf(person));
  });

  test("whatever happens after the prediction time, onset and death included, changes no feature", () => {
    const after = fc.array(
      fc.record({
        day: fc.integer({ min: INDEX + 1, max: INDEX + 4000 }),
        code: fc.constantFrom("LAB/x", "DX/k1", "MEDS_DEATH", "DX/other", "COHORT/LAST_CONTACT"),
        value: fc.integer({ min: 0, max: 300 }),
      }),
    );
    const before = featuresOf(person);
    fc.assert(
      fc.property(after, (events) => {
        const later = events.map(({ day, code, value }) => event(day, code, code === "LAB/x" ? value : null));
        expect(featuresOf([...person, ...later])).toEqual(before);
      }),
    );
  });

  test("laboratory rows after the prediction time, which tell who was a case, are not counted", () => {
    const rows = Array.from({ length: 40 }, (_, i) => event(INDEX + 1 + i, "LAB/x", 100));
    const features = featuresOf([...person, ...rows]);
    expect(features["LAB/x mg/dL count"]).toBe(2);
    expect(features.events).toBe(2);
  });

  test("every feature is named by a code, and no key of a person or matched set is one", () => {
    const allowed =
      /^(age|record years|events|years since last event|SEX\/[FM]|LAB\/x mg\/dL \w+|DX\/k1 \w+)$/;
    for (const { name } of featureColumns(catalogue)) expect(name).toMatch(allowed);
    const renamed = timelines.map((of, i) =>
      history({ ...of, subjectId: (9_000_000 - 17 * i) as typeof of.subjectId }),
    );
    const rows = (of: typeof histories) =>
      featureMatrix(
        catalogue,
        of.map((h) => ({ history: h, day: INDEX })),
      ).values;
    expect(rows(renamed)).toEqual(rows(histories));
    expect(learnFeatureCatalogue(renamed, (h) => [h.indexDay])).toEqual(catalogue);
  });

  test("an undated measurement is not a feature", () => {
    const undated = { ...event(null, "LAB/x", 300), numericValue: 300 };
    const features = featuresOf([...person, undated]);
    expect(features["LAB/x mg/dL last"]).toBe(110);
    expect(features["LAB/x mg/dL max"]).toBe(110);
  });

  test("a slipped decimal point is drawn in to the bounds of development values", () => {
    const features = featuresOf([...person, event(INDEX - 5, "LAB/x", 13_682)]);
    expect(features["LAB/x mg/dL last"]).toBe(catalogue.numerics[0]?.high);
  });

  test("record length counts from the first event available, not from one that arrived later", () => {
    const early = { ...event(INDEX - 3000, "LAB/x", 100), availableTime: (INDEX + 50) * MS_PER_DAY };
    expect(recordYears(history(timeline(1, [...person, early])), INDEX)).toBeCloseTo(2, 2);
  });

  test("linear columns have no missing value, mean 0 and deviation 1 among development persons", () => {
    const matrix = featureMatrix(
      catalogue,
      histories.map((h) => ({ history: h, day: INDEX })),
    );
    const design = learnLinearDesign(matrix, new Set(["age", "last", "mean", "count", "slope", "recency"]));
    const width = design.columns.length;
    const table = applyLinearDesign(design, matrix);
    for (let j = 0; j < width; j++) {
      const column = Array.from({ length: matrix.rows }, (_, row) => table[row * width + j] as number);
      expect(column.every(Number.isFinite)).toBe(true);
      expect(column.reduce((a, b) => a + b, 0) / column.length).toBeCloseTo(0, 6);
    }
  });
});
