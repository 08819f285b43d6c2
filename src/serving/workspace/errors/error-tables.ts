/** What reviewers say of single wrong forecasts: only ever added to, the newest word of a person and task counts. */
import { type Generated, sql } from "kysely";
import { makeAppendOnly } from "../../../state/append-only.ts";
import type { StateArea } from "../../../state/migrate.ts";

export type ErrorTables = {
  error_tag: {
    /** Drawn by the page: sent again after a lost answer, it is recorded once. */
    id: string;
    sequence: Generated<number>;
    tenant: string;
    release: string;
    outcome: string;
    landmark: string;
    horizon: string;
    /** Key of the held-out person, made with the server's secret. */
    person: string;
    error: string;
    /** At or above which a risk counts as an alarm. */
    threshold: number;
    mode: string;
    reason: string;
    reviewer: string;
    at: string;
  };
};

export const errorArea: StateArea = {
  name: "errors",
  migrations: [
    {
      name: "0001-tags",
      run: async (tx) => {
        await sql`
          create table error_tag (
            id uuid primary key,
            sequence bigint generated always as identity,
            tenant text not null,
            release text not null,
            outcome text not null,
            landmark text not null,
            horizon text not null,
            person text not null,
            error text not null check (error in ('missed', 'false alarm')),
            threshold double precision not null,
            mode text not null,
            reason text not null,
            reviewer text not null,
            at timestamptz not null
          )`.execute(tx);
        await sql`create index error_tag_task on error_tag (tenant, release, outcome, landmark, horizon)`.execute(
          tx,
        );
        await makeAppendOnly(tx, "error_tag", "tags of wrong forecasts are");
      },
    },
  ],
};
