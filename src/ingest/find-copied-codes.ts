/**
 * Pairs of codes that carry the same numbers: a copied column in the source looks like two measurements and is one.
 * A pair is found when, at the same person and time, the values of both codes are equal in at least 99 % of at least
 * 100 joint rows. A pair that never varies (all the same constant) says nothing and is left out.
 */
import { type Database, literal } from "../timeline/database.ts";

export interface CopiedCodes {
  readonly codes: readonly [string, string];
  /** Times at which one person has both codes. */
  readonly jointRows: number;
  /** Share of them with equal values. */
  readonly equalShare: number;
  /** The configuration drops one of the two. */
  readonly resolved: boolean;
}

export interface CopiedCodesCheck {
  /** Numeric rows that were compared; a large dataset is sampled by whole persons. */
  readonly rowsChecked: number;
  readonly personsChecked: number;
  readonly pairs: readonly CopiedCodes[];
}

const MIN_JOINT_ROWS = 100;
const MIN_EQUAL_SHARE = 0.99;
const MAX_ROWS = 3_000_000;

/** @param judged table with `subject_id, time, code, numeric_value, verdict`; a dropped code has the verdict `dropped` */
export async function findCopiedCodes(database: Database, dropped: string): Promise<CopiedCodesCheck> {
  const eligible = `time IS NOT NULL AND numeric_value IS NOT NULL AND (verdict IS NULL OR verdict = ${literal(dropped)})`;
  const [size] = await database.rows(`SELECT CAST(count(*) AS DOUBLE) AS n FROM judged WHERE ${eligible}`);
  const oneIn = Math.max(1, Math.ceil((size!.n as number) / MAX_ROWS));
  await database.run(`
    CREATE OR REPLACE TEMP TABLE measured AS
    SELECT subject_id, time, code, list_sort(list(numeric_value)) AS readings, bool_or(verdict IS NOT NULL) AS dropped
    FROM judged WHERE ${eligible} AND hash(subject_id) % ${oneIn} = 0 GROUP BY subject_id, time, code`);
  const [checked] = await database.rows(
    `SELECT CAST(coalesce(sum(len(readings)), 0) AS DOUBLE) AS n, CAST(count(DISTINCT subject_id) AS DOUBLE) AS persons
     FROM measured`,
  );
  const rows = await database.rows(`
    SELECT a.code AS first, b.code AS second, CAST(count(*) AS DOUBLE) AS joint,
           avg(CASE WHEN a.readings = b.readings THEN 1.0 ELSE 0.0 END) AS equal,
           bool_or(a.dropped) OR bool_or(b.dropped) AS resolved
    FROM measured AS a JOIN measured AS b USING (subject_id, time)
    WHERE a.code < b.code
    GROUP BY a.code, b.code
    HAVING count(*) >= ${MIN_JOINT_ROWS} AND equal >= ${MIN_EQUAL_SHARE} AND min(a.readings[1]) < max(a.readings[1])
    ORDER BY a.code, b.code`);
  await database.run("DROP TABLE measured");
  return {
    rowsChecked: checked!.n as number,
    personsChecked: checked!.persons as number,
    pairs: rows.map((row) => ({
      codes: [String(row.first), String(row.second)],
      jointRows: row.joint as number,
      equalShare: row.equal as number,
      resolved: row.resolved === true,
    })),
  };
}
