/**
 * What only the whole record can tell: whether the person is known, whether the event lies within the person's life,
 * whether a resource came twice, whether the configuration drops the code.
 * Invariant: every staged candidate gets exactly one verdict; null = kept.
 */

import { LongitudeError } from "../errors/longitude-error.ts";
import {
  DATE_MISSING,
  EVENT_AFTER_DEATH,
  EVENT_BEFORE_BIRTH,
  MEDICATION_UNKNOWN,
  PATIENT_IDENTIFIER_SHARED,
  PATIENT_UNKNOWN,
  SUBJECT_KEY_COLLISION,
} from "../errors/registry.ts";
import { type Database, literal } from "../timeline/database.ts";
import { BIRTH, DEATH } from "../timeline/patient-event.ts";
import { MS_PER_DAY } from "./calendar.ts";
import { codeCondition } from "./code-condition.ts";
import { lastCopy } from "./copy-version.ts";
import { AFTER_HOLD_OUT, BESIDE_HOLD_OUT } from "./hold-out.ts";
import { LEFT_OUT, MERGED } from "./left-out.ts";
import type { Fate, Tally } from "./tally.ts";

const REPEATED = "repeated copy of a resource";
/** Certificates, autopsies and late bookings: true records, but of no time in which the person lived. */
const POSTHUMOUS = "recorded after death";
const POSTHUMOUS_DAYS = 31;
/** Of OMOP: how long the source would have told, which it does for the dead too. */
const OBSERVATION_END = "OBSERVATION_PERIOD/END";
export const DROPPED = "dropped by configuration";

/** What an event's times count from. */
const START = "(CASE WHEN e.from_index THEN p.index_ms + coalesce(o.place * e.order_every, 0) ELSE 0 END)";

/**
 * Turns `event` and `person` into `judged` and `one_person`, and counts the verdicts.
 * @param beforeCounting may still leave out what is kept so far
 */
