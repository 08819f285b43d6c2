import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { judgeQuality } from "../../src/quality/judge/judge-quality.ts";
import { type QualityConfig, qualitySchema } from "../../src/quality/quality-config.ts";
import type { QualityProfile } from "../../src/quality/quality-profile.ts";
import { CLEAN_INGEST, plantedProfile } from "./planted-records.ts";

const NOW = Date.UTC(2021, 5, 15);
let folder: string;
let clean: QualityProfile;
let runs = 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "longitude-planted-"));
  clean = await plantedProfile(join(folder, "clean"));
}, 60_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

function failing(profile: QualityProfile, previous: QualityProfile | null, config: object = {}): string[] {
  const report = judgeQuality({
    profile,
    previous,
    config: qualitySchema.parse(config) as QualityConfig,
    now: NOW,
  });
  return report.checks.filter(({ outcome }) => outcome === "failed").map(({ check }) => check);
}

const profileOf = (fault: string, ingest: object = CLEAN_INGEST): Promise<QualityProfile> =>
  plantedProfile(join(folder, `run-${++runs}`), fault, ingest);

/** A fault in the records, and the one check that it trips. */
const FAULTS: readonly (readonly [check: string, fault: string])[] = [
  [
    "malformedCodes",
    "UPDATE planted SET code = 'ICD10CM/E119' WHERE code = 'ICD10CM/E11.9' AND subject_id < 20; INSERT INTO said VALUES ('ICD10CM/E119', 'Diabetes')",
  ],
  [
    "malformedCodes",
    "UPDATE planted SET code = 'LOINC/2345-8' WHERE code = 'LOINC/2345-7'; INSERT INTO said VALUES ('LOINC/2345-8', 'no such check digit')",
  ],
  [
    "unmappedCodes",
    "UPDATE planted SET code = 'LOCAL/sugar' WHERE code = 'ICD10CM/E11.9'; INSERT INTO said VALUES ('LOCAL/sugar', 'Sugar')",
  ],
  ["orphanCodes", "UPDATE planted SET code = 'LOCAL/77' WHERE code = 'ICD10CM/J06.9' AND subject_id < 100"],
  ["mixedUnits", "UPDATE planted SET unit = NULL WHERE code = 'LOINC/8867-4' AND subject_id < 30"],
  [
    "eventGaps",
    "DELETE FROM planted WHERE source = 'Condition' AND time BETWEEN '2014-03-01' AND '2014-04-30'",
  ],
  ["eventGaps", "DELETE FROM planted WHERE source = 'Observation' AND time > '2019-06-30'"],
  [
    "eventSurges",
    "UPDATE planted SET time = TIMESTAMP '2015-05-01' + to_minutes(CAST(hash(subject_id, time) % 40000 AS BIGINT)) WHERE source = 'Condition' AND hash(time) % 8 = 0 AND time > '2012-01-01'",
  ],
  ["missingBirth", "DELETE FROM planted WHERE code = 'MEDS_BIRTH' AND subject_id < 30"],
  ["missingSex", "DELETE FROM planted WHERE code LIKE 'SEX/%' AND subject_id < 30"],
  ["personsWithoutEvents", "DELETE FROM planted WHERE source <> 'Patient' AND subject_id < 30"],
  [
    "missingValues",
    "UPDATE planted SET numeric_value = NULL WHERE code = 'LOINC/8867-4' AND subject_id < 60",
  ],
  ["duplicates", "INSERT INTO planted SELECT * FROM planted WHERE source = 'Condition' AND subject_id < 10"],
  ["outsideLife", "UPDATE planted SET time = '2015-06-01' WHERE code = 'MEDS_BIRTH' AND subject_id < 3"],
  [
    "futureEvents",
    "UPDATE planted SET time = '2031-02-03' WHERE source = 'Condition' AND subject_id = 7 AND code = 'ICD10CM/I10'",
  ],
  ["oldAges", "UPDATE planted SET time = '1850-06-01' WHERE code = 'MEDS_BIRTH' AND subject_id = 3"],
  [
    "newYearDates",
    "UPDATE planted SET time = date_trunc('year', time) + to_minutes(CAST(hash(subject_id, time) % 1400 AS BIGINT)) WHERE source = 'Condition' AND subject_id < 30",
  ],
  [
    "wrongSex",
    "UPDATE planted SET code = 'ICD10CM/O80' WHERE code = 'ICD10CM/J06.9' AND subject_id < 200; INSERT INTO said VALUES ('ICD10CM/O80', 'Delivery')",
  ],
  [
    "implausibleValues",
    "UPDATE planted SET numeric_value = 9999 WHERE code = 'LOINC/8867-4' AND subject_id < 10",
  ],
  [
    "mislabelledUnits",
    "UPDATE planted SET numeric_value = round(numeric_value / 18.016, 1) WHERE code = 'LOINC/2345-7' AND subject_id = 5 AND hash(time) % 2 = 0",
  ],
  [
    // Calcium in mmol/L, labelled mg/dL: within the limits of calcium in mg/dL.
    "mislabelledUnits",
    `UPDATE planted SET code = 'LOINC/17861-6', numeric_value = round((8.4 + (numeric_value - 60) / 20)
       / CASE WHEN hash(time) % 100 = 7 THEN 4.0078 ELSE 1 END, 1), unit = 'mg/dL' WHERE code = 'LOINC/8867-4';
     INSERT INTO said VALUES ('LOINC/17861-6', 'Calcium')`,
  ],
  [
    // Bilirubin in µmol/L, labelled mg/dL, beside severe jaundice: a tail is no hill.
    "mislabelledUnits",
    `UPDATE planted SET code = 'LOINC/1975-2', numeric_value = round(exp((numeric_value - 80) / 25 - 0.4)
       * CASE WHEN hash(time) % 50 = 7 THEN 17.1 ELSE 1 END, 1), unit = 'mg/dL' WHERE code = 'LOINC/8867-4';
     INSERT INTO said VALUES ('LOINC/1975-2', 'Bilirubin')`,
  ],
  ["constantValues", "UPDATE planted SET numeric_value = 72 WHERE code = 'LOINC/8867-4'"],
  [
    "levelShifts",
    "UPDATE planted SET numeric_value = numeric_value + 60 WHERE code = 'LOINC/8867-4' AND year(time) = 2016",
  ],
];

