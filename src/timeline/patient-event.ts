/**
 * The canonical record: one event of one patient, as MEDS 0.4 has it, plus Longitude's extension columns.
 * Times are milliseconds since 1970-01-01 (naive, as in MEDS: no time zone).
 */

/** The de-identified patient key (MEDS `subject_id`). Never a hospital's own identifier. */
export type SubjectKey = number & { readonly __brand: "SubjectKey" };

export const BIRTH = "MEDS_BIRTH";
export const DEATH = "MEDS_DEATH";

export interface PatientEvent {
  /** When it happened, ms; null = static (sex and the like). */
  readonly time: number | null;
  /** `SYSTEM/code`, e.g. `ICD10CM/E11.9`, `LOINC/4548-4`, `SEX/F`, or MEDS_BIRTH, MEDS_DEATH. */
  readonly code: string;
  readonly numericValue: number | null;
  readonly textValue: string | null;
  /** UCUM unit of `numericValue`, as recorded. */
  readonly unit: string | null;
  /** When it could have been known, ms; null = at `time`. */
  readonly availableTime: number | null;
  readonly encounterId: string | null;
  /** Where it came from: the resource type or the table. */
  readonly source: string;
}

/** All events of one patient: static events first, then by time, ties in the order of the source. */
export interface Timeline {
  readonly subjectId: SubjectKey;
  readonly events: readonly PatientEvent[];
}

export type Split = "train" | "tuning" | "held_out";
