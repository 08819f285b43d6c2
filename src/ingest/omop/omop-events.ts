/**
 * One clinical OMOP table becomes candidate events.
 * Invariant: each row is one candidate, kept or accounted for; ends of visits and places of admission and discharge are
 * candidates of their own.
 */
import {
  CODE_MISSING,
  DATE_IMPOSSIBLE,
  DATE_MISSING,
  END_BEFORE_START,
  PATIENT_REFERENCE_MISSING,
  UNIT_UNKNOWN,
  VALUE_NOT_NUMERIC,
} from "../../errors/registry.ts";
import { literal } from "../../timeline/database.ts";
import { recogniseUnit } from "../unit.ts";
import type { OmopContext } from "./omop-context.ts";
import { countVerdicts, EVENT_INSERT, loadTable } from "./omop-database.ts";
import { RAW } from "./omop-source.ts";
import {
  encounterKeySql,
  firstOf,
  lastInstantSql,
  msSql,
  resourceKeySql,
  subjectKeySql,
  timestampSql,
  yearImpossibleSql,
} from "./omop-sql.ts";
import { type OmopEventTable, VALUE_COLUMNS } from "./omop-tables.ts";

const SPLIT_MAPPING = "same source code mapped to another standard concept too";
const COMPARATORS = "('4171754', '4171755', '4171756', '4172704')";
const VISIT_PLACES = {
  ADMITTED_FROM: ["admitted_from_concept_id", "admitting_source_concept_id"],
  DISCHARGED_TO: ["discharged_to_concept_id", "discharge_to_concept_id"],
} as const;

/** Makes the tables that all event tables add to. */
export async function createEventTables({ database }: OmopContext): Promise<void> {
  await database.run(`
    CREATE TABLE omop_used (concept_id BIGINT);
    CREATE TABLE omop_mapped (code VARCHAR, standard_code VARCHAR);
    CREATE TABLE omop_visit (visit VARCHAR, end_ms DOUBLE);
    CREATE TEMP TABLE omop_unit (written VARCHAR, unit VARCHAR)`);
}

export async function* readEventTable(table: OmopEventTable, context: OmopContext): AsyncGenerator<void> {
  const { database, notes, tally } = context;
  const isVisit = table.name === "visit_occurrence";
  const value = table.value === undefined ? null : VALUE_COLUMNS[table.value];
  const present = await context.source.columns(table.name);
  const wanted = [
    ...table.sourceConcept,
    ...table.sourceValue,
    ...table.start,
    ...table.end,
    ...(table.visit === "" ? [] : [table.visit]),
    ...(present.has(table.id) ? [table.id] : []),
    ...(value === null ? [] : Object.values(value).filter((column) => column !== null)),
    ...(table.billed === undefined ? [] : [table.billed.type, table.billed.status ?? table.billed.type]),
    ...(isVisit ? Object.values(VISIT_PLACES).flat() : []),
  ];
  yield* loadTable(context, table.name, ["person_id", table.concept[0]!], wanted);
  if (value?.unit !== undefined && value.unit !== null)
    await nameUnits(value.unit, value.unitSource, context);
  await judge(table, present.has(table.id), context);
  yield;
  await insertEvents(table, context);
  if (isVisit) await insertVisitParts(context);
  await noteWhatWasSimplified(table, context);
  const unknown = await database.rows(
    `SELECT code, CAST(count(*) AS DOUBLE) AS n FROM omop_row WHERE verdict = '${UNIT_UNKNOWN.code}' GROUP BY code`,
  );
  for (const row of unknown) context.unknownUnits.add(String(row.code), row.n as number);
  if (table.billed !== undefined) {
    const [undated] = await database.rows(
      "SELECT CAST(count(*) AS DOUBLE) AS n FROM omop_row WHERE verdict IS NULL AND billed AND billed_ms IS NULL",
    );
    const n = undated!.n as number;
    if (n > 0) notes.add(`${table.name}: billed, but no end of the visit; available at its own date`, n);
  }
  await countVerdicts(database, tally, table.name);
}

