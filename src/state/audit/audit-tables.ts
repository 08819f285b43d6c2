/**
 * Table of the audit log. The database itself refuses to change or remove an entry; that somebody who owns the
 * database did so nevertheless is found by `verifyAudit`.
 */
import { sql } from "kysely";
import { makeAppendOnly } from "../append-only.ts";
import type { StateArea } from "../migrate.ts";

export interface AuditTables {
  audit_entry: {
    /** 1, 2, 3 …, without a gap. */
    sequence: number;
    /** What the clock said; ISO 8601. The order of entries is that of `sequence`, whatever the clock said. */
    at: string;
    /** By how many milliseconds the clock stood before the previous entry's time; 0 when it did not. */
    clock_set_back_ms: number;
    actor: string;
    action: string;
    object: string;
    patient_key: string | null;
    reason: string;
    outcome: string;
    /** Hash of the entry before; 64 zeros in the first one. */
    previous_hash: string;
    hash: string;
  };
}

export const auditArea: StateArea = {
  name: "audit",
  migrations: [
    {
      name: "0001-append-only-log",
      run: async (tx) => {
        await sql`
          create table audit_entry (
            sequence bigint primary key,
            at timestamptz not null,
            clock_set_back_ms bigint not null,
            actor text not null,
            action text not null,
            object text not null,
            patient_key text,
            reason text not null,
            outcome text not null,
            previous_hash text not null,
            hash text not null
          )`.execute(tx);
        await sql`create index audit_entry_patient on audit_entry (patient_key) where patient_key is not null`.execute(
          tx,
        );
        await makeAppendOnly(tx, "audit_entry", "the audit log is");
        await sql`revoke update, delete, truncate on audit_entry from public`.execute(tx);
      },
    },
  ],
};
