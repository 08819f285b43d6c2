/**
 * The gradient of both losses over one micro-batch as one ONNX graph: forward, losses, backward, added to the gradient
 * of the micro-batches before. The weights and their gradients are inputs and outputs of their own, so that the caller
 * can let them be views of one vector and nothing is cut or joined.
 */
import type { Architecture } from "./architecture.ts";
import {
  type DecoderWeights,
  type DropoutSource,
  decoderBody,
  onsetHead,
  type WindowInputs,
} from "./decoder.ts";
import { decoderGraphOfParts } from "./decoder-graph.ts";
import type { Graph, Value } from "./graph.ts";
import { nextEventLoss, onsetLoss } from "./losses.ts";
import { linear, reshapeTo, selectRows } from "./operations.ts";

export interface WindowShape {
  readonly batch: number;
  readonly time: number;
  /** Rows read by the onset head; 0 = the head is not trained. */
  readonly reads: number;
  /**
   * Parts, of whole windows, that a step works through separately, adding up their gradients: a part's work stays in
   * the processor's cache, and parts run side by side. Divides `batch` and `reads`; a read counts rows within its part.
   */
  readonly microBatches: number;
}

export interface LossSettings {
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

/** Activations that one site drops from, in one micro-batch. */
export function dropoutSiteSize({ batch, time, microBatches }: WindowShape, width: number): number {
  return (batch / microBatches) * time * width;
}

export function gradientOutput(name: string): string {
  return `gradient.${name}`;
}

/** The gradient of the micro-batches before; may be the same memory as the output. */
export function gradientInput(name: string): string {
  return `gradientSoFar.${name}`;
}

/**
 * Inputs: weight.NAME and gradientSoFar.NAME for each part of the layout; tokens, positions, segments, targets,
 * targetWeights; reads, exposure, events; dropoutPool and dropoutOffsets when dropout > 0.
 * Outputs: gradient.NAME for each part; nextEventLoss, onsetLoss.
 */
export function gradientGraph(
  architecture: Architecture,
  window: WindowShape,
  settings: LossSettings,
): Graph {
  const { graph, layout, weights } = decoderGraphOfParts(architecture);
  const part = microBatchInputs(graph, window, architecture);
  const dropout = dropoutSource(graph, architecture, window, settings.dropout);
  const hidden = decoderBody(graph, weights, part.window, architecture, { dropout });
  const { nextEvent, onset } = lossesOf(graph, hidden, weights, part);
  const loss = onset === null ? nextEvent : weightedSum(graph, nextEvent, onset, settings.onsetWeight);
  graph.gradients(loss, weights.all).forEach((gradient, i) => {
    const { name, shape } = layout.parts[i] as (typeof layout.parts)[number];
    const before = graph.input(gradientInput(name), "float32", shape);
    graph.output(gradientOutput(name), graph.emit("Add", [before, gradient], shape));
  });
  outputLosses(graph, { nextEvent, onset });
  return graph;
}

/** Both losses without a backward pass. Same inputs as the gradient graph, without gradients and dropout. */
export function evaluationGraph(architecture: Architecture, window: WindowShape): Graph {
  const { graph, weights } = decoderGraphOfParts(architecture);
  const part = microBatchInputs(graph, window, architecture);
  const hidden = decoderBody(graph, weights, part.window, architecture);
  outputLosses(graph, lossesOf(graph, hidden, weights, part));
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

interface MicroBatchInputs {
  readonly window: WindowInputs;
  readonly targets: Value;
  readonly targetWeights: Value;
  readonly onset: { readonly reads: Value; readonly exposure: Value; readonly events: Value } | null;
}

function microBatchInputs(graph: Graph, window: WindowShape, architecture: Architecture): MicroBatchInputs {
  const { time, microBatches } = window;
  const batch = window.batch / microBatches;
  const reads = window.reads / microBatches;
  const columns = [reads, architecture.outcomes * architecture.pieces];
  return {
    window: windowInputs(graph, { batch, time }),
    targets: graph.input("targets", "int64", [batch * time]),
    targetWeights: graph.input("targetWeights", "float32", [batch * time]),
    onset:
      reads === 0
        ? null
        : {
            reads: graph.input("reads", "int64", [reads]),
            exposure: graph.input("exposure", "float32", columns),
            events: graph.input("events", "float32", columns),
          },
  };
}

function lossesOf(graph: Graph, hidden: Value, weights: DecoderWeights, part: MicroBatchInputs): Losses {
  const logits = linear(graph, hidden, weights.languageHead);
  const nextEvent = nextEventLoss(graph, logits, part.targets, part.targetWeights);
  if (part.onset === null) return { nextEvent, onset: null };
  const { reads, exposure, events } = part.onset;
  const logHazards = onsetHead(graph, weights, selectRows(graph, hidden, reads));
  return { nextEvent, onset: onsetLoss(graph, logHazards, exposure, events) };
}

function outputLosses(graph: Graph, { nextEvent, onset }: Losses): void {
  graph.output("nextEventLoss", nextEvent);
  if (onset !== null) graph.output("onsetLoss", onset);
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
  const length = dropoutSiteSize(window, architecture.width);
  const sites = dropoutSites(architecture.depth);
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
