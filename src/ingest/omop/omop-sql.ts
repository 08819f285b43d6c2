/** Fragments of SQL that every OMOP table shares: keys equal to those of `subject-key.ts`, times with the wall clock kept. */

/** As `subjectKeyOf`: the first 53 bits of a SHA-256, as DOUBLE. */
export function subjectKeySql(person: string): string {
  return hash53Sql("longitude.subject/1", person);
}

/** As `hash53(label\0text)`. */
export function hash53Sql(label: string, text: string): string {
  return `CAST(CAST(('0x' || substr(sha256('${label}' || chr(0) || ${text}), 1, 16)) AS UBIGINT) >> 11 AS DOUBLE)`;
}

/** As `encounterKeyOf`. */
export function encounterKeySql(visit: string): string {
  return `substr(sha256('longitude.encounter/1' || chr(0) || ${visit}), 1, 16)`;
}

/** What tells copies of one row apart; compared within one import only. */
export function resourceKeySql(text: string): string {
  return `CAST(hash(${text}) >> 1 AS BIGINT)`;
}

/** A written date or time as TIMESTAMP; null when it is none. The zone, where one is written, is not applied. */
export function timestampSql(text: string): string {
  const naive = `regexp_replace(${text}, '([ T][0-9]{2}:[0-9]{2}[^Z+-]*)(Z|[+-][0-9]{2}(:?[0-9]{2})?)$', '\\1')`;
  const compact = `CASE WHEN regexp_full_match(${text}, '[0-9]{8}')
    THEN ${text}[1:4] || '-' || ${text}[5:6] || '-' || ${text}[7:8] ELSE ${naive} END`;
  return `try_cast(${compact} AS TIMESTAMP)`;
}

/** The last instant of what was written: a date without a time of day lasts until its end. */
export function lastInstantSql(text: string): string {
  const at = timestampSql(text);
  return `CASE WHEN length(${text}) <= 10 THEN ${at} + INTERVAL 1 DAY - INTERVAL 1 SECOND ELSE ${at} END`;
}

/** Milliseconds since 1970 of a TIMESTAMP, as DOUBLE. */
export function msSql(timestamp: string): string {
  return `epoch_us(${timestamp}) / 1000.0`;
}

export function yearImpossibleSql(timestamp: string): string {
  return `(year(${timestamp}) < 1800 OR year(${timestamp}) > 2300)`;
}

/** The first of these columns that the table has and that is filled. */
export function firstOf(columns: readonly string[]): string {
  return columns.length === 0 ? "NULL" : `coalesce(${columns.join(", ")}, NULL)`;
}
