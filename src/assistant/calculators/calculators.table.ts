/** The calculators, each with its publication; a new one is an entry here. */
import type { Calculator, Input } from "./calculator.ts";

const loinc = (codes: string) => codes.split(" ").map((code) => `LOINC/${code}`);
const measured = (name: string, codes: string, unit: string): Input => ({
  kind: "measured",
  name,
  codes: loinc(codes),
  unit,
});
const condition = (name: string, codes: string, needed = false): Input => ({
  kind: "condition",
  name,
  codes: codes.split(" ").map((code) => `ICD10CM/${code}`),
  needed,
});
const AGE: Input = { kind: "age" };
const FEMALE: Input = { kind: "female" };
const CREATININE = measured("creatinine", "2160-0 38483-4 14682-9", "mg/dL");
const WEIGHT = measured("weight", "29463-7 3141-9", "kg");
const HEIGHT = measured("height", "8302-2 3137-7", "cm");
const AST = measured("aspartate aminotransferase (AST)", "1920-8", "U/L");
const ALT = measured("alanine aminotransferase (ALT)", "1742-6", "U/L");
const PLATELETS = measured("platelets", "777-3 26515-7", "10*9/L");
const ALBUMIN = measured("albumin", "1751-7", "g/dL");
const BILIRUBIN = measured("bilirubin", "1975-2 14631-6", "mg/dL");
const INR = measured("INR", "6301-6 34714-6", "{INR}");
const SODIUM = measured("sodium", "2951-2 2947-0", "mmol/L");
const CHOLESTEROL = measured("total cholesterol", "2093-3 14647-2", "mg/dL");
const HDL = measured("HDL cholesterol", "2085-9 14646-4", "mg/dL");
const TRIGLYCERIDES = measured("triglycerides", "2571-8 14927-8", "mg/dL");
const within = (value: number, low: number, high: number) => Math.min(high, Math.max(low, value));

