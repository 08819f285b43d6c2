/**
 * One entry of the audit log: who did what to which object, for which patient key, why, and how it ended.
 * Invariant: there is no field for health data; every field but the reason takes short ids only.
 */
import { createHash } from "node:crypto";
import { z } from "zod";
import { canonicalJson } from "../../artefacts/canonical-json.ts";

/** Letters, digits and the marks of ids, file names and e-mail addresses; no spaces, hence no sentences. */
const id = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._:@/+=#-]{0,199}$/, "a short id");

export const auditFactsSchema = z.strictObject({
  /** Who: a user's id, or `system` for what Longitude does by itself. */
  actor: id,
  /** What, as `area.verb`: `vetting.decide`, `privacy.reidentify`. */
  action: z.string().regex(/^[a-z]+(\.[a-z-]+)+$/, "area.verb"),
  /** To what: the id of an item, a release, an artefact; `-` when there is none. */
  object: z.union([id, z.literal("-")]),
  /** The de-identified key of the patient concerned; null when nobody's record was touched. */
  patientKey: id.nullable(),
  /** Why, in the actor's words; one line, without health data. */
  reason: z.string().regex(/^[^\r\n]{0,200}$/, "one line, at most 200 characters"),
  outcome: z.enum(["done", "refused", "failed"]),
});

export type AuditFacts = z.output<typeof auditFactsSchema>;

export interface AuditEntry extends AuditFacts {
  readonly sequence: number;
  /** ISO 8601, UTC. */
  readonly at: string;
  /** How far the clock stood behind the previous entry, ms. */
  readonly clockSetBackMs: number;
  /** Lower-case hexadecimal SHA-256. */
  readonly previousHash: string;
  readonly hash: string;
}

export const FIRST_PREVIOUS_HASH = "0".repeat(64);

/** SHA-256 over the canonical JSON of all fields but the hash itself. */
export function auditHash(entry: Omit<AuditEntry, "hash">): string {
  const { sequence, at, clockSetBackMs, actor, action, object, patientKey, reason, outcome, previousHash } =
    entry;
  const hashed = { sequence, at, clockSetBackMs, actor, action, object, patientKey, reason, outcome };
  return createHash("sha256")
    .update(canonicalJson({ ...hashed, previousHash }))
    .digest("hex");
}
