/** Tables of what leaves in the place of each code, unit and source: `code_map`, `unit_map`, `source_map`, `described`. */
import { type Database, literal } from "../../timeline/database.ts";
import { parentCode } from "../../timeline/parent-code.ts";
import { BIRTH, DEATH } from "../../timeline/patient-event.ts";
import type { PrivacyConfig } from "../privacy-config.ts";
import type { FormIndex } from "./identifier-forms.ts";
import type { RuleCounts } from "./privacy-report.ts";
import { screenCode, screenDescription, screenUnit } from "./screen-code.ts";

/** Needs `raw_event`, `raw_code`, `known_form` and `person_plan`. `code_map.clean` is null for what is left out. */
export async function mapCodes(
  database: Database,
  everybody: FormIndex,
  config: PrivacyConfig,
  counts: RuleCounts,
): Promise<void> {
  await database.run(`
    CREATE TABLE person_code AS SELECT DISTINCT subject_id, code FROM raw_event WHERE code IS NOT NULL;
    CREATE TABLE code_map (code VARCHAR, clean VARCHAR, verdict VARCHAR);
    CREATE TABLE described (code VARCHAR, description VARCHAR);
    CREATE TABLE clean_parent (code VARCHAR, parent VARCHAR);
    CREATE TABLE unit_map (unit VARCHAR, clean VARCHAR);
    CREATE TABLE source_map (source VARCHAR, clean VARCHAR)`);
  const described = new Map<string, { description: string | null; parents: readonly string[] }>();
  for (const row of await database.rows(
    "SELECT code, description, list_aggregate(parent_codes, 'string_agg', chr(10)) AS parents FROM raw_code ORDER BY code",
  )) {
    const parents = row.parents === null || row.parents === "" ? [] : String(row.parents).split("\n");
    described.set(String(row.code), {
      description: row.description === null ? null : String(row.description),
      parents,
    });
  }
  const used = await database.rows(
    "SELECT code, CAST(count(*) AS DOUBLE) AS n FROM person_code GROUP BY code ORDER BY code",
  );
  const persons = new Map(used.map((row) => [String(row.code), row.n as number]));
  const clean = new Map<string, { code: string | null; verdict: string }>();
  for (const code of new Set([...persons.keys(), ...described.keys()])) {
    const left = config.drop.some((pattern) =>
      pattern.endsWith("*") ? code.startsWith(pattern.slice(0, -1)) : code === pattern,
    );
    clean.set(
      code,
      left
        ? { code: null, verdict: "left out by privacy.drop" }
        : screenCode({ code, persons: persons.get(code) ?? 0 }, everybody, config.rareCodes),
    );
  }
  await fill(
    database,
    "code_map",
    [...clean].map(([code, { code: to, verdict }]) => [code, to, verdict]),
  );
  const texts: (string | null)[][] = [];
  const parents: (string | null)[][] = [];
  for (const [code, { description, parents: stated }] of described) {
    if (clean.get(code)?.code !== code) continue;
    if (description !== null) {
      const screened = screenDescription(description, persons.get(code) ?? 0, everybody);
      if (screened !== description)
        counts.add("description", "identifier marked in the description of a code");
      texts.push([code, screened]);
    }
    for (const parent of stated) if (clean.get(parent)?.code === parent) parents.push([code, parent]);
  }
  await fill(database, "described", texts);
  await fill(database, "clean_parent", parents);
  if (config.profile === "expert-determination") await generaliseRare(database, config.rareCodes, counts);
  await mapUnitsAndSources(database, everybody, config, counts);
}

/** Steps from a code to its most general one; more than any code system has. */
const MAX_STEPS = 8;

