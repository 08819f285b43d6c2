/**
 * Gives answers: from memory, else computed, and in either case stored with what it was made from and that it was asked.
 * Invariant: nothing is answered that could not be stored; what is stored can be replayed to the same bytes.
 */
import { randomUUID } from "node:crypto";
import type { Effects } from "../../effects/effects.ts";
import { LongitudeError } from "../../errors/longitude-error.ts";
import { ANSWER_DIFFERS, ANSWER_UNKNOWN } from "../../errors/registry.ts";
import type { State, StateTransaction } from "../../state/open-state.ts";
import { isoTime } from "../../state/value-parsers.ts";
import { type Answer, answerSchema } from "./answer.ts";
import { AnswerRecord } from "./answer-record.ts";
import type { AnswerThreads } from "./answer-threads.ts";
import { type AnswerInput, answerBytes, askedInput, computeAnswer } from "./compute-answer.ts";
import type { ServedModel } from "./served-model.ts";
import type { ServingTables } from "./serving-tables.ts";

export interface Asked {
  readonly tenant: string;
  readonly client: string;
  readonly kind: string;
  readonly unit: string;
  readonly stage: string;
  /** JSON, as the table has it. */
  readonly stages: string;
  readonly patientKey: string;
  /** Id of the card that is made of an answer; null where none is. */
  readonly cardOf: ((answer: string) => string) | null;
}

/** Characters of remembered answers: texts, because as objects they take several times as much. */
const MOST_REMEMBERED = 32 * 2 ** 20;

export class AnswerStore {
  readonly #remembered = new Map<string, string>();
  #size = 0;
  readonly #computing = new Map<string, Promise<string>>();
  readonly #record: AnswerRecord;

  /** @param release id of what `threads` compute with */
  constructor(
    private readonly release: string,
    private readonly threads: AnswerThreads,
    state: State,
    private readonly effects: Effects,
  ) {
    this.#record = new AnswerRecord(state, effects);
  }

  async answer(input: AnswerInput, asked: Asked): Promise<Answer> {
    const begun = this.effects.now();
    const { id, text } = askedInput(this.release, asked.tenant, input);
    const known = this.#remembered.get(id);
    const bytes = known ?? (await this.#computed(id, text));
    const at = isoTime(begun);
    const { patientKey, cardOf, ...rest } = asked;
    const { release } = this;
    await this.#record.add({
      answer:
        known === undefined
          ? { id, tenant: asked.tenant, release, at, input: text, answer: bytes }
          : undefined,
      request: {
        ...rest,
        id: randomUUID(),
        at,
        patient_key: patientKey,
        release,
        answer: id,
        card: cardOf?.(id) ?? "",
        milliseconds: this.effects.now() - begun,
      },
    });
    this.#remember(id, bytes);
    return JSON.parse(bytes) as Answer;
  }

  /** Two requests for the same answer at once compute it once. */
  #computed(id: string, input: string): Promise<string> {
    const running = this.#computing.get(id);
    if (running !== undefined) return running;
    const begun = this.threads.compute(id, input).finally(() => this.#computing.delete(id));
    this.#computing.set(id, begun);
    return begun;
  }

  /** The longest unasked go first. */
  #remember(id: string, text: string): void {
    this.#forget(id);
    this.#remembered.set(id, text);
    this.#size += text.length;
    for (const oldest of this.#remembered.keys()) {
      if (this.#size <= MOST_REMEMBERED) break;
      this.#forget(oldest);
    }
  }

  #forget(id: string): void {
    this.#size -= this.#remembered.get(id)?.length ?? 0;
    this.#remembered.delete(id);
  }
}

export interface StoredAnswer {
  readonly id: string;
  /** When it was given first, ISO 8601. */
  readonly at: string;
  readonly tenant: string;
  readonly release: string;
  readonly input: string;
  readonly answer: string;
}

/** @throws LongitudeError ANSWER_UNKNOWN */
export async function readStoredAnswer(
  tx: StateTransaction,
  id: string,
  tenant: string | null,
): Promise<StoredAnswer> {
  let query = tx.withTables<ServingTables>().selectFrom("serving_answer").selectAll().where("id", "=", id);
  if (tenant !== null) query = query.where("tenant", "=", tenant);
  const row = await query.executeTakeFirst();
  if (row === undefined) throw new LongitudeError(ANSWER_UNKNOWN, "no answer of that id is stored");
  return row;
}

/** What the newest answer about a person was made from, with the unit that asked. */
export interface StoredInput {
  /** When it was asked, ISO 8601. */
  readonly at: string;
  readonly unit: string;
  readonly input: AnswerInput;
}

/** Kinds of request about a record as it had been at an earlier time, or about a stored one once more. */
export const EARLIER = ["v1.workspace-past", "v1.workspace-stored"];

/** Null where the release was never asked about the person, or by nobody who named them. */
export async function newestInputOf(
  tx: StateTransaction,
  { tenant, release, patientKey }: Record<"tenant" | "release" | "patientKey", string>,
): Promise<StoredInput | null> {
  const row = await tx
    .withTables<ServingTables>()
    .selectFrom("serving_request")
    .innerJoin("serving_answer", "serving_answer.id", "serving_request.answer")
    .select(["serving_request.at as at", "serving_request.unit as unit", "serving_answer.input as input"])
    .where("serving_request.tenant", "=", tenant)
    .where("serving_request.release", "=", release)
    .where("serving_request.patient_key", "=", patientKey)
    .where("serving_request.kind", "not in", EARLIER)
    .orderBy("serving_request.at", "desc")
    .orderBy("serving_request.id")
    .limit(1)
    .executeTakeFirst();
  return row === undefined ? null : { ...row, input: JSON.parse(row.input) as AnswerInput };
}

export interface ServedRequest {
  readonly at: string;
  readonly tenant: string;
  readonly kind: string;
  readonly unit: string;
  readonly stage: string;
  readonly answer: string;
  readonly milliseconds: number;
}

/** The newest requests, the newest first: whose they were is not told. */
export async function newestRequests(tx: StateTransaction, most: number): Promise<readonly ServedRequest[]> {
  return tx
    .withTables<ServingTables>()
    .selectFrom("serving_request")
    .select(["at", "tenant", "kind", "unit", "stage", "answer", "milliseconds"])
    .orderBy("at", "desc")
    .orderBy("id")
    .limit(most)
    .execute();
}

/**
 * Computes a stored answer anew and compares the bytes.
 * @throws LongitudeError ANSWER_DIFFERS
 */
export async function replayAnswer(model: ServedModel, stored: StoredAnswer): Promise<Answer> {
  const input = JSON.parse(stored.input) as AnswerInput;
  const fitsId =
    stored.release === model.manifest.id &&
    askedInput(model.manifest.id, stored.tenant, input).id === stored.id;
  const answer = await computeAnswer(model, stored.id, input);
  if (!fitsId || answerBytes(answer) !== stored.answer)
    throw new LongitudeError(ANSWER_DIFFERS, `${stored.id} is not what the same input gives now`);
  return answerSchema.parse(answer);
}