/** A fault that only shows beside the previous import. */
const CHANGES: readonly (readonly [check: string, fault: string])[] = [
  ["lostPersons", "DELETE FROM planted WHERE subject_id < 12"],
  ["lostEvents", "DELETE FROM planted WHERE source = 'Condition' AND hash(subject_id, time) % 10 = 0"],
  [
    "newCodes",
    "UPDATE planted SET code = 'ICD10CM/E11.65' WHERE code = 'ICD10CM/E11.9' AND hash(time) % 100 < 80; INSERT INTO said VALUES ('ICD10CM/E11.65', 'Diabetes')",
  ],
  ["codeDrift", "UPDATE planted SET code = 'ICD10CM/I10' WHERE code = 'ICD10CM/J06.9' AND subject_id > 10"],
  ["valueDrift", "UPDATE planted SET numeric_value = numeric_value * 1.15 WHERE code = 'LOINC/8867-4'"],
  ["valueDistance", "UPDATE planted SET numeric_value = numeric_value * 1.15 WHERE code = 'LOINC/8867-4'"],
  ["vanishedCodes", "DELETE FROM planted WHERE code = 'ICD10CM/J06.9'"],
];

describe("records with a fault planted", () => {
  it("says nothing against clean records, with and without a previous import", () => {
    expect(failing(clean, null)).toEqual([]);
    expect(failing(clean, clean)).toEqual([]);
  });

  it.each(FAULTS)(
    "finds %s, and nothing else",
    async (check, fault) => {
      expect(failing(await profileOf(fault), null)).toEqual([check]);
    },
    60_000,
  );

  it.each(CHANGES)(
    "finds %s beside the previous import, where the records alone show nothing",
    async (check, fault) => {
      const profile = await profileOf(fault);
      expect(failing(profile, null)).toEqual([]);
      expect(failing(profile, clean)).toContain(check);
    },
    60_000,
  );

  it("does not take the tail of a disease for another unit", async () => {
    const tail = await profileOf(`
      UPDATE planted SET code = 'LOINC/1975-2', unit = 'mg/dL',
        numeric_value = round(0.6 * exp(1.1 * sqrt(-2 * ln((hash(time, 'a') % 9973 + 1) / 9974.0)) * cos(6.2832 * (hash(time, 'b') % 9973) / 9973.0)), 1)
      WHERE code = 'LOINC/8867-4'; INSERT INTO said VALUES ('LOINC/1975-2', 'Bilirubin')`);
    expect(failing(tail, null)).toEqual([]);
  });

  it("finds what only the account of the ingest knows: rejects, unknown units, copied codes", () => {
    const account = clean.ingest!;
    const withAccount = (part: Partial<typeof account>): string[] =>
      failing({ ...clean, ingest: { ...account, ...part } }, null);
    expect(withAccount({ sources: [{ source: "Observation", candidates: 1000, rejected: 20 }] })).toEqual([
      "rejectedRows",
    ]);
    expect(withAccount({ unknownUnits: [{ code: "LOINC/2345-7", n: 900 }] })).toEqual(["unknownUnits"]);
    const copied = { codes: ["LOINC/2345-7", "LOINC/8867-4"] as [string, string], rows: 500 };
    expect(withAccount({ copied: [{ ...copied, resolved: false }] })).toEqual(["copiedCodes"]);
    expect(withAccount({ copied: [{ ...copied, resolved: true }] })).toEqual([]);
    expect(withAccount({ outsideLife: 400 })).toEqual(["outsideLife"]);
  });

  it("finds encounters that end before they begin", () => {
    expect(failing({ ...clean, encounters: { n: 1000, reversed: 5 } }, null)).toEqual(["reversedEncounters"]);
  });
});

