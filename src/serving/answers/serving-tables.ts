/** Tables of the server: answers with what they were made from, every time that one was asked for, and what people said. */
import { type Generated, sql } from "kysely";
import { makeAppendOnly } from "../../state/append-only.ts";
import type { StateArea } from "../../state/migrate.ts";

export type ServingTables = {
  serving_answer: {
    id: string;
    tenant: string;
    release: string;
    at: string;
    /** Canonical JSON of the input: health data, which stays in the state. */
    input: string;
    /** Canonical JSON of the answer. */
    answer: string;
  };
  serving_request: {
    id: string;
    at: string;
    tenant: string;
    client: string;
    /** `cds.patient-view`, `fhir.forecast`, `v1.forecast`. */
    kind: string;
    /** Where care happens; empty when the request does not say. */
    unit: string;
    /** The best of any outcome. */
    stage: string;
    /** JSON list of {outcome, horizon, stage}: what each forecast of the answer was allowed in this unit. */
    stages: Generated<string>;
    release: string;
    answer: string;
    /** A key of the patient within the tenant, not the hospital's number. */
    patient_key: string;
    milliseconds: number;
    /** Of the card that came of it; empty where there is none. */
    card: Generated<string>;
  };
  /** Requests for a forecast that ended in an error: where, and its code. */
  serving_failure: {
    sequence: Generated<number>;
    at: string;
    tenant: string;
    release: string;
    kind: string;
    unit: string;
    code: string;
  };
  serving_feedback: {
    tenant: string;
    service: string;
    card: string;
    outcome: string;
    reason: string;
    /** SHA-256 of the feedback as sent: sent again, it is stored once. */
    content: string;
    at: string;
  };
  /** Requests that processes have taken for a tenant in a minute since 1970, to answer from. */
  serving_minute: { tenant: string; minute: number; taken: number };
  serving_used_assertion: { issuer: string; jti: string; expires: string };
  serving_stage: {
    id: string;
    at: string;
    release: string;
    outcome: string;
    unit: string;
    stage: string;
    by_whom: string;
    reason: string;
  };
};

export const servingArea: StateArea = {
  name: "serving",
  migrations: [
    {
      name: "0001-answers-requests-feedback",
      run: async (tx) => {
        await sql`
          create table serving_answer (
            id text primary key,
            tenant text not null,
            release text not null,
            at timestamptz not null,
            input text not null,
            answer text not null
          )`.execute(tx);
        await sql`
          create table serving_request (
            id text primary key,
            at timestamptz not null,
            tenant text not null,
            client text not null,
            kind text not null,
            unit text not null,
            stage text not null,
            release text not null,
            answer text not null,
            patient_key text not null,
            milliseconds double precision not null
          )`.execute(tx);
        await sql`create index serving_request_at on serving_request (release, at)`.execute(tx);
        await sql`
          create table serving_feedback (
            tenant text not null,
            service text not null,
            card text not null,
            outcome text not null,
            reason text not null,
            content text not null,
            at timestamptz not null,
            primary key (tenant, service, card, content)
          )`.execute(tx);
        await makeAppendOnly(tx, "serving_feedback", "feedback is");
        await sql`
          create table serving_used_assertion (
            issuer text not null,
            jti text not null,
            expires timestamptz not null,
            primary key (issuer, jti)
          )`.execute(tx);
        await sql`
          create table serving_stage (
            id text primary key,
            at timestamptz not null,
            release text not null,
            outcome text not null,
            unit text not null,
            stage text not null,
            by_whom text not null,
            reason text not null
          )`.execute(tx);
        await makeAppendOnly(tx, "serving_stage", "stages are");
      },
    },
    {
      name: "0002-stages-of-requests",
      run: async (tx) => {
        await sql`alter table serving_request add column stages text not null default '[]'`.execute(tx);
      },
    },
    {
      name: "0003-cards-and-failures",
      run: async (tx) => {
        await sql`alter table serving_request add column card text not null default ''`.execute(tx);
        await sql`create index serving_request_card on serving_request (card) where card <> ''`.execute(tx);
        await sql`create index serving_request_answer on serving_request (answer)`.execute(tx);
        await sql`create index serving_feedback_at on serving_feedback (at)`.execute(tx);
        await sql`
          create table serving_failure (
            sequence bigint generated always as identity primary key,
            at timestamptz not null,
            tenant text not null,
            release text not null,
            kind text not null,
            unit text not null,
            code text not null
          )`.execute(tx);
        await sql`create index serving_failure_at on serving_failure (release, at)`.execute(tx);
        await makeAppendOnly(tx, "serving_failure", "failures are");
      },
    },
    {
      name: "0004-requests-of-a-minute",
      run: async (tx) => {
        await sql`
          create table serving_minute (
            tenant text not null,
            minute bigint not null,
            taken integer not null,
            primary key (tenant, minute)
          )`.execute(tx);
      },
    },
  ],
};