/** `omop_raw` → `omop_row`: what each row says, and why it is no event. */
async function judge(table: OmopEventTable, hasId: boolean, { database, codes }: OmopContext): Promise<void> {
  const value = table.value === undefined ? null : VALUE_COLUMNS[table.value];
  const column = (name: string | null | undefined): string => name ?? "NULL::VARCHAR";
  const [start, end] = [firstOf(table.start), firstOf(table.end)];
  const billed =
    table.billed === undefined
      ? "false"
      : [table.billed.type, table.billed.status]
          .filter((name) => name !== null)
          .map((name) => `try_cast(${name} AS BIGINT) IN (SELECT concept_id FROM omop_code WHERE billed)`)
          .map((condition) => `coalesce(${condition}, false)`)
          .join(" OR ");
  await database.run(`
    CREATE TABLE omop_row AS
    WITH typed AS (
      SELECT person_id AS person, ${hasId ? table.id : "NULL"} AS id,
             ${table.visit === "" ? "NULL" : table.visit} AS visit,
             CAST(${start} AS VARCHAR) AS start_text, CAST(${end} AS VARCHAR) AS end_text,
             nullif(try_cast(${firstOf(table.concept)} AS BIGINT), 0) AS standard_id,
             nullif(try_cast(${firstOf(table.sourceConcept)} AS BIGINT), 0) AS source_id,
             CAST(${firstOf(table.sourceValue)} AS VARCHAR) AS source_value,
             ${column(value?.number)} AS number_text, ${column(value?.text)} AS written_text,
             nullif(try_cast(${column(value?.answer)} AS BIGINT), 0) AS answer_id,
             nullif(try_cast(${column(value?.unit)} AS BIGINT), 0) AS unit_id,
             ${column(value?.unitSource)} AS unit_source,
             coalesce(${column(value?.operator)} IN ${COMPARATORS}, false) AS compared,
             ${visitPlaceColumns(table)}
             ${billed} AS billed
      FROM ${RAW}),
    placed AS (
      SELECT *, row_number() OVER () AS line, ${timestampSql("start_text")} AS begun, ${timestampSql("end_text")} AS ended,
             ${lastInstantSql("end_text")} AS last, try_cast(number_text AS DOUBLE) AS number
      FROM typed),
    coded AS (
      SELECT p.*, s.code AS known_standard,
             CASE WHEN standard_id IS NOT NULL THEN coalesce(s.code, 'OMOP/' || standard_id) END AS standard_code,
             CASE WHEN source_id IS NOT NULL THEN coalesce(o.code, 'OMOP/' || source_id) END AS source_code,
             coalesce(s.rank, 99) AS standard_rank, coalesce(o.rank, 99) AS source_rank,
             CASE WHEN answer_id IS NOT NULL THEN coalesce(a.code, 'OMOP/' || answer_id) END AS answer_code,
             u.unit, coalesce(n.written, p.unit_source, 'OMOP/' || p.unit_id) AS unit_text, v.end_ms AS billed_ms
      FROM placed AS p
      LEFT JOIN omop_code AS s ON s.concept_id = standard_id
      LEFT JOIN omop_code AS o ON o.concept_id = source_id
      LEFT JOIN omop_code AS a ON a.concept_id = answer_id
      LEFT JOIN omop_unit_of AS n ON n.unit_id = p.unit_id AND n.unit_source IS NOT DISTINCT FROM p.unit_source
      LEFT JOIN omop_unit AS u ON u.written = coalesce(n.written, p.unit_source, 'OMOP/' || p.unit_id)
      LEFT JOIN omop_visit AS v ON p.billed AND v.visit = p.visit),
    named AS (
      SELECT *, ${CODE_BY[codes]} AS coded_as,
             coalesce(${CODE_BY[codes]}, CASE WHEN length(source_value) <= 50 THEN 'LOCAL/' || source_value END) AS code
      FROM coded)
    SELECT * REPLACE (CASE WHEN isnan(number) OR isinf(number) THEN NULL ELSE number END AS number),
      CASE
        WHEN person IS NULL THEN '${PATIENT_REFERENCE_MISSING.code}'
        WHEN start_text IS NULL THEN '${DATE_MISSING.code}'
        WHEN begun IS NULL OR ${yearImpossibleSql("begun")} OR (end_text IS NOT NULL AND ended IS NULL)
        THEN '${DATE_IMPOSSIBLE.code}'
        WHEN last < begun THEN '${END_BEFORE_START.code}'
        WHEN code IS NULL THEN '${CODE_MISSING.code}'
        WHEN number_text IS NOT NULL AND (number IS NULL OR isnan(number) OR isinf(number))
        THEN '${VALUE_NOT_NUMERIC.code}'
        WHEN number IS NOT NULL AND unit_text IS NOT NULL AND unit IS NULL THEN '${UNIT_UNKNOWN.code}'
        WHEN coded_as = source_code AND standard_id IS NOT NULL AND dense_rank() OVER same_fact > 1
        THEN ${literal(SPLIT_MAPPING)}
      END AS verdict
    FROM named
    WINDOW same_fact AS (PARTITION BY person, begun, source_id, source_value, visit, number_text ORDER BY standard_id)`);
  await database.run(`DROP TABLE ${RAW}`);
}

