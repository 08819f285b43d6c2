import { describe, expect, it } from "vitest";
import { parentCode } from "../../src/timeline/parent-code.ts";

describe("the parent of a code", () => {
  it.each([
    ["ICD10CM/E11.65", "ICD10CM/E11.6"],
    ["ICD10CM/E11.6", "ICD10CM/E11"],
    ["ICD10CM/E11", null],
    ["ICD9CM/250.00", "ICD9CM/250.0"],
    ["ATC/A10BA02", "ATC/A10BA"],
    ["ATC/A10", "ATC/A"],
    ["ATC/A", null],
    ["LOINC/72166-2//SNOMED/8517006", "LOINC/72166-2"],
    ["LAB//50912//mg/dL", "LAB//50912"],
    ["ALLERGY//RXNORM/7980", null],
    ["SEX/F", null],
    ["MEDS_BIRTH", null],
  ])("of %s is %s", (code, parent) => {
    expect(parentCode(code)).toBe(parent);
  });
});
