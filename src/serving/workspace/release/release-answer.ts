/** How the served release was judged, which others the site has, where it comes from, and whether the audit log is whole. */
import { z } from "zod";
import { verdictSchema } from "../../../governance/gates/verdict.ts";
import { lineageGraph } from "../../../governance/release/lineage-graph.ts";
import { verifyAudit } from "../../../state/audit/verify-audit.ts";
import { isoTime } from "../../../state/value-parsers.ts";
import type { ServerContext } from "../../server-context.ts";

export const releaseAnswerSchema = z.strictObject({
  served: z.string(),
  reviewBy: z.string(),
  /** Whether its review date has passed. */
  stale: z.boolean(),
  verdict: verdictSchema.pick({ verdict: true, words: true, tasks: true }),
  /** Newest first. */
  releases: z.array(
    z.strictObject({
      id: z.string(),
      version: z.string(),
      stage: z.string(),
      verdict: z.string(),
      createdAt: z.string(),
      aliases: z.array(z.string()),
      approvals: z.array(z.strictObject({ by: z.string(), role: z.string(), at: z.string() })),
    }),
  ),
  lineage: z.array(
    z.strictObject({
      id: z.string(),
      kind: z.string(),
      step: z.int(),
      from: z.array(z.strictObject({ id: z.string(), role: z.string() })),
    }),
  ),
});

export const auditChainSchema = z.strictObject({
  /** When it was checked, ISO 8601. */
  at: z.string(),
  entries: z.int(),
  /** Entries written while the clock stood behind the entry before. */
  clockSetBack: z.int(),
  /** Whether it was held against an anchor that is kept outside of the database. */
  anchored: z.boolean(),
  faults: z.array(z.strictObject({ sequence: z.int(), kind: z.string() })),
});

export type ReleaseAnswer = z.output<typeof releaseAnswerSchema>;
export type AuditChain = z.output<typeof auditChainSchema>;

export async function releaseAnswer({ model, releases, effects }: ServerContext): Promise<ReleaseAnswer> {
  const { manifest, verdict } = model;
  const registered = await releases();
  return {
    served: manifest.id,
    reviewBy: manifest.reviewBy,
    stale: isoTime(effects.now()).slice(0, 10) > manifest.reviewBy,
    verdict: { verdict: verdict.verdict, words: verdict.words, tasks: verdict.tasks },
    releases: registered.toReversed().map((release) => ({
      id: release.id,
      version: release.version,
      stage: release.stage,
      verdict: release.verdict,
      createdAt: release.createdAt,
      aliases: [...release.aliases],
      approvals: release.approvals.map(({ by, role, at }) => ({ by, role, at })),
    })),
    lineage: lineageGraph(manifest).nodes.map(({ from, ...node }) => ({ ...node, from: [...from] })),
  };
}

/** Reads the whole log. */
export async function auditChain({ state, auditAnchor, effects }: ServerContext): Promise<AuditChain> {
  const at = isoTime(effects.now());
  const anchor = await auditAnchor();
  const { entries, clockSetBack, faults } = await state.transaction((tx) =>
    verifyAudit(tx, at, anchor === null ? [] : [anchor]),
  );
  return { at, entries, clockSetBack, anchored: anchor !== null, faults: [...faults] };
}
