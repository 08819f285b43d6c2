/**
 * Records a review or an adjudication, and settles the item when there is enough.
 * Invariant: two reviews of an item come from two people; an adjudication comes from a third; nothing said is changed.
 */
import { LongitudeError } from "../../errors/longitude-error.ts";
import {
  VETTING_ADJUDICATOR,
  VETTING_CLAIM_LOST,
  VETTING_ITEM,
  VETTING_REVIEWED_TWICE,
} from "../../errors/registry.ts";
import type { StateTransaction } from "../../state/open-state.ts";
import { isoTime } from "../../state/value-parsers.ts";
import { REVIEWS_NEEDED } from "./claim-next.ts";
import { audit } from "./propose.ts";
import { type ItemState, vettingTables } from "./vetting-tables.ts";

/** Of a definition, and of a chart that is read for an outcome. */
export const DEFINITION_VERDICTS = ["approve", "reject"] as const;
export const LABEL_VERDICTS = ["present", "absent", "uncertain"] as const;

export interface Decision {
  /** Drawn by the caller; the same id again is the same decision, not a second one. */
  readonly id: string;
  readonly itemId: string;
  readonly reviewer: string;
  readonly role: "review" | "adjudication";
  readonly verdict: string;
  /** 1 (guess) to 5 (certain). */
  readonly confidence: number;
  readonly reason: string;
}

export interface DecisionResult {
  readonly itemId: string;
  readonly state: ItemState;
  readonly verdict: string | null;
}

/** @throws LongitudeError VETTING_ITEM, VETTING_REVIEWED_TWICE, VETTING_CLAIM_LOST, VETTING_ADJUDICATOR */
export async function decide(
  tx: StateTransaction,
  decision: Decision,
  nowMs: number,
): Promise<DecisionResult> {
  const tables = vettingTables(tx);
  const now = isoTime(nowMs);
  const { itemId, reviewer, role } = decision;
  const item = await tables
    .selectFrom("vetting_item")
    .select(["id", "kind", "state", "verdict", "subject_key"])
    .where("id", "=", itemId)
    .forUpdate()
    .executeTakeFirst();
  if (item === undefined) throw new LongitudeError(VETTING_ITEM, `there is no item ${itemId}`);
  const reviews = await tables
    .selectFrom("vetting_review")
    .selectAll()
    .where("item_id", "=", itemId)
    .execute();
  const before = reviews.find((review) => review.reviewer === reviewer);
  if (before?.id === decision.id) return { itemId, state: item.state as ItemState, verdict: item.verdict };
  if (before !== undefined) {
    throw role === "review"
      ? new LongitudeError(VETTING_REVIEWED_TWICE, `${reviewer} has reviewed ${itemId} already`)
      : new LongitudeError(
          VETTING_ADJUDICATOR,
          `${reviewer} has reviewed ${itemId} and cannot adjudicate it`,
        );
  }
  if (item.state !== (role === "review" ? "open" : "disputed")) {
    throw new LongitudeError(
      role === "review" ? VETTING_CLAIM_LOST : VETTING_ITEM,
      `${itemId} is ${item.state} and takes no ${role}`,
    );
  }
  const allowed: readonly string[] = item.kind === "label" ? LABEL_VERDICTS : DEFINITION_VERDICTS;
  if (!allowed.includes(decision.verdict)) {
    throw new LongitudeError(VETTING_ITEM, `the verdict on ${itemId} is one of ${allowed.join(", ")}`);
  }
  const claim = await tables.selectFrom("vetting_claim").selectAll().where("item_id", "=", itemId).execute();
  const mine = claim.find((one) => one.reviewer === reviewer);
  const others = claim.filter(
    (one) =>
      one.reviewer !== reviewer &&
      one.role === role &&
      one.lease_until > now &&
      !reviews.some((review) => review.reviewer === one.reviewer),
  );
  const places = role === "review" ? REVIEWS_NEEDED - reviews.length : 1;
  // A lease that ran out is no loss as long as nobody else was given the place.
  if (mine === undefined || (mine.lease_until <= now && others.length >= places)) {
    throw new LongitudeError(VETTING_CLAIM_LOST, `${itemId} is not claimed by ${reviewer}`);
  }
  await tables
    .insertInto("vetting_review")
    .values({
      id: decision.id,
      item_id: itemId,
      reviewer,
      role,
      verdict: decision.verdict,
      confidence: decision.confidence,
      reason: decision.reason,
      claimed_at: mine.claimed_at,
      decided_at: now,
    })
    .execute();
  const result = outcomeOf(
    itemId,
    decision,
    reviews.map(({ verdict }) => verdict),
  );
  if (result.state !== item.state) {
    await tables
      .updateTable("vetting_item")
      .set({ state: result.state, verdict: result.verdict, settled_at: result.verdict === null ? null : now })
      .where("id", "=", itemId)
      .execute();
  }
  const action = role === "review" ? "vetting.review" : "vetting.adjudicate";
  await audit(tx, reviewer, action, itemId, item.subject_key, nowMs);
  return result;
}

/** Two that agree settle, unless both are uncertain; two that differ are for a third to decide, whose word settles. */
function outcomeOf(itemId: string, decision: Decision, earlier: readonly string[]): DecisionResult {
  const { role, verdict } = decision;
  if (role === "adjudication") return { itemId, state: "settled", verdict };
  if (earlier.length + 1 < REVIEWS_NEEDED) return { itemId, state: "open", verdict: null };
  const agreed = earlier.every((one) => one === verdict) && verdict !== "uncertain";
  return agreed ? { itemId, state: "settled", verdict } : { itemId, state: "disputed", verdict: null };
}
