/**
 * What is released of each person beside the events: who is kept, which date of birth, which statics.
 * Safe Harbor: the year of birth; who is over 89 is in one group, with nothing that tells more of the age.
 * Expert Determination: persons who are too few of their kind are made coarser, step by step, until no risk is above the
 * limit; who then still is, is left out.
 */
import { type Database, literal } from "../../timeline/database.ts";
import { BIRTH, DEATH } from "../../timeline/patient-event.ts";
import type { PrivacyConfig } from "../privacy-config.ts";
import { zip3Of } from "../profile/zip3.ts";
import { measureRisk } from "./measure-risk.ts";
import type { Risk } from "./privacy-report.ts";

/** Released dates of birth, by step: the day, then the start or the middle of so many years. */
const BIRTH_YEARS = [null, null, 5, 10, 20] as const;
const [STATICS_GONE, BIRTH_GONE] = [1, BIRTH_YEARS.length];
const LAST_STEP = BIRTH_GONE + 1;
const MAX_ROUNDS = 30;

/** Whoever is as old as this is in one group: 45 CFR 164.514(b)(2)(i)(C). */
const TOP_AGE = 90;

export interface PersonPlan {
  readonly risk: Risk;
  readonly riskBefore: Risk;
  readonly over89: number;
  readonly generalised: number;
  readonly suppressed: number;
  /** Safe Harbor: a year up to this one tells of somebody over 89. */
  readonly oldestYear: number;
}

/**
 * Needs `raw_event`, `raw_person`, `known`, `link`, `left_out (subject_id)`. Fills `person_plan (subject_id, keep, birth,
 * step, zip3)`: `birth` is the released time of birth, null = none.
 */
export async function planPersons(database: Database, config: PrivacyConfig): Promise<PersonPlan> {
  const shifted = config.profile === "expert-determination";
  const moved = (time: string): string => (shifted ? `(${time} + to_days(shift_days))` : time);
  const first = (code: string): string => `min(time) FILTER (WHERE code = ${literal(code)})`;
  const stat = (prefix: string): string => `min(code) FILTER (WHERE starts_with(code, ${literal(prefix)}))`;
  await database.run(`
    CREATE TABLE person_fact AS
    WITH own AS (
      SELECT subject_id, ${first(BIRTH)} AS birth, ${first(DEATH)} AS death,
             min(time) FILTER (WHERE code <> ${literal(BIRTH)}) AS first_time, max(time) AS last_time,
             ${stat("SEX/")} AS sex, ${stat("RACE/")} AS race, ${stat("ETHNICITY/")} AS ethnicity
      FROM raw_event GROUP BY subject_id)
    SELECT own.*, shift_days, z.value AS zip
    FROM own JOIN link USING (subject_id)
    LEFT JOIN (SELECT subject_id, min(value) AS value FROM known WHERE kind = 'zip' GROUP BY subject_id) AS z USING (subject_id)
    WHERE subject_id NOT IN (SELECT subject_id FROM left_out);
    CREATE TABLE zip_map (zip VARCHAR, zip3 VARCHAR)`);
  const appender = await database.connection.createAppender("zip_map");
  if (config.geography === "zip3") {
    for (const row of await database.rows(
      "SELECT DISTINCT zip FROM person_fact WHERE zip IS NOT NULL ORDER BY zip",
    )) {
      appender.appendVarchar(String(row.zip));
      appender.appendVarchar(zip3Of(String(row.zip), config.census));
      appender.endRow();
    }
  }
  appender.closeSync();
  const asOf =
    config.asOf === undefined
      ? "(SELECT max(last_time) FROM person_fact)"
      : `TIMESTAMP ${literal(config.asOf)}`;
  const [now] = await database.rows(`SELECT CAST(year(${asOf}) AS DOUBLE) AS year`);
  const oldestYear = ((now?.year as number | null) ?? 2100) - TOP_AGE;
  const cap = config.profile === "safe-harbor";
  const endYear = `year(greatest(least(coalesce(death, ${asOf}), ${asOf}), last_time))`;
  await database.run(`
    CREATE TABLE person_plan AS
    SELECT subject_id, true AS keep, 0 AS step,
           ${cap ? `coalesce(${endYear} - year(birth) >= ${TOP_AGE}, false)` : "false"} AS over89,
           ${
             cap
               ? `make_timestamp(CASE WHEN ${endYear} - year(birth) < ${TOP_AGE} THEN year(birth)
                    WHEN year(first_time) >= ${endYear} - ${TOP_AGE} THEN ${endYear} - ${TOP_AGE} END, 1, 1, 0, 0, 0)`
               : moved("birth")
           } AS birth,
           ${moved("first_time")} AS first_time, ${moved("death")} AS death, sex, race, ethnicity, zip3
    FROM person_fact LEFT JOIN zip_map USING (zip)`);
  const { quasiIdentifiers } = config;
  const population = config.population ?? null;
  const riskBefore = await measureRisk(database, RELEASED, quasiIdentifiers, population);
  if (shifted) await generalise(database, config);
  const [count] = await database.rows(`
    SELECT CAST(count(*) FILTER (WHERE over89) AS DOUBLE) AS over89, CAST(count(*) FILTER (WHERE NOT keep) AS DOUBLE) AS suppressed,
           CAST(count(*) FILTER (WHERE keep AND step > 0) AS DOUBLE) AS generalised FROM person_plan`);
  // The released date of birth is what the steps left of it.
  await database.run(`UPDATE person_plan SET birth = ${releasedBirth()}`);
  return {
    risk: await measureRisk(database, RELEASED, quasiIdentifiers, population),
    riskBefore,
    over89: count!.over89 as number,
    generalised: count!.generalised as number,
    suppressed: count!.suppressed as number,
    oldestYear,
  };
}

