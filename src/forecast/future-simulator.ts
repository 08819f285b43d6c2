/**
 * Simulates futures of patients and reads risks from them by SCOPE: along each future the conditional probability of
 * the outcome is summed until the outcome, death or the horizon; the mean over futures is an unbiased estimate of the
 * model's risk, with far less noise than counting futures (Sum of Conditional Outcome Probability Estimator,
 * arXiv 2602.03730). One pool of futures serves every outcome.
 */
import type { Random } from "../effects/random.ts";
import { type DecodingShape, historyGraph, stepGraph } from "../network/decoding-graph.ts";
import { type Feeds, GraphSession } from "../network/session.ts";
import { latestPart } from "../tokens/lay-out.ts";
import type { Checkpoint } from "../training/checkpoint.ts";
import { DAYS_PER_YEAR } from "../vetting/duration.ts";
import { type ForecastRequest, historyUntil } from "./direct-reading.ts";
import { emptyCaches, remember } from "./future-caches.ts";
import { FutureClock } from "./future-clock.ts";
import { drawToken, tokenProbabilities } from "./token-draw.ts";

export interface SimulationRequest extends ForecastRequest {
  /** Names the draws of this request: the same label and seed give the same futures, whoever stands beside it. */
  readonly label: string;
}

export interface SimulatedFuture {
  readonly events: readonly { readonly days: number; readonly token: number }[];
  readonly end: "death" | "horizon" | "too long";
}

export interface SimulatedRisk {
  readonly value: number;
  /** Standard error over futures. */
  readonly standardError: number;
}

export interface Simulation {
  readonly futures: readonly SimulatedFuture[];
  /** [outcome][horizon] */
  readonly risks: readonly (readonly SimulatedRisk[])[];
}

export interface SimulationPlan {
  /** Token set of each outcome. */
  readonly outcomes: readonly Int32Array[];
  readonly horizonsDays: readonly number[];
  readonly futures: number;
  readonly longestFuture: number;
  readonly random: Random;
}

interface LiveFuture {
  readonly clock: FutureClock;
  readonly random: Random;
  readonly events: { days: number; token: number }[];
  /** Sums of conditional probabilities, [outcome x horizon]. */
  readonly sums: Float64Array;
  readonly occurred: Uint8Array;
  end: SimulatedFuture["end"] | null;
  next: number;
}

const PATIENTS_AT_ONCE = 8;

export class FutureSimulator {
  private readonly sessions = new Map<
    number,
    { history: GraphSession; step: GraphSession; shape: DecodingShape }
  >();
  private readonly forbidden: Int32Array;

  constructor(
    private readonly checkpoint: Checkpoint,
    private readonly plan: SimulationPlan,
    private readonly threads: number,
  ) {
    const { vocabulary } = checkpoint;
    this.forbidden = Int32Array.of(vocabulary.pad, vocabulary.start, vocabulary.index);
  }

  /** Simulations in the order of the requests; a generator, so that a caller can show progress or stop. */
  async *simulate(
    requests: readonly SimulationRequest[],
  ): AsyncGenerator<{ index: number; simulation: Simulation }> {
    const { context } = this.checkpoint.architecture;
    const histories = requests.map(({ patient, day }) =>
      latestPart(historyUntil(patient, day, this.checkpoint), context),
    );
    const order = histories.map((_, i) => i);
    order.sort((a, b) => (histories[a] as Int32Array).length - (histories[b] as Int32Array).length || a - b);
    for (let from = 0; from < order.length; from += PATIENTS_AT_ONCE) {
      const group = order.slice(from, from + PATIENTS_AT_ONCE);
      const simulations = await this.simulateGroup(
        group.map((i) => requests[i] as SimulationRequest),
        group.map((i) => histories[i] as Int32Array),
      );
      for (const [k, simulation] of simulations.entries()) yield { index: group[k] as number, simulation };
    }
  }

  async close(): Promise<void> {
    for (const { history, step } of this.sessions.values()) {
      await history.close();
      await step.close();
    }
    this.sessions.clear();
  }

  private async simulateGroup(
    requests: readonly SimulationRequest[],
    histories: readonly Int32Array[],
  ): Promise<Simulation[]> {
    const longest = Math.max(...histories.map((history) => history.length));
    const { history, step, shape } = await this.open(longest);
    const { weights, architecture, vocabulary } = this.checkpoint;
    const first = await history.run(historyFeeds(weights, histories, shape));
    const live = requests.map((request) => this.startFutures(request));
    live.forEach((futures, row) => {
      const logits = (first.logits as Float32Array).subarray(
        row * vocabulary.size,
        (row + 1) * vocabulary.size,
      );
      for (const future of futures) this.extend(future, logits);
    });

    const past = Object.fromEntries(Object.entries(first).filter(([name]) => name !== "logits"));
    const caches = emptyCaches(architecture, shape);
    const historyMask = historyMaskOf(histories, shape);
    const ownMask = new Float32Array(shape.future).fill(-1e9);
    const tokens = new BigInt64Array(shape.patients * shape.futures);
    const positions = new BigInt64Array(shape.patients * shape.futures);

    for (let at = 0; at < shape.future && live.some((futures) => futures.some(isLive)); at++) {
      live.forEach((futures, row) => {
        futures.forEach((future, column) => {
          tokens[row * shape.futures + column] = BigInt(future.next);
          positions[row * shape.futures + column] = BigInt((histories[row] as Int32Array).length + at);
        });
      });
      const results = await step.run({
        parameters: weights,
        tokens,
        positions,
        historyMask,
        ownMask,
        ...past,
        ...caches,
      });
      remember(caches, results, at, shape.future, architecture.headWidth);
      ownMask[at] = 0;
      const logits = results.logits as Float32Array;
      live.forEach((futures, row) => {
        futures.forEach((future, column) => {
          const from = (row * shape.futures + column) * vocabulary.size;
          if (isLive(future)) this.extend(future, logits.subarray(from, from + vocabulary.size));
        });
      });
    }
    return live.map((futures) => this.summarise(futures));
  }

