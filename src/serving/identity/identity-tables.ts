/** Tables of people at work: sessions, log-ins under way, and every time that the glass was broken. */
import { type Generated, sql } from "kysely";
import { makeAppendOnly } from "../../state/append-only.ts";
import type { StateArea } from "../../state/migrate.ts";

export type IdentityTables = {
  identity_session: {
    /** SHA-256 of what the cookie holds: who reads the table cannot log in with it. */
    id: string;
    person: string;
    tenant: string;
    /** Separated by spaces. */
    roles: string;
    /** Separated by spaces. */
    units: Generated<string>;
    purpose: string;
    csrf: string;
    started: string;
    last_seen: string;
    ends: string;
    /** Of the SMART launch; null in a session of another kind. */
    patient: string | null;
    encounter: string | null;
    fhir_server: string | null;
    /** The launch's access token, encrypted with the server's secret. */
    sealed_token: string | null;
  };
  identity_login: {
    /** SHA-256 of `state`. */
    id: string;
    /** `oidc`, or the address of the FHIR server that launches. */
    kind: string;
    /** Verifier of PKCE, nonce and what else is needed once more, encrypted with the server's secret. */
    sealed: string;
    /** SHA-256 of what the browser's cookie holds: another browser cannot end what this one began. */
    browser: string;
    ends: string;
  };
  identity_break_glass: {
    id: string;
    session: string;
    person: string;
    tenant: string;
    patient_key: string;
    /** A code. */
    reason: string;
    /** In the person's own words: it stands here alone, in no log. */
    note: Generated<string>;
    at: string;
    ends: string;
  };
};

export const identityArea: StateArea = {
  name: "identity",
  migrations: [
    {
      name: "0001-sessions-logins-break-glass",
      run: async (tx) => {
        await sql`
          create table identity_session (
            id text primary key,
            person text not null,
            tenant text not null,
            roles text not null,
            purpose text not null,
            csrf text not null,
            started timestamptz not null,
            last_seen timestamptz not null,
            ends timestamptz not null,
            patient text,
            encounter text,
            fhir_server text,
            sealed_token text
          )`.execute(tx);
        await sql`
          create table identity_login (
            id text primary key,
            kind text not null,
            sealed text not null,
            browser text not null,
            ends timestamptz not null
          )`.execute(tx);
        await sql`
          create table identity_break_glass (
            id text primary key,
            session text not null,
            person text not null,
            tenant text not null,
            patient_key text not null,
            reason text not null,
            at timestamptz not null,
            ends timestamptz not null
          )`.execute(tx);
        await makeAppendOnly(tx, "identity_break_glass", "records of broken glass are");
      },
    },
    {
      name: "0002-units-of-sessions",
      run: async (tx) => {
        await sql`alter table identity_session add column units text not null default ''`.execute(tx);
      },
    },
    {
      name: "0003-notes-of-broken-glass",
      run: async (tx) => {
        await sql`alter table identity_break_glass add column note text not null default ''`.execute(tx);
      },
    },
  ],
};
