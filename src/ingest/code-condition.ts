/** Codes as longitude.yaml names them, as a condition of SQL. */
import { literal } from "../timeline/database.ts";

/** @param patterns codes, or prefixes ending in `*` */
export function codeCondition(patterns: readonly string[], code: string): string {
  const conditions = patterns.map((pattern) =>
    pattern.endsWith("*")
      ? `starts_with(${code}, ${literal(pattern.slice(0, -1))})`
      : `${code} = ${literal(pattern)}`,
  );
  return `(${conditions.join(" OR ")})`;
}
