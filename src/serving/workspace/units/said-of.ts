/** The last that anybody said of a forecast: in the workspace about it alone, in the EHR about a card that it stood on. */
import type { StateTransaction } from "../../../state/open-state.ts";
import type { ServingTables } from "../../answers/serving-tables.ts";

export interface Said {
  readonly said: "accepted" | "overridden";
  /** A code; empty where none was given. */
  readonly reason: string;
}

/** @returns id of the answer → what was said last */
export async function saidOf(
  tx: StateTransaction,
  tenant: string,
  answers: readonly string[],
  { outcome, horizon }: { readonly outcome: string; readonly horizon: string },
): Promise<ReadonlyMap<string, Said>> {
  if (answers.length === 0) return new Map();
  const tables = tx.withTables<ServingTables>();
  const cards = await tables
    .selectFrom("serving_request")
    .select(["card", "answer"])
    .distinct()
    .where("tenant", "=", tenant)
    .where("answer", "in", answers)
    .where("card", "<>", "")
    .execute();
  const about = new Map([
    ...cards.map(({ card, answer }) => [card, answer] as const),
    ...answers.map((answer) => [`${answer}/${outcome}/${horizon}`, answer] as const),
  ]);
  const rows = await tables
    .selectFrom("serving_feedback")
    .select(["card", "outcome", "reason"])
    .where("tenant", "=", tenant)
    .where("card", "in", [...about.keys()])
    .orderBy("at")
    .execute();
  return new Map(
    rows.flatMap(({ card, outcome: said, reason }) => {
      const answer = about.get(card);
      return answer === undefined || (said !== "accepted" && said !== "overridden")
        ? []
        : [[answer, { said, reason }] as const];
    }),
  );
}
