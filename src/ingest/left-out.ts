/** Whole records that are left out by rule, counted as dropped; fixed phrases of the account. */
export const TEST_PATIENT = "test patient";
export const CONFIDENTIAL = "confidential by its security label";
/** The Patient itself was deleted: what an export still holds of the person goes with it. */
export const DELETED_PERSON = "the person's record was deleted at its source";

export const LEFT_OUT: ReadonlySet<string> = new Set([TEST_PATIENT, CONFIDENTIAL, DELETED_PERSON]);

/** Counted beside the events: it is none itself, but takes back the older copies of its resource. */
export const DELETION = "deletion told by the source";

/** What the merged record itself says of the person; the record that stands says it again. */
export const MERGED = "merged into another record of the person";
