/**
 * The difference of a risk between two records of one person, from futures drawn in pairs: both records get the same
 * random numbers, so that what is alike in their futures cancels (common random numbers; Law, Simulation Modeling and
 * Analysis, section 11.2). Futures are drawn by REACH, of which one serves one condition.
 */

import type { ForecastRequest } from "../../forecast/direct-reading.ts";
import { type FutureSimulator, meanRisk } from "../../forecast/future-simulator.ts";
import type { Prefix } from "../../forecast/history-caches.ts";
import type { OutcomeQuery } from "../../forecast/outcome-query.ts";

export interface Figure {
  readonly value: number;
  /** 95 % interval. */
  readonly low: number;
  readonly high: number;
}

export interface PairedRisks {
  readonly before: Figure;
  readonly after: Figure;
  readonly difference: Figure;
  /** Standard error of the difference, and what it would have been with two independent sets of futures. */
  readonly standardError: number;
  readonly standardErrorUnpaired: number;
  /** Futures of both records. */
  readonly futures: number;
  readonly precisionReached: boolean;
}

export interface Precision {
  /** Pairs are added until the standard error of the difference is at most this, and at most so many of them. */
  readonly standardError: number;
  readonly mostPairs: number;
}

const FIRST = 64;
const Z95 = 1.959964;

export async function pairedRisks(
  simulator: FutureSimulator,
  {
    before,
    after,
    label,
  }: { readonly before: ForecastRequest; readonly after: ForecastRequest; readonly label: string },
  query: OutcomeQuery,
  horizonDays: number,
  precision: Precision,
): Promise<PairedRisks> {
  // One label: future n of either record draws from the same generator.
  const requests = [before, after].map((request) => ({ ...request, label }));
  const prefixes: Prefix[] = [];
  for (const request of requests) prefixes.push(await simulator.prefix(request));
  const risks: [number[], number[]] = [[], []];
  const draw = async (to: number): Promise<void> => {
    const range = [risks[0].length, to] as const;
    for (const [i, request] of requests.entries()) {
      const futures = await simulator.spared(request, prefixes[i] as Prefix, query, [horizonDays], range);
      for (const { spared } of futures) risks[i as 0 | 1].push(1 - (spared[0] as number));
    }
  };
  const differences = () => risks[1].map((risk, n) => risk - (risks[0][n] as number));
  await draw(Math.min(FIRST, precision.mostPairs));
  for (;;) {
    const { standardError } = meanRisk(differences());
    const pairs = risks[0].length;
    const needed = Math.ceil(pairs * (standardError / precision.standardError) ** 2);
    const wanted = Math.min(needed, precision.mostPairs, 2 * pairs);
    if (!(wanted > pairs)) break;
    await draw(wanted);
  }
  const [one, other, apart] = [meanRisk(risks[0]), meanRisk(risks[1]), meanRisk(differences())];
  return {
    before: figureOf(one, 0),
    after: figureOf(other, 0),
    difference: figureOf(apart, -1),
    standardError: apart.standardError,
    standardErrorUnpaired: Math.hypot(one.standardError, other.standardError),
    futures: 2 * risks[0].length,
    precisionReached: apart.standardError <= precision.standardError,
  };
}

function figureOf({ value, standardError }: ReturnType<typeof meanRisk>, lowest: number): Figure {
  const half = Z95 * standardError;
  return { value, low: Math.max(lowest, value - half), high: Math.min(1, value + half) };
}
