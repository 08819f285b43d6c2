/**
 * From a law and a pace to the size that a budget is best spent on. Of all sizes and lengths that the time allows, the
 * quickest whose expected loss is within a thousandth of the lowest: where the loss has become flat, time is not spent.
 */
import type { Architecture } from "../../network/architecture.ts";
import { lossAt, type ScalingLaw } from "./scaling-law.ts";
import type { Assumptions, ExpectedLoss, ModelSize, Pace, PlanRow, Trial } from "./training-plan.ts";

export interface Candidate extends ModelSize {
  readonly architecture: Architecture;
}

export interface Choice {
  readonly size: Candidate;
  readonly tokens: number;
}

const LENGTHS = 80;
const SHORTEST_SHARE = 1e-3;
const FLAT = 1.001;

export function secondsPerToken({ fixed, perParameter }: Pace, parameters: number): number {
  return fixed + perParameter * parameters;
}

export function chooseSize(
  law: ScalingLaw,
  pace: Pace,
  candidates: readonly Candidate[],
  seconds: number,
): Choice {
  const choices = candidates.flatMap((size) => {
    const most = seconds / secondsPerToken(pace, size.parameters);
    return Array.from({ length: LENGTHS }, (_, i) => {
      const tokens = most * SHORTEST_SHARE ** (1 - i / (LENGTHS - 1));
      const time = tokens * secondsPerToken(pace, size.parameters);
      return { size, tokens, time, loss: lossAt(law, size.parameters, tokens) };
    });
  });
  const lowest = Math.min(...choices.map(({ loss }) => loss));
  const good = choices.filter(({ loss }) => loss <= FLAT * lowest);
  return good.reduce((quickest, choice) => (choice.time < quickest.time ? choice : quickest));
}

/**
 * Operations of training on so many tokens: six a parameter (embedding look-ups aside) and token, and the products of
 * attention with half of the context (Kaplan 2020, section 2.1, forward and twice that backward).
 */
export function trainingFlops(size: Candidate, tokens: number): number {
  const { vocabulary, width, depth, context } = size.architecture;
  return (6 * (size.parameters - vocabulary * width) + 6 * depth * width * context) * tokens;
}

export interface Expectation {
  readonly law: ScalingLaw;
  readonly resampled: readonly ScalingLaw[];
  /** Of the check or twice that of the fit, whichever is larger; relative. */
  readonly error: number;
  /** Parameters of the largest trial. */
  readonly largest: number;
  readonly points: number;
}

/** The interval is that of the resampled laws, and no narrower than the error seen, which grows with each doubling beyond. */
export function expectedLoss(
  { law, resampled, error, largest, points }: Expectation,
  parameters: number,
  tokens: number,
): ExpectedLoss {
  const value = lossAt(law, parameters, tokens);
  const losses = resampled.map((other) => lossAt(other, parameters, tokens)).sort((a, b) => a - b);
  const quantile = (share: number) => losses[Math.round(share * (losses.length - 1))] ?? value;
  const least = error * (1 + Math.max(0, Math.log2(parameters / largest)));
  return {
    value,
    low: Math.min(quantile(0.025), value * (1 - least)),
    high: Math.max(quantile(0.975), value * (1 + least)),
    n: points,
    method: `wild cluster bootstrap by trial, ${losses.length} laws; at least the error of check and fit`,
  };
}

export function planRow(
  choice: Choice,
  budgetHours: number | null,
  expectation: Expectation,
  pace: Pace,
  trials: readonly Trial[],
  assumptions: Assumptions,
): PlanRow {
  const { size, tokens } = choice;
  const { depth, width, parameters } = size;
  const { gpuFlops, gpuUtilisation, gpus, gpuScaling } = assumptions;
  const hoursOneGpu = trainingFlops(size, tokens) / (gpuFlops * gpuUtilisation) / 3600;
  const longest = Math.max(...trials.flatMap(({ points }) => points.map((point) => point.tokens)));
  return {
    budgetHours,
    depth,
    width,
    parameters,
    tokens,
    epochs: tokens / expectation.law.epochTokens,
    loss: expectedLoss(expectation, parameters, tokens),
    hoursHere: (tokens * secondsPerToken(pace, parameters)) / 3600,
    hoursOneGpu,
    hoursManyGpus: gpus === 1 ? hoursOneGpu : hoursOneGpu / (gpus * gpuScaling),
    beyondTrials: {
      parameters: parameters / Math.max(...trials.map((trial) => trial.parameters)),
      tokens: tokens / longest,
    },
  };
}
