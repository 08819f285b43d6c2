import { describe, expect, it } from "vitest";
import { recogniseUnit } from "../../src/ingest/unit.ts";

describe("a unit", () => {
  it.each([
    ["mg/dL", "mg/dL"],
    ["mg/dl", "mg/dL"],
    ["MG/DL", "mg/dL"],
    ["mmHg", "mm[Hg]"],
    ["mm[Hg]", "mm[Hg]"],
    ["10*3/uL", "10*3/uL"],
    ["10^3/uL", "10*3/uL"],
    ["K/uL", "10*3/uL"],
    ["mEq/L", "meq/L"],
    ["IU/mL", "[iU]/mL"],
    ["mcg/kg/min", "ug/kg/min"],
    ["mL/min/{1.73_m2}", "mL/min/{1.73_m2}"],
    ["mL/min/1.73 m2", "mL/min/{1.73_m2}"],
    ["{score}", "{score}"],
    ["kg/m2", "kg/m2"],
    ["/min", "/min"],
    ["%", "%"],
    ["1", "1"],
    ["pH", "[pH]"],
    ["degrees", null],
    ["mg//dL", null],
    ["mg/", null],
    ["see comment", null],
    ["furlong", null],
    ["", null],
  ])("written %j is %j in UCUM", (written, ucum) => {
    expect(recogniseUnit(written)).toBe(ucum);
  });

  it("keeps its UCUM spelling when it is read again", () => {
    for (const written of [
      "mg/dl",
      "K/uL",
      "mcg/kg/min",
      "bpm",
      "IU/L",
      "lbs",
      "%",
      "mL/min/1.73m2",
      "10^9/L",
    ]) {
      const once = recogniseUnit(written)!;
      expect(recogniseUnit(once)).toBe(once);
    }
  });

  it("may have a spelling of the site", () => {
    expect(recogniseUnit("gamma", { gamma: "ug" })).toBe("ug");
  });
});
