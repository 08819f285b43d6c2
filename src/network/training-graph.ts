/**
 * One training step as one ONNX graph: forward, both losses, backward, clipping, AdamW, schedule, weight average.
 * State goes in and comes out as flat vectors; the caller alternates two sets of buffers.
 */
import type { Architecture } from "./architecture.ts";
import {
  type DecoderWeights,
  type DropoutSource,
  decoderBody,
  onsetHead,
  sliceWeights,
  type WindowInputs,
} from "./decoder.ts";
import { Graph, sizeOf, type Value } from "./graph.ts";
import { nextEventLoss, onsetLoss } from "./losses.ts";
import { linear, reshapeTo, selectRows } from "./operations.ts";
import { type ParameterLayout, parameterLayout } from "./parameters.ts";

export interface WindowShape {
  readonly batch: number;
  readonly time: number;
  /** Rows read by the onset head; 0 = the head is not trained. */
  readonly reads: number;
  /**
   * Parts, of whole windows, that a step works through one after the other, adding up their gradients: work on about a
   * thousand rows stays in the processor's cache. Divides `batch` and `reads`; a read counts rows within its part.
   */
  readonly microBatches: number;
}

export interface OptimiserSettings {
  readonly peakLearningRate: number;
  /** Learning rate at the last step, as a share of the peak. */
  readonly finalShare: number;
  readonly warmupSteps: number;
  readonly totalSteps: number;
  readonly weightDecay: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  readonly clipNorm: number;
  /** Decay of the running average of the weights; 0 keeps the newest. */
  readonly averageDecay: number;
  readonly dropout: number;
  /** Weight of the onset loss beside the next-event loss. */
  readonly onsetWeight: number;
}

/** Length of the shared vector of dropout factors beyond the longest site. */
export const DROPOUT_POOL_EXTRA = 1 << 16;

/** Sites in one micro-batch. */
export function dropoutSites(depth: number): number {
  return 2 * depth + 1;
}

/**
 * Inputs: parameters, momentum, variance, average [size]; step [] (1 for the first); tokens, positions, segments,
 * targets, targetWeights; reads, exposure, events; dropoutPool and dropoutOffsets when dropout > 0.
 * Outputs: the four state vectors with the suffix `Next`; nextEventLoss, onsetLoss, gradientNorm, learningRate.
 */
export function trainingGraph(
  architecture: Architecture,
  window: WindowShape,
  optimiser: OptimiserSettings,
): Graph {
  const graph = new Graph();
  const layout = parameterLayout(architecture);
  const parameters = graph.input("parameters", "float32", [layout.size]);
  const weights = sliceWeights(graph, parameters, layout, architecture);
  const parts = partsOf(graph, window, architecture);
  const dropout = dropoutSource(graph, architecture, window, optimiser.dropout);
  let gradients: Value[] = [];
  const losses: Losses[] = [];
  for (const part of parts) {
    const hidden = decoderBody(graph, weights, part.window, architecture, { dropout });
    const { nextEvent, onset } = lossesOf(graph, hidden, weights, part);
    const loss = onset === null ? nextEvent : weightedSum(graph, nextEvent, onset, optimiser.onsetWeight);
    const added = graph.gradients(loss, weights.all);
    gradients = added.map((gradient, i) => sumOf(graph, [gradients[i], gradient]));
    losses.push({ nextEvent, onset });
  }
  const flat = graph.emit(
    "Concat",
    gradients.map((gradient) => reshapeTo(graph, gradient, [sizeOf(gradient.shape)])),
    [layout.size],
    { axis: 0 },
  );
  appendOptimiser(graph, parameters, flat, layout, optimiser);
  outputLosses(graph, losses);
  return graph;
}

/** Both losses without a backward pass. Same window inputs as the training graph. */
export function evaluationGraph(architecture: Architecture, window: WindowShape): Graph {
  const graph = new Graph();
  const layout = parameterLayout(architecture);
  const parameters = graph.input("parameters", "float32", [layout.size]);
  const weights = sliceWeights(graph, parameters, layout, architecture);
  const losses = partsOf(graph, window, architecture).map((part) =>
    lossesOf(graph, decoderBody(graph, weights, part.window, architecture), weights, part),
  );
  outputLosses(graph, losses);
  return graph;
}

export function windowInputs(
  graph: Graph,
  { batch, time }: Pick<WindowShape, "batch" | "time">,
): WindowInputs {
  return {
    batch,
    time,
    tokens: graph.input("tokens", "int64", [batch * time]),
    positions: graph.input("positions", "int64", [batch, time]),
    segments: graph.input("segments", "int64", [batch, time]),
  };
}

