/** Definitions whose latest round is settled, with who settled it: what a signer signs. */
import type { StateTransaction } from "../../state/open-state.ts";
import type { DefinitionKind, VettedStatement } from "../statements/vetted-statement.ts";
import { vettingTables } from "./vetting-tables.ts";

export interface SettledDefinition
  extends Pick<VettedStatement, "kind" | "name" | "contentHash" | "verdict" | "reviewers" | "adjudicator"> {
  readonly itemId: string;
  /** Names the item: by it a signer sees that this very round has been signed. */
  readonly evidence: string;
}

export async function settledDefinitions(tx: StateTransaction): Promise<SettledDefinition[]> {
  const tables = vettingTables(tx);
  const items = await tables
    .selectFrom("vetting_item")
    .select(["id", "kind", "name", "content_hash", "verdict"])
    .where("state", "=", "settled")
    .where("kind", "<>", "label")
    .orderBy("settled_at")
    .orderBy("id")
    .execute();
  const latest = new Map(items.map((item) => [`${item.kind}/${item.name}/${item.content_hash}`, item]));
  const settled: SettledDefinition[] = [];
  for (const item of latest.values()) {
    const reviews = await tables
      .selectFrom("vetting_review")
      .select(["reviewer", "role"])
      .where("item_id", "=", item.id)
      .orderBy("decided_at")
      .execute();
    const who = (role: string) =>
      reviews.filter((review) => review.role === role).map(({ reviewer }) => reviewer);
    settled.push({
      kind: item.kind as DefinitionKind,
      name: item.name,
      contentHash: item.content_hash,
      verdict: item.verdict === "approve" ? "approved" : "withdrawn",
      reviewers: who("review"),
      adjudicator: who("adjudication")[0] ?? null,
      itemId: item.id,
      evidence: `two independent reviews, item ${item.id}`,
    });
  }
  return settled;
}
