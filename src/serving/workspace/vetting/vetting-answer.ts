/**
 * What the vetting page shows before an item is opened: what waits for the person who looks, how the queue stands, how far
 * reviewers agree.
 * Invariant: a reviewer learns nothing of what others do (decision 0018), and who adjudicates nothing of who did it: figures by
 * reviewer are for those who do neither.
 */
import { z } from "zod";
import { createRandom } from "../../../effects/random.ts";
import { estimateSchema } from "../../../evaluation/measures/estimate.ts";
import type { StateTransaction } from "../../../state/open-state.ts";
import { waitingFor } from "../../../vetting/queue/claim-next.ts";
import { itemCounts, vettingEvidence } from "../../../vetting/report/vetting-evidence.ts";
import type { Reviewer, ReviewerRole } from "../../../vetting/statements/reviewers.ts";
import {
  type DefinitionVetting,
  definitionVettingSchema,
} from "../../../vetting/statements/vetting-status.ts";
import type { Session } from "../../identity/sessions.ts";
import type { ServerContext } from "../../server-context.ts";

export const vettingAnswerSchema = z.strictObject({
  /** As reviewers.yaml has the person; null: it does not list them. */
  you: z
    .strictObject({
      name: z.string(),
      demonstration: z.boolean(),
      /** Items that they may be given now; null: not a role of theirs. */
      toReview: z.int().nullable(),
      toAdjudicate: z.int().nullable(),
    })
    .nullable(),
  items: z.strictObject({ open: z.int(), disputed: z.int(), settled: z.int() }),
  outcomes: z.array(
    definitionVettingSchema.pick({
      name: true,
      status: true,
      demonstration: true,
      vettedBy: true,
      vettedAt: true,
      expiresAt: true,
    }),
  ),
  /** Null: the person reviews, and is blind. */
  agreement: z
    .strictObject({
      kinds: z.array(
        z.strictObject({
          kind: z.string(),
          name: z.string(),
          twice: z.int(),
          agreed: z.int(),
          kappa: estimateSchema.nullable(),
        }),
      ),
      reviewers: z.array(
        z.strictObject({
          reviewer: z.string(),
          reviews: z.int(),
          medianMinutes: z.number(),
          drift: estimateSchema.nullable(),
        }),
      ),
      definitions: z.array(
        z.strictObject({
          outcome: z.string(),
          stale: z.boolean(),
          positivePredictiveValue: estimateSchema.nullable(),
          sensitivity: estimateSchema.nullable(),
          waiting: z.int(),
        }),
      ),
    })
    .nullable(),
});

export type VettingAnswer = z.output<typeof vettingAnswerSchema>;

export async function vettingAnswer(context: ServerContext, session: Session): Promise<VettingAnswer> {
  const [reviewers, outcomes] = await Promise.all([context.vetting.reviewers(), context.vetting.outcomes()]);
  const you = reviewerOf(session, reviewers);
  return context.state.transaction(async (tx) => ({
    you: await youIn(tx, context, session, reviewers),
    items: await itemCounts(tx),
    outcomes: outcomes.map(({ contentHash: _, evidence: __, ...one }) => one),
    agreement: you?.roles.includes("reviewer") === true ? null : await agreementFor(tx, outcomes, you),
  }));
}

function reviewerOf({ id, roles }: Session, reviewers: readonly Reviewer[]): Reviewer | undefined {
  return roles.includes("reviewer") ? reviewers.find((one) => one.id === id) : undefined;
}

/** Who looks, as reviewers.yaml has them, and what waits for them. */
export async function youIn(
  tx: StateTransaction,
  { effects }: ServerContext,
  session: Session,
  reviewers: readonly Reviewer[],
): Promise<VettingAnswer["you"]> {
  const you = reviewerOf(session, reviewers);
  if (you === undefined) return null;
  const waiting = async (role: ReviewerRole, as: "review" | "adjudication") =>
    you.roles.includes(role) ? waitingFor(tx, as, session.id, effects.now()) : null;
  return {
    name: you.name,
    demonstration: you.demonstration,
    toReview: await waiting("reviewer", "review"),
    toAdjudicate: await waiting("adjudicator", "adjudication"),
  };
}

async function agreementFor(
  tx: StateTransaction,
  outcomes: readonly DefinitionVetting[],
  you: Reviewer | undefined,
): Promise<NonNullable<VettingAnswer["agreement"]>> {
  const current = new Map(outcomes.map(({ name, contentHash }) => [name, contentHash]));
  const { agreement, reviewers, definitions } = await vettingEvidence(
    tx,
    current,
    createRandom("vetting page"),
  );
  return {
    kinds: [...agreement],
    // An adjudicator decides without knowing whose words they are.
    reviewers: you === undefined ? [...reviewers] : [],
    definitions: definitions.map((one) => ({
      outcome: one.outcome,
      stale: one.stale,
      positivePredictiveValue: one.positivePredictiveValue,
      sensitivity: one.sensitivity,
      waiting: one.strata.reduce((sum, stratum) => sum + stratum.waiting, 0),
    })),
  };
}
