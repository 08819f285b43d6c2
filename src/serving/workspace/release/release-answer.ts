/** How the served release was judged, which others the site has, where it comes from, and whether the audit log is whole. */
import { z } from "zod";
import { verdictOn } from "../../../governance/gates/judge-gates.ts";
import { verdictSchema } from "../../../governance/gates/verdict.ts";
import { lineageGraph } from "../../../governance/release/lineage-graph.ts";
import { verifyAudit } from "../../../state/audit/verify-audit.ts";
import { isoTime } from "../../../state/value-parsers.ts";
import type { ServerContext } from "../../server-context.ts";

export const releaseAnswerSchema = z.strictObject({
  served: z.string(),
  /** To be served instead, and why it could not be opened; null where what is served is what the registry says. */
  next: z.strictObject({ release: z.string(), failed: z.string().nullable() }).nullable(),
  reviewBy: z.string(),
  /** Whether its review date has passed. */
  stale: z.boolean(),
  /** Id of the served release's model, which waivers are of. */
  model: z.string(),
  /** As it was signed. */
  verdict: verdictSchema.pick({ verdict: true, words: true }),
  /** With the waivers that count today, as `longitude gate` would judge; it holds for the release that is made next. */
  today: verdictSchema.pick({ verdict: true, words: true, tasks: true }),
  /** Of models that have a release, the newest first. */
  waivers: z.array(
    z.strictObject({
      gate: z.string(),
      /** Null: every outcome. */
      outcome: z.string().nullable(),
      by: z.string(),
      at: z.string(),
      reason: z.string(),
      until: z.string(),
      ended: z.boolean(),
      /** Versions of the releases whose model it is of. */
      versions: z.array(z.string()),
      /** Whether one of them is served. */
      served: z.boolean(),
    }),
  ),
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

export async function releaseAnswer(context: ServerContext): Promise<ReleaseAnswer> {
  const { manifest, verdict } = context.model;
  const [registered, waivers] = [await context.releases(), await context.governance.waivers()];
  const day = isoTime(context.effects.now()).slice(0, 10);
  const own = registered.find(({ id }) => id === manifest.id)?.model ?? manifest.model;
  const today = verdictOn(
    verdict,
    waivers.filter(({ subject }) => subject === own),
    day,
  );
  return {
    served: manifest.id,
    next: context.next(registered),
    reviewBy: manifest.reviewBy,
    stale: day > manifest.reviewBy,
    model: own,
    verdict: { verdict: verdict.verdict, words: verdict.words },
    today: { verdict: today.verdict, words: today.words, tasks: today.tasks },
    waivers: waivers
      .toSorted((a, b) => (a.at < b.at ? 1 : -1))
      .map(({ subject, ...waiver }) => ({
        ...{ gate: waiver.gate, outcome: waiver.outcome, by: waiver.by, at: waiver.at },
        ...{ reason: waiver.reason, until: waiver.until, ended: waiver.until < day },
        versions: registered.filter(({ model }) => model === subject).map(({ version }) => version),
        served: subject === own,
      })),
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
