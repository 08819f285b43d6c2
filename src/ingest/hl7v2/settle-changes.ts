/**
 * From what all messages said to what holds in the end: merged persons are one, the last word on a fact counts, what was
 * withdrawn or cancelled is gone. What is told again unchanged was known when it was told first.
 * Invariant: every fact is staged as an event or counted with the reason why not.
 */

import type { Database } from "../../timeline/database.ts";
import { BIRTH, DEATH } from "../../timeline/patient-event.ts";
import type { Counter, Tally } from "../tally.ts";
import { settleIdentities } from "./settle-identities.ts";

const REPLACED = "replaced by a later message";
const WITHDRAWN = "withdrawn by a later message";

const EVENT_INSERT = `INSERT INTO event (subject_id, ms, from_index, code, numeric_value, text_value, unit,
  available_ms, encounter_id, source, resource, version, instance, medication)`;

/** Fills `event` and `person` of the staging tables. */
export async function settleChanges(database: Database, tally: Tally, notes: Counter): Promise<void> {
  await settleIdentities(database, notes);
  await settleFacts(database);
  const rows = await database.rows(
    `SELECT verdict, source, CAST(count(*) AS DOUBLE) AS n FROM hl7_settled WHERE verdict IS NOT NULL GROUP BY ALL`,
  );
  for (const row of rows) tally.add("not an event", String(row.verdict), String(row.source), row.n as number);
  await settlePersons(database);
  await database.run(
    "UPDATE known SET subject_id = m.survivor FROM hl7_root AS m WHERE known.subject_id = m.prior",
  );
}

/**
 * `placed`: each fact under the person, account and visit that it belongs to in the end. What was filed with somebody else
 * could be known of this person from the move on. A visit goes where its account goes, also for a message that names the
 * visit only.
 */
const PLACED = `
  CREATE TABLE hl7_canonical AS
  SELECT f.* EXCLUDE (subject), coalesce(m.survivor, f.subject) AS subject, row_number() OVER () AS line
  FROM hl7_fact AS f LEFT JOIN hl7_root AS m ON m.prior = f.subject;
  INSERT INTO hl7_moved
  SELECT DISTINCT ON (f.subject, f.visit) 'visit', f.subject, f.visit, a.to_subject, f.visit, NULL, a.ms
  FROM hl7_canonical AS f JOIN hl7_moved AS a ON a.level = 'account' AND a.subject = f.subject AND a.number = f.account
  WHERE a.to_subject <> f.subject AND f.visit IS NOT NULL AND f.visit <> f.account
    AND NOT EXISTS (FROM hl7_moved AS v WHERE v.level = 'visit' AND v.subject = f.subject AND v.number = f.visit);
  CREATE TABLE hl7_placed AS
  WITH accounted AS (
    SELECT f.* REPLACE (
      coalesce(a.to_subject, f.subject) AS subject,
      CASE WHEN f.visit = f.account THEN coalesce(a.to_number, f.visit) ELSE f.visit END AS visit,
      CASE WHEN f.visit = f.account THEN coalesce(a.to_encounter, f.encounter_id) ELSE f.encounter_id END AS encounter_id,
      greatest(coalesce(f.available_ms, f.ms), CASE WHEN a.to_subject <> f.subject THEN a.ms END) AS available_ms)
    FROM hl7_canonical AS f
    LEFT JOIN hl7_moved AS a ON a.level = 'account' AND a.subject = f.subject AND a.number = f.account)
  SELECT f.* REPLACE (
    coalesce(v.to_subject, f.subject) AS subject,
    coalesce(v.to_number, f.visit) AS visit,
    coalesce(v.to_encounter, f.encounter_id) AS encounter_id,
    greatest(f.available_ms, CASE WHEN v.to_subject <> f.subject THEN v.ms END) AS available_ms)
  FROM accounted AS f
  LEFT JOIN hl7_moved AS v ON v.level = 'visit' AND v.subject = f.subject AND v.number = f.visit`;

