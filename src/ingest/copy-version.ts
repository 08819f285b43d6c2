/**
 * Which of several copies of one resource is the last, as one number and as SQL that compares such numbers.
 * `meta.versionId` counts where every copy has a number there; else, and among equals, `meta.lastUpdated`; else the order of
 * the input. Identifiers of versions that are no numbers have no order.
 */

/** Room for the version beside a time in ms. */
const VERSIONS = 2048;
/** Below: a version without a time. As a time it would be in April 1970. */
const FIRST_TIME = 1e10;

/** 0 = nothing is told. @param updatedMs null = not told */
export function copyVersion(versionId: string | null, updatedMs: number | null): number {
  const version = Number(/^\d{1,9}$/.exec(versionId ?? "")?.[0] ?? 0);
  return updatedMs === null || updatedMs < FIRST_TIME
    ? version
    : updatedMs + Math.min(version, VERSIONS - 1) / VERSIONS;
}

/** Aggregate: the column's value in the last copy of a group that has `version` and `instance`. */
export function lastCopy(column: string): string {
  const hasTime = `version >= ${FIRST_TIME}`;
  const number = `least(${VERSIONS - 1}, CASE WHEN ${hasTime} THEN (version - floor(version)) * ${VERSIONS} ELSE version END)`;
  return `CASE WHEN min(${number}) > 0 THEN arg_max(${column}, {'n': ${number}, 'v': version, 'i': instance})
    ELSE arg_max(${column}, {'v': version, 'i': instance}) END`;
}
