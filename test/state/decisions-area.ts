/** A small area for tests with processes of their own. */
import { sql } from "kysely";
import type { StateArea } from "../../src/state/migrate.ts";

export const decisions: StateArea = {
  name: "decisions",
  migrations: [
    {
      name: "0001-decisions",
      run: async (tx) => {
        await sql`create table decision (id text primary key, filler text not null)`.execute(tx);
      },
    },
  ],
};