interface Losses {
  readonly nextEvent: Value;
  readonly onset: Value | null;
}

/** What one micro-batch works on. */
interface Part {
  readonly window: WindowInputs;
  readonly targets: Value;
  readonly targetWeights: Value;
  readonly onset: { readonly reads: Value; readonly exposure: Value; readonly events: Value } | null;
}

/** Declares the inputs of a step and cuts them into micro-batches. */
function partsOf(graph: Graph, window: WindowShape, architecture: Architecture): Part[] {
  const { batch, time, reads, microBatches } = window;
  const rows = batch * time;
  const cut = (value: Value) => splitFirst(graph, value, microBatches);
  const whole = windowInputs(graph, window);
  const tokens = cut(whole.tokens);
  const positions = cut(whole.positions);
  const segments = cut(whole.segments);
  const targets = cut(graph.input("targets", "int64", [rows]));
  const targetWeights = cut(graph.input("targetWeights", "float32", [rows]));
  const columns = [reads, architecture.outcomes * architecture.pieces];
  const onset =
    reads === 0
      ? null
      : {
          reads: cut(graph.input("reads", "int64", [reads])),
          exposure: cut(graph.input("exposure", "float32", columns)),
          events: cut(graph.input("events", "float32", columns)),
        };
  const at = (values: readonly Value[], i: number) => values[i] as Value;
  return tokens.map((_, i) => ({
    window: {
      batch: batch / microBatches,
      time,
      tokens: at(tokens, i),
      positions: at(positions, i),
      segments: at(segments, i),
    },
    targets: at(targets, i),
    targetWeights: at(targetWeights, i),
    onset:
      onset === null
        ? null
        : { reads: at(onset.reads, i), exposure: at(onset.exposure, i), events: at(onset.events, i) },
  }));
}

function lossesOf(graph: Graph, hidden: Value, weights: DecoderWeights, part: Part): Losses {
  const logits = linear(graph, hidden, weights.languageHead);
  const nextEvent = nextEventLoss(graph, logits, part.targets, part.targetWeights);
  if (part.onset === null) return { nextEvent, onset: null };
  const { reads, exposure, events } = part.onset;
  const logHazards = onsetHead(graph, weights, selectRows(graph, hidden, reads));
  return { nextEvent, onset: onsetLoss(graph, logHazards, exposure, events) };
}

function outputLosses(graph: Graph, losses: readonly Losses[]): void {
  graph.output(
    "nextEventLoss",
    sumOf(
      graph,
      losses.map((loss) => loss.nextEvent),
    ),
  );
  const onset = losses.flatMap((loss) => loss.onset ?? []);
  if (onset.length > 0) graph.output("onsetLoss", sumOf(graph, onset));
}

/** Equal parts along the first axis. */
function splitFirst(graph: Graph, value: Value, count: number): Value[] {
  if (count === 1) return [value];
  const [first, ...rest] = value.shape as [number, ...number[]];
  if (first % count !== 0) throw new TypeError(`${value.name} cannot be cut into ${count} micro-batches`);
  const shape = [first / count, ...rest];
  const sizes = graph.integers(Array(count).fill(first / count));
  return graph.emitMany("Split", [value, sizes], Array(count).fill(shape), { axis: 0 }, value.type);
}

function sumOf(graph: Graph, values: readonly (Value | undefined)[]): Value {
  return values
    .filter((value) => value !== undefined)
    .reduce((total, value) => graph.emit("Add", [total, value], value.shape));
}

function weightedSum(graph: Graph, a: Value, b: Value, weight: number): Value {
  const scaled = graph.emit("Mul", [b, graph.scalar(weight)], []);
  const total = graph.emit("Add", [a, scaled], []);
  return graph.record([a, b], total, (gradient) => [
    gradient,
    graph.emit("Mul", [gradient, graph.scalar(weight)], []),
  ]);
}

/**
 * Dropout factors are slices, at offsets chosen by the caller for each step and site, of one vector drawn once:
 * a run that resumes sees the same factors, and no random kernel runs.
 */
