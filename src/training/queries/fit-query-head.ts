/**
 * Teaches a query head on a trained body: random queries at clock ticks of training persons, the loss of the onset head.
 * The body is read once and stays as it is, so that the cost is that of a small network, and nothing that was proven of
 * the body changes. Of several points of the run the one with the lowest loss on tuning persons is kept.
 */
import type { Random } from "../../effects/random.ts";
import { sizeOf } from "../../network/graph.ts";
import { initialParameters, type ParameterLayout } from "../../network/parameters.ts";
import { type QueryHeadSizes, queryHeadLayout, queryLossGraph } from "../../network/query-head.ts";
import { GraphSession } from "../../network/session.ts";
import type { TokenShares } from "../../tokens/outcome-tokens.ts";
import { clipFactor, learningRateAt, type OptimiserSettings, updateRange } from "../adamw.ts";
import type { Checkpoint } from "../checkpoint.ts";
import type { QueryHead } from "./query-head.ts";
import { byToken, PAIR_FEATURES, pairFeatures, pairTargets, queryRates } from "./query-pairs.ts";
import { QueryPlaces } from "./query-places.ts";
import { drawQuery, queryUniverse } from "./random-query.ts";
import type { TickStates } from "./tick-states.ts";

export interface QueryFitOptions {
  /** The body's states at ticks of training persons, and of tuning persons. */
  readonly training: TickStates;
  readonly tuning: TickStates;
  /** Events a year among training persons, by token (`tokenRates`). */
  readonly rates: Float32Array;
  readonly steps: number;
  readonly hidden: number;
  readonly learningRate: number;
  readonly threads: number;
  readonly random: Random;
  /** Tokens that no query of the training has. */
  readonly without?: ReadonlySet<number>;
}

export type QueryFitEvent =
  | {
      readonly kind: "progress";
      readonly done: number;
      readonly total: number;
      readonly tuningLoss: number | null;
    }
  | { readonly kind: "done"; readonly head: QueryHead; readonly curve: readonly QueryFitPoint[] };

export interface QueryFitPoint {
  readonly step: number;
  readonly trainingLoss: number;
  readonly tuningLoss: number;
}

const TICKS = 128;
const QUERIES = 32;
const TUNING_BATCHES = 12;
const POINTS = 8;
const STEPS_BETWEEN_EVENTS = 20;

export async function* fitQueryHead(
  checkpoint: Checkpoint,
  options: QueryFitOptions,
): AsyncGenerator<QueryFitEvent> {
  const { random, steps, rates, training, tuning } = options;
  const { architecture, description, vocabulary } = checkpoint;
  const edgesYears = description.hazardEdgesYears;
  const sizes: QueryHeadSizes = {
    width: architecture.width,
    features: PAIR_FEATURES,
    pieces: edgesYears.length + 1,
    hidden: options.hidden,
  };
  const layout = queryHeadLayout(sizes);
  const universe = queryUniverse(vocabulary, rates, options.without);
  const places = new QueryPlaces(checkpoint, rates);
  const batch = (from: TickStates, draw: Random) =>
    queryBatch(from, draw, {
      places,
      rates,
      edgesYears,
      death: vocabulary.death,
      draw: () => drawQuery(universe, draw),
    });

  const shape = { ticks: TICKS, queries: QUERIES };
  const stepping = await GraphSession.open(queryLossGraph(sizes, shape, true), options.threads);
  const measuring = await GraphSession.open(queryLossGraph(sizes, shape, false), options.threads);
  const parameters = initialParameters(layout, random.fork("weights"));
  const zeros = () => new Float32Array(layout.size);
  const vectors = { parameters, momentum: zeros(), variance: zeros(), average: parameters.slice() };
  let best = vectors.average.slice();
  const curve: QueryFitPoint[] = [];
  const settings = optimiserSettings(options);
  const tuningBatches = Array.from({ length: TUNING_BATCHES }, (_, i) =>
    batch(tuning, random.fork(`tuning ${i}`)),
  );
  try {
    let recent = 0;
    for (let step = 1; step <= steps; step++) {
      const results = await stepping.run({
        ...weightFeeds(layout, vectors.parameters),
        ...batch(training, random.fork(`step ${step}`)),
      });
      recent += (results.loss as Float32Array)[0] as number;
      const gradient = new Float32Array(layout.size);
      for (const { name, offset } of layout.parts)
        gradient.set(results[`gradient.${name}`] as Float32Array, offset);
      const norm = Math.sqrt(gradient.reduce((sum, value) => sum + value * value, 0));
      const clip = clipFactor(norm, settings.clipNorm);
      updateRange(
        vectors,
        gradient,
        layout,
        settings,
        { step, rate: learningRateAt(step, settings), clip },
        { from: 0, to: layout.size },
      );
      const every = Math.ceil(steps / POINTS);
      if (step % every === 0 || step === steps) {
        let loss = 0;
        for (const feeds of tuningBatches) {
          const measured = await measuring.run({ ...weightFeeds(layout, vectors.average), ...feeds });
          loss += ((measured.loss as Float32Array)[0] as number) / TUNING_BATCHES;
        }
        if (curve.every((point) => loss < point.tuningLoss)) best = vectors.average.slice();
        curve.push({ step, trainingLoss: recent / (step - (curve.at(-1)?.step ?? 0)), tuningLoss: loss });
        recent = 0;
      }
      if (step % STEPS_BETWEEN_EVENTS === 0)
        yield { kind: "progress", done: step, total: steps, tuningLoss: curve.at(-1)?.tuningLoss ?? null };
    }
  } finally {
    await stepping.close();
    await measuring.close();
  }
  yield { kind: "done", head: { sizes, weights: best, rates, edgesYears }, curve };
}

