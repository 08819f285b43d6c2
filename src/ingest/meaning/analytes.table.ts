/**
 * Measurements whose unit, molar mass and limits are stated: one row an analyte, under its LOINC codes.
 *
 * Molar masses, g/mol: of the chemical formula (PubChem, https://pubchem.ncbi.nlm.nih.gov) by IUPAC's standard atomic
 * weights; a test computes them. Urea nitrogen is counted
 * as nitrogen (two atoms a molecule of urea), phosphate as phosphorus, calcium and magnesium as the ion, haemoglobin as
 * one of its four chains (the haem's iron is what is counted in mmol/L), triglycerides as triolein.
 * Limits, in `unit`: what routine analysers report and living people have had, rounded outwards; they find slips of
 * units, columns and decimal points, not disease. A site's laboratory should read them; `units` in longitude.yaml
 * replaces any of them.
 */
import type { Substance } from "./convert-unit.ts";

export interface Analyte {
  readonly name: string;
  readonly loinc: readonly string[];
  /** The one unit in which the values are kept. */
  readonly unit: string;
  readonly substance: Substance;
  /** Inclusive; in `unit`. */
  readonly low: number;
  readonly high: number;
  /** Other units in which laboratories report it, by which values that lie beyond the limits may be explained. */
  readonly others: readonly string[];
}

type Row = readonly [
  name: string,
  loinc: string,
  unit: string,
  /** Molar mass, or with the ion's charge. */
  substance: number | readonly [molarMass: number, charge: number] | null,
  low: number,
  high: number,
  others: string,
];

