/** Tables of the jobs: what was asked for, how far it has come, and the lines of the answer so far. */
import { sql } from "kysely";
import type { StateArea } from "../../state/migrate.ts";

export const JOB_STATES = ["waiting", "running", "done", "failed", "cancelled"] as const;
export type JobState = (typeof JOB_STATES)[number];
export const JOB_KINDS = ["forecasts", "validations"] as const;
export type JobKind = (typeof JOB_KINDS)[number];

export type JobTables = {
  job: {
    id: string;
    tenant: string;
    client: string;
    kind: JobKind;
    state: JobState;
    at: string;
    /** Lines of the input that are not blank, and how many of them have been worked on. */
    lines: number;
    done: number;
    /** NDJSON as sent: health data, which stays in the state and is deleted when the job ends. */
    input: string;
    /** The process that works on it, and when it last said so. */
    worker: string | null;
    touched: string | null;
    ended: string | null;
    /** A stable code; null unless failed. */
    error: string | null;
  };
  job_line: { job: string; line: number; content: string };
};

export const jobsArea: StateArea = {
  name: "job",
  migrations: [
    {
      name: "0001-jobs",
      run: async (tx) => {
        await sql`
          create table job (
            id text primary key,
            tenant text not null,
            client text not null,
            kind text not null,
            state text not null,
            at timestamptz not null,
            lines bigint not null,
            done bigint not null,
            input text not null,
            worker text,
            touched timestamptz,
            ended timestamptz,
            error text
          )`.execute(tx);
        await sql`create index job_tenant on job (tenant, state)`.execute(tx);
        await sql`
          create table job_line (
            job text not null references job (id) on delete cascade,
            line bigint not null,
            content text not null,
            primary key (job, line)
          )`.execute(tx);
      },
    },
  ],
};
