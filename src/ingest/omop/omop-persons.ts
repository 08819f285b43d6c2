/** PERSON, DEATH and OBSERVATION_PERIOD: who, from when to when. */
import {
  DATE_IMPOSSIBLE,
  DATE_MISSING,
  END_BEFORE_START,
  ID_MISSING,
  PATIENT_REFERENCE_MISSING,
} from "../../errors/registry.ts";
import { BIRTH, DEATH } from "../../timeline/patient-event.ts";
import type { OmopContext } from "./omop-context.ts";
import { countVerdicts, EVENT_INSERT, loadTable, STATIC_EVENT } from "./omop-database.ts";
import { RAW } from "./omop-source.ts";
import {
  hash53Sql,
  lastInstantSql,
  msSql,
  resourceKeySql,
  subjectKeySql,
  timestampSql,
  yearImpossibleSql,
} from "./omop-sql.ts";

const SEX = `CASE
  WHEN gender_concept_id = '8507' THEN 'M' WHEN gender_concept_id = '8532' THEN 'F'
  WHEN gender_concept_id = '8521' THEN 'O' WHEN gender_concept_id = '8551' THEN 'U'
  WHEN upper(gender_source_value) IN ('M', 'MALE') THEN 'M'
  WHEN upper(gender_source_value) IN ('F', 'FEMALE') THEN 'F' END`;

/** Fills `omop_death (person, ms, last_ms)` and the events of deaths. */
export async function* readDeaths(context: OmopContext): AsyncGenerator<void> {
  const { database, tally } = context;
  await database.run("CREATE TABLE omop_death (person VARCHAR, ms DOUBLE, last_ms DOUBLE)");
  if (!context.source.tables.has("death")) return;
  yield* loadTable(context, "death", ["person_id"], ["death_datetime", "death_date", "cause_concept_id"]);
  const text = "coalesce(death_datetime, death_date)";
  await database.run(`
    CREATE TABLE omop_row AS
    SELECT person_id AS person, ${timestampSql(text)} AS begun, ${lastInstantSql(text)} AS last,
           try_cast(cause_concept_id AS BIGINT) AS cause,
           row_number() OVER (ORDER BY ${timestampSql(text)} DESC) AS line,
           CASE WHEN person_id IS NULL THEN '${PATIENT_REFERENCE_MISSING.code}'
                WHEN ${text} IS NULL THEN '${DATE_MISSING.code}'
                WHEN ${timestampSql(text)} IS NULL OR ${yearImpossibleSql(timestampSql(text))}
                THEN '${DATE_IMPOSSIBLE.code}' END AS verdict
    FROM ${RAW};
    INSERT INTO omop_death SELECT person, min(${msSql("begun")}), min(${msSql("last")}) FROM omop_row
      WHERE verdict IS NULL GROUP BY person;
    ${EVENT_INSERT}
    SELECT ${subjectKeySql("person")}, ${msSql("begun")}, false, '${DEATH}', ${STATIC_EVENT}, 'death',
           ${resourceKeySql("'death/' || person")}, 0, line, NULL
    FROM omop_row WHERE verdict IS NULL;
    ${EVENT_INSERT}
    SELECT ${subjectKeySql("person")}, ${msSql("begun")}, false, 'CAUSE_OF_DEATH//' || coalesce(code, 'OMOP/' || cause), ${STATIC_EVENT}, 'death',
           ${resourceKeySql("'cause/' || person")}, 0, line, NULL
    FROM omop_row LEFT JOIN omop_code ON cause = concept_id WHERE verdict IS NULL AND cause > 0`);
  await countVerdicts(database, tally, "death");
}

