/**
 * The evidence: every model's measures on every task with patient-clustered bootstrap intervals, paired differences
 * from the baselines, verdicts and means over outcomes.
 * Invariants: all models of a task are measured on the same persons and the same resamples; a task that cannot be
 * judged says so with a code and has no figures; the same input and seed give the same evaluation.
 */

import { LongitudeError } from "../../errors/longitude-error.ts";
import {
  type ErrorDefinition,
  EVALUATION_ONE_CLASS,
  EVALUATION_RISKS_MISSING,
  EVALUATION_TOO_FEW_EVENTS,
} from "../../errors/registry.ts";
import type { RiskRow } from "../../forecast/risk-table.ts";
import {
  type OutcomeDefinition,
  type OutcomesSection,
  resolveOutcomes,
} from "../../vetting/outcome-definition.ts";
import type { PatientHistory } from "../../vetting/patient-history.ts";
import {
  type DefinitionVetting,
  outcomeDefinitions,
  vettingOf,
} from "../../vetting/statements/vetting-status.ts";
import type { UnfittedTask } from "../baselines/baseline-models.ts";
import { prepareAalenJohansen } from "../measures/aalen-johansen.ts";
import { percentileEstimate } from "../measures/estimate.ts";
import { CASE, DEATH, ONSET, once, statusAt, UNKNOWN } from "../measures/observations.ts";
import type { ResampledTask } from "../resampling/resample-task.ts";
import { differenceOf, type Resampled } from "../resampling/resampled.ts";
import { Resampler } from "../resampling/resampler.ts";
import { type CloseUpPlan, type CloseUpSettings, describeCloseUp, planCloseUp } from "./close-up.ts";
import { type EvaluationDesign, INTERNAL } from "./evaluation-design.ts";
import {
  DIFFERENCE_NAMES,
  EVALUATION_SCHEMA,
  type Evaluation,
  type EvaluationTask,
  MEASURE_NAMES,
} from "./evaluation-schema.ts";
import { EVIDENCE_SCHEMA, type Evidence, type EvidenceTask } from "./evidence-schema.ts";
import { labelDelayOf, leadTimeOf, periodsOf } from "./over-time.ts";
import { rocPoints } from "./roc-points.ts";
import { prepareSubgroups } from "./subgroups.ts";
import { type JudgedTask, summarise } from "./summarise.ts";
import { type TaskPersons, taskPersons } from "./task-persons.ts";
import { indexRisks, type RiskIndex, type TaskSample, taskSample } from "./task-sample.ts";
import { strongestBaseline, verdictOf, verdictText } from "./verdict.ts";

export interface EvaluateInput {
  /** The persons evaluated: held out, or from other records. */
  readonly histories: readonly PatientHistory[];
  /** How these differ from the persons learned from; internal when left out. */
  readonly design?: EvaluationDesign;
  /** The written outcomes, with which `histories` were built. */
  readonly outcomes: OutcomesSection;
  /** Rows of every model, by the name under which it stands in the evaluation. */
  readonly risks: Readonly<Record<string, readonly RiskRow[]>>;
  /** The model that verdicts are about; one of `risks`. */
  readonly mainModel: string;
  /** The models that it is compared with; among `risks`. */
  readonly baselines: readonly string[];
  /** Tasks that the baselines were not fitted for, as `BaselineModels.unfitted` lists them. */
  readonly unfitted: readonly UnfittedTask[];
  /** Whether each outcome's definition is vetted; unvetted when left out. */
  readonly vetting?: readonly DefinitionVetting[];
  readonly resamples: number;
  readonly seed: number;
  /** Strata of record length; 5 are quintiles. */
  readonly recordLengthStrata: number;
  /** Fewer onsets by the horizon, or fewer persons known to be free of one, and a task is not judged. */
  readonly minimumEvents: number;
  /** How the main model is looked at more closely; null: not at all. */
  readonly closeUp: CloseUpSettings | null;
  /** Threads that resample. */
  readonly threads: number;
}

export interface EvaluateEvent {
  readonly kind: "task evaluated";
  readonly outcome: string;
  readonly landmark: string;
  readonly horizon: string;
  readonly done: number;
  readonly total: number;
}

