/** How the latest round of each definition of one kind stands in the queue. */
import type { StateTransaction } from "../../state/open-state.ts";
import type { DefinitionKind } from "../statements/vetted-statement.ts";
import { type ItemState, vettingTables } from "./vetting-tables.ts";

export interface LatestRound {
  readonly itemId: string;
  readonly state: ItemState;
  readonly verdict: string | null;
}

/** @returns by `name/contentHash` */
export async function latestRounds(
  tx: StateTransaction,
  kind: DefinitionKind,
): Promise<ReadonlyMap<string, LatestRound>> {
  const items = await vettingTables(tx)
    .selectFrom("vetting_item")
    .select(["id", "name", "content_hash", "state", "verdict"])
    .where("kind", "=", kind)
    .orderBy("proposed_at")
    .orderBy("id")
    .execute();
  return new Map(
    items.map(({ id, name, content_hash, state, verdict }) => [
      `${name}/${content_hash}`,
      { itemId: id, state: state as ItemState, verdict },
    ]),
  );
}