const CODE_BY = {
  preferred: `CASE WHEN source_code IS NULL OR (standard_code IS NOT NULL AND standard_rank < source_rank)
    THEN standard_code ELSE source_code END`,
  standard: "coalesce(standard_code, source_code)",
  source: "coalesce(source_code, standard_code)",
} as const;

function visitPlaceColumns(table: OmopEventTable): string {
  if (table.name !== "visit_occurrence") return "";
  return Object.entries(VISIT_PLACES)
    .map(([name, columns]) => `nullif(try_cast(${firstOf(columns)} AS BIGINT), 0) AS ${name.toLowerCase()},`)
    .join(" ");
}

async function insertEvents(table: OmopEventTable, { database }: OmopContext): Promise<void> {
  const [copies] = await database.rows("SELECT count(id) > count(DISTINCT id) AS any FROM omop_row");
  const resource = copies?.any === true ? resourceKeySql(`${literal(`${table.name}/`)} || id`) : "NULL";
  await database.run(`
    ${EVENT_INSERT}
    SELECT ${subjectKeySql("person")}, ${msSql("begun")}, false,
           code || CASE WHEN number IS NULL AND answer_code IS NOT NULL THEN '//' || answer_code ELSE '' END,
           number, CASE WHEN number IS NULL AND answer_code IS NULL THEN written_text END,
           CASE WHEN number IS NOT NULL THEN unit END,
           CASE WHEN billed THEN billed_ms END,
           CASE WHEN visit IS NOT NULL THEN ${encounterKeySql("visit")} END,
           ${literal(table.name)}, ${resource}, 0, line, NULL
    FROM omop_row WHERE verdict IS NULL;
    INSERT INTO omop_used SELECT DISTINCT unnest([standard_id, source_id, answer_id]) FROM omop_row
      WHERE verdict IS NULL;
    INSERT INTO omop_mapped SELECT DISTINCT code, known_standard FROM omop_row
      WHERE verdict IS NULL AND known_standard IS NOT NULL AND code <> known_standard`);
}

