/**
 * Evidence on people of another institution: each is forecast at one time from what was known until then, and compared with
 * what came. An async generator of progress, then the evidence.
 * Invariants: nothing of a person is stored or returned; where too few had an outcome, only the counts are told.
 */

import { KIND } from "../../evaluation/design/task-persons.ts";
import { MS_PER_DAY } from "../../vetting/duration.ts";
import { labelAt } from "../../vetting/label.ts";
import { explainedRisks } from "../answers/drivers.ts";
import { historyAt } from "../answers/history-at.ts";
import type { ServedModel } from "../answers/served-model.ts";
import type { SourcedEvent } from "../records/patient-record.ts";
import { emptyColumn, evidenceOf, leave, type TaskColumn, type TaskEvidence } from "./task-evidence.ts";

export interface ValidatedPerson {
  /** The whole record, in the codes and units that the model learned: until `at` to forecast, after it to compare. */
  readonly events: readonly SourcedEvent[];
  /** Prediction time, ms. */
  readonly at: number;
}

export type ValidationEvent =
  | { readonly event: "progress"; readonly persons: number; readonly failed: number }
  | {
      readonly event: "evidence";
      readonly release: string;
      readonly model: string;
      readonly persons: number;
      readonly failed: Readonly<Record<string, number>>;
      readonly tasks: readonly TaskEvidence[];
    };

const PROGRESS_EVERY = 50;

/** @param persons those that could not be read are given as the code of their error */
export async function* validatePersons(
  model: ServedModel,
  persons: Iterable<ValidatedPerson | string>,
  seed: number,
): AsyncGenerator<ValidationEvent> {
  const columns = model.tasks.map(emptyColumn);
  const failed: Record<string, number> = {};
  let [read, unread] = [0, 0];
  for (const person of persons) {
    if (typeof person === "string") {
      failed[person] = (failed[person] ?? 0) + 1;
      unread += 1;
    } else {
      await addPerson(model, columns, person);
      read += 1;
    }
    if ((read + unread) % PROGRESS_EVERY === 0) yield { event: "progress", persons: read, failed: unread };
  }
  yield {
    event: "evidence",
    release: model.manifest.id,
    model: model.manifest.model,
    persons: read,
    failed,
    tasks: model.tasks.map((task, i) => evidenceOf(task, columns[i] as TaskColumn, seed)),
  };
}

async function addPerson(
  model: ServedModel,
  columns: readonly TaskColumn[],
  { events, at }: ValidatedPerson,
) {
  const day = at / MS_PER_DAY;
  const known = historyAt(model, events, { knownUntil: at, day });
  const whole = historyAt(model, events, { knownUntil: Number.POSITIVE_INFINITY, day });
  const labels = model.tasks.map(({ outcome }) =>
    labelAt(whole, outcome, model.outcomes.indexOf(outcome), day),
  );
  if (!labels.some(({ eligible }) => eligible)) {
    for (const [i, label] of labels.entries())
      leave(columns[i] as TaskColumn, label.eligible ? "" : label.why);
    return;
  }
  const { risks } = await explainedRisks(model, {
    history: known,
    day,
    events: [],
    displays: {},
    explain: false,
  });
  for (const [i, label] of labels.entries()) {
    const column = columns[i] as TaskColumn;
    if (!label.eligible) {
      leave(column, label.why);
      continue;
    }
    column.risks.push(risks[i] as number);
    column.days.push(label.outcome.days);
    column.kinds.push(KIND[label.outcome.kind]);
  }
}
