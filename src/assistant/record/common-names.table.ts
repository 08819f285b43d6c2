/** What people call measurements and conditions: the names in questions, and the one that is shown. Stated by beginnings of codes. */
export interface CommonName {
  readonly codes: readonly string[];
  readonly shown: string;
  readonly names: readonly string[];
}

const rows: readonly (readonly [codes: string, shown: string, names: string])[] = [
  [
    "LOINC/8480-6 LOINC/76215-3 LOINC/76534-7",
    "Systolic blood pressure",
    "blood pressure|bp|upper blood pressure|sbp",
  ],
  [
    "LOINC/8462-4 LOINC/76213-8 LOINC/76535-4",
    "Diastolic blood pressure",
    "blood pressure|bp|lower blood pressure|dbp",
  ],
  [
    "LOINC/4548-4 LOINC/17856-6",
    "HbA1c",
    "hba1c|a1c|hemoglobin a1c|long term blood sugar|average blood sugar|glycated hemoglobin",
  ],
  [
    "LOINC/2345-7 LOINC/2339-0 LOINC/2340-8 LOINC/2341-6 LOINC/41653-7 LOINC/1558-6 LOINC/15074-8",
    "Glucose",
    "glucose|blood sugar|blood glucose",
  ],
  ["LOINC/2085-9 LOINC/14646-4", "HDL cholesterol", "hdl|good cholesterol|hdl cholesterol"],
  ["LOINC/13457-7 LOINC/18262-6 LOINC/2089-1", "LDL cholesterol", "ldl|bad cholesterol|ldl cholesterol"],
  ["LOINC/2093-3 LOINC/14647-2", "Total cholesterol", "total cholesterol"],
  ["LOINC/2571-8", "Triglycerides", "triglyceride|triglycerides"],
  ["LOINC/2160-0 LOINC/38483-4 LOINC/14682-9", "Creatinine", "creatinine|kidney test"],
  ["LOINC/29463-7 LOINC/3141-9", "Weight", "weight"],
  ["LOINC/8302-2", "Height", "height"],
  ["LOINC/39156-5", "Body mass index", "bmi|body mass index"],
  ["LOINC/72166-2", "Tobacco smoking status", "smoking|smoke|smoker|tobacco"],
  ["LOINC/8867-4", "Heart rate", "heart rate|pulse"],
  ["LOINC/718-7", "Hemoglobin", "hemoglobin|hb|hgb"],
  ["ICD10CM/E11", "Type 2 diabetes", "diabetes|type 2 diabetes|sugar disease"],
  ["ICD10CM/E10", "Type 1 diabetes", "diabetes|type 1 diabetes"],
  ["ICD10CM/I10", "High blood pressure (hypertension)", "hypertension|high blood pressure"],
  [
    "ICD10CM/E78",
    "High blood fats (dyslipidemia)",
    "dyslipidemia|hyperlipidemia|high cholesterol|high blood fats",
  ],
  ["ICD10CM/I21", "Heart attack (myocardial infarction)", "heart attack|myocardial infarction|mi"],
  ["ICD10CM/I63", "Stroke (cerebral infarction)", "stroke|cerebral infarction"],
  ["ICD10CM/I50", "Heart failure", "heart failure"],
  ["ICD10CM/I48", "Atrial fibrillation", "atrial fibrillation|afib|a fib"],
  ["ICD10CM/I20", "Angina", "angina"],
  ["ICD10CM/I46", "Cardiac arrest", "cardiac arrest"],
  ["ICD10CM/K76.0", "Fatty liver", "fatty liver|nafld"],
  ["ICD10CM/J45", "Asthma", "asthma"],
  ["ICD10CM/J44", "COPD", "copd|chronic obstructive pulmonary disease"],
  ["ICD10CM/N18", "Chronic kidney disease", "kidney disease|ckd|chronic kidney disease"],
  ["ICD10CM/F32", "Depression", "depression"],
  ["MEDS_DEATH", "Death", "death|die|dying"],
];

export const COMMON_NAMES: readonly CommonName[] = rows.map(([codes, shown, names]) => ({
  codes: codes.split(" "),
  shown,
  names: names.split("|"),
}));