/** Evidence about all models, and a closer look at the main one. */
export interface Evaluated {
  readonly evaluation: Evaluation;
  readonly evidence: Evidence;
}

export async function* evaluate(input: EvaluateInput): AsyncGenerator<EvaluateEvent, Evaluated, void> {
  const outcomes = resolveOutcomes(input.outcomes);
  const draw = { persons: input.histories.length, count: input.resamples, seed: `${input.seed}/bootstrap` };
  // The threads draw while this one lays out the tasks.
  const opening = Resampler.open(draw, countTasks(outcomes), input.threads);
  opening.catch(() => undefined); // it is awaited, and thrown, below
  try {
    return yield* evaluateTasks(input, outcomes, opening);
  } finally {
    await (await opening).close();
  }
}

async function* evaluateTasks(
  input: EvaluateInput,
  outcomes: Outcomes,
  opening: Promise<Resampler>,
): AsyncGenerator<EvaluateEvent, Evaluated, void> {
  const { histories, mainModel, baselines } = input;
  const positions = new Map(histories.map(({ subjectId }, position) => [subjectId, position]));
  const indexes = new Map(
    Object.entries(input.risks).map(([model, rows]) => [model, indexRisks(model, rows, positions)]),
  );
  for (const model of [mainModel, ...baselines]) {
    if (!indexes.has(model))
      throw new LongitudeError(EVALUATION_RISKS_MISSING, `${model} has no risks at all`);
  }
  const asked = tasksOf(histories, outcomes);
  const resampler = await opening;
  const prepared: Prepared = {
    indexes,
    resampler,
    subgroups: prepareSubgroups(histories, input.closeUp?.minimumCell ?? 0),
  };
  const judged: JudgedTask[] = [];
  const running = new Map<number, Promise<JudgedTask>>();
  for (const position of asked.keys()) {
    for (let ahead = position; ahead < asked.length && running.size < resampler.width; ahead++) {
      if (running.has(ahead)) continue;
      const judging = judgeTask(input, prepared, asked[ahead] as AskedTask);
      judging.catch(() => undefined); // it is awaited, and thrown, when its turn comes
      running.set(ahead, judging);
    }
    const done = (await running.get(position)) as JudgedTask;
    running.delete(position);
    judged.push(done);
    const { outcome, landmark, horizon } = done.task;
    yield { kind: "task evaluated", outcome, landmark, horizon, done: judged.length, total: asked.length };
  }
  if (judged.every(({ resampled }) => resampled === null)) throw nothingToJudge(judged);
  const evaluation: Evaluation = {
    schema: EVALUATION_SCHEMA,
    persons: histories.length,
    design: input.design ?? INTERNAL,
    mainModel,
    baselines: [...baselines],
    bootstrap: { resamples: input.resamples, seed: input.seed, clusters: "person" },
    recordLengthStrata: input.recordLengthStrata,
    vetting: [...(input.vetting ?? unvetted(input.outcomes))],
    tasks: judged.map(({ task }) => task),
    summary: summarise(judged, mainModel, baselines, histories.length, methodOf(input)),
  };
  const evidence: Evidence = {
    schema: EVIDENCE_SCHEMA,
    model: mainModel,
    persons: histories.length,
    minimumCell: input.closeUp?.minimumCell ?? 0,
    tasks: judged.flatMap(({ closeUp }) => (closeUp === null ? [] : [closeUp])),
  };
  return { evaluation, evidence };
}

interface AskedTask {
  readonly outcome: OutcomeDefinition;
  readonly landmark: string;
  readonly horizon: { readonly name: string; readonly days: number };
  readonly persons: TaskPersons;
  /** Position of the outcome among the site's. */
  readonly k: number;
}

type Outcomes = ReturnType<typeof resolveOutcomes>;

function countTasks(outcomes: Outcomes): number {
  return outcomes.flatMap(({ predictionTimes }) => predictionTimes.flatMap(({ horizons }) => horizons))
    .length;
}

