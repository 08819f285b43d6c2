/**
 * Keeps each answer of the assistant with what it was made from, and plays it again.
 * Invariant: an answer is in the state, and its entry in the audit log, before anybody reads it; the entry holds the hash of
 * both, so that a changed one is found; what is played again gives the same bytes or an error.
 */
import { createHash, randomUUID } from "node:crypto";
import { z } from "zod";
import { LongitudeError } from "../../errors/longitude-error.ts";
import { ASSISTANT_ANSWER_UNKNOWN, ASSISTANT_REPLAY_DIFFERS } from "../../errors/registry.ts";
import { appendAudit } from "../../state/audit/audit-log.ts";
import type { State, StateTransaction } from "../../state/open-state.ts";
import { isoTime } from "../../state/value-parsers.ts";
import type { Answer } from "../answer.ts";
import { answerOf } from "../answer-question.ts";
import type { AssistantTables } from "./assistant-tables.ts";
import { RECORDING_SCHEMA, type Recording } from "./recording.ts";

export interface Asker {
  readonly tenant: string;
  readonly actor: string;
  /** How it was asked. */
  readonly door: "ask" | "chat" | "mcp";
  /** A key of the patient; null where no record was looked at. */
  readonly patientKey: string | null;
}

export interface KeptAnswer {
  readonly id: string;
  /** When it was given. */
  readonly atMs: number;
  readonly answer: Answer;
}

/** An answer as it is to be kept: what it was made from, and who asked. */
export interface AnswerToKeep extends KeptAnswer {
  readonly recording: Recording;
  readonly asker: Asker;
}

export function answerToKeep(recording: Recording, asker: Asker, nowMs: number): AnswerToKeep {
  return { id: `say-${randomUUID()}`, atMs: nowMs, answer: answerOf(recording), recording, asker };
}

export async function keepAnswer(
  state: State,
  recording: Recording,
  asker: Asker,
  nowMs: number,
): Promise<KeptAnswer> {
  const kept = answerToKeep(recording, asker, nowMs);
  await state.transaction((tx) => recordAnswer(tx, kept));
  const { id, atMs, answer } = kept;
  return { id, atMs, answer };
}

/** Into the state and the audit log, unless it is there already. */
export async function recordAnswer(
  tx: StateTransaction,
  { id, atMs, answer, recording, asker }: AnswerToKeep,
): Promise<void> {
  const { tenant, actor, door, patientKey } = asker;
  const row = { recording: JSON.stringify(recording), answer: JSON.stringify(answer) };
  const { status, sentences, writtenBy } = answer;
  const added = await tx
    .withTables<AssistantTables>()
    .insertInto("assistant_answer")
    .values({ id, at: isoTime(atMs), tenant, actor, door, patient_key: patientKey ?? "", ...row })
    .onConflict((conflict) => conflict.column("id").doNothing())
    .executeTakeFirst();
  if (added.numInsertedOrUpdatedRows === 0n) return;
  const facts = { actor, action: "assistant.ask", object: id, patientKey };
  const by = writtenBy === "composed" ? "composed" : "drafted by a model";
  await appendAudit(
    tx,
    {
      ...facts,
      reason: `${door}: ${status}, ${sentences.length} sentences, ${by}, sha256 ${hashOf(row)}`,
      outcome: status === "refused" ? "refused" : "done",
    },
    atMs,
  );
}

/**
 * Computes a kept answer anew from what the tools and the model gave then, and compares the bytes and the log's hash.
 * @param tenant whose it must be; anybody's when null
 * @throws LongitudeError ASSISTANT_ANSWER_UNKNOWN, ASSISTANT_REPLAY_DIFFERS
 */
export async function replayKept(
  tx: StateTransaction,
  id: string,
  tenant: string | null,
): Promise<KeptAnswer> {
  const row = await tx
    .withTables<AssistantTables>()
    .selectFrom("assistant_answer")
    .select(["at", "tenant", "recording", "answer"])
    .where("id", "=", id)
    .executeTakeFirst();
  if (row === undefined || (tenant !== null && row.tenant !== tenant))
    throw new LongitudeError(ASSISTANT_ANSWER_UNKNOWN, "no answer of the assistant has this id");
  const entry = await tx
    .selectFrom("audit_entry")
    .select("reason")
    .where("object", "=", id)
    .where("action", "=", "assistant.ask")
    .executeTakeFirst();
  if (entry?.reason.endsWith(`sha256 ${hashOf(row)}`) !== true)
    throw new LongitudeError(ASSISTANT_REPLAY_DIFFERS, "the audit log has another hash of what was kept");
  const recording = z.looseObject({ schema: z.literal(RECORDING_SCHEMA) }).parse(JSON.parse(row.recording));
  const answer = answerOf(recording as unknown as Recording);
  if (JSON.stringify(answer) !== row.answer)
    throw new LongitudeError(ASSISTANT_REPLAY_DIFFERS, "the same findings and draft give another answer now");
  return { id, atMs: Date.parse(row.at), answer };
}

function hashOf({ recording, answer }: { readonly recording: string; readonly answer: string }): string {
  return createHash("sha256").update(recording).update("\0").update(answer).digest("hex");
}
