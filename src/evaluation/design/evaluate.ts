/**
 * The evidence: every model's measures on every task with patient-clustered bootstrap intervals, paired differences
 * from the baselines, verdicts and means over outcomes.
 * Invariants: all models of a task are measured on the same persons and the same resamples; a task that cannot be
 * judged says so with a code and has no figures; the same input and seed give the same evaluation.
 */
import { createRandom } from "../../effects/random.ts";
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
import type { UnfittedTask } from "../baselines/baseline-models.ts";
import { drawResamples, type Resamples } from "../measures/bootstrap.ts";
import { percentileEstimate } from "../measures/estimate.ts";
import { CASE, DEATH, ONSET, statusAt, UNKNOWN } from "../measures/observations.ts";
import {
  DIFFERENCE_NAMES,
  EVALUATION_SCHEMA,
  type Evaluation,
  type EvaluationTask,
  MEASURE_NAMES,
} from "./evaluation-schema.ts";
import { type Resampled, type ResampledTask, resampleTask } from "./resample-task.ts";
import { differenceOf, type JudgedTask, summarise } from "./summarise.ts";
import { taskCurves } from "./task-curves.ts";
import { type TaskPersons, taskPersons } from "./task-persons.ts";
import { indexRisks, type RiskIndex, type TaskSample, taskKey, taskSample } from "./task-sample.ts";
import { strongestBaseline, verdictOf, verdictText } from "./verdict.ts";

export interface EvaluateInput {
  /** The persons evaluated: held out, or from other records. */
  readonly histories: readonly PatientHistory[];
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
  readonly resamples: number;
  readonly seed: number;
  /** Strata of record length; 5 are quintiles. */
  readonly recordLengthStrata: number;
  /** Fewer onsets by the horizon, or fewer persons known to be free of one, and a task is not judged. */
  readonly minimumEvents: number;
}

export interface EvaluateEvent {
  readonly kind: "task evaluated";
  readonly outcome: string;
  readonly landmark: string;
  readonly horizon: string;
  readonly done: number;
  readonly total: number;
}

export async function* evaluate(input: EvaluateInput): AsyncGenerator<EvaluateEvent, Evaluation, void> {
  const { histories, mainModel, baselines } = input;
  const definitions = resolveOutcomes(input.outcomes);
  const indexes = new Map(
    Object.entries(input.risks).map(([model, rows]) => [model, indexRisks(model, rows)]),
  );
  for (const model of [mainModel, ...baselines]) {
    if (!indexes.has(model))
      throw new LongitudeError(EVALUATION_RISKS_MISSING, `${model} has no risks at all`);
  }
  const resamples = drawResamples(
    histories.length,
    input.resamples,
    createRandom(input.seed).fork("bootstrap"),
  );
  const total = definitions.reduce(
    (sum, { predictionTimes }) => sum + predictionTimes.reduce((s, time) => s + time.horizons.length, 0),
    0,
  );
  const judged: JudgedTask[] = [];
  for (const [k, outcome] of definitions.entries()) {
    for (const time of outcome.predictionTimes) {
      const persons = taskPersons(histories, outcome, k, time);
      for (const horizon of time.horizons) {
        const where = { outcome: outcome.name, landmark: time.landmark, horizon: horizon.name };
        judged.push(judgeTask(input, indexes, resamples, outcome, where, horizon.days, persons));
        yield { kind: "task evaluated", ...where, done: judged.length, total };
      }
    }
  }
  if (judged.every(({ resampled }) => resampled === null)) throw nothingToJudge(judged);
  return {
    schema: EVALUATION_SCHEMA,
    persons: histories.length,
    mainModel,
    baselines: [...baselines],
    bootstrap: { resamples: input.resamples, seed: input.seed, clusters: "person" },
    recordLengthStrata: input.recordLengthStrata,
    tasks: judged.map(({ task }) => task),
    summary: summarise(judged, mainModel, baselines, histories.length, methodOf(input)),
  };
}

function methodOf({ resamples, seed }: EvaluateInput): string {
  return `percentile bootstrap over persons, ${resamples} resamples, seed ${seed}`;
}

function judgeTask(
  input: EvaluateInput,
  indexes: ReadonlyMap<string, RiskIndex>,
  resamples: Resamples,
  outcome: OutcomeDefinition,
  where: { outcome: string; landmark: string; horizon: string },
  horizonDays: number,
  persons: TaskPersons,
): JudgedTask {
  const counts = countTask(persons, horizonDays);
  const empty: EvaluationTask = {
    ...where,
    title: outcome.title,
    horizonDays,
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
    return { task: { ...empty, verdictText: text, code: obstacle.code }, resampled: null };
  }
  const { unfitted } = input;
  const isUnfitted = unfitted.some((u) => u.outcome === where.outcome && u.landmark === where.landmark);
  const baselines = isUnfitted ? [] : input.baselines;
  const models = new Map([...indexes].filter(([name]) => !(isUnfitted && input.baselines.includes(name))));
  const task = taskKey(where.outcome, where.landmark);
  const horizon = { name: where.horizon, days: horizonDays };
  const sample = taskSample(input.histories, persons, task, horizon, models, input.recordLengthStrata);
  const resampled = resampleTask(sample, resamples);
  const measured = describeTask(input, baselines, sample, resampled, resamples);
  const against = strongestBaseline(measured.models, baselines);
  const difference = against === null ? null : (measured.differences[against]?.cIndex ?? null);
  const verdict = verdictOf(difference);
  return {
    task: {
      ...empty,
      ...measured,
      verdict,
      verdictAgainst: against,
      verdictText: isUnfitted
        ? "Not judged: too few onsets among development persons for baselines."
        : verdictText(verdict, input.mainModel, against, difference),
      code: isUnfitted ? EVALUATION_TOO_FEW_EVENTS.code : null,
    },
    resampled,
  };
}

function describeTask(
  input: EvaluateInput,
  baselines: readonly string[],
  sample: TaskSample,
  { models, observedIncidence }: ResampledTask,
  resamples: Resamples,
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
      [...sample.risks].map(([name, risks]) => [name, taskCurves(sample, risks, resamples, method)]),
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
