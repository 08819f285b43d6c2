/**
 * Evidence on people of another institution: each is forecast at one time from what was known until then, and compared with
 * what came. An async generator of progress, then the evidence.
 * Invariants: nothing of a person is stored or returned; where too few had an outcome, only the counts are told.
 */

import { createRandom } from "../../effects/random.ts";
import { KIND } from "../../evaluation/design/task-persons.ts";
import { prepareAalenJohansen } from "../../evaluation/measures/aalen-johansen.ts";
import { drawResamples } from "../../evaluation/measures/bootstrap.ts";
import { prepareConcordance } from "../../evaluation/measures/concordance.ts";
import type { Estimate } from "../../evaluation/measures/estimate.ts";
import { estimateOver, weightedMean } from "../../evaluation/measures/estimate-over.ts";
import { DEATH, ONSET } from "../../evaluation/measures/observations.ts";
import { MS_PER_DAY } from "../../vetting/duration.ts";
import { labelAt } from "../../vetting/label.ts";
import { explainedRisks } from "../answers/drivers.ts";
import { historyAt } from "../answers/history-at.ts";
import type { ServedModel, ServedTask } from "../answers/served-model.ts";
import type { SourcedEvent } from "../records/patient-record.ts";

export interface ValidatedPerson {
  /** The whole record, in the codes and units that the model learned: until `at` to forecast, after it to compare. */
  readonly events: readonly SourcedEvent[];
  /** Prediction time, ms. */
  readonly at: number;
}

export interface TaskEvidence {
  readonly outcome: string;
  readonly horizon: string;
  /** Eligible at their prediction times. */
  readonly persons: number;
  /** Within the horizon. */
  readonly onsets: number;
  readonly deaths: number;
  /** Why others are not in the task. */
  readonly left: Readonly<Record<string, number>>;
  /** Null where fewer than `FEWEST_ONSETS` had it. */
  readonly cIndex: Estimate | null;
  readonly observedIncidence: Estimate | null;
  readonly meanRisk: Estimate | null;
  readonly observedToExpected: Estimate | null;
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

const FEWEST_ONSETS = 10;
const RESAMPLES = 200;
const PROGRESS_EVERY = 50;

interface Column {
  readonly risks: number[];
  readonly days: number[];
  readonly kinds: number[];
  readonly left: Record<string, number>;
}

/** @param persons those that could not be read are given as the code of their error */
export async function* validatePersons(
  model: ServedModel,
  persons: Iterable<ValidatedPerson | string>,
  seed: number,
): AsyncGenerator<ValidationEvent> {
  const columns = model.tasks.map((): Column => ({ risks: [], days: [], kinds: [], left: {} }));
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
    tasks: model.tasks.map((task, i) => evidenceOf(task, columns[i] as Column, seed)),
  };
}

async function addPerson(model: ServedModel, columns: readonly Column[], { events, at }: ValidatedPerson) {
  const day = at / MS_PER_DAY;
  const known = historyAt(model, events, { knownUntil: at, day });
  const whole = historyAt(model, events, { knownUntil: Number.POSITIVE_INFINITY, day });
  const labels = model.tasks.map(({ outcome }) =>
    labelAt(whole, outcome, model.outcomes.indexOf(outcome), day),
  );
  if (!labels.some(({ eligible }) => eligible)) {
    for (const [i, label] of labels.entries()) leave(columns[i] as Column, label.eligible ? "" : label.why);
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
    const column = columns[i] as Column;
    if (!label.eligible) {
      leave(column, label.why);
      continue;
    }
    column.risks.push(risks[i] as number);
    column.days.push(label.outcome.days);
    column.kinds.push(KIND[label.outcome.kind]);
  }
}

function leave({ left }: Column, why: string): void {
  left[why] = (left[why] ?? 0) + 1;
}

function evidenceOf(
  { outcome, horizon, horizonDays }: ServedTask,
  column: Column,
  seed: number,
): TaskEvidence {
  const { risks, days, kinds, left } = column;
  const persons = risks.length;
  const within = (kind: number) =>
    kinds.filter((of, i) => of === kind && (days[i] as number) <= horizonDays).length;
  const counts = {
    outcome: outcome.name,
    horizon,
    persons,
    onsets: within(ONSET),
    deaths: within(DEATH),
    left,
  };
  if (counts.onsets < FEWEST_ONSETS)
    return { ...counts, cIndex: null, observedIncidence: null, meanRisk: null, observedToExpected: null };
  const observations = { days: Float64Array.from(days), kind: Uint8Array.from(kinds) };
  const resamples = drawResamples(persons, RESAMPLES, createRandom(seed).fork("validation"));
  const concordance = prepareConcordance(observations, risks);
  const incidence = prepareAalenJohansen(observations, horizonDays);
  const mean = (weights: Float64Array) => weightedMean(risks, weights);
  const method = `percentile bootstrap over persons, ${RESAMPLES} resamples`;
  const of = (measure: (weights: Float64Array) => number) => estimateOver(resamples, measure, method);
  return {
    ...counts,
    cIndex: of(concordance),
    observedIncidence: of(incidence),
    meanRisk: of(mean),
    observedToExpected: of((weights) => incidence(weights) / mean(weights)),
  };
}