  private startFutures({ patient, day, label }: SimulationRequest): LiveFuture[] {
    const { outcomes, horizonsDays, random } = this.plan;
    const age = (day - patient.birthDay) / DAYS_PER_YEAR;
    return Array.from({ length: this.plan.futures }, (_, i) => ({
      clock: new FutureClock(this.checkpoint.vocabulary, age),
      random: random.fork(`${label}/${i}`),
      events: [],
      sums: new Float64Array(outcomes.length * horizonsDays.length),
      occurred: new Uint8Array(outcomes.length),
      end: null,
      next: 0,
    }));
  }

  /** Adds this step's conditional probabilities, draws the next token and moves the clock. */
  private extend(future: LiveFuture, logits: Float32Array): void {
    const { outcomes, horizonsDays } = this.plan;
    const probabilities = tokenProbabilities(logits, this.forbidden);
    const now = future.clock.days;
    outcomes.forEach((tokens, k) => {
      if (future.occurred[k] === 1) return;
      let chance = 0;
      for (const token of tokens) chance += probabilities[token] as number;
      horizonsDays.forEach((horizon, h) => {
        if (now <= horizon) future.sums[k * horizonsDays.length + h]! += chance;
      });
    });
    const drawn = drawToken(probabilities, future.random.next());
    const { vocabulary } = this.checkpoint;
    future.next = future.clock.advance(drawn, future.random);
    if (future.clock.days > (horizonsDays.at(-1) as number)) {
      future.end = "horizon";
      return;
    }
    outcomes.forEach((tokens, k) => {
      if (tokens.includes(drawn)) future.occurred[k] = 1;
    });
    if (!vocabulary.isAge(drawn) && vocabulary.intervalBin(drawn) === null)
      future.events.push({ days: future.clock.days, token: drawn });
    if (drawn === vocabulary.death) future.end = "death";
  }

  private summarise(futures: readonly LiveFuture[]): Simulation {
    const { outcomes, horizonsDays } = this.plan;
    const n = futures.length;
    return {
      futures: futures.map(({ events, end }) => ({ events, end: end ?? "too long" })),
      risks: outcomes.map((_, k) =>
        horizonsDays.map((_, h) => {
          const sums = futures.map((future) => future.sums[k * horizonsDays.length + h] as number);
          const mean = sums.reduce((total, sum) => total + sum, 0) / n;
          const square = sums.reduce((total, sum) => total + (sum - mean) ** 2, 0);
          // A single future's sum may exceed one, so the mean of a near-certain outcome may too: a risk may not.
          return {
            value: Math.min(1, mean),
            standardError: n < 2 ? Number.NaN : Math.sqrt(square / (n - 1) / n),
          };
        }),
      ),
    };
  }

  private async open(longest: number) {
    let history = 32;
    while (history < longest) history *= 2;
    let sessions = this.sessions.get(history);
    if (sessions === undefined) {
      const shape = {
        patients: PATIENTS_AT_ONCE,
        futures: this.plan.futures,
        history,
        future: this.plan.longestFuture,
      };
      const { architecture } = this.checkpoint;
      sessions = {
        shape,
        history: await GraphSession.open(
          historyGraph({ ...architecture, context: Math.max(history, architecture.context) }, shape),
          this.threads,
        ),
        step: await GraphSession.open(stepGraph(architecture, shape), this.threads),
      };
      this.sessions.set(history, sessions);
    }
    return sessions;
  }
}

function isLive(future: LiveFuture): boolean {
  return future.end === null;
}

function historyFeeds(
  parameters: Float32Array,
  histories: readonly Int32Array[],
  shape: DecodingShape,
): Feeds {
  const size = shape.patients * shape.history;
  const tokens = new BigInt64Array(size);
  const positions = new BigInt64Array(size);
  const segments = new BigInt64Array(size);
  const reads = BigInt64Array.from({ length: shape.patients }, (_, row) => BigInt(row * shape.history));
  histories.forEach((history, row) => {
    history.forEach((token, i) => {
      tokens[row * shape.history + i] = BigInt(token);
      positions[row * shape.history + i] = BigInt(i);
      segments[row * shape.history + i] = 1n;
    });
    reads[row] = BigInt(row * shape.history + history.length - 1);
  });
  return { parameters, tokens, positions, segments, reads };
}

function historyMaskOf(histories: readonly Int32Array[], shape: DecodingShape): Float32Array {
  const mask = new Float32Array(shape.patients * shape.history).fill(-1e9);
  histories.forEach((history, row) => {
    mask.fill(0, row * shape.history, row * shape.history + history.length);
  });
  return mask;
}
