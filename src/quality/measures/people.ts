/** What is known of persons, and what contradicts their lives. */
import type { Database } from "../../timeline/database.ts";
import { literal } from "../../timeline/database.ts";
import { BIRTH, DEATH } from "../../timeline/patient-event.ts";
import type { QualityProfile } from "../quality-profile.ts";
import { SEX_SPECIFIC } from "../sex-specific-codes.ts";

const OLDEST_YEARS = 120;
/** Certificates and late bookings are true records. */
const POSTHUMOUS_DAYS = 31;

export async function measurePeople(
  database: Database,
): Promise<Pick<QualityProfile, "persons" | "outsideLife" | "encounters" | "sexes">> {
  await database.run(`
    CREATE OR REPLACE TEMP TABLE life AS
    SELECT subject_id, min(time) FILTER (WHERE code = ${literal(BIRTH)}) AS birth,
           min(time) FILTER (WHERE code = ${literal(DEATH)}) AS death,
           max(time) FILTER (WHERE code <> ${literal(BIRTH)}) AS last,
           count(time) FILTER (WHERE code NOT IN (${literal(BIRTH)}, ${literal(DEATH)})) AS dated,
           max(code) FILTER (WHERE time IS NULL AND starts_with(code, 'SEX/')) AS sex
    FROM event GROUP BY subject_id`);
  const [people] = await database.rows(`
    SELECT CAST(count(*) AS DOUBLE) AS n, CAST(count(*) FILTER (WHERE birth IS NULL) AS DOUBLE) AS without_birth,
           CAST(count(*) FILTER (WHERE sex IS NULL) AS DOUBLE) AS without_sex,
           CAST(count(*) FILTER (WHERE dated = 0) AS DOUBLE) AS without_events,
           CAST(count(*) FILTER (WHERE last > birth + INTERVAL ${OLDEST_YEARS} YEAR) AS DOUBLE) AS old
    FROM life`);
  const [outside] = await database.rows(`
    SELECT CAST(count(*) AS DOUBLE) AS n FROM event JOIN life USING (subject_id)
    WHERE CAST(time AS DATE) < CAST(birth AS DATE) OR CAST(time AS DATE) > CAST(death AS DATE) + ${POSTHUMOUS_DAYS}`);
  const ends = "(starts_with(code, 'ENCOUNTER_END') OR starts_with(code, 'DISCHARGE'))";
  const [encounters] = await database.rows(`
    SELECT CAST(count(*) AS DOUBLE) AS n, CAST(count(*) FILTER (WHERE ended < began) AS DOUBLE) AS reversed FROM (
      SELECT min(time) FILTER (WHERE NOT ${ends}) AS began, max(time) FILTER (WHERE ${ends}) AS ended
      FROM event WHERE encounter_id IS NOT NULL AND domain IN ('Encounter', 'visit_occurrence', 'PV1')
      GROUP BY subject_id, encounter_id)
    WHERE began IS NOT NULL AND ended IS NOT NULL`);
  return {
    persons: {
      n: people!.n as number,
      withoutBirth: people!.without_birth as number,
      withoutSex: people!.without_sex as number,
      withoutEvents: people!.without_events as number,
      olderThan120: people!.old as number,
    },
    outsideLife: outside!.n as number,
    encounters: { n: encounters!.n as number, reversed: encounters!.reversed as number },
    sexes: await measureSexes(database),
  };
}

async function measureSexes(database: Database): Promise<QualityProfile["sexes"]> {
  const group = SEX_SPECIFIC.map(
    ({ from, to }, i) => `WHEN category BETWEEN ${literal(from)} AND ${literal(to)} THEN ${i}`,
  ).join(" ");
  const rows = await database.rows(`
    SELECT place, sex, CAST(count(*) AS DOUBLE) AS n FROM (
      SELECT CASE ${group} END AS place, sex FROM (
        SELECT regexp_extract(code, '^ICD10(?:CM)?/([A-Z][0-9][0-9A-Z])', 1) AS category, sex
        FROM event JOIN life USING (subject_id) WHERE starts_with(code, 'ICD10') AND sex IN ('SEX/M', 'SEX/F')))
    WHERE place IS NOT NULL GROUP BY place, sex`);
  return SEX_SPECIFIC.flatMap(({ group: name, sex }, i) => {
    const counts = rows.filter((row) => row.place === i);
    const n = counts.reduce((sum, row) => sum + (row.n as number), 0);
    const wrong = counts.find((row) => row.sex !== `SEX/${sex}`)?.n ?? 0;
    return n === 0 ? [] : [{ group: name, n, wrong: wrong as number }];
  });
}
