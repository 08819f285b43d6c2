/**
 * Gives a reviewer the next item. An item has two places for reviewers and, when they differ, one for an adjudicator.
 * Invariant: a place belongs to one person until they have decided or their lease has run out; two people who ask at
 * the same moment never get the same place (rows are locked, locked ones are skipped).
 */
import { sql } from "kysely";
import type { StateTransaction } from "../../state/open-state.ts";
import { isoTime } from "../../state/value-parsers.ts";
import { type VettingTables, vettingTables } from "./vetting-tables.ts";

export const LEASE_MS = 60 * 60_000;
export const REVIEWS_NEEDED = 2;

export interface ClaimedItem {
  readonly id: string;
  readonly kind: string;
  readonly name: string;
  readonly contentHash: string;
  readonly content: unknown;
  readonly guideline: string;
  readonly subjectKey: string | null;
  /** ISO 8601; after it, another person may be given the item. */
  readonly leaseUntil: string;
  /** The two reviews, without names, for an adjudicator; nothing for a reviewer, who is blind. */
  readonly reviews: readonly {
    readonly verdict: string;
    readonly confidence: number;
    readonly reason: string;
  }[];
}

/** @returns the item that the person has under claim already, else a new one; null when there is none for them */
export async function claimNext(
  tx: StateTransaction,
  role: "review" | "adjudication",
  reviewer: string,
  nowMs: number,
  only: { readonly kind?: string | undefined; readonly name?: string | undefined } = {},
): Promise<ClaimedItem | null> {
  const tables = vettingTables(tx);
  const now = isoTime(nowMs);
  const leaseUntil = isoTime(nowMs + LEASE_MS);
  const places = role === "review" ? REVIEWS_NEEDED : 1;
  const taken = takenPlaces(role, reviewer, now);
  const full: string[] = [];
  let item: VettingTables["vetting_item"] | undefined;
  for (;;) {
    let query = tables
      .selectFrom("vetting_item as item")
      .selectAll()
      .where("state", "=", role === "review" ? "open" : "disputed")
      .where(hasDecided(reviewer), "=", false)
      .where(taken, "<", places)
      .orderBy(holdsClaim(reviewer), "desc")
      .orderBy("proposed_at")
      .orderBy("id")
      .limit(1)
      .forUpdate()
      .skipLocked();
    if (only.kind !== undefined) query = query.where("kind", "=", only.kind);
    if (only.name !== undefined) query = query.where("name", "=", only.name);
    if (full.length > 0) query = query.where("id", "not in", full);
    item = await query.executeTakeFirst();
    if (item === undefined) return null;
    // The row is locked now, but the places were counted before: somebody may have committed a claim in between.
    const { id } = item;
    const counted = await tables
      .selectFrom("vetting_item as item")
      .select(taken.as("taken"))
      .where("id", "=", id)
      .executeTakeFirstOrThrow();
    if (counted.taken < places) break;
    full.push(id);
  }
  await tables
    .insertInto("vetting_claim")
    .values({ item_id: item.id, reviewer, role, claimed_at: now, lease_until: leaseUntil })
    .onConflict((conflict) =>
      conflict.columns(["item_id", "reviewer"]).doUpdateSet({ role, lease_until: leaseUntil }),
    )
    .execute();
  const reviews =
    role === "review"
      ? []
      : await tables
          .selectFrom("vetting_review")
          .select(["verdict", "confidence", "reason"])
          .where("item_id", "=", item.id)
          .orderBy("id") // not in the order in which they came, which could tell who wrote which
          .execute();
  return {
    id: item.id,
    kind: item.kind,
    name: item.name,
    contentHash: item.content_hash,
    content: item.content,
    guideline: item.guideline,
    subjectKey: item.subject_key,
    leaseUntil,
    reviews,
  };
}

/** @returns how many items the person may be given now, their own claims among them */
export async function waitingFor(
  tx: StateTransaction,
  role: "review" | "adjudication",
  reviewer: string,
  nowMs: number,
): Promise<number> {
  const { waiting } = await vettingTables(tx)
    .selectFrom("vetting_item as item")
    .select(({ fn }) => fn.countAll<number>().as("waiting"))
    .where("state", "=", role === "review" ? "open" : "disputed")
    .where(hasDecided(reviewer), "=", false)
    .where(takenPlaces(role, reviewer, isoTime(nowMs)), "<", role === "review" ? REVIEWS_NEEDED : 1)
    .executeTakeFirstOrThrow();
  return Number(waiting);
}

/** Places that others hold: what they have decided, and what they have claimed and not let lapse. */
function takenPlaces(role: string, reviewer: string, now: string) {
  return sql<number>`(
    (select count(*) from vetting_review r where r.item_id = item.id and r.role = ${role})
    + (select count(*) from vetting_claim c where c.item_id = item.id and c.role = ${role}
       and c.reviewer <> ${reviewer} and c.lease_until > ${now}::timestamptz
       and not exists (select 1 from vetting_review d where d.item_id = c.item_id and d.reviewer = c.reviewer))
  )`;
}

function hasDecided(reviewer: string) {
  return sql<boolean>`exists (select 1 from vetting_review d where d.item_id = item.id and d.reviewer = ${reviewer})`;
}

function holdsClaim(reviewer: string) {
  return sql<boolean>`exists (select 1 from vetting_claim c where c.item_id = item.id and c.reviewer = ${reviewer})`;
}
