/** Tables of the monitors: each time an alarm began or ended, the last row about it counts; and what has matured. */
import { type Generated, sql } from "kysely";
import { makeAppendOnly } from "../../state/append-only.ts";
import type { StateArea } from "../../state/migrate.ts";

export type MonitorTables = {
  monitor_alarm: {
    sequence: Generated<number>;
    at: string;
    release: string;
    tenant: string;
    unit: string;
    /** `*`: all outcomes. */
    outcome: string;
    rule: string;
    about: string;
    stands: boolean;
    value: number;
    above: number;
    persons: number;
  };
  monitor_evidence: {
    sequence: Generated<number>;
    at: string;
    release: string;
    /** Canonical JSON. */
    content: string;
  };
};

export const monitorArea: StateArea = {
  name: "monitor",
  migrations: [
    {
      name: "0001-alarms",
      run: async (tx) => {
        await sql`
          create table monitor_alarm (
            sequence bigint generated always as identity primary key,
            at timestamptz not null,
            release text not null,
            unit text not null,
            outcome text not null,
            rule text not null,
            about text not null,
            stands boolean not null,
            value double precision not null,
            above double precision not null,
            persons bigint not null
          )`.execute(tx);
        await makeAppendOnly(tx, "monitor_alarm", "alarms are");
      },
    },
    {
      name: "0002-matured-evidence",
      run: async (tx) => {
        await sql`
          create table monitor_evidence (
            sequence bigint generated always as identity primary key,
            at timestamptz not null,
            release text not null,
            content text not null
          )`.execute(tx);
        await makeAppendOnly(tx, "monitor_evidence", "evidence is");
      },
    },
    {
      name: "0003-tenants-of-alarms",
      run: async (tx) => {
        await sql`alter table monitor_alarm add column tenant text not null default 'local'`.execute(tx);
      },
    },
  ],
};