function tasksOf(histories: readonly PatientHistory[], outcomes: Outcomes): AskedTask[] {
  return outcomes.flatMap((outcome, k) =>
    outcome.predictionTimes.flatMap((time) => {
      const persons = taskPersons(histories, outcome, k, time);
      return time.horizons.map((horizon) => ({ outcome, landmark: time.landmark, horizon, persons, k }));
    }),
  );
}

function methodOf({ resamples, seed }: EvaluateInput): string {
  return `percentile bootstrap over persons, ${resamples} resamples, seed ${seed}`;
}

/** What is made once for all tasks. */
interface Prepared {
  readonly indexes: ReadonlyMap<string, RiskIndex>;
  readonly resampler: Resampler;
  readonly subgroups: ReturnType<typeof prepareSubgroups>;
}

async function judgeTask(
  input: EvaluateInput,
  { indexes, resampler, subgroups }: Prepared,
  { outcome, landmark, horizon, persons, k }: AskedTask,
): Promise<JudgedTask> {
  const where = { outcome: outcome.name, landmark, horizon: horizon.name };
  const counts = countTask(persons, horizon.days);
  const empty: EvaluationTask = {
    ...where,
    title: outcome.title,
    horizonDays: horizon.days,
    ...counts,
    attrition: { ...persons.attrition },
    observedIncidence: null,
    models: {},
    differences: {},
    verdict: "too few to judge",
    verdictAgainst: null,
    verdictText: "Too few onsets to judge.",
    code: null,
    curves: {},
  };
  const obstacle = obstacleOf(counts, input.minimumEvents);
  if (obstacle !== null) {
    const text = `Not judged: ${counts.events} onsets by ${where.horizon} among ${counts.n} persons.`;
    return { task: { ...empty, verdictText: text, code: obstacle.code }, resampled: null, closeUp: null };
  }
  const { unfitted } = input;
  const isUnfitted = unfitted.some((u) => u.outcome === where.outcome && u.landmark === where.landmark);
  const baselines = isUnfitted ? [] : input.baselines;
  const models = new Map([...indexes].filter(([name]) => !(isUnfitted && input.baselines.includes(name))));
  const sample = taskSample(input.histories, persons, where, horizon, models, input.recordLengthStrata);
  const plan = closeUpOf(input, subgroups, sample);
  const resampled = await resampler.resample({
    observations: sample.observations,
    horizonDays: sample.horizonDays,
    status: sample.status,
    strata: sample.strata,
    positions: persons.positions,
    models: [...sample.risks].map(([name, risks]) => ({ name, risks })),
    closeUp: plan?.closeUp ?? null,
  });
  const measured = describeTask(input, baselines, sample, resampled);
  const against = strongestBaseline(measured.models, baselines);
  const difference = against === null ? null : (measured.differences[against]?.cIndex ?? null);
  const verdict = verdictOf(difference);
  const described: EvaluationTask = {
    ...empty,
    ...measured,
    verdict,
    verdictAgainst: against,
    verdictText: isUnfitted
      ? "Not judged: too few onsets among development persons for baselines."
      : verdictText(verdict, input.mainModel, against, difference),
    code: isUnfitted ? EVALUATION_TOO_FEW_EVENTS.code : null,
  };
  const { closeUp: settings } = input;
  const closeUp: EvidenceTask | null =
    plan === null || settings === null || resampled.closeUp === null
      ? null
      : describeCloseUp(
          described,
          plan,
          resampled.closeUp,
          sample.status,
          timeOf(input.histories, sample, k, plan.closeUp, settings),
          settings,
          methodOf(input),
        );
  return { task: described, resampled, closeUp };
}

function closeUpOf(
  { closeUp: settings, mainModel }: EvaluateInput,
  subgroups: Prepared["subgroups"],
  sample: TaskSample,
): CloseUpPlan | null {
  const risks = sample.risks.get(mainModel);
  if (settings === null || risks === undefined) return null;
  const attributes = subgroups(sample.persons);
  const incidence = prepareAalenJohansen(sample.observations, sample.horizonDays)(once(risks.length));
  const periods = periodsOf(sample.persons.predictionDays, sample.status, settings);
  return planCloseUp(mainModel, risks, incidence, attributes, periods, settings);
}

