/**
 * The OMOP common data model, 5.3 or 5.4, straight into the staging tables: persons, all clinical tables, vocabulary.
 * Era tables and episodes are derived from what is read already and are counted, not read.
 */
import { LongitudeError } from "../../errors/longitude-error.ts";
import { OMOP_TABLE, OMOP_VERSION } from "../../errors/registry.ts";
import { harvestOmop } from "./harvest-omop.ts";
import { loadCodes, loadParents } from "./omop-codes.ts";
import type { OmopContext } from "./omop-context.ts";
import { createEventTables, createNoUnits, readEventTable } from "./omop-events.ts";
import { readDeaths, readObservationPeriods, readPersons } from "./omop-persons.ts";
import { RAW } from "./omop-source.ts";
import { DERIVED_TABLES, OMOP_EVENT_TABLES, OTHER_TABLES } from "./omop-tables.ts";

const DERIVED = "derived from other tables";

/** Yields the table that is being read, now and then. */
export async function* readOmop(context: OmopContext): AsyncGenerator<{ readonly table: string }> {
  const { source, tally, notRead, database } = context;
  const events = OMOP_EVENT_TABLES.filter(({ name }) => source.tables.has(name));
  if (!source.tables.has("person") || events.length === 0) {
    const lacks = source.tables.has("person") ? "every clinical table" : "the table person";
    throw new LongitudeError(
      OMOP_TABLE,
      `the input lacks ${lacks}; it has ${source.tables.size} known table(s)`,
    );
  }
  yield* named("cdm_source", checkVersion(context));
  yield* named("concept", loadCodes(context));
  await createEventTables(context);
  await createNoUnits(context);
  yield* named("death", readDeaths(context));
  yield* named("person", readPersons(context));
  if (context.collectIdentifiers) yield* named("person", harvestOmop(context));
  yield* named("observation_period", readObservationPeriods(context));
  for (const table of events) {
    yield* named(table.name, readEventTable(table, context));
    await createNoUnits(context);
  }
  for (const table of DERIVED_TABLES) {
    if (!source.tables.has(table)) continue;
    tally.add("not an event", DERIVED, table, await source.count(database, table));
    yield { table };
  }
  for (const table of OTHER_TABLES) {
    if (table === "cdm_source" || !source.tables.has(table)) continue;
    const rows = await source.count(database, table);
    if (rows > 0) notRead.add(`table ${table}`, rows);
    yield { table };
  }
  yield* named("concept_ancestor", loadParents(context));
}

async function* named(table: string, work: AsyncGenerator<void>): AsyncGenerator<{ readonly table: string }> {
  for await (const _ of work) yield { table };
  yield { table };
}

/** A stated version other than 5.3 or 5.4 is refused by name; without CDM_SOURCE the columns must do. */
async function* checkVersion({ database, source }: OmopContext): AsyncGenerator<void> {
  if (!source.tables.has("cdm_source") || !(await source.columns("cdm_source")).has("cdm_version")) return;
  yield* source.load(database, "cdm_source", ["cdm_version"]);
  const rows = await database.rows(
    `SELECT DISTINCT cdm_version AS version FROM ${RAW} WHERE cdm_version IS NOT NULL`,
  );
  await database.run(`DROP TABLE ${RAW}`);
  for (const { version } of rows) {
    const number = /\d+(\.\d+)*/.exec(String(version))?.[0] ?? "";
    if (/^5\.[34](\.|$)/.test(number)) continue;
    throw new LongitudeError(
      OMOP_VERSION,
      `cdm_source states version ${number === "" ? "without a number" : number}; 5.3 and 5.4 are read`,
    );
  }
}
