/** What an OperationOutcome says in codes; its free text may name a patient and is never repeated. */
import { z } from "zod";
import { jsonOf } from "./json-of.ts";

const outcomeSchema = z.looseObject({
  resourceType: z.literal("OperationOutcome"),
  issue: z.array(
    z.looseObject({
      severity: z.enum(["fatal", "error", "warning", "information", "success"]).catch("error"),
      code: z
        .string()
        .regex(/^[a-z-]{1,40}$/)
        .catch("unknown"),
    }),
  ),
});

/** `severity code` of each issue; null when it is no OperationOutcome. */
export function issuesOf(json: unknown): string[] | null {
  const parsed = outcomeSchema.safeParse(json);
  return parsed.success ? parsed.data.issue.map(({ severity, code }) => `${severity} ${code}`) : null;
}

/** ` (error invalid, warning not-supported)` for a message; empty when the text is no OperationOutcome. */
export function issueCodes(text: string | null): string {
  const issues = issuesOf(jsonOf(text));
  return issues === null || issues.length === 0 ? "" : ` (${[...new Set(issues)].slice(0, 5).join(", ")})`;
}

/** A failure to tell the state, not of the export itself. */
export function isTransient(text: string | null): boolean {
  const passing = /\b(transient|lock-error|no-store|exception|timeout|incomplete|throttled)$/;
  return (issuesOf(jsonOf(text)) ?? []).some((issue) => passing.test(issue));
}
