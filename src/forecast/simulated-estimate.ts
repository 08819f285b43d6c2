/**
 * The risk of one outcome within one horizon from as many futures as a stated precision needs. `auto` draws a pilot by
 * both ways of simulating, goes on with the estimator that reaches the precision with the fewest tokens (variance of one
 * future x tokens of one future), and says what all of it cost.
 */
import type { FutureSimulator, SimulationRequest } from "./future-simulator.ts";
import { meanRisk } from "./future-simulator.ts";
import type { OutcomeQuery } from "./outcome-query.ts";

export const SIMULATED_ESTIMATORS = ["mc", "scope", "reach"] as const;
export type SimulatedEstimator = (typeof SIMULATED_ESTIMATORS)[number];

export interface SimulatedEstimate {
  readonly value: number;
  /** 95 % interval of the simulation error: what the model says, not how right the model is. */
  readonly low: number;
  readonly high: number;
  readonly standardError: number;
  readonly estimator: SimulatedEstimator;
  /** Futures that the estimate rests on. */
  readonly futures: number;
  /** Spent in all, the pilot of other estimators included. */
  readonly spent: { readonly futures: number; readonly tokens: number };
  /** Share of the futures that were cut short by the token limit; where it is not 0, the risk is a little too low. */
  readonly cutShort: number;
  readonly precisionReached: boolean;
}

export interface EstimateOptions {
  readonly estimator: SimulatedEstimator | "auto";
  /** Futures are added until the standard error is at most this. */
  readonly standardError: number;
  /** And at most so many. */
  readonly mostFutures: number;
}

const PILOT = 32;
const Z95 = 1.959964;

interface Sample {
  readonly values: number[];
  tokens: number;
  cutShort: number;
}

export async function estimateBySimulation(
  simulator: FutureSimulator,
  request: SimulationRequest,
  query: OutcomeQuery,
  horizonDays: number,
  options: EstimateOptions,
): Promise<SimulatedEstimate> {
  const prefix = await simulator.prefix(request);
  const empty = (): Sample => ({ values: [], tokens: 0, cutShort: 0 });
  const samples: Record<SimulatedEstimator, Sample> = { mc: empty(), scope: empty(), reach: empty() };
  const spent = { futures: 0, tokens: 0 };

  const draw = async (estimator: SimulatedEstimator, count: number): Promise<void> => {
    const from = samples[estimator].values.length;
    const range = [from, from + count] as const;
    const add = (to: SimulatedEstimator, value: number, tokens: number, cut: boolean) => {
      samples[to].values.push(value);
      samples[to].tokens += tokens;
      if (cut) samples[to].cutShort++;
    };
    spent.futures += count;
    if (estimator === "reach") {
      for (const future of await simulator.spared(request, prefix, query, [horizonDays], range)) {
        add("reach", 1 - (future.spared[0] as number), future.tokens, future.end === "too long");
        spent.tokens += future.tokens;
      }
      return;
    }
    for (const future of await simulator.free(request, prefix, [query], [horizonDays], range)) {
      const cut = future.end === "too long";
      add("mc", Number((future.onsets[0] as number) <= horizonDays), future.tokens, cut);
      add("scope", future.sums[0] as number, future.tokens, cut);
      spent.tokens += future.tokens;
    }
  };

  let chosen: SimulatedEstimator;
  if (options.estimator === "auto") {
    await draw("scope", Math.min(PILOT, options.mostFutures));
    await draw("reach", Math.min(PILOT, options.mostFutures));
    chosen = cheapest(samples);
  } else {
    chosen = options.estimator;
    await draw(chosen, Math.min(PILOT, options.mostFutures));
  }
  for (;;) {
    const { values } = samples[chosen];
    const needed = Math.ceil(variance(values) / options.standardError ** 2);
    const wanted = Math.min(needed, options.mostFutures, 2 * values.length) - values.length;
    if (wanted <= 0) break;
    await draw(chosen, wanted);
  }
  const { values, cutShort } = samples[chosen];
  const { value, standardError } = meanRisk(values);
  const [low, high] = intervalOf(chosen, value, standardError, values.length);
  return {
    value,
    low,
    high,
    standardError,
    estimator: chosen,
    futures: values.length,
    spent,
    cutShort: cutShort / values.length,
    precisionReached: standardError <= options.standardError,
  };
}

function cheapest(samples: Readonly<Record<SimulatedEstimator, Sample>>): SimulatedEstimator {
  const cost = (name: SimulatedEstimator) => {
    const { values, tokens } = samples[name];
    return variance(values) * (tokens / values.length);
  };
  // A pilot in which nothing was counted says nothing about counting, so Monte Carlo must have seen some of both.
  const counted = samples.mc.values.reduce((total, value) => total + value, 0);
  const candidates: SimulatedEstimator[] = ["reach", "scope"];
  if (counted >= 5 && samples.mc.values.length - counted >= 5) candidates.push("mc");
  return candidates.reduce((best, name) => (cost(name) < cost(best) ? name : best));
}

function variance(values: readonly number[]): number {
  return values.length < 2 ? 0 : meanRisk(values).standardError ** 2 * values.length;
}

/** Wilson's interval for counts, else the normal one, within [0, 1]. */
function intervalOf(
  estimator: SimulatedEstimator,
  value: number,
  error: number,
  n: number,
): [number, number] {
  const clip = (risk: number) => Math.min(1, Math.max(0, risk));
  if (estimator !== "mc") return [clip(value - Z95 * error), clip(value + Z95 * error)];
  const z2 = Z95 ** 2 / n;
  const middle = (value + z2 / 2) / (1 + z2);
  const half = (Z95 * Math.sqrt((value * (1 - value)) / n + z2 / (4 * n))) / (1 + z2);
  return [clip(middle - half), clip(middle + half)];
}
