/**
 * What the monitors keep of one answer once it is read.
 * Invariant: nothing that tells who it was about, and no date; what was not known at the prediction time does not count.
 */
import { ageBandName } from "../../evaluation/design/subgroups.ts";
import { binKey } from "../../tokens/value-bins.ts";
import type { Answer } from "../answers/answer.ts";
import type { AnswerInput } from "../answers/compute-answer.ts";
import { historyAt } from "../answers/history-at.ts";
import type { ServedModel } from "../answers/served-model.ts";

export interface AnswerFacts {
  /** `sex F`, `age 60 to 69`. */
  readonly groups: readonly string[];
  /** By task; null where the model abstained. */
  readonly risks: readonly (number | null)[];
  /** By task: whether the risk is at least so many times what is usual that it would be an alert. */
  readonly high: readonly boolean[];
}

export interface RecordFacts {
  /** The newest value of each measured quantity, by code and unit. */
  readonly values: ReadonlyMap<string, number>;
  /** Of 1: measured quantities of the model without a value. */
  readonly missing: number;
  /** Of 1: events whose code the vocabulary does not know at all. */
  readonly unknown: number;
}

/** @param timesUsual from which on a risk is an alert */
export function answerFacts(
  model: ServedModel,
  input: AnswerInput,
  { forecasts }: Answer,
  timesUsual: number,
): AnswerFacts {
  const history = historyAt(model, input.events, input);
  const risks = model.tasks.map((_, i) => forecasts[i]?.risk ?? null);
  return {
    groups: groupsOf(history, input.day),
    risks,
    high: model.tasks.map(({ evidence }, i) => {
      const [risk, usual] = [risks[i] ?? null, evidence?.observedIncidence?.value ?? 0];
      return risk !== null && usual > 0 && risk >= timesUsual * usual;
    }),
  };
}

/** In which a figure is told apart. */
export function groupsOf(history: ReturnType<typeof historyAt>, day: number): readonly string[] {
  return [`sex ${history.sex ?? "not recorded"}`, `age ${ageBandName(history, day)}`];
}

/** @param measured codes of the model's measured quantities */
export function recordFacts(
  measured: ReadonlySet<string>,
  { events, knownUntil }: AnswerInput,
  { record }: Answer,
): RecordFacts {
  const values = new Map<string, number>();
  const seen = new Set<string>();
  for (const { code, numericValue, unit, time, availableTime } of events) {
    if (numericValue === null || time === null || time > knownUntil || (availableTime ?? 0) > knownUntil)
      continue;
    values.set(binKey(code, unit), numericValue);
    seen.add(code);
  }
  const lacking = [...measured].filter((code) => !seen.has(code)).length;
  return {
    values,
    missing: measured.size === 0 ? 0 : lacking / measured.size,
    unknown: record.unmapped,
  };
}

export function measuredCodes({ reader }: Pick<ServedModel, "reader">): ReadonlySet<string> {
  return new Set(
    Object.keys(reader.checkpoint.vocabulary.file.edges).map((key) => key.split("//")[0] as string),
  );
}
