/**
 * The audit log: entries are added in the same transaction as what they tell about, and read in pages.
 * Invariant: entry n+1 holds the hash of entry n; sequence numbers have no gap, also when many processes write at once.
 */
import { sql } from "kysely";
import { LongitudeError } from "../../errors/longitude-error.ts";
import { AUDIT_ENTRY_INVALID } from "../../errors/registry.ts";
import type { StateTransaction } from "../open-state.ts";
import { isoTime } from "../value-parsers.ts";
import {
  type AuditEntry,
  type AuditFacts,
  auditFactsSchema,
  auditHash,
  FIRST_PREVIOUS_HASH,
} from "./audit-entry.ts";
import type { AuditTables } from "./audit-tables.ts";

/** Held until the writer's transaction ends, so that entries are chained one after the other. */
const APPEND_LOCK = 7_241_002;
const PAGE = 1000;

/**
 * @param nowMs what the clock says. A clock that was set back is recorded as such; order is by sequence.
 * @throws LongitudeError AUDIT_ENTRY_INVALID
 */
export async function appendAudit(
  tx: StateTransaction,
  facts: AuditFacts,
  nowMs: number,
): Promise<AuditEntry> {
  const [entry] = await appendAudits(tx, [facts], nowMs);
  return entry as AuditEntry;
}

/**
 * Several entries, one after the other in the order given; none when one of them is invalid.
 * @throws LongitudeError AUDIT_ENTRY_INVALID
 */
export async function appendAudits(
  tx: StateTransaction,
  all: readonly AuditFacts[],
  nowMs: number,
): Promise<AuditEntry[]> {
  const parsed = all.map(factsOf);
  await sql`select pg_advisory_xact_lock(${sql.lit(APPEND_LOCK)})`.execute(tx);
  let last: Pick<AuditEntry, "sequence" | "at" | "hash"> | undefined = await tx
    .selectFrom("audit_entry")
    .select(["sequence", "at", "hash"])
    .orderBy("sequence", "desc")
    .limit(1)
    .executeTakeFirst();
  const entries: AuditEntry[] = [];
  for (const facts of parsed) {
    const unsealed = {
      ...facts,
      sequence: (last?.sequence ?? 0) + 1,
      at: isoTime(nowMs),
      clockSetBackMs: last === undefined ? 0 : Math.max(0, Date.parse(last.at) - nowMs),
      previousHash: last?.hash ?? FIRST_PREVIOUS_HASH,
    };
    const entry = { ...unsealed, hash: auditHash(unsealed) };
    entries.push(entry);
    last = entry;
  }
  if (entries.length > 0) await tx.insertInto("audit_entry").values(entries.map(rowOf)).execute();
  return entries;
}

function factsOf(facts: AuditFacts): AuditFacts {
  const parsed = auditFactsSchema.safeParse(facts);
  if (parsed.success) return parsed.data;
  const fields = parsed.error.issues.map(({ path }) => path.join(".")).join(", ");
  throw new LongitudeError(AUDIT_ENTRY_INVALID, `the audit entry's ${fields} cannot be recorded`);
}

/** Entries in order. @param after sequence number of the last entry that is not wanted */
export async function* readAudit(tx: StateTransaction, after = 0): AsyncGenerator<AuditEntry> {
  let last = after;
  for (;;) {
    const rows = await tx
      .selectFrom("audit_entry")
      .selectAll()
      .where("sequence", ">", last)
      .orderBy("sequence")
      .limit(PAGE)
      .execute();
    for (const row of rows) yield entryOf(row);
    const end = rows.at(-1);
    if (end === undefined) return;
    last = end.sequence;
  }
}

export interface AuditQuestion {
  /** Sequence number of the oldest entry that was seen; the newest when left out. */
  readonly before?: number | undefined;
  /** Start of the action: `serving.`. */
  readonly action?: string | undefined;
  readonly actor?: string | undefined;
  readonly limit: number;
}

/** The newest first. */
export async function newestAudit(
  tx: StateTransaction,
  { before, action, actor, limit }: AuditQuestion,
): Promise<AuditEntry[]> {
  let query = tx.selectFrom("audit_entry").selectAll().orderBy("sequence", "desc").limit(limit);
  if (before !== undefined) query = query.where("sequence", "<", before);
  if (action !== undefined) query = query.where(sql<boolean>`starts_with(action, ${action})`);
  if (actor !== undefined) query = query.where("actor", "=", actor);
  return (await query.execute()).map(entryOf);
}

function rowOf(entry: AuditEntry): AuditTables["audit_entry"] {
  const { clockSetBackMs, patientKey, previousHash, ...same } = entry;
  return {
    ...same,
    clock_set_back_ms: clockSetBackMs,
    patient_key: patientKey,
    previous_hash: previousHash,
  };
}

function entryOf(row: AuditTables["audit_entry"]): AuditEntry {
  const { clock_set_back_ms, patient_key, previous_hash, outcome, ...same } = row;
  return {
    ...same,
    clockSetBackMs: clock_set_back_ms,
    patientKey: patient_key,
    previousHash: previous_hash,
    outcome: outcome as AuditFacts["outcome"],
  };
}
