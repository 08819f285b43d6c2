/** Keeps what people said of forecasts: each once, however often it is sent, with an entry in the audit log. */
import { toJson } from "../../artefacts/canonical-json.ts";
import { jsonHash } from "../../artefacts/signed-json.ts";
import { appendAudit } from "../../state/audit/audit-log.ts";
import { isoTime } from "../../state/value-parsers.ts";
import type { Principal } from "../access/principal.ts";
import type { ServerContext } from "../server-context.ts";
import type { ServingTables } from "./serving-tables.ts";

export interface SaidFeedback {
  /** What it is about: a card, or an answer with outcome and horizon. */
  readonly card: string;
  readonly outcome: string;
  /** A code; empty where none was given. */
  readonly reason: string;
  /** All that was sent: equal content is the same feedback. */
  readonly content: object;
}

/** @returns how many were new */
export async function storeFeedback(
  { state, effects, metrics }: Pick<ServerContext, "state" | "effects" | "metrics">,
  { tenant, client }: Pick<Principal, "tenant" | "client">,
  service: string,
  said: readonly SaidFeedback[],
): Promise<number> {
  const now = effects.now();
  const stored = await state.transaction(async (tx) => {
    const rows = await tx
      .withTables<ServingTables>()
      .insertInto("serving_feedback")
      .values(
        said.map(({ content, ...one }) => ({
          ...one,
          tenant,
          service,
          content: jsonHash(toJson(content)),
          at: isoTime(now),
        })),
      )
      .onConflict((conflict) => conflict.doNothing())
      .returning("outcome")
      .execute();
    for (const { outcome } of rows)
      await appendAudit(
        tx,
        {
          actor: client,
          action: `serving.feedback-${outcome}`,
          object: service,
          patientKey: null,
          reason: "",
          outcome: "done",
        },
        now,
      );
    return rows;
  });
  for (const { outcome } of stored) metrics.feedback.inc({ outcome });
  return stored.length;
}
