/** What the cohort's short names mean as codes: one table for every format, so that all three come out the same. */
export interface MeasurementCode {
  readonly system: string;
  readonly prefix: string;
  readonly code: string;
  readonly display: string;
  /** UCUM; null = a plain number without a unit. */
  readonly unit: string | null;
}

const LOINC = { system: "http://loinc.org", prefix: "LOINC" };
const ICD = { system: "http://hl7.org/fhir/sid/icd-10-cm", prefix: "ICD10CM" };

export const COHORT_SYSTEM = "https://longitude.example/cohort";
export const MATCHED_SET_SYSTEM = "https://longitude.example/matched-set";
export const MRN_SYSTEM = "https://longitude.example/mrn";
export const INDEX_CODE = "INDEX";
export const LAST_CONTACT_CODE = "LAST_CONTACT";

/** `dbp` and `chol` are copies of `sbp` and `hdl` in the source; they are exported as a hospital would export them. */
export const OLMSTED_MEASUREMENTS: Readonly<Record<string, MeasurementCode>> = {
  hdl: {
    ...LOINC,
    code: "2085-9",
    display: "Cholesterol in HDL [Mass/volume] in Serum or Plasma",
    unit: "mg/dL",
  },
  chol: { ...LOINC, code: "2093-3", display: "Cholesterol [Mass/volume] in Serum or Plasma", unit: "mg/dL" },
  sbp: { ...LOINC, code: "8480-6", display: "Systolic blood pressure", unit: "mm[Hg]" },
  dbp: { ...LOINC, code: "8462-4", display: "Diastolic blood pressure", unit: "mm[Hg]" },
  fib4: {
    system: "https://longitude.example/olmsted",
    prefix: "OLMSTED",
    code: "fib4",
    display: "FIB-4 index, recorded only above 2.67",
    unit: "1",
  },
  smoke: { ...LOINC, code: "72166-2", display: "Tobacco smoking status", unit: null },
};

export const OLMSTED_EVENTS: Readonly<Record<string, Omit<MeasurementCode, "unit">>> = {
  diabetes: { ...ICD, code: "E11.9", display: "Type 2 diabetes mellitus without complications" },
  htn: { ...ICD, code: "I10", display: "Essential (primary) hypertension" },
  dyslipidemia: { ...ICD, code: "E78.5", display: "Hyperlipidemia, unspecified" },
  nafld: { ...ICD, code: "K76.0", display: "Fatty (change of) liver, not elsewhere classified" },
  "ang/isc": { ...ICD, code: "I20.9", display: "Angina pectoris, unspecified" },
  MI: { ...ICD, code: "I21.9", display: "Acute myocardial infarction, unspecified" },
  stroke: { ...ICD, code: "I63.9", display: "Cerebral infarction, unspecified" },
  "heart failure": { ...ICD, code: "I50.9", display: "Heart failure, unspecified" },
  afib: { ...ICD, code: "I48.91", display: "Unspecified atrial fibrillation" },
  "cardiac arrest": { ...ICD, code: "I46.9", display: "Cardiac arrest, cause unspecified" },
};