describe("waivers", () => {
  const waiver = {
    check: "missingBirth",
    name: "A. Steward",
    reason: "the archive of before 1990 has no dates of birth",
  };
  const noBirths = (): QualityProfile => ({ ...clean, persons: { ...clean.persons, withoutBirth: 100 } });

  it("let a named finding pass until their last day", () => {
    expect(failing(noBirths(), null)).toEqual(["missingBirth"]);
    expect(failing(noBirths(), null, { waivers: [{ ...waiver, expires: "2021-06-15" }] })).toEqual([]);
  });

  it("are refused the day after", () => {
    const config = qualitySchema.parse({ waivers: [{ ...waiver, expires: "2021-06-14" }] });
    const report = judgeQuality({ profile: noBirths(), previous: null, config, now: NOW });
    expect(report.passed).toBe(false);
    expect(report.expiredWaivers).toHaveLength(1);
  });

  it("cover what they name and nothing else", () => {
    const only = { ...waiver, check: "duplicates", of: "Observation", expires: "2031-01-01" };
    const twice = (domain: string): QualityProfile => ({
      ...clean,
      domains: clean.domains.map((one) => (one.domain === domain ? { ...one, repeats: 5000 } : one)),
    });
    expect(failing(twice("Observation"), null, { waivers: [only] })).toEqual([]);
    expect(failing(twice("Condition"), null, { waivers: [only] })).toEqual(["duplicates"]);
  });

  it("need a name, a reason and a day", () => {
    for (const missing of ["name", "reason", "expires"] as const) {
      const { [missing]: _, ...rest } = { ...waiver, expires: "2031-01-01" };
      expect(qualitySchema.safeParse({ waivers: [rest] }).success).toBe(false);
    }
  });
});
