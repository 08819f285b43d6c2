/**
 * The persons of the dataset with their group and split: table `subject`.
 * Invariant: a group is whole in one split; only persons with at least one kept event are in the table.
 */
import { LongitudeError } from "../errors/longitude-error.ts";
import { GROUP_SPLIT, INGEST_NO_SUBJECTS, MEDS_SPLITS_VALUE } from "../errors/registry.ts";
import type { Database } from "../timeline/database.ts";
import type { Split } from "../timeline/patient-event.ts";
import { assignSplit, learningShares, type SplitShares } from "./assign-split.ts";

export interface SettledSubjects {
  readonly splits: Readonly<Record<Split, number>>;
  readonly groups: number;
}

/**
 * @param keepGiven take the split of table `given_split` where it names one
 * @param mayBeNone an increment may only take back
 */
export async function settleSubjects(
  database: Database,
  shares: SplitShares,
  keepGiven: boolean,
  mayBeNone = false,
): Promise<SettledSubjects> {
  await database.run(`
    CREATE TABLE present AS SELECT DISTINCT subject_id FROM judged WHERE verdict IS NULL;
    CREATE TABLE group_split (group_key VARCHAR, split VARCHAR)`);
  const [count] = await database.rows("SELECT CAST(count(*) AS DOUBLE) AS n FROM present");
  if (count?.n === 0 && !mayBeNone)
    throw new LongitudeError(INGEST_NO_SUBJECTS, "0 persons have an event that was kept");
  const designed = shares.holdOut !== undefined;
  await assignGroups(database, designed ? learningShares(shares) : shares);
  const given = keepGiven && (await hasTable(database, "given_split"));
  await database.run(`
    CREATE TABLE subject AS
    SELECT subject_id, ${designed ? DESIGNED : given ? "coalesce(v.split, s.split)" : "s.split"} AS split, p.group_key
    FROM present JOIN one_person AS p USING (subject_id)
    JOIN group_split AS s ON s.group_key = coalesce(p.group_key, CAST(CAST(subject_id AS BIGINT) AS VARCHAR))
    ${given ? "LEFT JOIN given_split AS v USING (subject_id)" : ""}`);
  await checkSplits(database);
  return countSubjects(database, "subject");
}

const DESIGNED = "CASE WHEN subject_id IN (SELECT subject_id FROM held) THEN 'held_out' ELSE s.split END";

/** @param subjects relation with `split` and `group_key` */
export async function countSubjects(database: Database, subjects: string): Promise<SettledSubjects> {
  const splits = await database.rows(
    `SELECT split, CAST(count(*) AS DOUBLE) AS n FROM ${subjects} GROUP BY split`,
  );
  const [groups] = await database.rows(
    `SELECT CAST(count(*) AS DOUBLE) AS n FROM
     (SELECT group_key FROM ${subjects} WHERE group_key IS NOT NULL GROUP BY group_key HAVING count(*) > 1)`,
  );
  const persons = { train: 0, tuning: 0, held_out: 0 };
  for (const row of splits) persons[row.split as Split] = row.n as number;
  return { splits: persons, groups: groups!.n as number };
}

/** Each group is hashed once; a person without one is a group of one. */
async function assignGroups(database: Database, shares: SplitShares): Promise<void> {
  const appender = await database.connection.createAppender("group_split");
  const result = await database.connection.stream(
    `SELECT DISTINCT coalesce(p.group_key, CAST(CAST(subject_id AS BIGINT) AS VARCHAR))
     FROM present JOIN one_person AS p USING (subject_id)`,
  );
  for (let chunk = await result.fetchChunk(); chunk !== null; chunk = await result.fetchChunk()) {
    if (chunk.rowCount === 0) break;
    const keys = chunk.getColumnVector(0);
    for (let row = 0; row < chunk.rowCount; row++) {
      const key = keys.getItem(row) as string;
      appender.appendVarchar(key);
      appender.appendVarchar(assignSplit(key, shares));
      appender.endRow();
    }
  }
  appender.closeSync();
}

async function checkSplits(database: Database): Promise<void> {
  const [unknown] = await database.rows(
    "SELECT CAST(count(*) AS DOUBLE) AS n FROM subject WHERE split NOT IN ('train', 'tuning', 'held_out')",
  );
  if ((unknown!.n as number) > 0) {
    throw new LongitudeError(
      MEDS_SPLITS_VALUE,
      `${unknown!.n} subjects have a split that is not one of the three`,
    );
  }
  const [torn] = await database.rows(
    `SELECT CAST(count(*) AS DOUBLE) AS n FROM
     (SELECT group_key FROM subject WHERE group_key IS NOT NULL GROUP BY group_key HAVING count(DISTINCT split) > 1)`,
  );
  if ((torn!.n as number) > 0) {
    throw new LongitudeError(GROUP_SPLIT, `${torn!.n} group(s) of persons are in more than one split`);
  }
}

async function hasTable(database: Database, name: string): Promise<boolean> {
  const rows = await database.rows(`SELECT 1 FROM duckdb_tables() WHERE table_name = '${name}'`);
  return rows.length > 0;
}