function timeOf(
  histories: readonly PatientHistory[],
  { persons, status, risks }: TaskSample,
  k: number,
  { model, plan: { operating } }: CloseUpPlan["closeUp"],
  { minimumCell }: CloseUpSettings,
) {
  const own = risks.get(model) as Float64Array;
  return {
    leadTime: leadTimeOf(persons, status, own, operating, minimumCell),
    labelDelay: labelDelayOf(histories, persons, status, k, minimumCell),
  };
}

function describeTask(
  input: EvaluateInput,
  baselines: readonly string[],
  sample: TaskSample,
  { models, calibration, observedIncidence }: ResampledTask,
): Pick<EvaluationTask, "models" | "differences" | "curves" | "observedIncidence"> {
  const n = sample.status.length;
  const method = methodOf(input);
  const estimate = ({ value, samples }: Resampled) => percentileEstimate(value, samples, n, method);
  const main = models.get(input.mainModel);
  return {
    observedIncidence: estimate(observedIncidence),
    models: Object.fromEntries(
      [...models].map(([name, of]) => [
        name,
        Object.fromEntries(MEASURE_NAMES.map((measure) => [measure, estimate(of[measure])])),
      ]),
    ) as EvaluationTask["models"],
    differences: Object.fromEntries(
      baselines.map((name) => [
        name,
        Object.fromEntries(
          DIFFERENCE_NAMES.map((measure) => {
            const [left, right] = [main?.[measure], models.get(name)?.[measure]];
            return [measure, left && right ? estimate(differenceOf(left, right)) : null];
          }),
        ),
      ]),
    ) as EvaluationTask["differences"],
    curves: Object.fromEntries(
      [...sample.risks].map(([name, risks]) => [
        name,
        {
          roc: rocPoints(sample, risks),
          calibration: (calibration.get(name) ?? []).map(({ n: members, meanRisk, observed }) => ({
            n: members,
            meanRisk,
            observed: percentileEstimate(observed.value, observed.samples, members, method),
          })),
        },
      ]),
    ),
  };
}

type TaskCounts = Pick<EvaluationTask, "n" | "events" | "eventsEver" | "deaths" | "censored">;

function countTask({ observations }: TaskPersons, horizonDays: number): TaskCounts {
  const status = statusAt(observations, horizonDays);
  const counts = { n: status.length, events: 0, eventsEver: 0, deaths: 0, censored: 0 };
  for (let i = 0; i < status.length; i++) {
    if (status[i] === CASE) counts.events++;
    if (status[i] === UNKNOWN) counts.censored++;
    if (observations.kind[i] === ONSET) counts.eventsEver++;
    if (observations.kind[i] === DEATH && (observations.days[i] as number) <= horizonDays) counts.deaths++;
  }
  return counts;
}

function obstacleOf({ n, events, censored }: TaskCounts, minimumEvents: number): ErrorDefinition | null {
  const controls = n - events - censored;
  if (n > 0 && (events === 0 || controls === 0)) return EVALUATION_ONE_CLASS;
  return events < minimumEvents || controls < minimumEvents ? EVALUATION_TOO_FEW_EVENTS : null;
}

function nothingToJudge(judged: readonly JudgedTask[]): LongitudeError {
  const oneClass = judged.filter(({ task }) => task.code === EVALUATION_ONE_CLASS.code).length;
  const definition = oneClass === judged.length ? EVALUATION_ONE_CLASS : EVALUATION_TOO_FEW_EVENTS;
  const onsets = judged.reduce((sum, { task }) => sum + task.events, 0);
  return new LongitudeError(
    definition,
    `none of ${judged.length} tasks can be judged: ${onsets} onsets in all, ${oneClass} tasks of one class`,
  );
}

/** Nobody has said otherwise. */
function unvetted(outcomes: OutcomesSection): DefinitionVetting[] {
  const current = outcomeDefinitions(outcomes);
  return current.map((definition) => vettingOf(definition, current, [], [], ""));
}