/** First year of the band that the year of birth lies in, or the year itself. */
const BAND = `CASE ${BIRTH_YEARS.map((years, step) =>
  years === null ? "" : `WHEN step = ${step} THEN year(birth) - year(birth) % ${years}`,
).join(" ")} ELSE year(birth) END`;

/** One row a kept person: what a stranger sees. Coarser birth is told by its band. */
const RELEASED = `(
  SELECT sex,
         CASE WHEN step >= ${BIRTH_GONE} THEN NULL ELSE (${BAND})::VARCHAR || '/' || step_width END AS birth,
         CASE WHEN step >= ${STATICS_GONE} THEN NULL ELSE race END AS race,
         CASE WHEN step >= ${STATICS_GONE} THEN NULL ELSE ethnicity END AS ethnicity,
         CASE WHEN step >= ${STATICS_GONE} THEN NULL ELSE zip3 END AS zip3,
         year(death)::VARCHAR AS death
  FROM (SELECT *, CASE ${BIRTH_YEARS.map((years, step) => `WHEN step = ${step} THEN '${years ?? 1}'`).join(" ")} ELSE '' END AS step_width
        FROM person_plan) WHERE keep)`;

/** The middle of the band, or its start where the person has earlier events: nothing comes before birth. */
function releasedBirth(): string {
  const cases = BIRTH_YEARS.map((years, step) => {
    if (years === null) return "";
    const start = `make_timestamp(${BAND}, 1, 1, 0, 0, 0)`;
    const middle = `make_timestamp(${BAND} + ${Math.floor(years / 2)}, 7, 1, 0, 0, 0)`;
    return `WHEN step = ${step} THEN CASE WHEN first_time < ${middle} THEN ${start} ELSE ${middle} END`;
  });
  return `CASE ${cases.join(" ")} WHEN step >= ${BIRTH_GONE} THEN NULL ELSE birth END`;
}

/** Raises the step of whoever is in a class below the limit until nobody is. */
async function generalise(database: Database, { quasiIdentifiers, riskLimit }: PrivacyConfig): Promise<void> {
  const least = Math.ceil(1 / riskLimit - 1e-9);
  const key = quasiIdentifiers.map((name) => `coalesce(${name}, '')`).join(", ") || "1";
  const small = `
    SELECT subject_id FROM (
      SELECT subject_id, count(*) OVER (PARTITION BY ${key}) AS size
      FROM ${RELEASED.replace("SELECT sex,", "SELECT subject_id, sex,")}) WHERE size < ${least}`;
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const [some] = await database.rows(`SELECT CAST(count(*) AS DOUBLE) AS n FROM (${small})`);
    if (some?.n === 0) return;
    await database.run(`
      UPDATE person_plan SET step = step + 1 WHERE subject_id IN (${small});
      UPDATE person_plan SET keep = false WHERE step >= ${LAST_STEP}`);
  }
  await database.run(`UPDATE person_plan SET keep = false WHERE subject_id IN (${small})`);
}
