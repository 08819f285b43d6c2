/**
 * What a value of the database becomes, the same from PGlite and PostgreSQL: bigint a number, timestamptz an ISO 8601
 * text in UTC with milliseconds. Other types are as the drivers give them.
 */
const INT8 = 20;
const TIMESTAMPTZ = 1184;

export const valueParsers: Readonly<Record<number, (text: string) => unknown>> = {
  [INT8]: (text) => {
    const value = Number(text);
    if (!Number.isSafeInteger(value)) throw new RangeError("a whole number of the state is beyond 2^53");
    return value;
  },
  [TIMESTAMPTZ]: (text) => new Date(text).toISOString(),
};

/** A time as a column takes it. @param ms since 1970-01-01 UTC */
export function isoTime(ms: number): string {
  return new Date(ms).toISOString();
}