function dropoutSource(
  graph: Graph,
  architecture: Architecture,
  window: WindowShape,
  rate: number,
): DropoutSource {
  if (rate === 0) return () => null;
  const length = (window.batch * window.time * architecture.width) / window.microBatches;
  const sites = dropoutSites(architecture.depth) * window.microBatches;
  const pool = graph.input("dropoutPool", "float32", [length + DROPOUT_POOL_EXTRA]);
  const offsets = graph.emitMany(
    "Split",
    [graph.input("dropoutOffsets", "int64", [sites]), graph.integers(Array(sites).fill(1))],
    Array.from({ length: sites }, () => [1]),
    { axis: 0 },
    "int64",
  );
  let site = 0;
  return (rows, width) => {
    const start = offsets[site++] as Value;
    const end = graph.emit("Add", [start, graph.integers([length])], [1], {}, "int64");
    const slice = graph.emit("Slice", [pool, start, end, graph.integers([0])], [length]);
    return reshapeTo(graph, slice, [rows, width]);
  };
}

/** AdamW (Loshchilov and Hutter 2019, algorithm 2) after clipping by global norm; cosine schedule with warm-up. */
function appendOptimiser(
  graph: Graph,
  parameters: Value,
  gradient: Value,
  layout: ParameterLayout,
  settings: OptimiserSettings,
): void {
  const shape = parameters.shape;
  const momentum = graph.input("momentum", "float32", shape);
  const variance = graph.input("variance", "float32", shape);
  const average = graph.input("average", "float32", shape);
  const step = graph.input("step", "float32", []);
  const one = graph.scalar(1);
  const scalar = (op: string, ...inputs: Value[]) => graph.emit(op, inputs, []);
  const vector = (op: string, ...inputs: Value[]) => graph.emit(op, inputs, shape);
  const times = (x: Value, factor: number) => vector("Mul", x, graph.scalar(factor));

  const norm = scalar(
    "Sqrt",
    graph.emit("ReduceSumSquare", [gradient, graph.integers([0])], [], { keepdims: 0 }),
  );
  const shrink = scalar(
    "Min",
    one,
    scalar("Div", graph.scalar(settings.clipNorm), scalar("Add", norm, graph.scalar(1e-6))),
  );
  const clipped = vector("Mul", gradient, shrink);
  const rate = learningRate(graph, step, settings);

  const m = vector("Add", times(momentum, settings.beta1), times(clipped, 1 - settings.beta1));
  const squared = vector("Mul", clipped, clipped);
  const v = vector("Add", times(variance, settings.beta2), times(squared, 1 - settings.beta2));
  const correction1 = scalar("Sub", one, scalar("Pow", graph.scalar(settings.beta1), step));
  const correction2 = scalar("Sub", one, scalar("Pow", graph.scalar(settings.beta2), step));
  const deviation = vector(
    "Add",
    vector("Div", vector("Sqrt", v), scalar("Sqrt", correction2)),
    graph.scalar(settings.epsilon),
  );
  const direction = vector("Div", m, deviation);
  const moved = vector("Mul", direction, scalar("Div", rate, correction1));
  const kept = vector(
    "Sub",
    parameters,
    vector("Mul", vector("Mul", parameters, decayFactors(graph, layout, settings.weightDecay)), rate),
  );
  const next = vector("Sub", kept, moved);
  const averaged = vector(
    "Add",
    times(average, settings.averageDecay),
    times(next, 1 - settings.averageDecay),
  );

  graph.output("parametersNext", next);
  graph.output("momentumNext", m);
  graph.output("varianceNext", v);
  graph.output("averageNext", averaged);
  graph.output("gradientNorm", norm);
  graph.output("learningRate", rate);
}

function decayFactors(graph: Graph, layout: ParameterLayout, weightDecay: number): Value {
  const factors = new Float32Array(layout.size);
  for (const part of layout.parts) {
    if (part.decays) factors.fill(weightDecay, part.offset, part.offset + sizeOf(part.shape));
  }
  return graph.constant(factors, [layout.size]);
}

/** Linear warm-up, then half a cosine from the peak to `finalShare` of it. */
function learningRate(graph: Graph, step: Value, settings: OptimiserSettings): Value {
  const scalar = (op: string, ...inputs: Value[]) => graph.emit(op, inputs, []);
  const number = (value: number) => graph.scalar(value);
  const warmup = Math.max(1, settings.warmupSteps);
  const rise = scalar("Min", number(1), scalar("Mul", step, number(1 / warmup)));
  const span = Math.max(1, settings.totalSteps - warmup);
  const progress = scalar(
    "Min",
    number(1),
    scalar("Max", number(0), scalar("Mul", scalar("Sub", step, number(warmup)), number(1 / span))),
  );
  const cosine = scalar("Cos", scalar("Mul", progress, number(Math.PI)));
  const half = (1 - settings.finalShare) / 2;
  const share = scalar("Add", scalar("Mul", cosine, number(half)), number(half + settings.finalShare));
  return scalar("Mul", scalar("Mul", rise, share), number(settings.peakLearningRate));
}
