/**
 * Simulates futures of patients on the decoding engine and reads risks from them: one pool of futures for all outcomes
 * (SCOPE), or as many futures of one outcome as a stated precision needs, by the estimator that gets there cheapest.
 */
import type { Random } from "../effects/random.ts";
import { latestPart } from "../tokens/lay-out.ts";
import type { Checkpoint } from "../training/checkpoint.ts";
import { DAYS_PER_YEAR } from "../vetting/duration.ts";
import { DecodingEngine } from "./decoding-engine.ts";
import { type ForecastRequest, historyUntil } from "./direct-reading.ts";
import type { Prefix } from "./history-caches.ts";
import type { OutcomeQuery } from "./outcome-query.ts";
import { FreeFuture, type FutureEnd, type FutureSettings, SparedFuture } from "./simulated-future.ts";

export interface SimulationRequest extends ForecastRequest {
  /** Names the draws of this request: the same label and seed give the same futures, whoever stands beside it. */
  readonly label: string;
}

export interface ShownFuture {
  readonly events: readonly { readonly days: number; readonly token: number }[];
  readonly end: FutureEnd;
}

export interface SimulatedRisk {
  readonly value: number;
  /** Standard error over futures. */
  readonly standardError: number;
}

export interface Simulation {
  readonly futures: readonly ShownFuture[];
  /** By SCOPE, [outcome][horizon]. */
  readonly risks: readonly (readonly SimulatedRisk[])[];
  /** Tokens drawn. */
  readonly tokens: number;
}

export interface SimulatorOptions {
  readonly longestFuture: number;
  readonly threads: number;
  readonly random: Random;
}

export interface PoolPlan {
  readonly queries: readonly OutcomeQuery[];
  /** Ascending. */
  readonly horizonsDays: readonly number[];
  readonly futures: number;
}

const PATIENTS_AT_ONCE = 32;

export class FutureSimulator {
  private readonly engine: DecodingEngine;

  constructor(
    private readonly checkpoint: Checkpoint,
    private readonly options: SimulatorOptions,
  ) {
    const { architecture, weights } = checkpoint;
    this.engine = new DecodingEngine({ architecture, weights, ...options });
  }

  /** Simulations in the order in which they are done; a generator, so that a caller can show progress or stop. */
  async *simulate(
    requests: readonly SimulationRequest[],
    plan: PoolPlan,
  ): AsyncGenerator<{ index: number; simulation: Simulation }> {
    const histories = requests.map((request) => this.historyOf(request));
    const order = histories.map((_, i) => i);
    order.sort((a, b) => (histories[a] as Int32Array).length - (histories[b] as Int32Array).length || a - b);
    for (let from = 0; from < order.length; from += PATIENTS_AT_ONCE) {
      const group = order.slice(from, from + PATIENTS_AT_ONCE);
      const prefixes = await this.engine.prefixes(group.map((i) => histories[i] as Int32Array));
      const pools = group.map((i) => {
        const request = requests[i] as SimulationRequest;
        const settings = this.settingsOf(request, plan.queries, plan.horizonsDays, false);
        return Array.from(
          { length: plan.futures },
          (_, n) => new FreeFuture(settings, this.options.random.fork(`${request.label}/${n}`)),
        );
      });
      await this.engine.decode(pools.map((futures, g) => ({ prefix: prefixes[g] as Prefix, futures })));
      for (const [g, futures] of pools.entries())
        yield { index: group[g] as number, simulation: summarise(futures, plan) };
    }
  }

  /** The history of one patient, computed for any number of rounds of `free` and `spared`. */
  async prefix(request: SimulationRequest): Promise<Prefix> {
    return (await this.engine.prefixes([this.historyOf(request)]))[0] as Prefix;
  }

  /** Futures number `from` to `to` of a request, as the model draws them. */
  async free(
    request: SimulationRequest,
    prefix: Prefix,
    queries: readonly OutcomeQuery[],
    horizonsDays: readonly number[],
    [from, to]: readonly [number, number],
  ): Promise<FreeFuture[]> {
    const settings = this.settingsOf(request, queries, horizonsDays, true);
    const futures = this.labels(request, "free", from, to).map((random) => new FreeFuture(settings, random));
    await this.engine.decode([{ prefix, futures }]);
    return futures;
  }

  /** Futures number `from` to `to` of a request, drawn as if the query's outcome could not happen. */
  async spared(
    request: SimulationRequest,
    prefix: Prefix,
    query: OutcomeQuery,
    horizonsDays: readonly number[],
    [from, to]: readonly [number, number],
  ): Promise<SparedFuture[]> {
    const settings = this.settingsOf(request, [query], horizonsDays, true);
    const futures = this.labels(request, "spared", from, to).map(
      (random) => new SparedFuture(settings, random),
    );
    await this.engine.decode([{ prefix, futures }]);
    return futures;
  }

  async close(): Promise<void> {
    await this.engine.close();
  }

  private labels(request: SimulationRequest, kind: string, from: number, to: number): Random[] {
    return Array.from({ length: to - from }, (_, i) =>
      this.options.random.fork(`${request.label}/${kind}/${from + i}`),
    );
  }

  /** The latest part of the history that leaves room in the context for a future, but at least half a context. */
  private historyOf({ patient, day }: ForecastRequest): Int32Array {
    const { context } = this.checkpoint.architecture;
    const room = Math.max(Math.ceil(context / 2), context - this.options.longestFuture);
    return latestPart(historyUntil(patient, day, this.checkpoint), room);
  }

  private settingsOf(
    { patient, day }: ForecastRequest,
    queries: readonly OutcomeQuery[],
    horizonsDays: readonly number[],
    endWhenSettled: boolean,
  ): FutureSettings {
    return {
      vocabulary: this.checkpoint.vocabulary,
      queries,
      horizonsDays,
      longest: this.options.longestFuture,
      ageYears: (day - patient.birthDay) / DAYS_PER_YEAR,
      endWhenSettled,
    };
  }
}

function summarise(futures: readonly FreeFuture[], { queries, horizonsDays }: PoolPlan): Simulation {
  return {
    futures: futures.map(({ events, end }) => ({ events, end: end ?? "too long" })),
    risks: queries.map((_, k) =>
      horizonsDays.map((_, h) =>
        meanRisk(futures.map((future) => future.sums[k * horizonsDays.length + h] as number)),
      ),
    ),
    tokens: futures.reduce((total, future) => total + future.tokens, 0),
  };
}

/** Mean and its standard error. A single future's sum may exceed one, so the mean may too: a risk may not. */
export function meanRisk(values: readonly number[]): SimulatedRisk {
  const n = values.length;
  const mean = values.reduce((total, value) => total + value, 0) / n;
  const square = values.reduce((total, value) => total + (value - mean) ** 2, 0);
  return {
    value: Math.min(1, mean),
    standardError: n < 2 ? Number.NaN : Math.sqrt(square / (n - 1) / n),
  };
}
