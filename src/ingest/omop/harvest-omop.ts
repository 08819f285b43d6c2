/**
 * What OMOP tells of who is who: numbers and addresses of persons, names and numbers of providers, names of care sites.
 * Every column of the tables of persons is counted by what becomes of it.
 */

import type { OmopContext } from "./omop-context.ts";
import { loadTable } from "./omop-database.ts";
import { OMOP_ELEMENTS } from "./omop-elements.table.ts";
import { RAW } from "./omop-source.ts";
import { subjectKeySql } from "./omop-sql.ts";

const READ = new Set(["code", "date", "key", "text"]);

export async function* harvestOmop(context: OmopContext): AsyncGenerator<void> {
  yield* harvestPersons(context);
  yield* harvestOthers(context, "provider", [
    ["provider_name", "name"],
    ["npi", "number"],
    ["dea", "number"],
    ["provider_source_value", "number"],
  ]);
  yield* harvestOthers(context, "care_site", [["care_site_name", "place"]]);
  yield* countElements(context);
}

async function* harvestPersons(context: OmopContext): AsyncGenerator<void> {
  const { database, source } = context;
  yield* loadTable(context, "person", ["person_id"], ["person_source_value", "location_id"]);
  const subject = subjectKeySql("person_id");
  await database.run(`
    INSERT INTO known SELECT ${subject}, 'number', person_id FROM ${RAW} WHERE person_id IS NOT NULL;
    INSERT INTO known SELECT ${subject}, 'number', person_source_value FROM ${RAW}
      WHERE person_id IS NOT NULL AND length(person_source_value) BETWEEN 1 AND 200;
    CREATE TABLE omop_home AS SELECT ${subject} AS subject_id, location_id AS home FROM ${RAW}
      WHERE person_id IS NOT NULL AND location_id IS NOT NULL;
    DROP TABLE ${RAW}`);
  if (source.tables.has("location")) {
    yield* loadTable(
      context,
      "location",
      ["location_id"],
      ["address_1", "address_2", "city", "county", "zip"],
    );
    for (const [column, kind] of [
      ["address_1", "address"],
      ["address_2", "address"],
      ["city", "place"],
      ["county", "place"],
      ["zip", "zip"],
    ] as const)
      await database.run(`
        INSERT INTO known SELECT h.subject_id, '${kind}', l.${column} FROM omop_home AS h
        JOIN ${RAW} AS l ON l.location_id = h.home WHERE length(l.${column}) BETWEEN 1 AND 200`);
    await database.run(`DROP TABLE ${RAW}`);
  }
  await database.run("DROP TABLE omop_home");
}

async function* harvestOthers(
  context: OmopContext,
  table: string,
  columns: readonly (readonly [string, string])[],
): AsyncGenerator<void> {
  if (!context.source.tables.has(table)) return;
  yield* loadTable(
    context,
    table,
    [],
    columns.map(([column]) => column),
  );
  for (const [column, kind] of columns)
    await context.database.run(
      `INSERT INTO known SELECT DISTINCT NULL::DOUBLE, '${kind}', ${column} FROM ${RAW} WHERE length(${column}) BETWEEN 1 AND 200`,
    );
  await context.database.run(`DROP TABLE ${RAW}`);
}

async function* countElements({ source, database, elements }: OmopContext): AsyncGenerator<void> {
  for (const [table, text] of Object.entries(OMOP_ELEMENTS)) {
    if (!source.tables.has(table)) continue;
    const rows = await source.count(database, table);
    if (rows === 0) continue;
    const classes = new Map(
      text.split(" ").flatMap((group) => {
        const [given, names = ""] = group.split(":") as [string, string];
        return names.split(",").map((name) => [name, given] as const);
      }),
    );
    for (const column of await source.columns(table)) {
      const given = classes.get(column);
      const counted = given !== undefined && READ.has(given) ? "transform" : given;
      elements.add(
        counted === undefined ? `unknown ${table}.(not in OMOP)` : `${counted} ${table}.${column}`,
        rows,
      );
    }
    yield;
  }
}
