/**
 * OMOP concept ids become codes of their vocabularies: `SNOMED/44054006`, `LOINC/4548-4`.
 * Without a CONCEPT table a code is `OMOP/<concept id>`; what has no concept keeps the source's own code as `LOCAL/…`.
 */
import { type Database, literal } from "../../timeline/database.ts";
import { systemRank } from "../fhir/code-system.ts";
import type { OmopContext } from "./omop-context.ts";
import { hasTableNamed } from "./omop-database.ts";
import { RAW } from "./omop-source.ts";

/** Names that differ from the vocabulary's id in capitals. */
const NAMES: Readonly<Record<string, string>> = { CPT4: "CPT", RxNorm: "RXNORM", ICD9Proc: "ICD9PROC" };

/**
 * Units and visits that a dataset without a CONCEPT table names by number only; from the OHDSI standard vocabularies.
 * The list is short on purpose: what is not in it is rejected or kept as `OMOP/…`, never guessed.
 */
const BUILT_IN: readonly (readonly [number, string])[] = [
  [8504, "UCUM/g"],
  [8505, "UCUM/h"],
  [8512, "UCUM/d"],
  [8519, "UCUM/L"],
  [8541, "UCUM//min"],
  [8554, "UCUM/%"],
  [8564, "UCUM/pg"],
  [8576, "UCUM/mg"],
  [8582, "UCUM/cm"],
  [8583, "UCUM/fL"],
  [8587, "UCUM/mL"],
  [8636, "UCUM/g/L"],
  [8645, "UCUM/U/L"],
  [8713, "UCUM/g/dL"],
  [8749, "UCUM/umol/L"],
  [8753, "UCUM/mmol/L"],
  [8815, "UCUM/10*6/uL"],
  [8840, "UCUM/mg/dL"],
  [8842, "UCUM/ng/mL"],
  [8845, "UCUM/pg/mL"],
  [8848, "UCUM/10*3/uL"],
  [8876, "UCUM/mm[Hg]"],
  [9448, "UCUM/a"],
  [9529, "UCUM/kg"],
  [9531, "UCUM/kg/m2"],
  [9557, "UCUM/meq/L"],
  [9201, "VISIT/IP"],
  [9202, "VISIT/OP"],
  [9203, "VISIT/ER"],
  [262, "VISIT/ERIP"],
];

/** Type and status concepts that say: booked for a bill, or at discharge. */
const BILLED_IDS = new Set([32019, 32810, 32896]);
const BILLED_NAME = "claim|billing|discharge";

/** Fills `omop_code (concept_id, code, name, rank, billed)`. */
export async function* loadCodes({ database, source, tally }: OmopContext): AsyncGenerator<void> {
  await database.run(
    `CREATE TABLE omop_code (concept_id BIGINT, code VARCHAR, name VARCHAR, rank INTEGER, billed BOOLEAN)`,
  );
  if (!source.tables.has("concept")) {
    for (const [id, code] of BUILT_IN)
      await database.run(`INSERT INTO omop_code VALUES (${id}, ${literal(code)}, NULL, 99, false)`);
    for (const id of BILLED_IDS)
      await database.run(`INSERT INTO omop_code VALUES (${id}, 'OMOP/${id}', NULL, 99, true)`);
    return;
  }
  const loaded = yield* source.load(database, "concept", [
    "concept_id",
    "concept_name",
    "vocabulary_id",
    "concept_code",
  ]);
  tally.add("not an event", "malformed row of the vocabulary", "concept", loaded.malformed);
  await nameVocabularies(database);
  await database.run(`
    INSERT INTO omop_code
    SELECT try_cast(concept_id AS BIGINT), v.name || '/' || concept_code, concept_name, v.rank,
           vocabulary_id IN ('Type Concept', 'Condition Status')
             AND regexp_matches(lower(concept_name), ${literal(BILLED_NAME)})
    FROM ${RAW} JOIN omop_vocabulary AS v USING (vocabulary_id)
    WHERE try_cast(concept_id AS BIGINT) > 0 AND concept_code IS NOT NULL
    QUALIFY row_number() OVER (PARTITION BY concept_id ORDER BY concept_code) = 1;
    DROP TABLE ${RAW}`);
}

async function nameVocabularies(database: Database): Promise<void> {
  await database.run(
    "CREATE OR REPLACE TEMP TABLE omop_vocabulary (vocabulary_id VARCHAR, name VARCHAR, rank INTEGER)",
  );
  const rows = await database.rows(
    `SELECT DISTINCT vocabulary_id FROM ${RAW} WHERE vocabulary_id IS NOT NULL ORDER BY 1`,
  );
  for (const row of rows) {
    const id = String(row.vocabulary_id);
    const name = NAMES[id] ?? id.toUpperCase().replace(/[^A-Z0-9.-]+/g, "-");
    await database.run(
      `INSERT INTO omop_vocabulary VALUES (${literal(id)}, ${literal(name)}, ${systemRank(name)})`,
    );
  }
}

/**
 * Which codes stand above which: a source code below the standard concept it was mapped to, and that below its
 * ancestors of CONCEPT_ANCESTOR, level by level. Only chains that begin at a code of the data are kept.
 */
export async function* loadParents({ database, source }: OmopContext): AsyncGenerator<void> {
  await database.run(`
    INSERT INTO described
    SELECT code, min(name) FROM omop_code JOIN omop_used USING (concept_id) WHERE name IS NOT NULL GROUP BY code;
    INSERT INTO known_parent SELECT DISTINCT code, standard_code FROM omop_mapped`);
  if (!source.tables.has("concept_ancestor")) return;
  yield* source.load(database, "concept_ancestor", ["ancestor_concept_id", "descendant_concept_id"], {
    column: "min_levels_of_separation",
    equals: "1",
  });
  await database.run(`
    CREATE TABLE omop_chain AS
    WITH RECURSIVE
      edge AS (SELECT try_cast(descendant_concept_id AS BIGINT) AS child, try_cast(ancestor_concept_id AS BIGINT) AS parent
               FROM ${RAW}),
      up AS (
        SELECT child, parent FROM edge WHERE child <> parent AND child IN (SELECT concept_id FROM omop_used)
        UNION
        SELECT edge.child, edge.parent FROM edge JOIN up ON edge.child = up.parent WHERE edge.child <> edge.parent)
    SELECT c.code AS code, p.code AS parent, p.name AS name
    FROM up JOIN omop_code AS c ON c.concept_id = up.child JOIN omop_code AS p ON p.concept_id = up.parent
    WHERE c.code <> p.code;
    INSERT INTO known_parent SELECT DISTINCT code, parent FROM omop_chain;
    INSERT INTO described SELECT parent, min(name) FROM omop_chain
      WHERE name IS NOT NULL AND parent NOT IN (SELECT code FROM described) GROUP BY parent;
    DROP TABLE omop_chain; DROP TABLE ${RAW}`);
  if (await hasTableNamed(database, RAW)) await database.run(`DROP TABLE ${RAW}`);
}
