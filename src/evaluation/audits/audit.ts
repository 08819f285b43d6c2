/**
 * What an audit of a model is: checks with figures, each figure with its interval and, where there is one, its limit.
 * Invariant: an audit passes only when every check could be judged and every figure lies within its limit.
 */
import { z } from "zod";
import { wilson } from "../../privacy/proof/wilson.ts";
import { type Bound, boundSchema, holds } from "../measures/bound.ts";
import { estimateSchema } from "../measures/estimate.ts";

export const AUDIT_NAMES = ["leakage", "robustness", "privacy"] as const;
export type AuditName = (typeof AUDIT_NAMES)[number];

/** The file of an audit in the folder of its stage. */
export function auditFile(name: AuditName): string {
  return `${name}.json`;
}

export const AUDIT_SCHEMA = "longitude.audit/1";

const figureSchema = z.strictObject({
  /** What was measured, in words. */
  what: z.string(),
  /** Null where the data cannot support it. */
  estimate: estimateSchema.nullable(),
  /** Null: the figure is told, not judged. */
  limit: boundSchema.nullable(),
  judged: z.enum(["within", "beyond", "too few to judge", "told"]),
});

export const checkSchema = z.strictObject({
  name: z.string(),
  /** The question that the check answers. */
  title: z.string(),
  /** How it was answered. */
  method: z.string(),
  outcome: z.enum(["passed", "failed", "too few to judge", "told"]),
  figures: z.array(figureSchema),
});

export const auditSchema = z.strictObject({
  schema: z.literal(AUDIT_SCHEMA),
  audit: z.enum(AUDIT_NAMES),
  /** Id of the model artefact that was audited. */
  model: z.string(),
  /** Persons whose records were looked at. */
  persons: z.int(),
  passed: z.boolean(),
  summary: z.string(),
  checks: z.array(checkSchema),
});

export type Audit = z.output<typeof auditSchema>;
export type AuditCheck = z.output<typeof checkSchema>;
export type AuditFigure = z.output<typeof figureSchema>;

export function figure(
  what: string,
  estimate: AuditFigure["estimate"],
  limit: Bound | null = null,
): AuditFigure {
  const judged =
    limit === null
      ? "told"
      : estimate === null
        ? "too few to judge"
        : holds(limit, estimate)
          ? "within"
          : "beyond";
  return { what, estimate, limit, judged };
}

export function check(
  name: string,
  title: string,
  method: string,
  figures: readonly AuditFigure[],
): AuditCheck {
  return { name, title, method, outcome: outcomeOf(figures), figures: [...figures] };
}

function outcomeOf(figures: readonly AuditFigure[]): AuditCheck["outcome"] {
  const judged = figures.map((one) => one.judged).filter((one) => one !== "told");
  if (judged.includes("beyond")) return "failed";
  if (judged.includes("within")) return "passed";
  return judged.length > 0 ? "too few to judge" : "told";
}

export function concludeAudit(
  audit: AuditName,
  model: string,
  persons: number,
  checks: readonly AuditCheck[],
): Audit {
  const titles = (outcome: AuditCheck["outcome"]) =>
    checks.filter((one) => one.outcome === outcome).map(({ title }) => title);
  const [failed, unjudged] = [titles("failed"), titles("too few to judge")];
  const parts = [
    ...(failed.length > 0 ? [`failed: ${failed.join("; ")}`] : []),
    ...(unjudged.length > 0 ? [`too few to judge: ${unjudged.join("; ")}`] : []),
  ];
  const judged = checks.filter(({ outcome }) => outcome !== "told").length;
  return {
    schema: AUDIT_SCHEMA,
    audit,
    model,
    persons,
    passed: parts.length === 0 && judged > 0,
    summary: parts.length === 0 ? `${judged} of ${judged} checks passed` : parts.join(". "),
    checks: [...checks],
  };
}

/** A share with its 95 % interval, which ends where shares do; null of nobody. */
export function shareOf(count: number, n: number): AuditFigure["estimate"] {
  if (n === 0) return null;
  const share = wilson(count, n);
  return { ...share, ...(count === 0 ? { low: 0 } : {}), ...(count === n ? { high: 1 } : {}) };
}