export async function judgeEvents(
  database: Database,
  drop: readonly string[],
  tally: Tally,
  beforeCounting: () => Promise<void> = async () => {},
): Promise<void> {
  await resolveAliases(database, tally);
  await placeInOrder(database);
  await settlePersons(database);
  await database.run(`
    CREATE TABLE repeated AS
    WITH copies AS (
      SELECT resource, version, instance FROM event WHERE resource IS NOT NULL
      UNION ALL SELECT resource, version, instance FROM void_copy),
    several AS (SELECT resource FROM copies GROUP BY resource HAVING min(instance) < max(instance))
    SELECT resource, ${lastCopy("instance")} AS latest FROM copies JOIN several USING (resource) GROUP BY resource`);
  const day = (column: string): string => `floor(${column} / ${MS_PER_DAY})`;
  await database.run(`
    CREATE TABLE judged AS
    WITH placed AS (
      SELECT e.*, m.code AS medication_code, p.subject_id AS known, p.shared, p.left_out, p.birth_ms, p.death_ms, r.latest,
             ${START} + e.ms AS at_ms,
             greatest(${START} + e.available_ms, CASE WHEN e.awaits_end THEN x.end_ms END) AS available_at_ms
      FROM event AS e
      LEFT JOIN one_person AS p USING (subject_id)
      LEFT JOIN repeated AS r USING (resource)
      LEFT JOIN one_medication AS m ON e.medication = m.resource
      LEFT JOIN one_encounter_end AS x USING (encounter_id)
      LEFT JOIN order_place AS o ON e.subject_id = o.subject_id AND e.order_key = o.order_key)
    SELECT CAST(subject_id AS BIGINT) AS subject_id, make_timestamp(CAST(round(at_ms * 1000) AS BIGINT)) AS time,
           coalesce(medication_code, nullif(code, '')) AS code, CAST(numeric_value AS FLOAT) AS numeric_value, text_value, unit,
           CASE WHEN available_at_ms > at_ms
                THEN make_timestamp(CAST(round(available_at_ms * 1000) AS BIGINT)) END AS available_time,
           encounter_id, source, resource, version, instance < 0 AS previous,
           CASE
             WHEN instance <> latest THEN ${literal(REPEATED)}
             WHEN ${dropCondition(drop)} THEN ${literal(DROPPED)}
             WHEN known IS NULL THEN ${literal(PATIENT_UNKNOWN.code)}
             WHEN left_out IS NOT NULL THEN left_out
             WHEN shared THEN ${literal(PATIENT_IDENTIFIER_SHARED.code)}
             WHEN medication IS NOT NULL AND medication_code IS NULL AND code = '' THEN ${literal(MEDICATION_UNKNOWN.code)}
             WHEN ms IS NOT NULL AND at_ms IS NULL THEN ${literal(DATE_MISSING.code)}
             WHEN ${day("at_ms")} < ${day("birth_ms")} THEN ${literal(EVENT_BEFORE_BIRTH.code)}
             WHEN ${day("at_ms")} > ${day("death_ms")} AND code = ${literal(OBSERVATION_END)} THEN ${literal(POSTHUMOUS)}
             WHEN ${day("at_ms")} > ${day("death_ms")} + ${POSTHUMOUS_DAYS} THEN ${literal(EVENT_AFTER_DEATH.code)}
             WHEN ${day("at_ms")} > ${day("death_ms")} THEN ${literal(POSTHUMOUS)}
           END AS verdict
    FROM placed`);
  await database.run(`
    DROP TABLE event; DROP TABLE repeated; DROP TABLE order_place;
    INSERT INTO described
    SELECT code, min(display) FROM medication
    WHERE display IS NOT NULL AND code NOT IN (SELECT code FROM described) GROUP BY code ORDER BY code`);
  await beforeCounting();
  const rows = await database.rows(
    "SELECT verdict, source, CAST(count(*) AS DOUBLE) AS n FROM judged WHERE NOT previous GROUP BY ALL ORDER BY ALL",
  );
  for (const row of rows) {
    const verdict = row.verdict === null ? "" : String(row.verdict);
    tally.add(fateOf(verdict), verdict, String(row.source), row.n as number);
  }
}

function fateOf(verdict: string): Fate {
  if (verdict === "") return "kept";
  if (verdict === REPEATED || verdict === POSTHUMOUS) return "not an event";
  const chosen = verdict === DROPPED || verdict === AFTER_HOLD_OUT || verdict === BESIDE_HOLD_OUT;
  return chosen || LEFT_OUT.has(verdict) ? "dropped" : "rejected";
}

