/** Errors of src/ingest/csv/propose. */
import { define } from "./define.ts";

export const MAPPING_PROPOSAL = define(
  "MAPPING_PROPOSAL",
  3,
  422,
  "Name the column with the person's identifier like one (patient_id, subject_id, mrn, id), or write the mapping by hand: docs/reference/mapping.md.",
);