/** Needs `omop_death`. */
export async function* readPersons(context: OmopContext): AsyncGenerator<void> {
  const { database, tally, notes } = context;
  yield* loadTable(
    context,
    "person",
    ["person_id"],
    [
      "gender_concept_id",
      "gender_source_value",
      "birth_datetime",
      "year_of_birth",
      "month_of_birth",
      "day_of_birth",
    ],
  );
  const padded = (column: string): string =>
    `lpad(coalesce(try_cast(${column} AS INTEGER), 1)::VARCHAR, 2, '0')`;
  const composed = `try_cast(year_of_birth AS INTEGER)::VARCHAR || '-' || ${padded("month_of_birth")} || '-' || ${padded("day_of_birth")}`;
  const text = `coalesce(birth_datetime, ${composed})`;
  await database.run(`
    CREATE TABLE omop_row AS
    SELECT person_id AS person, ${SEX} AS sex, ${timestampSql(text)} AS begun,
           birth_datetime IS NULL AND month_of_birth IS NULL AS year_only,
           CASE WHEN person_id IS NULL THEN '${ID_MISSING.code}'
                WHEN birth_datetime IS NULL AND year_of_birth IS NULL THEN '${DATE_MISSING.code}'
                WHEN ${timestampSql(text)} IS NULL OR ${yearImpossibleSql(timestampSql(text))}
                THEN '${DATE_IMPOSSIBLE.code}' END AS verdict
    FROM ${RAW};
    INSERT INTO person (subject_id, birth_ms, death_ms, from_index, index_ms, group_key, checksum, resource, version, instance)
    SELECT ${subjectKeySql("person")}, CASE WHEN verdict IS NULL THEN ${msSql("begun")} END, d.last_ms, false, NULL, NULL,
           ${hash53Sql("longitude.subject-check/1", "person")}, NULL, 0, 0
    FROM omop_row LEFT JOIN omop_death AS d USING (person) WHERE person IS NOT NULL;
    ${EVENT_INSERT}
    SELECT ${subjectKeySql("person")}, NULL, false, 'SEX/' || sex, ${STATIC_EVENT}, 'person', NULL, 0, 0, NULL
    FROM omop_row WHERE person IS NOT NULL AND sex IS NOT NULL;
    ${EVENT_INSERT}
    SELECT ${subjectKeySql("person")}, ${msSql("begun")}, false, '${BIRTH}', ${STATIC_EVENT}, 'person', NULL, 0, 0, NULL
    FROM omop_row WHERE verdict IS NULL`);
  const [vague] = await database.rows(
    "SELECT CAST(count(*) AS DOUBLE) AS n FROM omop_row WHERE verdict IS NULL AND year_only",
  );
  if ((vague!.n as number) > 0) notes.add(`${BIRTH} known to the year only`, vague!.n as number);
  await countVerdicts(database, tally, "person");
}

/** `OBSERVATION_PERIOD/START` and `OBSERVATION_PERIOD/END`, for `cohort.index` and `cohort.followUpEnd` of a site. */
export async function* readObservationPeriods(context: OmopContext): AsyncGenerator<void> {
  const { database, tally } = context;
  if (!context.source.tables.has("observation_period")) return;
  yield* loadTable(
    context,
    "observation_period",
    ["person_id"],
    ["observation_period_start_date", "observation_period_end_date"],
  );
  const ends = [
    ["START", "observation_period_start_date"],
    ["END", "observation_period_end_date"],
  ] as const;
  for (const [name, column] of ends) {
    await database.run(`
      CREATE TABLE omop_row AS
      SELECT person_id AS person, ${timestampSql(column)} AS begun,
             CASE WHEN person_id IS NULL THEN '${PATIENT_REFERENCE_MISSING.code}'
                  WHEN ${column} IS NULL THEN '${DATE_MISSING.code}'
                  WHEN ${timestampSql(column)} IS NULL OR ${yearImpossibleSql(timestampSql(column))}
                  THEN '${DATE_IMPOSSIBLE.code}'
                  WHEN ${timestampSql(ends[1][1])} < ${timestampSql(ends[0][1])} THEN '${END_BEFORE_START.code}'
             END AS verdict
      FROM ${RAW};
      ${EVENT_INSERT}
      SELECT ${subjectKeySql("person")}, ${msSql("begun")}, false, 'OBSERVATION_PERIOD/${name}', ${STATIC_EVENT},
             'observation_period', NULL, 0, 0, NULL
      FROM omop_row WHERE verdict IS NULL`);
    await countVerdicts(database, tally, "observation_period");
  }
}
