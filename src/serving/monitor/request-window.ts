/**
 * The requests of a window of days, as the monitors see them: kept in memory, so that a look reads only what came since the
 * last one.
 * Invariants: each answer is read once; whole records are kept of the newest request of each person alone; what has left
 * the window is forgotten.
 */
import { setTimeout } from "node:timers/promises";
import type { State, StateTransaction } from "../../state/open-state.ts";
import { isoTime } from "../../state/value-parsers.ts";
import { MS_PER_DAY } from "../../vetting/duration.ts";
import { answerSchema } from "../answers/answer.ts";
import type { AnswerInput } from "../answers/compute-answer.ts";
import type { ServedModel } from "../answers/served-model.ts";
import type { ServingTables } from "../answers/serving-tables.ts";
import { isShown, type ShownStage } from "../stages/effective-stage.ts";
import {
  type AnswerFacts,
  answerFacts,
  measuredCodes,
  type RecordFacts,
  recordFacts,
} from "./answer-facts.ts";
import type { MonitorConfig } from "./monitor-config.ts";

export interface MonitoredRequest extends AnswerFacts {
  /** Whether a forecast was shown. */
  readonly shown: boolean;
  /** Whether one of those that were shown is an alert. */
  readonly alert: boolean;
  readonly milliseconds: number;
}

/** The newest request about a person in a unit. */
export interface MonitoredPerson extends AnswerFacts, RecordFacts {}

export interface MonitoredFeedback extends Pick<AnswerFacts, "groups"> {
  readonly accepted: boolean;
  /** A code; empty where none was given. */
  readonly reason: string;
}

export interface MonitoredUnit {
  readonly tenant: string;
  /** Empty: calls that name none. */
  readonly unit: string;
  readonly requests: readonly MonitoredRequest[];
  readonly persons: readonly MonitoredPerson[];
  /** The last about each card or forecast. */
  readonly feedback: readonly MonitoredFeedback[];
  /** Code → requests that ended in it. */
  readonly failures: ReadonlyMap<string, number>;
}

interface Row {
  readonly tenant: string;
  readonly unit: string;
  readonly atMs: number;
  readonly person: string;
  readonly answer: string;
  readonly card: string;
  readonly shownTasks: readonly boolean[];
  readonly milliseconds: number;
}

/** What was begun earlier may be recorded later: so far back is looked again. */
const OVERLAP_MS = 10 * 60_000;
const ANSWERS_AT_ONCE = 100;
/** So few when others wait: some tens of milliseconds of reading, and a pause. */
const ANSWERS_BETWEEN = 5;
const PAUSE_MS = 10;

