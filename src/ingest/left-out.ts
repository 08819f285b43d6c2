/** Whole records that are left out by rule, counted as dropped; fixed phrases of the account. */
export const TEST_PATIENT = "test patient";
export const CONFIDENTIAL = "confidential by its security label";

export const LEFT_OUT: ReadonlySet<string> = new Set([TEST_PATIENT, CONFIDENTIAL]);

/** What the merged record itself says of the person; the record that stands says it again. */
export const MERGED = "merged into another record of the person";
