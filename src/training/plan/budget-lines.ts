/** The law as lines to draw: what loss each size of model comes to within a budget of time here. */
import { lossAt } from "./scaling-law.ts";
import type { TrainingPlan } from "./training-plan.ts";

const SAMPLES = 40;

/** Sizes that are drawn: somewhat beyond those of the trials and of the plan. */
export function reachOf({ trials, rows }: Pick<TrainingPlan, "trials" | "rows">): {
  readonly low: number;
  readonly high: number;
} {
  const sizes = [...trials, ...rows].map(({ parameters }) => parameters);
  return { low: Math.min(...sizes) / 1.2, high: Math.max(...sizes) * 3 };
}

/** Parameters and expected loss: a small model sees many tokens in the same time, a large one few. */
export function budgetLine(
  { law, pace }: Pick<TrainingPlan, "law" | "pace">,
  budgetHours: number,
  { low, high }: { readonly low: number; readonly high: number },
): (readonly [parameters: number, loss: number])[] {
  return spaced(low, high).map((parameters) => {
    const tokens = (3600 * budgetHours) / (pace.fixed + pace.perParameter * parameters);
    return [parameters, lossAt(law, parameters, tokens)];
  });
}

/** Evenly spaced by their logarithm. */
export function spaced(low: number, high: number): number[] {
  return Array.from({ length: SAMPLES }, (_, i) => low * (high / low) ** (i / (SAMPLES - 1)));
}