export const CALCULATORS: readonly Calculator[] = [
  {
    id: "egfr-ckd-epi-2021",
    title: "Estimated kidney filtration rate (eGFR)",
    names: [
      "egfr",
      "gfr",
      "kidney function",
      "kidney filtration rate",
      "glomerular filtration rate",
      "ckd epi",
    ],
    source:
      "CKD-EPI 2021, creatinine: Inker et al., N Engl J Med 2021;385:1737–49, table 2; doi:10.1056/NEJMoa2102953",
    unit: "mL/min/1.73 m2",
    decimals: 0,
    leastAge: 18,
    within: 1,
    inputs: [CREATININE, AGE, FEMALE],
    compute: (creatinine = 0, age = 0, female = 0) => {
      const ratio = creatinine / (female === 1 ? 0.7 : 0.9);
      const below = Math.min(ratio, 1) ** (female === 1 ? -0.241 : -0.302);
      return 142 * below * Math.max(ratio, 1) ** -1.2 * 0.9938 ** age * (female === 1 ? 1.012 : 1);
    },
    // National Kidney Foundation's calculator.
    worked: [[[1.2, 55, 0], "71"]],
  },
  {
    id: "fib-4",
    title: "FIB-4 index",
    names: ["fib 4", "fib4", "fibrosis 4", "fib 4 index", "liver fibrosis"],
    source: "Sterling et al., Hepatology 2006;43:1317–25; doi:10.1002/hep.21178",
    unit: "",
    decimals: 2,
    leastAge: 18,
    within: 180,
    inputs: [AGE, AST, ALT, PLATELETS],
    compute: (age = 0, ast = 0, alt = 0, platelets = 0) => (age * ast) / (platelets * Math.sqrt(alt)),
    worked: [[[50, 40, 36, 200], "1.67"]],
  },
  {
    id: "apri",
    title: "APRI",
    names: ["apri", "ast to platelet ratio index"],
    source:
      "Wai et al., Hepatology 2003;38:518–26; doi:10.1053/jhep.2003.50346; upper limit of AST 40 U/L (WHO hepatitis C guideline)",
    unit: "",
    decimals: 2,
    leastAge: 18,
    within: 180,
    inputs: [AST, PLATELETS],
    compute: (ast = 0, platelets = 0) => ((ast / 40) * 100) / platelets,
    worked: [[[80, 100], "2.00"]],
  },
  {
    id: "nafld-fibrosis-score",
    title: "NAFLD fibrosis score",
    names: ["nafld fibrosis score", "nafld score"],
    source: "Angulo et al., Hepatology 2007;45:846–54; doi:10.1002/hep.21496",
    unit: "",
    decimals: 2,
    leastAge: 18,
    within: 180,
    inputs: [
      AGE,
      measured("body mass index", "39156-5", "kg/m2"),
      condition("diabetes", "E10 E11 E13 R73"),
      AST,
      ALT,
      PLATELETS,
      ALBUMIN,
    ],
    compute: (age = 0, bmi = 0, diabetes = 0, ast = 0, alt = 0, platelets = 0, albumin = 0) =>
      -1.675 +
      0.037 * age +
      0.094 * bmi +
      1.13 * diabetes +
      0.99 * (ast / alt) -
      0.013 * platelets -
      0.66 * albumin,
    worked: [[[50, 30, 1, 40, 40, 200, 4], "-0.13"]],
  },
  {
    id: "bmi",
    title: "Body mass index",
    names: ["bmi", "body mass index"],
    source: "weight / height²; Quetelet; WHO Technical Report Series 894 (2000)",
    unit: "kg/m2",
    decimals: 1,
    leastAge: 18,
    within: 3650,
    inputs: [WEIGHT, HEIGHT],
    compute: (weight = 0, height = 0) => weight / (height / 100) ** 2,
    // The WHO's own example: 70 kg and 175 cm.
    worked: [[[70, 175], "22.9"]],
  },
  {
    id: "bsa-mosteller",
    title: "Body surface area",
    names: ["bsa", "body surface area"],
    source: "Mosteller, N Engl J Med 1987;317:1098; doi:10.1056/NEJM198710223171717",
    unit: "m2",
    decimals: 2,
    leastAge: 18,
    within: 3650,
    inputs: [WEIGHT, HEIGHT],
    compute: (weight = 0, height = 0) => Math.sqrt((weight * height) / 3600),
    worked: [[[64, 144], "1.60"]],
  },
  {
    id: "cha2ds2-vasc",
    title: "CHA2DS2-VASc score",
    names: ["cha2ds2 vasc", "chads vasc", "cha2ds2", "chads2 vasc"],
    source:
      "Lip et al., Chest 2010;137:263–72, table 2; doi:10.1378/chest.09-1584; for people with atrial fibrillation",
    unit: "",
    decimals: 0,
    leastAge: 18,
    within: 1,
    inputs: [
      condition("atrial fibrillation", "I48", true),
      condition("heart failure", "I50 I42 I11.0 I13.0 I13.2"),
      condition("hypertension", "I10 I11 I12 I13 I15"),
      AGE,
      condition("diabetes", "E10 E11 E13"),
      condition("stroke, TIA or embolism", "I63 G45 I74"),
      condition("vascular disease", "I21 I22 I25.2 I70 I73.9"),
      FEMALE,
    ],
    compute: (
      _af,
      failure = 0,
      hypertension = 0,
      age = 0,
      diabetes = 0,
      stroke = 0,
      vascular = 0,
      female = 0,
    ) =>
      failure +
      hypertension +
      (age >= 75 ? 2 : age >= 65 ? 1 : 0) +
      diabetes +
      2 * stroke +
      vascular +
      female,
    worked: [
      [[1, 1, 1, 75, 1, 1, 1, 1], "9"],
      [[1, 0, 0, 50, 0, 0, 0, 0], "0"],
      [[1, 0, 1, 70, 0, 0, 0, 1], "3"],
    ],
  },
  {
    id: "meld-na",
    title: "MELD-Na score",
    names: ["meld", "meld na"],
    source:
      "OPTN policy 9.1.D (2016): MELD(i) of Kamath et al., Hepatology 2001;33:464–70, with sodium of Kim et al., N Engl J Med 2008;359:1018–26; without dialysis",
    unit: "",
    decimals: 0,
    leastAge: 12,
    within: 14,
    inputs: [CREATININE, BILIRUBIN, INR, SODIUM],
    compute: (creatinine = 0, bilirubin = 0, inr = 0, sodium = 0) => {
      const first =
        0.957 * Math.log(within(creatinine, 1, 4)) +
        0.378 * Math.log(Math.max(bilirubin, 1)) +
        1.12 * Math.log(Math.max(inr, 1)) +
        0.643;
      const initial = Math.round(first * 10 * 10) / 10;
      const lacking = 137 - within(sodium, 125, 137);
      const score = initial > 11 ? initial + 1.32 * lacking - 0.033 * initial * lacking : initial;
      return within(Math.round(score), 6, 40);
    },
    worked: [
      [[0.8, 0.9, 1, 140], "6"],
      [[1.9, 4.2, 1.2, 131], "24"],
      [[6, 30, 4, 120], "40"],
    ],
  },
  {
    id: "meld-3",
    title: "MELD 3.0 score",
    names: ["meld 3", "meld 3 0"],
    source: "Kim et al., Gastroenterology 2021;161:1887–95; doi:10.1053/j.gastro.2021.08.050",
    unit: "",
    decimals: 0,
    leastAge: 12,
    within: 14,
    inputs: [FEMALE, CREATININE, BILIRUBIN, INR, SODIUM, ALBUMIN],
    compute: (female = 0, creatinine = 0, bilirubin = 0, inr = 0, sodium = 0, albumin = 0) => {
      const [cr, bili, clotting] = [within(creatinine, 1, 3), Math.max(bilirubin, 1), Math.max(inr, 1)];
      const lacking = 137 - within(sodium, 125, 137);
      const low = 3.5 - within(albumin, 1.5, 3.5);
      const score =
        1.33 * female +
        4.56 * Math.log(bili) +
        0.82 * lacking -
        0.24 * lacking * Math.log(bili) +
        9.09 * Math.log(clotting) +
        11.14 * Math.log(cr) +
        1.85 * low -
        1.83 * low * Math.log(cr) +
        6;
      return within(Math.round(score), 6, 40);
    },
    worked: [
      [[0, 1, 1, 1, 137, 3.5], "6"],
      [[1, 3, 30, 4, 125, 1.5], "40"],
    ],
  },
  {
    id: "cockcroft-gault",
    title: "Creatinine clearance (Cockcroft–Gault)",
    names: ["creatinine clearance", "cockcroft gault", "crcl"],
    source: "Cockcroft and Gault, Nephron 1976;16:31–41; doi:10.1159/000180580; actual body weight",
    unit: "mL/min",
    decimals: 0,
    leastAge: 18,
    within: 180,
    inputs: [AGE, WEIGHT, CREATININE, FEMALE],
    compute: (age = 0, weight = 0, creatinine = 0, female = 0) =>
      (((140 - age) * weight) / (72 * creatinine)) * (female === 1 ? 0.85 : 1),
    worked: [
      [[60, 72, 1, 0], "80"],
      [[60, 72, 1, 1], "68"],
    ],
  },
  {
    id: "ldl-friedewald",
    title: "LDL cholesterol by calculation",
    names: ["calculated ldl", "friedewald"],
    source: "Friedewald et al., Clin Chem 1972;18:499–502; not above 400 mg/dL of triglycerides",
    unit: "mg/dL",
    decimals: 0,
    leastAge: 18,
    within: 1,
    inputs: [CHOLESTEROL, HDL, TRIGLYCERIDES],
    compute: (cholesterol = 0, hdl = 0, triglycerides = 0) =>
      triglycerides > 400 ? null : cholesterol - hdl - triglycerides / 5,
    worked: [[[200, 50, 150], "120"]],
  },
  {
    id: "non-hdl",
    title: "Non-HDL cholesterol",
    names: ["non hdl", "non hdl cholesterol"],
    source: "total minus HDL cholesterol; NCEP ATP III, Circulation 2002;106:3143–421",
    unit: "mg/dL",
    decimals: 0,
    leastAge: 18,
    within: 1,
    inputs: [CHOLESTEROL, HDL],
    compute: (cholesterol = 0, hdl = 0) => cholesterol - hdl,
    worked: [[[200, 50], "150"]],
  },
  {
    id: "corrected-calcium",
    title: "Albumin-corrected calcium",
    names: ["corrected calcium", "calcium corrected"],
    source: "Payne et al., BMJ 1973;4:643–6, as calcium + 0.8 × (4 − albumin)",
    unit: "mg/dL",
    decimals: 1,
    leastAge: 18,
    within: 1,
    inputs: [measured("calcium", "17861-6 2000-8", "mg/dL"), ALBUMIN],
    compute: (calcium = 0, albumin = 0) => calcium + 0.8 * (4 - albumin),
    worked: [[[8, 3], "8.8"]],
  },
  {
    id: "anion-gap",
    title: "Anion gap",
    names: ["anion gap"],
    source: "Na − Cl − HCO3; Emmett and Narins, Medicine 1977;56:38–54",
    unit: "mmol/L",
    decimals: 0,
    leastAge: 0,
    within: 1,
    inputs: [
      SODIUM,
      measured("chloride", "2075-0 2069-3", "mmol/L"),
      measured("bicarbonate", "1963-8 2028-9", "mmol/L"),
    ],
    compute: (sodium = 0, chloride = 0, bicarbonate = 0) => sodium - chloride - bicarbonate,
    worked: [[[140, 104, 24], "12"]],
  },
  {
    id: "osmolality",
    title: "Serum osmolality by calculation",
    names: ["osmolality", "osmolarity", "calculated osmolality"],
    source:
      "2 Na + glucose/18 + urea nitrogen/2.8; Dorwart and Chalmers, Clin Chem 1975;21:190–4, the simple form",
    unit: "mOsm/kg",
    decimals: 0,
    leastAge: 0,
    within: 1,
    inputs: [
      SODIUM,
      measured("glucose", "2345-7 2339-0 15074-8", "mg/dL"),
      measured("urea nitrogen", "3094-0 6299-2", "mg/dL"),
    ],
    compute: (sodium = 0, glucose = 0, urea = 0) => 2 * sodium + glucose / 18 + urea / 2.8,
    worked: [[[140, 90, 14], "290"]],
  },
  {
    id: "estimated-average-glucose",
    title: "Estimated average glucose",
    names: ["estimated average glucose", "eag", "average glucose"],
    source: "Nathan et al. (ADAG), Diabetes Care 2008;31:1473–8: 28.7 × HbA1c − 46.7; doi:10.2337/dc08-0545",
    unit: "mg/dL",
    decimals: 0,
    leastAge: 18,
    within: 1,
    inputs: [measured("HbA1c", "4548-4 17856-6", "%")],
    compute: (hba1c = 0) => 28.7 * hba1c - 46.7,
    // Table 2 of the paper: 6 % is 126, 7 % is 154, 8 % is 183, 12 % is 298 mg/dL.
    worked: [
      [[6], "126"],
      [[7], "154"],
      [[8], "183"],
      [[12], "298"],
    ],
  },
  {
    id: "mean-arterial-pressure",
    title: "Mean arterial pressure",
    names: ["mean arterial pressure", "mean blood pressure"],
    source: "diastolic + a third of the pulse pressure; Gauer, Handbook of Physiology 1960",
    unit: "mmHg",
    decimals: 0,
    leastAge: 18,
    within: 0,
    inputs: [
      measured("systolic blood pressure", "8480-6", "mm[Hg]"),
      measured("diastolic blood pressure", "8462-4", "mm[Hg]"),
    ],
    compute: (systolic = 0, diastolic = 0) => diastolic + (systolic - diastolic) / 3,
    worked: [[[120, 80], "93"]],
  },
];
