/** Puts definitions and drawn charts into the queue. */

import type { Json } from "../../artefacts/canonical-json.ts";
import { appendAudit } from "../../state/audit/audit-log.ts";
import type { StateTransaction } from "../../state/open-state.ts";
import { isoTime } from "../../state/value-parsers.ts";
import type { DrawnSample } from "../sampling/draw-sample.ts";
import { contentHash } from "../statements/content-hash.ts";
import type { DefinitionKind } from "../statements/vetted-statement.ts";
import { vettingTables } from "./vetting-tables.ts";

export interface Proposal {
  readonly kind: DefinitionKind;
  readonly name: string;
  readonly content: Json;
  /** What a reviewer reads beside it. */
  readonly guideline: string;
}

/**
 * A definition whose very content is already waiting is not proposed twice; one that was settled before starts a new
 * round, for example when its vetting is about to expire.
 * @returns ids of the new items
 */
export async function propose(
  tx: StateTransaction,
  proposals: readonly Proposal[],
  by: string,
  nowMs: number,
): Promise<string[]> {
  const tables = vettingTables(tx);
  const added: string[] = [];
  for (const { kind, name, content, guideline } of proposals) {
    const hash = contentHash(content);
    const rounds = await tables
      .selectFrom("vetting_item")
      .select(["id", "state"])
      .where("kind", "=", kind)
      .where("name", "=", name)
      .where("content_hash", "=", hash)
      .execute();
    if (rounds.some(({ state }) => state !== "settled")) continue;
    const id = `${slug(kind)}-${slug(name)}-${hash.slice(0, 8)}-${rounds.length + 1}`;
    await tables
      .insertInto("vetting_item")
      .values({
        id,
        kind,
        name,
        content_hash: hash,
        content: JSON.stringify(content),
        guideline,
        state: "open",
        verdict: null,
        sample_id: null,
        stratum: null,
        subject_key: null,
        proposed_by: by,
        proposed_at: isoTime(nowMs),
        settled_at: null,
      })
      .execute();
    await audit(tx, by, "vetting.propose", id, null, nowMs);
    added.push(id);
  }
  return added;
}

/** Adds a drawn sample: an item a person. A sample of the same id is there already, whole: it is left as it is. */
export async function proposeSample(
  tx: StateTransaction,
  sample: DrawnSample,
  guideline: string,
  by: string,
  nowMs: number,
): Promise<boolean> {
  const tables = vettingTables(tx);
  const drawn = await tables
    .insertInto("vetting_sample")
    .values({
      id: sample.id,
      outcome: sample.outcome,
      content_hash: sample.contentHash,
      seed: sample.seed,
      drawn_by: by,
      drawn_at: isoTime(nowMs),
      strata: JSON.stringify(sample.strata),
    })
    .onConflict((conflict) => conflict.column("id").doNothing())
    .executeTakeFirst();
  if (drawn.numInsertedOrUpdatedRows === 0n) return false;
  for (const [i, { subjectKey, stratum }] of sample.drawn.entries()) {
    await tables
      .insertInto("vetting_item")
      .values({
        id: `${sample.id}-${i + 1}`,
        kind: "label",
        name: sample.outcome,
        content_hash: sample.contentHash,
        content: JSON.stringify(null),
        guideline,
        state: "open",
        verdict: null,
        sample_id: sample.id,
        stratum,
        subject_key: subjectKey,
        proposed_by: by,
        proposed_at: isoTime(nowMs),
        settled_at: null,
      })
      .execute();
  }
  await audit(tx, by, "vetting.sample", sample.id, null, nowMs);
  return true;
}

export function audit(
  tx: StateTransaction,
  actor: string,
  action: string,
  object: string,
  patientKey: string | null,
  nowMs: number,
) {
  return appendAudit(tx, { actor, action, object, patientKey, reason: "", outcome: "done" }, nowMs);
}

function slug(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "");
}