/** One row a person: the latest copy. A death before birth does not count as a death here; it is rejected as an event. */
async function settlePersons(database: Database): Promise<void> {
  const [collision] = await database.rows(
    `SELECT CAST(count(*) AS DOUBLE) AS n FROM
     (SELECT subject_id FROM person GROUP BY subject_id HAVING min(checksum) < max(checksum))`,
  );
  if ((collision?.n as number) > 0) {
    throw new LongitudeError(
      SUBJECT_KEY_COLLISION,
      `${collision!.n} subject key(s) stand for two identifiers`,
    );
  }
  await database.run(`
    CREATE TABLE one_person AS
    WITH latest AS (
      SELECT subject_id, ${lastCopy("person")} AS p,
             count(*) FILTER (WHERE resource IS NULL) > 1 AS twice
      FROM person GROUP BY subject_id),
    shared AS (
      SELECT DISTINCT subject_id FROM identifier WHERE identifier IN (
        SELECT identifier FROM identifier GROUP BY identifier HAVING count(DISTINCT subject_id) > 1)),
    own AS (
      SELECT subject_id, p.index_ms AS index_ms, p.group_key AS group_key, p.left_out AS left_out,
             p.birth_ms + CASE WHEN p.from_index THEN p.index_ms ELSE 0 END AS birth_ms,
             p.death_ms + CASE WHEN p.from_index THEN p.index_ms ELSE 0 END AS death_ms,
             twice OR subject_id IN (SELECT subject_id FROM shared) AS shared
      FROM latest),
    -- Rows of tables that tell a birth or a death which the person's own row does not.
    told AS (
      SELECT e.subject_id, min(${START} + e.ms) FILTER (WHERE e.code = ${literal(BIRTH)}) AS birth_ms,
             min(${START} + e.ms) FILTER (WHERE e.code = ${literal(DEATH)}) AS death_ms
      FROM event AS e JOIN own AS p USING (subject_id)
      LEFT JOIN order_place AS o ON e.subject_id = o.subject_id AND e.order_key = o.order_key
      WHERE e.resource IS NULL AND e.code IN (${literal(BIRTH)}, ${literal(DEATH)}) GROUP BY e.subject_id),
    placed AS (
      SELECT own.* REPLACE (coalesce(own.birth_ms, told.birth_ms) AS birth_ms,
                            coalesce(own.death_ms, told.death_ms) AS death_ms)
      FROM own LEFT JOIN told USING (subject_id))
    SELECT * REPLACE (CASE WHEN death_ms < birth_ms THEN NULL ELSE death_ms END AS death_ms) FROM placed;
    CREATE TABLE one_medication AS SELECT resource, min(code) AS code FROM medication GROUP BY resource;
    CREATE TABLE one_encounter_end AS
    SELECT encounter_id, ${lastCopy("end_ms")} AS end_ms
    FROM encounter_end GROUP BY encounter_id`);
}

/** A merge may lead to a record that was merged itself. */
const MAX_MERGES = 8;

/** Events and identifiers of other keys of a person become the person's; a merged record is no person of its own. */
async function resolveAliases(database: Database, tally: Tally): Promise<void> {
  const [any] = await database.rows("SELECT count(*) > 0 AS some FROM person_alias");
  if (any?.some !== true) return;
  await database.run(`
    CREATE TABLE one_alias AS SELECT alias, min(subject_id) AS subject_id FROM person_alias
    WHERE alias <> subject_id GROUP BY alias`);
  for (let i = 0; i < MAX_MERGES; i++) {
    await database.run(
      "UPDATE one_alias SET subject_id = n.subject_id FROM one_alias AS n WHERE one_alias.subject_id = n.alias AND n.subject_id <> one_alias.alias",
    );
  }
  const [own] = await database.rows(
    "SELECT CAST(count(*) AS DOUBLE) AS n FROM event WHERE source = 'Patient' AND subject_id IN (SELECT alias FROM one_alias)",
  );
  tally.add("not an event", MERGED, "Patient", own!.n as number);
  await database.run(`
    DELETE FROM event WHERE source = 'Patient' AND subject_id IN (SELECT alias FROM one_alias);
    DELETE FROM person WHERE subject_id IN (SELECT alias FROM one_alias);
    UPDATE event SET subject_id = a.subject_id FROM one_alias AS a WHERE event.subject_id = a.alias;
    UPDATE known SET subject_id = a.subject_id FROM one_alias AS a WHERE known.subject_id = a.alias;
    UPDATE identifier SET subject_id = a.subject_id FROM one_alias AS a WHERE identifier.subject_id = a.alias;
    DROP TABLE one_alias`);
}

/** The place of each undated row among its person's: 0, 1, 2 … */
async function placeInOrder(database: Database): Promise<void> {
  await database.run(`
    CREATE TABLE order_place AS
    SELECT subject_id, order_key, dense_rank() OVER (PARTITION BY subject_id ORDER BY order_key) - 1 AS place
    FROM (SELECT DISTINCT subject_id, order_key FROM event WHERE order_key IS NOT NULL)`);
}

function dropCondition(drop: readonly string[]): string {
  return drop.length === 0 ? "false" : codeCondition(drop, "coalesce(medication_code, code)");
}