export class RequestWindow {
  readonly #rows = new Map<string, Row>();
  readonly #facts = new Map<string, AnswerFacts>();
  readonly #records = new Map<string, RecordFacts>();
  readonly #measured: ReadonlySet<string>;
  /** Begin of the newest request seen, ms. */
  #seenUntil = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly model: ServedModel,
    private readonly config: Pick<MonitorConfig, "days" | "alertTimesUsual">,
  ) {
    this.#measured = measuredCodes(model);
  }

  /** Reads what came since the last look, a little at a time, so that nobody who asks meanwhile is kept waiting. */
  async catchUp(state: Pick<State, "transaction">, now: number): Promise<void> {
    const since = now - this.config.days * MS_PER_DAY;
    await state.transaction((tx) => this.#readRequests(tx, Math.max(since, this.#seenUntil - OVERLAP_MS)));
    const { answers, whole } = this.#wanted(since);
    const unread = this.#unread(answers, whole);
    for (let from = 0; from < unread.length; from += ANSWERS_BETWEEN) {
      const some = unread.slice(from, from + ANSWERS_BETWEEN);
      await state.transaction((tx) => this.#readAnswers(tx, some, whole));
      await setTimeout(PAUSE_MS);
    }
  }

  /** By tenant and unit. @param now ms */
  async look(tx: StateTransaction, now: number): Promise<readonly MonitoredUnit[]> {
    const since = now - this.config.days * MS_PER_DAY;
    await this.#readRequests(tx, Math.max(since, this.#seenUntil - OVERLAP_MS));
    const { rows, newest, answers, whole } = this.#wanted(since);
    for (const id of this.#facts.keys()) if (!answers.has(id)) this.#facts.delete(id);
    for (const id of this.#records.keys()) if (!whole.has(id)) this.#records.delete(id);
    const unread = this.#unread(answers, whole);
    for (let from = 0; from < unread.length; from += ANSWERS_AT_ONCE)
      await this.#readAnswers(tx, unread.slice(from, from + ANSWERS_AT_ONCE), whole);
    return this.#units(rows, newest, {
      ...(await this.#readSaid(tx, since)),
      failures: await this.#readFailures(tx, since),
    });
  }

  /** What the window holds, the newest first, and which answers and whole records that takes; what has left it is forgotten. */
  #wanted(since: number) {
    for (const [id, { atMs }] of this.#rows) if (atMs <= since) this.#rows.delete(id);
    const rows = [...this.#rows]
      .sort(([a, x], [b, y]) => y.atMs - x.atMs || (a < b ? -1 : 1))
      .map(([, row]) => row);
    const newest = new Map<string, Row>();
    for (const row of rows) {
      const key = JSON.stringify([row.tenant, row.unit, row.person]);
      if (!newest.has(key)) newest.set(key, row);
    }
    return {
      rows,
      newest: [...newest.values()],
      answers: new Set(rows.map(({ answer }) => answer)),
      whole: new Set([...newest.values()].map(({ answer }) => answer)),
    };
  }

  #unread(answers: ReadonlySet<string>, whole: ReadonlySet<string>): string[] {
    return [...answers].filter((id) => !this.#facts.has(id) || (whole.has(id) && !this.#records.has(id)));
  }

  async #readRequests(tx: StateTransaction, since: number): Promise<void> {
    const rows = await tx
      .withTables<ServingTables>()
      .selectFrom("serving_request")
      .select([
        "id",
        "at",
        "tenant",
        "unit",
        "kind",
        "stages",
        "answer",
        "card",
        "patient_key",
        "milliseconds",
      ])
      .where("release", "=", this.model.manifest.id)
      .where("at", ">", isoTime(since))
      .execute();
    for (const { id, at, kind, stages, patient_key, ...row } of rows) {
      const atMs = Date.parse(at);
      this.#seenUntil = Math.max(this.#seenUntil, atMs);
      this.#rows.set(id, {
        ...row,
        atMs,
        // A timeline without names has no key of a person: each record counts as one.
        person: kind.startsWith("v1.") ? row.answer : patient_key,
        shownTasks: (JSON.parse(stages) as { stage: ShownStage }[]).map(({ stage }) => isShown(stage)),
      });
    }
  }

  /** @param whole ids of those whose record is needed as well */
  async #readAnswers(
    tx: StateTransaction,
    ids: readonly string[],
    whole: ReadonlySet<string>,
  ): Promise<void> {
    const stored = await tx
      .withTables<ServingTables>()
      .selectFrom("serving_answer")
      .select(["id", "input", "answer"])
      .where("id", "in", ids)
      .execute();
    for (const { id, input: text, answer } of stored) {
      const input = JSON.parse(text) as AnswerInput;
      const parsed = answerSchema.parse(JSON.parse(answer));
      this.#facts.set(id, answerFacts(this.model, input, parsed, this.config.alertTimesUsual));
      if (whole.has(id)) this.#records.set(id, recordFacts(this.#measured, input, parsed));
    }
  }

  /** The last that was said about each card, or about each forecast in the workspace. */
  async #readSaid(tx: StateTransaction, since: number) {
    const rows = await tx
      .withTables<ServingTables>()
      .selectFrom("serving_feedback")
      .select(["tenant", "card", "outcome", "reason"])
      .where("at", ">", isoTime(since))
      .orderBy("at")
      .execute();
    return { said: new Map(rows.map((row) => [JSON.stringify([row.tenant, row.card]), row])) };
  }

  #readFailures(tx: StateTransaction, since: number) {
    return tx
      .withTables<ServingTables>()
      .selectFrom("serving_failure")
      .select(["tenant", "unit", "code", (of) => of.fn.countAll<string>().as("count")])
      .where("release", "=", this.model.manifest.id)
      .where("at", ">", isoTime(since))
      .groupBy(["tenant", "unit", "code"])
      .execute();
  }

  #units(rows: readonly Row[], newest: readonly Row[], { said, failures }: Said): readonly MonitoredUnit[] {
    const units = new Map<string, ReturnType<typeof emptyUnit>>();
    const unitOf = (row: Pick<Row, "tenant" | "unit">) => {
      const key = JSON.stringify([row.tenant, row.unit]);
      const unit = units.get(key) ?? emptyUnit(row);
      units.set(key, unit);
      return unit;
    };
    const about = new Map<string, Row>();
    for (const row of rows) {
      const facts = this.#factsOf(row);
      const { shownTasks, milliseconds } = row;
      const alert = facts.high.some((high, i) => high && shownTasks[i] === true);
      unitOf(row).requests.push({ ...facts, milliseconds, alert, shown: shownTasks.includes(true) });
      for (const id of [row.card, row.answer]) about.set(JSON.stringify([row.tenant, id]), row);
    }
    for (const row of newest) {
      const record = this.#records.get(row.answer);
      if (record !== undefined) unitOf(row).persons.push({ ...this.#factsOf(row), ...record });
    }
    for (const { tenant, card, outcome, reason } of said.values()) {
      // In the workspace it is about ANSWER/OUTCOME/HORIZON.
      const row = about.get(JSON.stringify([tenant, card.split("/")[0]]));
      if (row === undefined) continue;
      const { groups } = this.#factsOf(row);
      unitOf(row).feedback.push({ groups, reason, accepted: outcome === "accepted" });
    }
    for (const { code, count, ...where } of failures) unitOf(where).failures.set(code, Number(count));
    return [...units].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, unit]) => unit);
  }

  #factsOf({ answer }: Row): AnswerFacts {
    const facts = this.#facts.get(answer);
    if (facts === undefined) throw new RangeError(`answer ${answer} was not read`);
    return facts;
  }
}

interface Said {
  readonly said: ReadonlyMap<
    string,
    { readonly tenant: string; readonly card: string; readonly outcome: string; readonly reason: string }
  >;
  readonly failures: readonly {
    readonly tenant: string;
    readonly unit: string;
    readonly code: string;
    readonly count: string;
  }[];
}

function emptyUnit({ tenant, unit }: Pick<Row, "tenant" | "unit">) {
  return {
    tenant,
    unit,
    requests: [] as MonitoredRequest[],
    persons: [] as MonitoredPerson[],
    feedback: [] as MonitoredFeedback[],
    failures: new Map<string, number>(),
  };
}
