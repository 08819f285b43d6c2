/** The table of analytes: molar masses by chemistry, codes by their check digits, limits and units by each other. */
import { describe, expect, it } from "vitest";
import { ANALYTES } from "../../src/ingest/meaning/analytes.table.ts";
import { convertUnit } from "../../src/ingest/meaning/convert-unit.ts";

/** Standard atomic weights, IUPAC 2021 (abridged to five digits; conventional values where an interval is given). */
const WEIGHTS: Readonly<Record<string, number>> = {
  H: 1.008,
  C: 12.011,
  N: 14.007,
  O: 15.999,
  Na: 22.99,
  Mg: 24.305,
  P: 30.974,
  Cl: 35.45,
  K: 39.098,
  Ca: 40.078,
  Fe: 55.845,
  Co: 58.933,
  I: 126.9,
};

/** What is counted: the whole molecule, or the atom by which the laboratory counts it. */
const FORMULAS: Readonly<Record<string, string>> = {
  glucose: "C6H12O6",
  creatinine: "C4H7N3O",
  "urea nitrogen": "N2",
  urea: "CH4N2O",
  cholesterol: "C27H46O",
  "cholesterol in HDL": "C27H46O",
  "cholesterol in LDL": "C27H46O",
  triglyceride: "C57H104O6",
  bilirubin: "C33H36N4O6",
  "bilirubin, direct": "C33H36N4O6",
  urate: "C5H4N4O3",
  calcium: "Ca",
  "calcium, ionised": "Ca",
  magnesium: "Mg",
  phosphate: "P",
  sodium: "Na",
  potassium: "K",
  chloride: "Cl",
  bicarbonate: "CHO3",
  lactate: "C3H6O3",
  "thyroxine, free": "C15H11I4NO4",
  iron: "Fe",
  cobalamin: "C63H88CoN14O14P",
  cortisol: "C21H30O5",
  testosterone: "C19H28O2",
};
/** Human haemoglobin A: 64458 g/mol for the tetramer, counted by its four haems. */
const HAEMOGLOBIN = 64458 / 4;

function massOf(formula: string): number {
  let mass = 0;
  for (const [, atom, count] of formula.matchAll(/([A-Z][a-z]?)(\d*)/g))
    mass += WEIGHTS[atom!]! * Number(count === "" ? 1 : count);
  return mass;
}

/** LOINC's last digit: mod 10, as in Luhn's formula. */
function checkDigit(number: string): number {
  let sum = 0;
  for (const [i, digit] of [...number].reverse().entries()) {
    const value = Number(digit) * (i % 2 === 0 ? 2 : 1);
    sum += value > 9 ? value - 9 : value;
  }
  return (10 - (sum % 10)) % 10;
}

describe("the table of analytes", () => {
  it("states the molar mass that the chemical formula has", () => {
    const stated = ANALYTES.filter(({ substance }) => substance.molarMass !== undefined);
    expect(stated.length).toBeGreaterThan(30);
    for (const { name, substance } of stated) {
      const substanceName = name.replace(/, moles$/, "");
      const mass = substanceName === "haemoglobin" ? HAEMOGLOBIN : massOf(FORMULAS[substanceName]!);
      expect(Math.abs(substance.molarMass! / mass - 1), name).toBeLessThan(5e-5);
    }
  });

  it("has codes of LOINC, each once", () => {
    const codes = ANALYTES.flatMap(({ loinc }) => loinc);
    expect(new Set(codes).size).toBe(codes.length);
    for (const code of codes) {
      const [number, digit] = code.split("-");
      expect(checkDigit(number!), code).toBe(Number(digit));
    }
  });

  it("has the same limits for mass and moles of one substance, and other units that convert", () => {
    for (const analyte of ANALYTES) {
      expect(analyte.low, analyte.name).toBeLessThan(analyte.high);
      for (const other of analyte.others)
        expect(
          convertUnit(other, analyte.unit, analyte.substance),
          `${analyte.name} ${other}`,
        ).not.toBeNull();
      const mass = ANALYTES.find(({ name }) => `${name}, moles` === analyte.name);
      if (mass === undefined) continue;
      const conversion = convertUnit(mass.unit, analyte.unit, analyte.substance)!;
      expect(conversion, analyte.name).not.toBeNull();
      expect(analyte.high / (mass.high * conversion.factor), analyte.name).toBeCloseTo(1, 1);
    }
  });
});
