/** Names under which measurements and frequent diseases stand in tables, and what they mean: code, usual unit. */

/** [names in lower case, code, unit, description] */
type Row = readonly [names: string, code: string, unit: string, description: string];

// biome-ignore format: a table
const ROWS: readonly Row[] = [
  ["hdl, hdl_c, hdl-c, hdl cholesterol", "LOINC/2085-9", "mg/dL", "Cholesterol in HDL"],
  ["ldl, ldl_c, ldl-c, ldl cholesterol", "LOINC/13457-7", "mg/dL", "Cholesterol in LDL"],
  ["chol, cholesterol, total cholesterol, tc", "LOINC/2093-3", "mg/dL", "Cholesterol"],
  ["tg, trig, triglyceride, triglycerides", "LOINC/2571-8", "mg/dL", "Triglyceride"],
  ["sbp, sysbp, sys_bp, systolic, systolic_bp, systolic blood pressure", "LOINC/8480-6", "mm[Hg]", "Systolic blood pressure"],
  ["dbp, diasbp, dia_bp, diastolic, diastolic_bp, diastolic blood pressure", "LOINC/8462-4", "mm[Hg]", "Diastolic blood pressure"],
  ["sysabp", "LOINC/76215-3", "mm[Hg]", "Invasive systolic blood pressure"],
  ["diasabp", "LOINC/76213-8", "mm[Hg]", "Invasive diastolic blood pressure"],
  ["nisysabp", "LOINC/76534-7", "mm[Hg]", "Systolic blood pressure by noninvasive"],
  ["nidiasabp", "LOINC/76535-4", "mm[Hg]", "Diastolic blood pressure by noninvasive"],
  ["nimap", "LOINC/76536-2", "mm[Hg]", "Mean blood pressure by noninvasive"],
  ["map, meanbp, mean arterial pressure", "LOINC/8478-0", "mm[Hg]", "Mean blood pressure"],
  ["hr, heart rate, heartrate, heart_rate, pulse", "LOINC/8867-4", "/min", "Heart rate"],
  ["rr, resprate, resp_rate, respiratory rate, respiratory_rate", "LOINC/9279-1", "/min", "Respiratory rate"],
  ["temp, temperature, body temperature", "LOINC/8310-5", "Cel", "Body temperature"],
  ["spo2, o2sat, pulse oximetry", "LOINC/59408-5", "%", "Oxygen saturation by pulse oximetry"],
  ["sao2", "LOINC/2708-6", "%", "Oxygen saturation in arterial blood"],
  ["fio2", "LOINC/3150-0", "%", "Inhaled oxygen concentration"],
  ["pao2", "LOINC/2703-7", "mm[Hg]", "Oxygen partial pressure in arterial blood"],
  ["paco2", "LOINC/2019-8", "mm[Hg]", "Carbon dioxide partial pressure in arterial blood"],
  ["ph", "LOINC/2744-1", "[pH]", "pH of arterial blood"],
  ["weight, body weight, wt, weight_kg", "LOINC/29463-7", "kg", "Body weight"],
  ["height, body height, ht, height_cm", "LOINC/8302-2", "cm", "Body height"],
  ["bmi, body mass index", "LOINC/39156-5", "kg/m2", "Body mass index"],
  ["gcs, glasgow coma scale, glasgow coma score", "LOINC/9269-2", "{score}", "Glasgow coma score"],
  ["na, sodium", "LOINC/2951-2", "mmol/L", "Sodium"],
  ["k, potassium", "LOINC/2823-3", "mmol/L", "Potassium"],
  ["cl, chloride", "LOINC/2075-0", "mmol/L", "Chloride"],
  ["hco3, bicarbonate, co2", "LOINC/1963-8", "mmol/L", "Bicarbonate"],
  ["bun, urea nitrogen", "LOINC/3094-0", "mg/dL", "Urea nitrogen"],
  ["creatinine, creat, crea, scr", "LOINC/2160-0", "mg/dL", "Creatinine"],
  ["egfr, gfr", "LOINC/98979-8", "mL/min/{1.73_m2}", "Glomerular filtration rate"],
  ["glucose, glu, blood glucose", "LOINC/2345-7", "mg/dL", "Glucose"],
  ["hba1c, a1c, hemoglobin a1c", "LOINC/4548-4", "%", "Haemoglobin A1c"],
  ["mg, magnesium", "LOINC/2601-3", "mmol/L", "Magnesium"],
  ["ca, calcium", "LOINC/17861-6", "mg/dL", "Calcium"],
  ["phosphate, phosphorus, phos", "LOINC/2777-1", "mg/dL", "Phosphate"],
  ["lactate", "LOINC/2524-7", "mmol/L", "Lactate"],
  ["albumin", "LOINC/1751-7", "g/dL", "Albumin"],
  ["total protein, protein", "LOINC/2885-2", "g/dL", "Protein"],
  ["alt, sgpt", "LOINC/1742-6", "U/L", "Alanine aminotransferase"],
  ["ast, sgot", "LOINC/1920-8", "U/L", "Aspartate aminotransferase"],
  ["alp, alkaline phosphatase", "LOINC/6768-6", "U/L", "Alkaline phosphatase"],
  ["ggt", "LOINC/2324-2", "U/L", "Gamma glutamyl transferase"],
  ["bilirubin, bili, total bilirubin", "LOINC/1975-2", "mg/dL", "Bilirubin"],
  ["hemoglobin, haemoglobin, hgb, hb", "LOINC/718-7", "g/dL", "Haemoglobin"],
  ["hematocrit, haematocrit, hct", "LOINC/4544-3", "%", "Haematocrit"],
  ["wbc, leukocytes, white blood cells", "LOINC/6690-2", "10*3/uL", "Leukocytes"],
  ["rbc, erythrocytes, red blood cells", "LOINC/789-8", "10*6/uL", "Erythrocytes"],
  ["platelets, plt, platelet count", "LOINC/777-3", "10*3/uL", "Platelets"],
  ["inr", "LOINC/6301-6", "{INR}", "INR"],
  ["crp, c-reactive protein", "LOINC/1988-5", "mg/L", "C reactive protein"],
  ["tsh", "LOINC/3016-3", "m[iU]/L", "Thyrotropin"],
  ["ferritin", "LOINC/2276-4", "ng/mL", "Ferritin"],
  ["troponini, troponin i", "LOINC/10839-9", "ug/L", "Troponin I"],
  ["troponint, troponin t", "LOINC/6598-7", "ug/L", "Troponin T"],
  ["urine, urine output", "LOINC/9187-6", "mL", "Urine output"],
  ["smoke, smoking, smoker, smoking status", "LOINC/72166-2", "", "Tobacco smoking status"],
  ["diabetes, type 2 diabetes, t2dm", "ICD10CM/E11.9", "", "Type 2 diabetes mellitus without complications"],
  ["htn, hypertension, high blood pressure", "ICD10CM/I10", "", "Essential (primary) hypertension"],
  ["dyslipidemia, hyperlipidemia", "ICD10CM/E78.5", "", "Hyperlipidemia, unspecified"],
  ["mi, myocardial infarction, heart attack", "ICD10CM/I21.9", "", "Acute myocardial infarction, unspecified"],
  ["stroke, cva", "ICD10CM/I63.9", "", "Cerebral infarction, unspecified"],
  ["heart failure, chf", "ICD10CM/I50.9", "", "Heart failure, unspecified"],
  ["afib, atrial fibrillation", "ICD10CM/I48.91", "", "Unspecified atrial fibrillation"],
  ["angina", "ICD10CM/I20.9", "", "Angina pectoris, unspecified"],
  ["cardiac arrest", "ICD10CM/I46.9", "", "Cardiac arrest, cause unspecified"],
  ["nafld, fatty liver", "ICD10CM/K76.0", "", "Fatty (change of) liver, not elsewhere classified"],
  ["copd", "ICD10CM/J44.9", "", "Chronic obstructive pulmonary disease, unspecified"],
  ["ckd, chronic kidney disease", "ICD10CM/N18.9", "", "Chronic kidney disease, unspecified"],
  ["asthma", "ICD10CM/J45.909", "", "Unspecified asthma, uncomplicated"],
];

export interface KnownMeasurement {
  readonly code: string;
  readonly unit: string | null;
  readonly description: string;
}

const BY_NAME: ReadonlyMap<string, KnownMeasurement> = new Map(
  ROWS.flatMap(([names, code, unit, description]) =>
    names.split(", ").map((name) => [name, { code, unit: unit === "" ? null : unit, description }] as const),
  ),
);

export function knownMeasurement(name: string): KnownMeasurement | null {
  return BY_NAME.get(name.trim().toLowerCase()) ?? null;
}