/** Codes of fewer persons than the limit become their parents, and in the end `SYSTEM/~`; what a person has at once counts once. */
async function generaliseRare(database: Database, limit: number, counts: RuleCounts): Promise<void> {
  for (let step = 0; step < MAX_STEPS; step++) {
    const rare = await database.rows(`
      SELECT m.clean AS code, CAST(count(DISTINCT subject_id) AS DOUBLE) AS n
      FROM person_code JOIN code_map AS m USING (code) JOIN person_plan USING (subject_id)
      WHERE m.clean IS NOT NULL AND keep GROUP BY m.clean HAVING n < ${limit} ORDER BY m.clean`);
    const steps: [string, string][] = [];
    for (const row of rare) {
      const code = String(row.code);
      const general = moreGeneral(code);
      if (general !== code) steps.push([code, general]);
    }
    if (steps.length === 0) return;
    counts.add("rare code", "made more general", step === 0 ? steps.length : 0);
    await database.run("CREATE OR REPLACE TEMP TABLE coarser (code VARCHAR, general VARCHAR)");
    await fill(database, "coarser", steps);
    await database.run(
      "UPDATE code_map SET clean = c.general FROM coarser AS c WHERE code_map.clean = c.code; DROP TABLE coarser",
    );
  }
}

const OWN = new Set([BIRTH, DEATH]);

function moreGeneral(code: string): string {
  if (OWN.has(code) || code.endsWith("~") || !code.includes("/")) return code;
  const parent = parentCode(code);
  if (parent?.includes("/") === true) return parent;
  return `${code.slice(0, code.lastIndexOf("/") + 1)}~`;
}

async function mapUnitsAndSources(
  database: Database,
  everybody: FormIndex,
  config: PrivacyConfig,
  counts: RuleCounts,
): Promise<void> {
  const units: (string | null)[][] = [];
  for (const row of await database.rows(
    "SELECT unit, CAST(count(*) AS DOUBLE) AS n, CAST(count(DISTINCT subject_id) AS DOUBLE) AS persons FROM raw_event WHERE unit IS NOT NULL GROUP BY unit ORDER BY unit",
  )) {
    const unit = String(row.unit);
    const clean = screenUnit(unit, row.persons as number, everybody, config.rareCodes);
    if (clean !== unit)
      counts.add(
        "unit",
        clean === null ? "no unit in UCUM: left out" : "annotation left out",
        row.n as number,
      );
    units.push([unit, clean]);
  }
  await fill(database, "unit_map", units);
  const sources: (string | null)[][] = [];
  for (const row of await database.rows(
    "SELECT source, CAST(count(DISTINCT subject_id) AS DOUBLE) AS n FROM raw_event WHERE source IS NOT NULL GROUP BY source ORDER BY source",
  )) {
    const source = String(row.source);
    const { verdict } = screenCode(
      { code: `SOURCE/${source}`, persons: row.n as number },
      everybody,
      config.rareCodes,
    );
    const plain = /^[A-Za-z][A-Za-z_]{0,39}$/.test(source) && verdict !== "identifier in a code";
    if (!plain) counts.add("source", "name of a source left out");
    sources.push([source, plain ? source : "other"]);
  }
  await fill(database, "source_map", sources);
}

async function fill(
  database: Database,
  table: string,
  rows: readonly (readonly (string | null)[])[],
): Promise<void> {
  const appender = await database.connection.createAppender(table);
  for (const row of rows) {
    for (const value of row) {
      if (value === null) appender.appendNull();
      else appender.appendVarchar(value);
    }
    appender.endRow();
  }
  appender.closeSync();
}

/** Codes that are one of this very person's identifiers although they look like codes: `(subject_id, code)`. */
export async function findOwnIdentifiers(database: Database): Promise<void> {
  await database.run(`
    CREATE TABLE own_identifier AS
    SELECT DISTINCT p.subject_id, p.code FROM person_code AS p JOIN known_form AS f
    ON p.subject_id = f.subject_id
       AND f.form = lower(regexp_replace(regexp_replace(p.code, '^[^/]*/', ''), '[^A-Za-z0-9]', '', 'g'))
    WHERE p.code NOT IN (${literal(BIRTH)}, ${literal(DEATH)})`);
}
