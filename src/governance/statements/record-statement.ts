/**
 * Adds signed statements to the state, with their audit entry, and reads them back.
 * Invariant: a statement that is read has the signature of the key that it names; who owns the key is for the reader
 * to check against people.yaml.
 */
import type { KeyObject } from "node:crypto";
import { canonicalJson, toJson } from "../../artefacts/canonical-json.ts";
import { isSignedBy, jsonHash, publicKeyText, signJson } from "../../artefacts/signed-json.ts";
import { LongitudeError } from "../../errors/longitude-error.ts";
import { GOVERNANCE_FILE } from "../../errors/registry.ts";
import { appendAudit } from "../../state/audit/audit-log.ts";
import type { StateTransaction } from "../../state/open-state.ts";
import type { GovernanceTables } from "./governance-tables.ts";
import { type Statement, statementSchema } from "./statement.ts";

export type Signed = Statement & { readonly publicKey: string };

/** @param nowMs the clock, for the audit log */
export function recordStatement(
  tx: StateTransaction,
  statement: Statement,
  key: KeyObject,
  nowMs: number,
): Promise<void> {
  const signature = signJson(toJson(statement), key);
  return recordSigned(tx, statement, { signature, publicKey: publicKeyText(key) }, nowMs);
}

/** The very same statement, sent again after a lost answer, is recorded once. @param signed checked by the caller */
export async function recordSigned(
  tx: StateTransaction,
  statement: Statement,
  { signature, publicKey }: { readonly signature: string; readonly publicKey: string },
  nowMs: number,
): Promise<void> {
  const content = toJson(statement);
  const { numInsertedOrUpdatedRows: added } = await tx
    .withTables<GovernanceTables>()
    .insertInto("governance_statement")
    .values({
      id: jsonHash(content),
      kind: statement.kind,
      subject: statement.subject,
      at: statement.at,
      signed_by: statement.by,
      public_key: publicKey,
      content: canonicalJson(content),
      signature,
    })
    .onConflict((conflict) => conflict.column("id").doNothing())
    .executeTakeFirst();
  if (added === 0n) return;
  await appendAudit(
    tx,
    {
      actor: statement.by,
      action: `governance.${statement.kind}`,
      object: statement.subject.slice(0, 200),
      patientKey: null,
      reason: "reason" in statement ? statement.reason : "",
      outcome: "done",
    },
    nowMs,
  );
}

/** Every statement, oldest first. @throws LongitudeError GOVERNANCE_FILE when one is not what was signed */
export async function readStatements(tx: StateTransaction): Promise<readonly Signed[]> {
  const rows = await tx
    .withTables<GovernanceTables>()
    .selectFrom("governance_statement")
    .selectAll()
    .orderBy("at")
    .orderBy("id")
    .execute();
  return rows.map(({ id, content, signature, public_key: publicKey }) => {
    const parsed = statementSchema.safeParse(JSON.parse(content));
    if (!parsed.success || !isSignedBy(toJson(parsed.data), signature, publicKey)) {
      throw new LongitudeError(GOVERNANCE_FILE, `statement ${id.slice(0, 16)} is not what was signed`);
    }
    return { ...parsed.data, publicKey };
  });
}
