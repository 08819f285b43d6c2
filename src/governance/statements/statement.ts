/** What people and the site itself state about models and releases; each is signed, and none is ever changed. */
import { z } from "zod";

const time = z.string().min(10);
const personId = z.string().min(1);
const reason = z.string().regex(/^[^\r\n]{1,200}$/, "one line, at most 200 characters");

export const STAGES = ["candidate", "silent", "pilot", "live", "stopped", "retired"] as const;
export type Stage = (typeof STAGES)[number];

const waiver = z.strictObject({
  kind: z.literal("waiver"),
  /** Id of the model artefact. */
  subject: z.string(),
  at: time,
  by: personId,
  gate: z.string(),
  /** Null: for every outcome. */
  outcome: z.string().nullable(),
  reason,
  /** Last day on which it counts, YYYY-MM-DD. */
  until: z.string().regex(/^\d{4}-\d{2}-\d{2}$/, "a day, YYYY-MM-DD"),
});

const approval = z.strictObject({
  kind: z.literal("approval"),
  /** Id of the release. */
  subject: z.string(),
  at: time,
  by: personId,
  role: z.enum(["clinical", "technical"]),
  reason,
});

const released = z.strictObject({
  kind: z.literal("release"),
  subject: z.string(),
  at: time,
  by: z.literal("system"),
  model: z.string(),
  version: z.string(),
  /** Folder below the site. */
  folder: z.string(),
  verdict: z.string(),
  /** SHA-256 of manifest.json. */
  manifest: z.string(),
  /** The release whose approvals count for this one, because its change plan foresaw the change; null: none. */
  inherits: z.string().nullable().optional(),
});

const aliased = z.strictObject({
  kind: z.literal("alias"),
  /** Id of the release that has the name from now on. */
  subject: z.string(),
  at: time,
  by: personId,
  /** `champion`, `challenger`. */
  name: z.string().regex(/^[a-z][a-z0-9-]{0,39}$/, "lower-case letters, digits and hyphens"),
  reason,
});

const staged = z.strictObject({
  kind: z.literal("stage"),
  subject: z.string(),
  at: time,
  by: personId,
  to: z.enum(STAGES),
  /** Null, or absent: every outcome. */
  outcome: z.string().nullable().optional(),
  /** Where care happens; null, or absent: everywhere. */
  unit: z.string().nullable().optional(),
  reason,
});

export const statementSchema = z.discriminatedUnion("kind", [waiver, approval, released, staged, aliased]);

const plain = z.string().regex(/^\P{Cc}{1,200}$/u, "one line, at most 200 characters");

/** What people sign in their browser. */
export const personStatementSchema = z.discriminatedUnion("kind", [
  waiver.extend({ reason: plain, gate: plain, outcome: plain.nullable() }),
  approval.extend({ reason: plain }),
  staged.extend({
    reason: plain,
    outcome: plain.nullable().optional(),
    unit: plain.nullable().optional(),
  }),
]);

/** What people sign in their browser to go back from a release. */
export const rollBackStatementSchema = z.discriminatedUnion("kind", [
  staged.extend({ reason: plain }),
  aliased.extend({ reason: plain }),
]);

export type RollBackStatement = z.output<typeof rollBackStatementSchema>;
export type PersonStatement = z.output<typeof personStatementSchema>;
export type StageStatement = z.output<typeof staged>;
export type Statement = z.output<typeof statementSchema>;
export type Waiver = z.output<typeof waiver>;
export type Approval = z.output<typeof approval>;
export type ReleaseStatement = z.output<typeof released>;
