/** What readers found in de-identified texts: which text by its hash, never the text. */
import { type Generated, sql } from "kysely";
import { makeAppendOnly } from "../../state/append-only.ts";
import type { StateArea } from "../../state/migrate.ts";

export type ReadingTables = {
  privacy_reading: {
    /** Id of the records that the texts are of. */
    records: string;
    /** SHA-256 of the text. */
    content: string;
    /** Marks in it. */
    removed: number;
    /** Identifiers that were left in it. */
    missed: number;
    /** Marks that took out nothing that tells who somebody is. */
    wrong: Generated<number>;
    reader: string;
    at: string;
  };
};

export const readingArea: StateArea = {
  name: "privacy",
  migrations: [
    {
      name: "0001-readings",
      run: async (tx) => {
        await sql`
          create table privacy_reading (
            records text not null,
            content text not null,
            removed integer not null check (removed >= 0),
            missed integer not null check (missed >= 0),
            reader text not null,
            at timestamptz not null,
            primary key (records, content, reader)
          )`.execute(tx);
        await makeAppendOnly(tx, "privacy_reading", "readings are");
      },
    },
    {
      name: "0002-wrong-marks",
      run: async (tx) => {
        await sql`
          alter table privacy_reading
          add column wrong integer not null default 0 check (wrong >= 0 and wrong <= removed)`.execute(tx);
      },
    },
  ],
};
