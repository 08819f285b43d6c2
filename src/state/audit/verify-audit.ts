/**
 * Finds whether the audit log is as it was written. The chain shows a changed, removed or reordered entry; only an
 * anchor that was exported before and kept elsewhere shows that the newest entries were cut off, or that somebody who
 * owns the database wrote the whole chain anew.
 */
import { z } from "zod";
import type { StateTransaction } from "../open-state.ts";
import { type AuditEntry, auditHash, FIRST_PREVIOUS_HASH } from "./audit-entry.ts";
import { readAudit } from "./audit-log.ts";

/** What is kept outside of the database: how long the log was, and how it ended. */
export const auditAnchorSchema = z.strictObject({
  schema: z.literal("longitude.audit-anchor/1"),
  sequence: z.int().min(0),
  /** Of the entry with this sequence number; 64 zeros for an empty log. */
  hash: z.string().regex(/^[0-9a-f]{64}$/),
  /** When it was exported; ISO 8601. */
  at: z.string(),
});

export type AuditAnchor = z.output<typeof auditAnchorSchema>;

export interface AuditFault {
  /** Where: the first entry that is not as it was. */
  readonly sequence: number;
  readonly kind: "missing" | "changed" | "chain broken" | "cut off" | "not the anchored log";
}

export interface AuditVerdict {
  readonly entries: number;
  /** Entries that were written while the clock stood behind the entry before. No fault. */
  readonly clockSetBack: number;
  readonly faults: readonly AuditFault[];
  /** As of now; export it and keep it elsewhere. */
  readonly anchor: AuditAnchor;
}

/** @param at when this is asked; becomes the new anchor's time */
export async function verifyAudit(
  tx: StateTransaction,
  at: string,
  anchors: readonly AuditAnchor[] = [],
): Promise<AuditVerdict> {
  const faults: AuditFault[] = [];
  let entries = 0;
  let clockSetBack = 0;
  let expected = 1;
  let previous: AuditEntry | null = null;
  for await (const entry of readAudit(tx)) {
    entries++;
    if (entry.sequence !== expected) faults.push({ sequence: expected, kind: "missing" });
    else if (entry.previousHash !== (previous?.hash ?? FIRST_PREVIOUS_HASH)) {
      faults.push({ sequence: entry.sequence, kind: "chain broken" });
    }
    if (auditHash(entry) !== entry.hash) faults.push({ sequence: entry.sequence, kind: "changed" });
    if (anchors.some(({ sequence, hash }) => sequence === entry.sequence && hash !== entry.hash)) {
      faults.push({ sequence: entry.sequence, kind: "not the anchored log" });
    }
    if (entry.clockSetBackMs > 0) clockSetBack++;
    expected = entry.sequence + 1;
    previous = entry;
  }
  const last = previous?.sequence ?? 0;
  for (const { sequence } of anchors) {
    if (sequence > last) faults.push({ sequence: last + 1, kind: "cut off" });
  }
  const hash = previous?.hash ?? FIRST_PREVIOUS_HASH;
  return {
    entries,
    clockSetBack,
    faults,
    anchor: { schema: "longitude.audit-anchor/1", sequence: last, hash, at },
  };
}

/** The log's newest anchor; null when it has not grown, or does not hold what `known` anchored: that is for `verify` to find. */
export async function nextAnchor(
  tx: StateTransaction,
  known: AuditAnchor | null,
  at: string,
): Promise<AuditAnchor | null> {
  const ends = await tx
    .selectFrom("audit_entry")
    .select(["sequence", "hash"])
    .where((where) =>
      where.or([
        where("sequence", "=", known?.sequence ?? 0),
        where(
          "sequence",
          "=",
          where.selectFrom("audit_entry").select(({ fn }) => fn.max("sequence").as("last")),
        ),
      ]),
    )
    .orderBy("sequence")
    .execute();
  const last = ends.at(-1);
  if (last === undefined || last.sequence <= (known?.sequence ?? 0)) return null;
  if (known !== null && known.sequence > 0 && ends[0]?.hash !== known.hash) return null;
  return { schema: "longitude.audit-anchor/1", sequence: last.sequence, hash: last.hash, at };
}
