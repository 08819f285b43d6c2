/**
 * Brings the tables of each area up to date. An area is a folder of the river with tables of its own; its migrations
 * are named functions in order, and what ran is recorded.
 * Invariant: all missing migrations run in one transaction under a lock, so that two processes that start at once
 * run each of them once, and a failing one leaves nothing.
 */
import { type Kysely, sql, type Transaction } from "kysely";
import { LongitudeError } from "../errors/longitude-error.ts";
import { STATE_NEWER } from "../errors/registry.ts";

export interface Migration {
  /** Recorded when it has run; never changed, never reused. Begins with its number in the area: `0001-queue`. */
  readonly name: string;
  /** Changes the tables. SQL that PGlite and PostgreSQL 13 or newer both understand. */
  run(tx: Transaction<unknown>): Promise<void>;
}

export interface StateArea {
  /** Name of the folder, e.g. `vetting`; its tables begin with it. */
  readonly name: string;
  /** In the order in which they run; a new one is added at the end. */
  readonly migrations: readonly Migration[];
}

type MigrationTables = {
  state_migration: { area: string; position: number; name: string; at: string };
};

/** Any number, the same in all processes: holders of this lock migrate one after the other. */
const MIGRATION_LOCK = 7_241_001;

/** @throws LongitudeError STATE_NEWER when the database knows a migration of one of these areas that this program does not */
export async function migrate(db: Kysely<unknown>, areas: readonly StateArea[], at: string): Promise<void> {
  await db.transaction().execute(async (tx) => {
    await sql`select pg_advisory_xact_lock(${sql.lit(MIGRATION_LOCK)})`.execute(tx);
    await sql`
      create table if not exists state_migration (
        area text not null,
        position integer not null,
        name text not null,
        at timestamptz not null,
        primary key (area, position)
      )`.execute(tx);
    const tables = tx.withTables<MigrationTables>();
    for (const area of areas) {
      const done = await tables
        .selectFrom("state_migration")
        .select(["position", "name"])
        .where("area", "=", area.name)
        .orderBy("position")
        .execute();
      const unknown = done.find(({ name }, position) => area.migrations[position]?.name !== name);
      if (unknown !== undefined) {
        throw new LongitudeError(
          STATE_NEWER,
          `the state has migration ${unknown.name} of ${area.name}, which this program does not know`,
        );
      }
      for (const [position, migration] of area.migrations.entries()) {
        if (position < done.length) continue;
        await migration.run(tx);
        await tables
          .insertInto("state_migration")
          .values({ area: area.name, position, name: migration.name, at })
          .execute();
      }
    }
  });
}
