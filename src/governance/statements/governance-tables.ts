/** Table of governance: signed statements, only ever added to. What holds now is read from all of them. */
import { sql } from "kysely";
import { makeAppendOnly } from "../../state/append-only.ts";
import type { StateArea } from "../../state/migrate.ts";

export type GovernanceTables = {
  governance_statement: {
    /** SHA-256 of the content. */
    id: string;
    kind: string;
    /** The release, or the model, that it is about. */
    subject: string;
    at: string;
    /** A person's id, or `system`. */
    signed_by: string;
    public_key: string;
    /** Canonical JSON. */
    content: string;
    signature: string;
  };
};

export const governanceArea: StateArea = {
  name: "governance",
  migrations: [
    {
      name: "0001-signed-statements",
      run: async (tx) => {
        await sql`
          create table governance_statement (
            id text primary key,
            kind text not null,
            subject text not null,
            at timestamptz not null,
            signed_by text not null,
            public_key text not null,
            content text not null,
            signature text not null
          )`.execute(tx);
        await sql`create index governance_statement_subject on governance_statement (subject, at)`.execute(
          tx,
        );
        await makeAppendOnly(tx, "governance_statement", "statements are");
      },
    },
  ],
};
