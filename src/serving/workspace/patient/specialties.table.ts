/** Which specialty looks after a code: ICD-10-CM by chapter and block, and the measurements that each goes by. More than one may. */
export const SPECIALTIES = [
  "cardiology",
  "endocrinology",
  "nephrology",
  "hepatology",
  "neurology",
  "pulmonology",
  "oncology",
  "haematology",
  "gastroenterology",
  "psychiatry",
  "rheumatology",
  "infectious diseases",
] as const;

export type Specialty = (typeof SPECIALTIES)[number];

/** Codes of LOINC are those of the measurement that is common in care. */
export const SPECIALTY_CODES: Readonly<Record<Specialty, readonly RegExp[]>> = {
  cardiology: [
    /^ICD10CM\/I([0-4]|5[0-2]|7)/,
    /^ICD10CM\/E78/,
    // Blood pressure, cholesterol (total, HDL, LDL), triglycerides, BNP, troponin.
    /^LOINC\/(8480-6|8462-4|2093-3|2085-9|13457-7|18262-6|2571-8|30934-4|33762-6|6598-7)$/,
  ],
  endocrinology: [
    /^ICD10CM\/E([0-3]|66|78)/,
    // Glucose, HbA1c, TSH, body mass index, triglycerides.
    /^LOINC\/(2339-0|2345-7|1558-6|4548-4|3016-3|39156-5|2571-8)$/,
  ],
  nephrology: [
    /^ICD10CM\/(N[0-2]|I12|I13)/,
    // Creatinine, estimated filtration, albumin to creatinine, potassium, urea.
    /^LOINC\/(2160-0|33914-3|48642-3|62238-1|98979-8|14959-1|9318-7|2823-3|3094-0)$/,
  ],
  hepatology: [
    /^ICD10CM\/(K7[0-7]|B1[5-9])/,
    // ALT, AST, bilirubin, albumin, platelets; FIB-4 is made of them.
    /^LOINC\/(1742-6|1920-8|1975-2|1751-7|777-3)$/,
    /fib-?4/i,
  ],
  neurology: [/^ICD10CM\/(G|I6|F0[1-3])/],
  pulmonology: [/^ICD10CM\/J/, /^LOINC\/(59408-5|2708-6|20150-9)$/],
  oncology: [/^ICD10CM\/(C|D[0-4])/],
  haematology: [/^ICD10CM\/D[5-8]/, /^LOINC\/(718-7|6690-2|777-3)$/],
  gastroenterology: [/^ICD10CM\/K(?!7[0-7])/],
  psychiatry: [/^ICD10CM\/F(?!0[1-3])/],
  rheumatology: [/^ICD10CM\/M/],
  "infectious diseases": [/^ICD10CM\/(A|B(?!1[5-9]))/],
};
