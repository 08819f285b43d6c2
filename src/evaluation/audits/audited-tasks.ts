/**
 * The tasks that an audit looks at, one for each outcome: its first prediction time and horizon; and rankings on them
 * with paired bootstrap intervals over persons.
 */
import { createRandom } from "../../effects/random.ts";
import type { OutcomeDefinition, PredictionTime } from "../../vetting/outcome-definition.ts";
import type { PatientHistory } from "../../vetting/patient-history.ts";
import { type TaskPersons, taskPersons } from "../design/task-persons.ts";
import { prepareAuroc } from "../measures/auroc.ts";
import { drawResamples, multiplicityOf, type Resamples } from "../measures/bootstrap.ts";
import { prepareCensoringWeights } from "../measures/censoring-weights.ts";
import { type Estimate, percentileEstimate } from "../measures/estimate.ts";
import { hasBoth, once, statusAt } from "../measures/observations.ts";
import type { Resampled } from "../resampling/resampled.ts";

export interface AuditedTask {
  readonly outcome: OutcomeDefinition;
  /** Position of the outcome in the site's list. */
  readonly k: number;
  readonly time: PredictionTime;
  readonly horizon: PredictionTime["horizons"][number];
  readonly persons: TaskPersons;
  /** CASE, CONTROL or UNKNOWN at the horizon. */
  readonly status: Uint8Array;
}

/** Tasks with enough onsets and enough persons free of one. */
export function auditedTasks(
  histories: readonly PatientHistory[],
  outcomes: readonly OutcomeDefinition[],
  minimumEvents: number,
): AuditedTask[] {
  return outcomes.flatMap((outcome, k) => {
    const time = outcome.predictionTimes[0];
    const horizon = time?.horizons[0];
    if (time === undefined || horizon === undefined) return [];
    const task = auditedTask(histories, outcome, k, time, horizon);
    return hasBoth(task.status, minimumEvents) ? [task] : [];
  });
}

export function auditedTask(
  histories: readonly PatientHistory[],
  outcome: OutcomeDefinition,
  k: number,
  time: PredictionTime,
  horizon: PredictionTime["horizons"][number],
): AuditedTask {
  const persons = taskPersons(histories, outcome, k, time);
  return { outcome, k, time, horizon, persons, status: statusAt(persons.observations, horizon.days) };
}

export function nameOfTask({ outcome, time, horizon }: AuditedTask): string {
  return taskName({ title: outcome.title, landmark: time.landmark, horizon: horizon.name });
}

export interface NamedTask {
  readonly title: string;
  readonly landmark: string;
  readonly horizon: string;
}

export function taskName({ title, landmark, horizon }: NamedTask): string {
  return `${title} from ${landmark} within ${horizon}`;
}

/** Ranks persons of tasks on the same resamples. */
export class Ranking {
  readonly #resamples: Resamples;
  readonly method: string;

  constructor(persons: number, count: number, seed: number) {
    this.#resamples = drawResamples(persons, count, createRandom(seed).fork("audit resamples"));
    this.method = `percentile bootstrap over persons, ${count} resamples, seed ${seed}`;
  }

  /** AUROC at the task's horizon, weighted for censoring, of several scores on the same persons. */
  aurocs(task: AuditedTask, scores: readonly ArrayLike<number>[]): Resampled[] {
    return this.measured(
      task,
      scores.map((score) => prepareAuroc(task.status, score)),
    );
  }

  /** Statistics of a task's persons, given weights for censoring: [persons] → figure. */
  measured(
    { persons, status, horizon }: AuditedTask,
    statistics: readonly ((weights: Float64Array) => number)[],
  ): Resampled[] {
    const n = status.length;
    const weigh = prepareCensoringWeights(persons.observations, horizon.days);
    const weights = new Float64Array(n);
    weigh(once(n), weights);
    const values = statistics.map((statistic) => statistic(weights));
    const samples = statistics.map(() => new Float64Array(this.#resamples.count));
    const drawn = new Float64Array(n);
    for (let row = 0; row < this.#resamples.count; row++) {
      weigh(multiplicityOf(this.#resamples, row, persons.positions, drawn), weights);
      for (const [s, statistic] of statistics.entries()) samples[s]![row] = statistic(weights);
    }
    return values.map((value, s) => ({ value, samples: samples[s]! }));
  }

  estimate({ value, samples }: Resampled, n: number): Estimate | null {
    return percentileEstimate(value, samples, n, this.method);
  }
}

/** Over tasks; persons are resampled jointly. */
export function meanOf(all: readonly Resampled[]): Resampled {
  const mean = (of: (one: Resampled) => number) =>
    all.reduce((sum, one) => sum + of(one), 0) / Math.max(1, all.length);
  const rows = all[0]?.samples.length ?? 0;
  return {
    value: mean(({ value }) => value),
    samples: Float64Array.from({ length: rows }, (_, row) => mean(({ samples }) => samples[row]!)),
  };
}
