/** Chapters and blocks of ICD-10 that belong to one sex by the classification's own titles (organs, pregnancy). */
export interface SexSpecific {
  /** As the report names it. */
  readonly group: string;
  readonly sex: "M" | "F";
  /** First and last three-character category. */
  readonly from: string;
  readonly to: string;
}

export const SEX_SPECIFIC: readonly SexSpecific[] = [
  { group: "female genital organs, neoplasms (C51–C58)", sex: "F", from: "C51", to: "C58" },
  { group: "male genital organs, neoplasms (C60–C63)", sex: "M", from: "C60", to: "C63" },
  { group: "diseases of male genital organs (N40–N51)", sex: "M", from: "N40", to: "N51" },
  { group: "disorders of the female genital tract (N70–N98)", sex: "F", from: "N70", to: "N98" },
  { group: "pregnancy, childbirth and the puerperium (O00–O9A)", sex: "F", from: "O00", to: "O9A" },
];