/** What was said of a deleted person. One who had been merged before lives on in the survivor, and so does the record. */
const DELETED = `
  CREATE TABLE hl7_deleted AS
  SELECT subject, max(seq) AS at_seq FROM hl7_cancel AS c
  WHERE what = 'person' AND NOT EXISTS (FROM hl7_root AS m WHERE m.prior = c.subject) GROUP BY subject`;

async function settleFacts(database: Database): Promise<void> {
  await database.run(PLACED);
  await database.run(DELETED);
  await database.run(`
    CREATE TABLE hl7_settled AS
    WITH dated AS (
      SELECT * REPLACE (CASE WHEN undated AND NOT withdrawn
        THEN min(ms) FILTER (WHERE NOT withdrawn) OVER (PARTITION BY subject, fact, CASE WHEN per_visit THEN visit END)
        ELSE ms END AS ms)
      FROM hl7_placed),
    known AS (
      SELECT * REPLACE (min(available_ms) OVER (PARTITION BY subject, fact, CASE WHEN per_visit THEN visit END, withdrawn, ms,
        code, numeric_value, text_value, unit) AS available_ms)
      FROM dated),
    cancel AS (
      SELECT c.what, c.seq, coalesce(m.survivor, c.subject) AS subject, c.visit
      FROM hl7_cancel AS c LEFT JOIN hl7_root AS m ON m.prior = c.subject WHERE what <> 'person'),
    cancelled AS (
      SELECT coalesce(v.to_subject, c.subject) AS subject, coalesce(v.to_number, c.visit) AS visit,
             max(seq) AS movements_seq, max(seq) FILTER (WHERE what = 'visit') AS visit_seq
      FROM cancel AS c LEFT JOIN hl7_moved AS v ON v.subject = c.subject AND v.number = c.visit
      GROUP BY 1, 2),
    ranked AS (
      SELECT f.*, row_number() OVER last_first AS place, first_value(f.withdrawn) OVER last_first AS gone,
             coalesce(f.seq < CASE WHEN f.movement THEN c.movements_seq ELSE c.visit_seq END, false)
               OR coalesce(f.seq < d.at_seq, false) AS cancelled
      FROM known AS f
      LEFT JOIN cancelled AS c ON c.subject = f.subject AND c.visit = f.visit
      LEFT JOIN hl7_deleted AS d ON d.subject = f.subject
      WINDOW last_first AS (
        PARTITION BY f.subject, f.fact, CASE WHEN f.per_visit THEN f.visit END ORDER BY f.seq DESC, f.line DESC))
    SELECT *, CASE WHEN gone OR cancelled THEN '${WITHDRAWN}' WHEN place > 1 THEN '${REPLACED}' END AS verdict
    FROM ranked WHERE NOT withdrawn;
    ${EVENT_INSERT}
    SELECT subject, ms, false, code, numeric_value, text_value, unit, available_ms, encounter_id, source, NULL, 0, 0, NULL
    FROM hl7_settled WHERE verdict IS NULL`);
}

async function settlePersons(database: Database): Promise<void> {
  const last = (column: string): string => `arg_max(${column}, seq) FILTER (WHERE ${column} IS NOT NULL)`;
  await database.run(`
    CREATE TABLE hl7_settled_person AS
    WITH canonical AS (
      SELECT p.* EXCLUDE (subject, checksum), coalesce(m.survivor, p.subject) AS subject,
             CASE WHEN m.survivor IS NULL THEN checksum END AS checksum
      FROM hl7_person AS p LEFT JOIN hl7_root AS m ON m.prior = p.subject),
    kept AS (
      SELECT p.* FROM canonical AS p LEFT JOIN hl7_deleted AS d USING (subject) WHERE d.at_seq IS NULL OR p.seq > d.at_seq)
    SELECT subject, min(checksum) AS checksum, max(checksum) AS other_checksum, ${last("birth_ms")} AS birth_ms,
           ${last("sex")} AS sex,
           CASE WHEN ${last("death")} = 'dead' THEN arg_max(death_ms, seq) FILTER (WHERE death_ms IS NOT NULL) END AS death_ms,
           CASE WHEN ${last("death")} = 'dead' THEN arg_max(death_last_ms, seq) FILTER (WHERE death_last_ms IS NOT NULL) END
             AS death_last_ms
    FROM kept GROUP BY subject;
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