/** The end of a visit that lasts, where the patient came from and went to. */
async function insertVisitParts({ database }: OmopContext): Promise<void> {
  const part = (code: string, at: string, from: string): string => `
    ${EVENT_INSERT}
    SELECT ${subjectKeySql("person")}, ${msSql(at)}, false, ${code}, NULL, NULL, NULL, NULL, ${encounterKeySql("visit")},
           'visit_occurrence', NULL, 0, line, NULL
    FROM omop_row AS r ${from};`;
  const place = (name: string, at: string): string =>
    part(
      `'${name}//' || coalesce(c.code, 'OMOP/' || ${name.toLowerCase()})`,
      at,
      `LEFT JOIN omop_code AS c ON c.concept_id = ${name.toLowerCase()}
       WHERE verdict IS NULL AND ${name.toLowerCase()} IS NOT NULL AND ${at} IS NOT NULL`,
    );
  await database.run(`
    INSERT INTO omop_visit SELECT visit, max(${msSql("last")}) FROM omop_row
      WHERE verdict IS NULL AND visit IS NOT NULL AND last IS NOT NULL GROUP BY visit;
    ${part("'VISIT_END//' || code", "ended", "WHERE verdict IS NULL AND ended > begun")}
    ${place("ADMITTED_FROM", "begun")}
    ${place("DISCHARGED_TO", "ended")}`);
}

async function noteWhatWasSimplified(table: OmopEventTable, { database, notes }: OmopContext): Promise<void> {
  const [row] = await database.rows(`
    SELECT CAST(count(*) FILTER (WHERE compared AND number IS NOT NULL) AS DOUBLE) AS compared,
           CAST(count(*) FILTER (WHERE coded_as IS NULL) AS DOUBLE) AS local,
           CAST(count(*) FILTER (WHERE starts_with(coded_as, 'OMOP/')) AS DOUBLE) AS unnamed
    FROM omop_row WHERE verdict IS NULL`);
  const add = (what: string, n: unknown): void => {
    if ((n as number) > 0) notes.add(what, n as number);
  };
  add("value with a comparator (<, >) kept as the number", row!.compared);
  add(`${table.name}: no concept, the source's own code kept as LOCAL`, row!.local);
  add(`${table.name}: concept without a row in CONCEPT kept as OMOP`, row!.unnamed);
}

/** Each spelling of a unit is judged once; the unit concept's UCUM code goes before the source's spelling. */
async function nameUnits(
  unit: string,
  unitSource: string,
  { database, notes, unitAliases }: OmopContext,
): Promise<void> {
  await database.run(`
    CREATE OR REPLACE TEMP TABLE omop_unit_of AS
    SELECT DISTINCT try_cast(${unit} AS BIGINT) AS unit_id, ${unitSource} AS unit_source,
           CASE WHEN starts_with(c.code, 'UCUM/') THEN substr(c.code, 6) END AS written
    FROM ${RAW} LEFT JOIN omop_code AS c ON c.concept_id = try_cast(${unit} AS BIGINT)
    WHERE starts_with(c.code, 'UCUM/')`);
  const spellings = await database.rows(`
    SELECT DISTINCT written, true AS stated FROM omop_unit_of WHERE written NOT IN (SELECT written FROM omop_unit)
    UNION SELECT DISTINCT ${unitSource}, false FROM ${RAW}
    WHERE ${unitSource} IS NOT NULL AND ${unitSource} NOT IN (SELECT written FROM omop_unit) ORDER BY 1, 2 DESC`);
  const seen = new Set<string>();
  for (const row of spellings) {
    const written = String(row.written);
    if (seen.has(written)) continue;
    seen.add(written);
    // The vocabulary says that it is UCUM: it is kept even where our own grammar does not know the atom.
    const known = recogniseUnit(written, unitAliases) ?? (row.stated === true ? written : null);
    if (known !== null && known !== written) notes.add("spelling of a unit respelled in UCUM");
    await database.run(
      `INSERT INTO omop_unit VALUES (${literal(written)}, ${known === null ? "NULL" : literal(known)})`,
    );
  }
}

/** Tables without values have no units; the joins of `judge` need the table all the same. */
export async function createNoUnits({ database }: OmopContext): Promise<void> {
  await database.run(
    "CREATE OR REPLACE TEMP TABLE omop_unit_of (unit_id BIGINT, unit_source VARCHAR, written VARCHAR)",
  );
}
