/** What the monitors read of the requests of a window: the newest of each person in each unit, and how many there were. */

import type { StateTransaction } from "../../state/open-state.ts";
import { isoTime } from "../../state/value-parsers.ts";
import { MS_PER_DAY } from "../../vetting/duration.ts";
import { type Answer, answerSchema } from "../answers/answer.ts";
import type { AnswerInput } from "../answers/compute-answer.ts";
import type { ServingTables } from "../answers/serving-tables.ts";

export interface MonitoredPerson {
  readonly unit: string;
  readonly answer: Answer;
  readonly input: AnswerInput;
}

export interface MonitoredUnit {
  /** Empty: calls that name none. */
  readonly unit: string;
  readonly requests: number;
  /** Requests in which at least one forecast was shown. */
  readonly shown: number;
  readonly milliseconds: readonly number[];
  readonly persons: readonly MonitoredPerson[];
}

/** @param days before `now` (ms) */
export async function readWindow(
  tx: StateTransaction,
  release: string,
  now: number,
  days: number,
): Promise<readonly MonitoredUnit[]> {
  const tables = tx.withTables<ServingTables>();
  const requests = await tables
    .selectFrom("serving_request")
    .select(["unit", "kind", "stage", "answer", "patient_key", "milliseconds"])
    .where("release", "=", release)
    .where("at", ">", isoTime(now - days * MS_PER_DAY))
    .orderBy("at", "desc")
    .orderBy("id")
    .execute();
  const newest = new Map<string, (typeof requests)[number]>();
  const units = new Map<
    string,
    { requests: number; shown: number; milliseconds: number[]; persons: MonitoredPerson[] }
  >();
  for (const request of requests) {
    const unit = units.get(request.unit) ?? { requests: 0, shown: 0, milliseconds: [], persons: [] };
    units.set(request.unit, unit);
    unit.requests += 1;
    if (["pilot", "live", "sandbox"].includes(request.stage)) unit.shown += 1;
    unit.milliseconds.push(request.milliseconds);
    // A timeline without names has no key of a person: each record counts as one.
    const person = request.kind.startsWith("v1.") ? request.answer : request.patient_key;
    const key = `${request.unit}\0${person}`;
    if (!newest.has(key)) newest.set(key, request);
  }
  for (const { unit, answer: id } of newest.values()) {
    const stored = await tables
      .selectFrom("serving_answer")
      .select(["input", "answer"])
      .where("id", "=", id)
      .executeTakeFirstOrThrow();
    units.get(unit)?.persons.push({
      unit,
      answer: answerSchema.parse(JSON.parse(stored.answer)),
      input: JSON.parse(stored.input) as AnswerInput,
    });
  }
  return [...units].map(([unit, of]) => ({ unit, ...of })).sort((a, b) => (a.unit < b.unit ? -1 : 1));
}
