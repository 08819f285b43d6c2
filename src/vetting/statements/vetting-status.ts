/**
 * Whether a definition may be relied on today. Anything but `vetted` runs only marked as `UNVETTED_MARK`.
 */
import { z } from "zod";
import type { OutcomesSection } from "../outcome-definition.ts";
import { contentHash, outcomeContent } from "./content-hash.ts";
import type { Reviewer } from "./reviewers.ts";
import type { DefinitionKind, VettedStatement } from "./vetted-statement.ts";

/** What every page says that an unvetted definition reaches. */
export const UNVETTED_MARK = "unvetted: not for clinical use";

/** What every page says when only demonstration reviewers have vetted. */
export const DEMONSTRATION_MARK = "vetted for demonstration only: not for clinical use";

export const VETTING_STATUSES = ["vetted", "unvetted", "stale", "expired", "withdrawn"] as const;

export const definitionVettingSchema = z.strictObject({
  name: z.string(),
  /** `unvetted`: nobody has; `stale`: it, or what it depends on, was changed since. */
  status: z.enum(VETTING_STATUSES),
  /** Only people who are no clinicians have vetted it. */
  demonstration: z.boolean(),
  contentHash: z.string(),
  /** Names of reviewers and adjudicator. */
  vettedBy: z.array(z.string()),
  vettedAt: z.string().nullable(),
  expiresAt: z.string().nullable(),
  evidence: z.array(z.string()),
});

export type DefinitionVetting = z.output<typeof definitionVettingSchema>;

export interface Definition {
  readonly kind: DefinitionKind;
  readonly name: string;
  readonly contentHash: string;
}

export function outcomeDefinitions({ list }: Pick<OutcomesSection, "list">): Definition[] {
  return list.map((written) => ({
    kind: "outcome",
    name: written.name,
    contentHash: contentHash(outcomeContent(written)),
  }));
}

/**
 * @param current all definitions as they are now, for what the definition depends on
 * @param today YYYY-MM-DD
 */
export function vettingOf(
  definition: Definition,
  current: readonly Definition[],
  statements: readonly VettedStatement[],
  reviewers: readonly Reviewer[],
  today: string,
): DefinitionVetting {
  const { kind, name } = definition;
  const about = statements.filter((statement) => statement.kind === kind && statement.name === name);
  // Of statements of one day the one further down was added later.
  const latest = about
    .filter((statement) => statement.contentHash === definition.contentHash)
    .reduce<VettedStatement | null>(
      (best, statement) => (best !== null && best.vettedAt > statement.vettedAt ? best : statement),
      null,
    );
  const people =
    latest === null
      ? []
      : [...latest.reviewers, ...(latest.adjudicator === null ? [] : [latest.adjudicator])];
  const known = people.map((id) => reviewers.find((reviewer) => reviewer.id === id));
  return {
    name,
    status: latest === null ? (about.length > 0 ? "stale" : "unvetted") : statusOf(latest, current, today),
    demonstration: known.length > 0 && known.some((reviewer) => reviewer?.demonstration !== false),
    contentHash: definition.contentHash,
    vettedBy: people.map((id, i) => known[i]?.name ?? id),
    vettedAt: latest?.vettedAt ?? null,
    expiresAt: latest?.expiresAt ?? null,
    evidence: latest?.evidence ?? [],
  };
}

function statusOf(
  { verdict, expiresAt, dependsOn }: VettedStatement,
  current: readonly Definition[],
  today: string,
): DefinitionVetting["status"] {
  if (verdict === "withdrawn") return "withdrawn";
  const changed = dependsOn.some(
    (needed) =>
      !current.some(
        ({ kind, name, contentHash }) =>
          kind === needed.kind && name === needed.name && contentHash === needed.contentHash,
      ),
  );
  if (changed) return "stale";
  return expiresAt < today ? "expired" : "vetted";
}

/** What a page must say about the definitions that reach it; empty when all are vetted by clinicians. */
export function vettingMarks(vetting: readonly DefinitionVetting[]): string[] {
  const unvetted = vetting.filter(({ status }) => status !== "vetted");
  const demonstration = vetting.filter(({ status, demonstration }) => status === "vetted" && demonstration);
  const marks: string[] = [];
  if (unvetted.length > 0) {
    marks.push(`${UNVETTED_MARK} (${unvetted.map(({ name, status }) => `${name}: ${status}`).join(", ")})`);
  }
  if (demonstration.length > 0) {
    marks.push(`${DEMONSTRATION_MARK} (${demonstration.map(({ name }) => name).join(", ")})`);
  }
  return marks;
}