// biome-ignore format: a table
const ROWS: readonly Row[] = [
  ["glucose", "2345-7 2339-0 2340-8 2341-6 41653-7 1558-6 32016-8", "mg/dL", 180.156, 10, 2000, "mmol/L"],
  ["creatinine", "2160-0 38483-4", "mg/dL", 113.12, 0.05, 40, "umol/L"],
  ["urea nitrogen", "3094-0 6299-2", "mg/dL", 28.014, 1, 300, ""],
  ["urea", "3091-6", "mg/dL", 60.056, 2, 640, "mmol/L"],
  ["cholesterol", "2093-3", "mg/dL", 386.66, 20, 1500, "mmol/L"],
  ["cholesterol in HDL", "2085-9", "mg/dL", 386.66, 3, 200, "mmol/L"],
  ["cholesterol in LDL", "13457-7 18262-6 2089-1", "mg/dL", 386.66, 3, 1000, "mmol/L"],
  ["triglyceride", "2571-8", "mg/dL", 885.43, 10, 10000, "mmol/L"],
  ["bilirubin", "1975-2", "mg/dL", 584.67, 0, 70, "umol/L"],
  ["bilirubin, direct", "1968-7", "mg/dL", 584.67, 0, 50, "umol/L"],
  ["urate", "3084-1", "mg/dL", 168.11, 0.1, 40, "umol/L"],
  ["calcium", "17861-6", "mg/dL", [40.078, 2], 2, 25, "mmol/L"],
  ["calcium, ionised", "1994-3", "mmol/L", [40.078, 2], 0.2, 4, "mg/dL"],
  ["magnesium", "19123-9", "mg/dL", [24.305, 2], 0.3, 25, ""],
  ["magnesium, moles", "2601-3", "mmol/L", [24.305, 2], 0.12, 10.3, ""],
  ["phosphate", "2777-1", "mg/dL", 30.974, 0.2, 30, ""],
  ["sodium", "2951-2 2947-0", "mmol/L", [22.99, 1], 90, 210, ""],
  ["potassium", "2823-3 6298-4", "mmol/L", [39.098, 1], 1, 15, ""],
  ["chloride", "2075-0 2069-3", "mmol/L", [35.45, 1], 50, 170, ""],
  ["bicarbonate", "1963-8 2028-9", "mmol/L", [61.017, 1], 1, 70, ""],
  ["lactate", "2524-7 32693-4", "mmol/L", [90.08, 1], 0.05, 50, "mg/dL"],
  ["albumin", "1751-7", "g/dL", null, 0.3, 8, "g/L"],
  ["protein", "2885-2", "g/dL", null, 1, 20, "g/L"],
  ["haemoglobin", "718-7", "g/dL", 16114.5, 1, 28, "g/L"],
  ["haematocrit", "4544-3 20570-8", "%", null, 5, 80, ""],
  ["leukocytes", "6690-2 26464-8", "10*3/uL", null, 0, 700, "/uL"],
  ["platelets", "777-3 26515-7", "10*3/uL", null, 0, 5000, "/uL"],
  ["erythrocytes", "789-8 26453-1", "10*6/uL", null, 0.3, 12, ""],
  ["haemoglobin A1c", "4548-4 17856-6", "%", null, 2, 25, ""],
  ["alanine aminotransferase", "1742-6", "U/L", null, 0, 30000, ""],
  ["aspartate aminotransferase", "1920-8", "U/L", null, 0, 50000, ""],
  ["alkaline phosphatase", "6768-6", "U/L", null, 1, 10000, ""],
  ["gamma-glutamyltransferase", "2324-2", "U/L", null, 0, 10000, ""],
  ["troponin I", "10839-9", "ng/mL", null, 0, 2000, ""],
  ["troponin T", "6598-7", "ng/mL", null, 0, 100, ""],
  ["C-reactive protein", "1988-5", "mg/L", null, 0, 1000, ""],
  ["thyrotropin", "3016-3", "m[iU]/L", null, 0, 1000, ""],
  ["thyroxine, free", "3024-7", "ng/dL", 776.87, 0, 20, "pmol/L"],
  ["ferritin", "2276-4", "ng/mL", null, 0, 200000, ""],
  ["iron", "2498-4", "ug/dL", 55.845, 1, 5000, "umol/L"],
  ["cobalamin", "2132-9", "pg/mL", 1355.39, 10, 50000, ""],
  ["cortisol", "2143-6", "ug/dL", 362.47, 0, 300, "nmol/L"],
  ["testosterone", "2986-8", "ng/dL", 288.43, 0, 5000, ""],
  ["INR", "6301-6 34714-6", "{INR}", null, 0.3, 30, ""],
  ["prothrombin time", "5902-2", "s", null, 4, 300, ""],
  ["pH of blood", "2744-1 2746-6 11558-4", "[pH]", null, 6.3, 8.2, ""],
  ["oxygen partial pressure", "2703-7", "mm[Hg]", null, 10, 760, "kPa"],
  ["carbon dioxide partial pressure", "2019-8", "mm[Hg]", null, 4, 250, "kPa"],
  ["oxygen saturation", "2708-6 59408-5", "%", null, 10, 100, "1"],
  ["inhaled oxygen", "3150-0", "%", null, 20, 100, "1"],
  ["glomerular filtration", "33914-3 48642-3 48643-1 62238-1 69405-9 98979-8", "mL/min/{1.73_m2}", null, 0, 250, ""],
  ["heart rate", "8867-4", "/min", null, 0, 350, ""],
  ["respiratory rate", "9279-1", "/min", null, 0, 120, ""],
  ["systolic pressure", "8480-6 76215-3 76534-7", "mm[Hg]", null, 20, 320, "kPa"],
  ["diastolic pressure", "8462-4 76213-8 76535-4", "mm[Hg]", null, 5, 220, "kPa"],
  ["mean pressure", "8478-0 76214-6 76536-2", "mm[Hg]", null, 5, 250, "kPa"],
  ["body temperature", "8310-5 8331-1", "Cel", null, 20, 45, "[degF]"],
  ["body weight", "29463-7 3141-9", "kg", null, 0.2, 700, ""],
  ["body height", "8302-2 3137-7", "cm", null, 15, 260, "[in_i] m"],
  ["body mass index", "39156-5", "kg/m2", null, 5, 150, ""],
  ["Glasgow coma score", "9269-2", "{score}", null, 3, 15, ""],
  ["pain severity", "72514-3", "{score}", null, 0, 10, ""],
  ["urine output", "9187-6", "mL", null, 0, 12000, ""],
  ["urea, moles", "22664-7", "mmol/L", 60.056, 0.35, 107, "mg/dL"],
  ["urea nitrogen, moles", "14937-7", "mmol/L", 28.014, 0.35, 107, "mg/dL"],
  ["glucose, moles", "15074-8 14749-6", "mmol/L", 180.156, 0.5, 111, "mg/dL"],
  ["creatinine, moles", "14682-9", "umol/L", 113.12, 4, 3600, "mg/dL"],
  ["cholesterol, moles", "14647-2", "mmol/L", 386.66, 0.5, 39, "mg/dL"],
  ["cholesterol in HDL, moles", "14646-4", "mmol/L", 386.66, 0.07, 5.2, "mg/dL"],
  ["cholesterol in LDL, moles", "22748-8", "mmol/L", 386.66, 0.07, 26, "mg/dL"],
  ["triglyceride, moles", "14927-8", "mmol/L", 885.43, 0.1, 113, "mg/dL"],
  ["bilirubin, moles", "14631-6", "umol/L", 584.67, 0, 1200, "mg/dL"],
  ["bilirubin, direct, moles", "14629-0", "umol/L", 584.67, 0, 860, "mg/dL"],
  ["urate, moles", "14933-6", "umol/L", 168.11, 5, 2400, "mg/dL"],
  ["calcium, moles", "2000-8", "mmol/L", [40.078, 2], 0.5, 6.3, "mg/dL"],
  ["phosphate, moles", "14879-1", "mmol/L", 30.974, 0.06, 10, "mg/dL"],
  ["haemoglobin, moles", "59260-0", "mmol/L", 16114.5, 0.6, 17.4, "g/dL"],
];

export const ANALYTES: readonly Analyte[] = ROWS.map(([name, loinc, unit, substance, low, high, others]) => ({
  name,
  loinc: loinc.split(" "),
  unit,
  substance: substanceOf(substance),
  low,
  high,
  others: others.split(" ").filter((text) => text !== ""),
}));

function substanceOf(stated: Row[3]): Substance {
  if (stated === null) return {};
  return typeof stated === "number" ? { molarMass: stated } : { molarMass: stated[0], charge: stated[1] };
}

const BY_CODE: ReadonlyMap<string, Analyte> = new Map(
  ANALYTES.flatMap((analyte) => analyte.loinc.map((code) => [`LOINC/${code}`, analyte] as const)),
);

export function analyteOf(code: string): Analyte | undefined {
  return BY_CODE.get(code);
}
