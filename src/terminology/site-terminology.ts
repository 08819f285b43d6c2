/**
 * A site's own terminology files as two relations: `edge (code, parent)` and `label (code, description)`, in Longitude's
 * spelling of codes. They are read by the database where they lie; nothing is copied.
 */
import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { LongitudeError } from "../errors/longitude-error.ts";
import { TERMINOLOGY_FILE } from "../errors/registry.ts";
import { literal } from "../timeline/database.ts";
import type { TerminologyFile } from "./terminology-config.ts";

export interface TerminologyRelations {
  readonly edges: string;
  readonly labels: string;
}

export async function relationsOf({ kind, path, system }: TerminologyFile): Promise<TerminologyRelations> {
  switch (kind) {
    case "snomed":
      return snomed(path);
    case "rxnorm":
      return rxnorm(path);
    case "loinc":
      return loinc(path);
    case "omop":
      return omop(path);
    case "csv":
      return ownTable(path, system ?? "LOCAL");
  }
}

/** RF2: active is-a relationships (116680003) and fully specified names. */
async function snomed(folder: string): Promise<TerminologyRelations> {
  const tabs = "delim = '\t', quote = '', header = true, all_varchar = true";
  const relationships = await find(folder, /^x?sct2_Relationship_Snapshot.*\.txt$/i);
  const names = await find(folder, /^x?sct2_Description_Snapshot.*\.txt$/i);
  return {
    edges: `(SELECT 'SNOMED/' || sourceId AS code, 'SNOMED/' || destinationId AS other FROM read_csv(${literal(relationships)}, ${tabs})
             WHERE active = '1' AND typeId = '116680003')`,
    labels: `(SELECT 'SNOMED/' || conceptId AS code, term AS other FROM read_csv(${literal(names)}, ${tabs})
              WHERE active = '1' AND typeId = '900000000000003001')`,
  };
}

/** RRF: the second concept of a row stands in the named relation to the first; a drug leads to its ingredients. */
async function rxnorm(folder: string): Promise<TerminologyRelations> {
  const pipes = "delim = '|', quote = '', header = false, all_varchar = true, null_padding = true";
  const relations = await find(folder, /^RXNREL\.RRF$/i);
  const names = await find(folder, /^RXNCONSO\.RRF$/i);
  return {
    edges: `(SELECT 'RXNORM/' || column04 AS code, 'RXNORM/' || column00 AS other FROM read_csv(${literal(relations)}, ${pipes})
             WHERE column10 = 'RXNORM' AND column07 IN ('has_ingredient', 'isa', 'tradename_of', 'consists_of', 'has_form')
               AND column04 <> '' AND column00 <> '')`,
    labels: `(SELECT 'RXNORM/' || column00 AS code, column14 AS other FROM read_csv(${literal(names)}, ${pipes})
              WHERE column11 = 'RXNORM' AND column12 <> 'SY')`,
  };
}

async function loinc(folder: string): Promise<TerminologyRelations> {
  const commas = "header = true, all_varchar = true";
  const hierarchy = await find(folder, /^ComponentHierarchyBySystem\.csv$/i);
  const table = await find(folder, /^Loinc\.csv$/i);
  return {
    edges: `(SELECT 'LOINC/' || CODE AS code, 'LOINC/' || IMMEDIATE_PARENT AS other FROM read_csv(${literal(hierarchy)}, ${commas})
             WHERE IMMEDIATE_PARENT <> '')`,
    labels: `(SELECT 'LOINC/' || LOINC_NUM AS code, LONG_COMMON_NAME AS other FROM read_csv(${literal(table)}, ${commas}))`,
  };
}

async function omop(folder: string): Promise<TerminologyRelations> {
  const tabs = "delim = '\t', quote = '', header = true, all_varchar = true";
  const concepts = await find(folder, /^CONCEPT\.csv$/i);
  const ancestors = await find(folder, /^CONCEPT_ANCESTOR\.csv$/i);
  const named = `(SELECT concept_id, concept_name, CASE upper(vocabulary_id) WHEN 'CPT4' THEN 'CPT' ELSE upper(vocabulary_id) END
                  || '/' || concept_code AS code FROM read_csv(${literal(concepts)}, ${tabs}))`;
  return {
    edges: `(SELECT d.code AS code, a.code AS other FROM read_csv(${literal(ancestors)}, ${tabs}) AS r
             JOIN ${named} AS d ON r.descendant_concept_id = d.concept_id
             JOIN ${named} AS a ON r.ancestor_concept_id = a.concept_id WHERE r.min_levels_of_separation = '1')`,
    labels: `(SELECT code, concept_name AS other FROM ${named})`,
  };
}

async function ownTable(path: string, system: string): Promise<TerminologyRelations> {
  if (!existsSync(path)) throw new LongitudeError(TERMINOLOGY_FILE, `${path} does not exist`);
  const rows = `read_csv(${literal(path)}, header = true, all_varchar = true, null_padding = true)`;
  const spelled = (column: string): string => `${literal(`${system}/`)} || ${column}`;
  return {
    edges: `(SELECT ${spelled("code")} AS code, ${spelled("parent")} AS other FROM ${rows} WHERE parent <> '')`,
    labels: `(SELECT ${spelled("code")} AS code, description AS other FROM ${rows} WHERE description <> '')`,
  };
}

/** The one file of a release with that name, however deep it lies. */
async function find(folder: string, name: RegExp): Promise<string> {
  const entries = existsSync(folder) ? await readdir(folder, { recursive: true, withFileTypes: true }) : [];
  const found = entries.filter((entry) => entry.isFile() && name.test(entry.name));
  if (found.length === 1) return join(found[0]!.parentPath, found[0]!.name);
  throw new LongitudeError(
    TERMINOLOGY_FILE,
    `${folder} has ${found.length} files named like ${name.source}; one is needed`,
  );
}
