/**
 * Means over outcomes per landmark and horizon, and paired differences of the means. Every outcome was resampled with
 * the same persons, so a mean's interval carries that one person counts in many outcomes.
 */
import { type Estimate, percentileEstimate } from "../measures/estimate.ts";
import type { ResampledTask } from "../resampling/resample-task.ts";
import { differenceOf, type Resampled } from "../resampling/resampled.ts";
import { type EvaluationSummary, type EvaluationTask, SUMMARY_NAMES } from "./evaluation-schema.ts";
import type { EvidenceTask } from "./evidence-schema.ts";

export interface JudgedTask {
  readonly task: EvaluationTask;
  /** Null when the task could not be judged. */
  readonly resampled: ResampledTask | null;
  /** A closer look at the main model; null when it was not asked for. */
  readonly closeUp: EvidenceTask | null;
}

export function summarise(
  tasks: readonly JudgedTask[],
  mainModel: string,
  baselines: readonly string[],
  persons: number,
  method: string,
): EvaluationSummary[] {
  const groups = new Map<string, JudgedTask[]>();
  for (const judged of tasks) {
    const key = `${judged.task.landmark} ${judged.task.horizon}`;
    groups.set(key, [...(groups.get(key) ?? []), judged]);
  }
  return [...groups.values()].map((group) => summaryOf(group, mainModel, baselines, persons, method));
}

function summaryOf(
  group: readonly JudgedTask[],
  mainModel: string,
  baselines: readonly string[],
  persons: number,
  method: string,
): EvaluationSummary {
  const first = (group[0] as JudgedTask).task;
  const usable = group.filter(({ resampled }) => resampled !== null);
  const verdicts: Record<string, number> = {};
  for (const { task } of group) verdicts[task.verdict] = (verdicts[task.verdict] ?? 0) + 1;
  /** Models that every judged task has; a mean over other outcomes would not compare. */
  const names = [...(usable[0]?.resampled?.models.keys() ?? [])].filter((name) =>
    usable.every(({ resampled }) => resampled?.models.has(name)),
  );
  const mean = (model: string, measure: (typeof SUMMARY_NAMES)[number]): Resampled =>
    meanOf(usable.map(({ resampled }) => resampled?.models.get(model)?.[measure] as Resampled));
  const estimates = (of: (measure: (typeof SUMMARY_NAMES)[number]) => Resampled) =>
    Object.fromEntries(
      SUMMARY_NAMES.map((measure): [string, Estimate | null] => {
        const { value, samples } = of(measure);
        return [measure, percentileEstimate(value, samples, persons, method)];
      }),
    ) as EvaluationSummary["models"][string];
  return {
    landmark: first.landmark,
    horizon: first.horizon,
    outcomes: usable.map(({ task }) => task.outcome),
    models: Object.fromEntries(names.map((name) => [name, estimates((measure) => mean(name, measure))])),
    differences: names.includes(mainModel)
      ? Object.fromEntries(
          baselines
            .filter((name) => names.includes(name))
            .map((name) => [
              name,
              estimates((measure) => differenceOf(mean(mainModel, measure), mean(name, measure))),
            ]),
        )
      : {},
    verdicts,
  };
}

function meanOf(parts: readonly Resampled[]): Resampled {
  const count = parts[0]?.samples.length ?? 0;
  const samples = new Float64Array(count);
  for (const part of parts) {
    for (let b = 0; b < count; b++)
      samples[b] = (samples[b] as number) + (part.samples[b] as number) / parts.length;
  }
  return { value: parts.reduce((sum, part) => sum + part.value, 0) / parts.length, samples };
}
