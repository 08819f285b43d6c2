import { describe, expect, it } from "vitest";
import type { PatientEvent, SubjectKey } from "../../src/timeline/patient-event.ts";
import { encodePatient } from "../../src/tokens/encoded-patient.ts";
import { layOut } from "../../src/tokens/lay-out.ts";
import { buildVocabulary } from "../../src/tokens/vocabulary.ts";
import { featureMatrix } from "../../src/trees/features/feature-matrix.ts";
import { MS_PER_DAY } from "../../src/vetting/duration.ts";
import { labelAt } from "../../src/vetting/label.ts";
import { cohortSchema, outcomesSchema, resolveOutcomes } from "../../src/vetting/outcome-definition.ts";
import { buildHistory, type PatientHistory } from "../../src/vetting/patient-history.ts";

const NOW = 12_000;
const outcomes = resolveOutcomes(
  outcomesSchema.parse({
    predictionTimes: [{ at: "index", horizons: ["5y"] }],
    list: [
      { name: "stroke", events: { codes: ["DX/stroke"] }, population: { require: ["LAB/x"] } },
      { name: "any", events: { codes: ["DX/stroke"] }, population: { exclude: ["DX/old"] } },
    ],
  }),
);

const at = (
  day: number | null,
  code: string,
  availableDay: number | null = null,
  value: number | null = null,
): PatientEvent => ({
  time: day === null ? null : day * MS_PER_DAY,
  code,
  numericValue: value,
  textValue: null,
  unit: value === null ? null : "mg/dL",
  availableTime: availableDay === null ? null : availableDay * MS_PER_DAY,
  encounterId: null,
  source: "Observation",
});

/** A sample taken before the prediction and reported after it; a childhood disease that is told later. */
const LATE = [at(NOW - 3, "LAB/x", NOW + 2, 900), at(NOW - 15_000, "DX/old", NOW + 30)];
const KNOWN = [
  at(null, "SEX/F"),
  at(NOW - 20_000, "MEDS_BIRTH"),
  at(NOW - 400, "DX/a"),
  at(NOW - 100, "LAB/y", NOW - 99, 5),
  at(NOW, "COHORT/INDEX"),
  at(NOW + 3000, "COHORT/LAST_CONTACT"),
];

function historyOf(events: readonly PatientEvent[]): PatientHistory {
  const sorted = [...events].sort((a, b) => (a.time ?? -Infinity) - (b.time ?? -Infinity));
  const cohort = cohortSchema.parse({ index: "COHORT/INDEX", followUpEnd: "COHORT/LAST_CONTACT" });
  return buildHistory({ subjectId: 1 as SubjectKey, events: sorted }, cohort, outcomes);
}

const without = historyOf(KNOWN);
const withLate = historyOf([...KNOWN, ...LATE]);

const vocabulary = buildVocabulary(
  {
    counts: new Map(["DX/a", "DX/old", "LAB/x", "LAB/y", "DX/stroke"].map((code) => [code, 100])),
    staticCounts: new Map([["SEX/F", 100]]),
    edges: new Map([
      ["LAB/x|mg/dL", [100, 500]],
      ["LAB/y|mg/dL", [3]],
    ]),
    parents: new Map(),
  },
  { minimumEvents: 10, intervalDays: [30, 365], clockYears: 1 },
);
const sequenceAt = (history: PatientHistory, day: number): (readonly [number, number])[] => {
  const { tokens, days } = layOut(encodePatient(history, vocabulary), vocabulary, {
    anchorDay: day,
    untilDay: day,
  });
  return [...tokens].map((token, i) => [token, days[i]!] as const);
};
const featuresAt = (history: PatientHistory, day: number): number[] => {
  const catalogue = {
    statics: ["SEX/F"],
    numerics: [
      { code: "LAB/x", unit: "mg/dL" },
      { code: "LAB/y", unit: "mg/dL" },
    ],
    codes: ["DX/a", "DX/old"],
  };
  return [...featureMatrix(catalogue as never, [{ history, day }]).values];
};

describe("a result that arrives late", () => {
  it("is no token before it was known", () => {
    expect(sequenceAt(withLate, NOW)).toEqual(sequenceAt(without, NOW));
    expect(sequenceAt(withLate, NOW + 1)).toEqual(sequenceAt(without, NOW + 1));
    expect(sequenceAt(withLate, NOW + 2)).not.toEqual(sequenceAt(without, NOW + 2));
    expect(sequenceAt(withLate, NOW + 2).length).toBe(sequenceAt(without, NOW + 2).length + 1);
  });

  it("is no feature before it was known", () => {
    expect(featuresAt(withLate, NOW)).toEqual(featuresAt(without, NOW));
    expect(featuresAt(withLate, NOW + 2)).not.toEqual(featuresAt(without, NOW + 2));
  });

  it("takes nobody into a population, and nobody out of it, before it was known", () => {
    const [requires, excludes] = outcomes;
    expect(labelAt(withLate, requires!, 0, NOW)).toEqual({ eligible: false, why: "population" });
    expect(labelAt(withLate, requires!, 0, NOW + 2).eligible).toBe(true);
    expect(labelAt(withLate, excludes!, 1, NOW).eligible).toBe(true);
    expect(labelAt(withLate, excludes!, 1, NOW + 30)).toEqual({ eligible: false, why: "population" });
  });

  it("still counts as an outcome from when it happened: who had the disease is not at risk of its onset", () => {
    const had = historyOf([...KNOWN, at(NOW - 10, "LAB/x", null, 1), at(NOW - 5, "DX/stroke", NOW + 40)]);
    expect(labelAt(had, outcomes[0]!, 0, NOW)).toEqual({ eligible: false, why: "had it before" });
    expect(sequenceAt(had, NOW).some(([token]) => vocabulary.name(token) === "DX/stroke")).toBe(false);
  });
});
