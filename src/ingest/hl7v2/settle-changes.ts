/**
 * From what all messages said to what holds in the end: merged persons are one, the last word on a fact counts, what was
 * withdrawn or cancelled is gone. What is told again unchanged was known when it was told first.
 * Invariant: every fact is staged as an event or counted with the reason why not.
 */

import type { Database } from "../../timeline/database.ts";
import { BIRTH, DEATH } from "../../timeline/patient-event.ts";
import type { Tally } from "../tally.ts";

const REPLACED = "replaced by a later message";
const WITHDRAWN = "withdrawn by a later message";

const EVENT_INSERT = `INSERT INTO event (subject_id, ms, from_index, code, numeric_value, text_value, unit,
  available_ms, encounter_id, source, resource, version, instance, medication)`;

/** Fills `event` and `person` of the staging tables. */
export async function settleChanges(database: Database, tally: Tally): Promise<number> {
  const merged = await settleMerges(database);
  await database.run(`
    CREATE TABLE hl7_settled AS
    WITH canonical AS (
      SELECT f.* EXCLUDE (subject), coalesce(m.survivor, f.subject) AS subject, row_number() OVER () AS line
      FROM hl7_fact AS f LEFT JOIN hl7_root AS m ON m.prior = f.subject),
    dated AS (
      SELECT * REPLACE (CASE WHEN undated AND NOT withdrawn
        THEN min(ms) FILTER (WHERE NOT withdrawn) OVER (PARTITION BY subject, fact) ELSE ms END AS ms,
        coalesce(available_ms, ms) AS available_ms)
      FROM canonical),
    known AS (
      SELECT * REPLACE (min(available_ms)
        OVER (PARTITION BY subject, fact, withdrawn, ms, code, numeric_value, text_value, unit) AS available_ms)
      FROM dated),
    cancelled AS (
      SELECT scope, coalesce(m.survivor, c.subject) AS subject, max(seq) AS at_seq
      FROM hl7_cancel AS c LEFT JOIN hl7_root AS m ON m.prior = c.subject GROUP BY ALL),
    ranked AS (
      SELECT f.*, row_number() OVER last_first AS place, first_value(withdrawn) OVER last_first AS gone,
             coalesce(f.seq < c.at_seq, false) AS cancelled
      FROM known AS f LEFT JOIN cancelled AS c ON c.subject = f.subject AND c.scope = f.scope
      WINDOW last_first AS (PARTITION BY f.subject, f.fact ORDER BY f.seq DESC, f.line DESC))
    SELECT *, CASE WHEN gone OR cancelled THEN '${WITHDRAWN}' WHEN place > 1 THEN '${REPLACED}' END AS verdict
    FROM ranked WHERE NOT withdrawn;
    ${EVENT_INSERT}
    SELECT subject, ms, false, code, numeric_value, text_value, unit, available_ms, encounter_id, source, NULL, 0, 0, NULL
    FROM hl7_settled WHERE verdict IS NULL`);
  const rows = await database.rows(
    `SELECT verdict, source, CAST(count(*) AS DOUBLE) AS n FROM hl7_settled WHERE verdict IS NOT NULL GROUP BY ALL`,
  );
  for (const row of rows) tally.add("not an event", String(row.verdict), String(row.source), row.n as number);
  await settlePersons(database);
  return merged;
}

/** Later merges may merge what has been merged: `hl7_root` names the person that each prior one ends up as. */
async function settleMerges(database: Database): Promise<number> {
  const parents = new Map<number, number>();
  const rootOf = (subject: number): number => {
    let root = subject;
    for (let next = parents.get(root); next !== undefined; next = parents.get(root)) root = next;
    return root;
  };
  for (const row of await database.rows("SELECT prior, survivor FROM hl7_merge ORDER BY seq")) {
    const [prior, survivor] = [rootOf(row.prior as number), row.survivor as number];
    // Merged the other way round before: the later message says who survives.
    if (prior === rootOf(survivor)) parents.delete(survivor);
    if (prior !== survivor) parents.set(prior, survivor);
  }
  await database.run("CREATE TABLE hl7_root (prior DOUBLE, survivor DOUBLE)");
  const appender = await database.connection.createAppender("hl7_root");
  for (const prior of parents.keys()) {
    appender.appendDouble(prior);
    appender.appendDouble(rootOf(prior));
    appender.endRow();
  }
  appender.closeSync();
  return parents.size;
}

async function settlePersons(database: Database): Promise<void> {
  const last = (column: string): string => `arg_max(${column}, seq) FILTER (WHERE ${column} IS NOT NULL)`;
  await database.run(`
    CREATE TABLE hl7_settled_person AS
    WITH canonical AS (
      SELECT p.* EXCLUDE (subject, checksum), coalesce(m.survivor, p.subject) AS subject,
             CASE WHEN m.survivor IS NULL THEN checksum END AS checksum
      FROM hl7_person AS p LEFT JOIN hl7_root AS m ON m.prior = p.subject)
    SELECT subject, min(checksum) AS checksum, max(checksum) AS other_checksum, ${last("birth_ms")} AS birth_ms,
           ${last("sex")} AS sex,
           CASE WHEN ${last("death")} = 'dead' THEN arg_max(death_ms, seq) FILTER (WHERE death_ms IS NOT NULL) END AS death_ms,
           CASE WHEN ${last("death")} = 'dead' THEN arg_max(death_last_ms, seq) FILTER (WHERE death_last_ms IS NOT NULL) END
             AS death_last_ms
    FROM canonical GROUP BY subject;
    INSERT INTO person (subject_id, birth_ms, death_ms, from_index, index_ms, group_key, checksum, resource, version, instance)
    SELECT subject, birth_ms, death_last_ms, false, NULL, NULL, coalesce(checksum, 0), NULL, 0, 0 FROM hl7_settled_person
    UNION ALL
    SELECT subject, NULL, NULL, false, NULL, NULL, other_checksum, NULL, 0, 0 FROM hl7_settled_person
    WHERE checksum <> other_checksum;
    ${EVENT_INSERT}
    SELECT subject, NULL, false, 'SEX/' || sex, NULL, NULL, NULL, NULL, NULL, 'PID', NULL, 0, 0, NULL
    FROM hl7_settled_person WHERE sex IS NOT NULL
    UNION ALL
    SELECT subject, birth_ms, false, '${BIRTH}', NULL, NULL, NULL, NULL, NULL, 'PID', NULL, 0, 0, NULL
    FROM hl7_settled_person WHERE birth_ms IS NOT NULL
    UNION ALL
    SELECT subject, death_ms, false, '${DEATH}', NULL, NULL, NULL, NULL, NULL, 'PID', NULL, 0, 0, NULL
    FROM hl7_settled_person WHERE death_ms IS NOT NULL`);
}
