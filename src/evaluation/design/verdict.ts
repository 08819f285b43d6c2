/**
 * The verdict of a task in words: the model against the strongest baseline, by the paired interval of the difference
 * in C-index. The strongest is the one with the highest C-index on these very persons, which favours the baselines.
 */
import type { Estimate } from "../measures/estimate.ts";
import type { EvaluationTask, Verdict } from "./evaluation-schema.ts";

export function verdictOf(difference: Estimate | null): Verdict {
  if (difference === null) return "too few to judge";
  if (difference.low > 0) return "better";
  if (difference.high < 0) return "worse";
  return "not distinguishable";
}

/** The baseline with the highest C-index, or null when none has one. */
export function strongestBaseline(
  models: EvaluationTask["models"],
  baselines: readonly string[],
): string | null {
  let best: string | null = null;
  let highest = Number.NEGATIVE_INFINITY;
  for (const name of baselines) {
    const value = models[name]?.cIndex?.value;
    if (value !== undefined && value > highest) {
      highest = value;
      best = name;
    }
  }
  return best;
}

export function verdictText(
  verdict: Verdict,
  mainModel: string,
  against: string | null,
  difference: Estimate | null,
): string {
  if (difference === null || against === null) return "Too few onsets to judge.";
  const figures = `difference in C-index ${signed(difference.value)} (${signed(difference.low)} to ${signed(difference.high)}, n = ${difference.n})`;
  switch (verdict) {
    case "better":
      return `${mainModel} ranks better than ${against}, the strongest baseline: ${figures}.`;
    case "worse":
      return `${mainModel} ranks worse than ${against}, the strongest baseline: ${figures}.`;
    case "not distinguishable":
      return `${mainModel} is not distinguishable from ${against}, the strongest baseline: ${figures}.`;
    case "too few to judge":
      return "Too few onsets to judge.";
  }
}

function signed(value: number): string {
  return `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(3)}`;
}
