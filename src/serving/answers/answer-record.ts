/**
 * Records requests and their answers. A commit costs about the same for one as for many, so what arrives while one is
 * under way is recorded together by the next.
 * Invariant: `add` returns once its own is on the disk with its audit entry; what cannot be recorded fails alone.
 */
import type { Insertable } from "kysely";
import type { Effects } from "../../effects/effects.ts";
import { LongitudeError } from "../../errors/longitude-error.ts";
import { STATE_UNAVAILABLE } from "../../errors/registry.ts";
import { appendAudits } from "../../state/audit/audit-log.ts";
import type { State } from "../../state/open-state.ts";
import type { ServingTables } from "./serving-tables.ts";

export interface AnsweredRequest {
  /** Undefined where it is recorded already. */
  readonly answer: ServingTables["serving_answer"] | undefined;
  readonly request: Insertable<ServingTables["serving_request"]>;
}

interface Waiting {
  readonly answered: AnsweredRequest;
  resolve(): void;
  reject(error: unknown): void;
}

/** Of one transaction: what others wait for behind it stays small. */
const MOST_AT_ONCE = 16;

export class AnswerRecord {
  #waiting: Waiting[] = [];
  #busy = false;

  constructor(
    private readonly state: State,
    private readonly effects: Effects,
  ) {}

  /** @throws LongitudeError STATE_UNAVAILABLE, AUDIT_ENTRY_INVALID */
  add(answered: AnsweredRequest): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ answered, resolve, reject });
      if (!this.#busy) void this.#recordWaiting();
    });
  }

  async #recordWaiting(): Promise<void> {
    this.#busy = true;
    while (this.#waiting.length > 0) {
      const some = this.#waiting.splice(0, MOST_AT_ONCE);
      const failure = await this.#try(some);
      // One that the database refuses takes the others with it: each is tried alone.
      if (failure !== null && some.length > 1 && !isUnavailable(failure))
        for (const one of some) settle([one], await this.#try([one]));
      else settle(some, failure);
    }
    this.#busy = false;
  }

  /** Null when all of them are recorded; else none is. */
  async #try(some: readonly Waiting[]): Promise<unknown> {
    try {
      await this.#commit(some.map(({ answered }) => answered));
      return null;
    } catch (error) {
      return error;
    }
  }

  async #commit(some: readonly AnsweredRequest[]): Promise<void> {
    const answers = some.flatMap(({ answer }) => (answer === undefined ? [] : [answer]));
    await this.state.transaction(async (tx) => {
      const tables = tx.withTables<ServingTables>();
      if (answers.length > 0)
        await tables
          .insertInto("serving_answer")
          .values(answers)
          .onConflict((conflict) => conflict.doNothing())
          .execute();
      await tables
        .insertInto("serving_request")
        .values(some.map(({ request }) => request))
        .execute();
      await appendAudits(
        tx,
        some.map(({ request: { client, answer, patient_key: patientKey, kind } }) => ({
          ...{ actor: client, action: "serving.forecast", object: answer, patientKey },
          ...{ reason: kind, outcome: "done" as const },
        })),
        this.effects.now(),
      );
    });
  }
}

function settle(some: readonly Waiting[], failure: unknown): void {
  for (const { resolve, reject } of some) failure === null ? resolve() : reject(failure);
}

function isUnavailable(error: unknown): boolean {
  return error instanceof LongitudeError && error.code === STATE_UNAVAILABLE.code;
}