/** One batch: ticks drawn evenly, queries drawn anew; weights make the loss a mean over pairs. */
function queryBatch(
  { ticks, states, logTotals }: TickStates,
  random: Random,
  given: {
    readonly places: QueryPlaces;
    readonly rates: Float32Array;
    readonly edgesYears: readonly number[];
    readonly death: number;
    draw(): TokenShares;
  },
) {
  const queries = Array.from({ length: QUERIES }, () => given.draw());
  const rates = queryRates(queries, given.rates);
  const lookup = byToken(queries);
  const width = states.length / ticks.length;
  const pieces = given.edgesYears.length + 1;
  const pairs = TICKS * QUERIES;
  const feeds = {
    states: new Float32Array(TICKS * width),
    queries: given.places.vectors(queries),
    features: new Float32Array(pairs * PAIR_FEATURES),
    logRates: new Float32Array(pairs),
    exposure: new Float32Array(pairs * pieces),
    events: new Float32Array(pairs * pieces),
  };
  const logChances = new Float64Array(QUERIES);
  const targets = { edgesYears: given.edgesYears, death: given.death, random };
  for (let t = 0; t < TICKS; t++) {
    const i = random.integer(ticks.length);
    const tick = ticks[i] as TickStates["ticks"][number];
    const state = states.subarray(i * width, (i + 1) * width);
    feeds.states.set(state, t * width);
    given.places.logChances(queries, state, logTotals[i] as number, logChances);
    pairFeatures(tick, queries, lookup, rates, logChances, feeds.features, t * QUERIES);
    pairTargets(tick, queries, lookup, 1 / pairs, targets, feeds, t * QUERIES);
    for (let q = 0; q < QUERIES; q++) feeds.logRates[t * QUERIES + q] = Math.log(rates[q] as number);
  }
  return feeds;
}

function weightFeeds(layout: ParameterLayout, weights: Float32Array): Record<string, Float32Array> {
  return Object.fromEntries(
    layout.parts.map(({ name, shape, offset }) => [name, weights.subarray(offset, offset + sizeOf(shape))]),
  );
}

function optimiserSettings({ learningRate, steps }: QueryFitOptions): OptimiserSettings {
  return {
    peakLearningRate: learningRate,
    finalShare: 0.05,
    warmupSteps: Math.ceil(0.05 * steps),
    totalSteps: steps,
    weightDecay: 0.1,
    beta1: 0.9,
    beta2: 0.98,
    epsilon: 1e-8,
    clipNorm: 1,
    averageDecay: 0.98,
  };
}
