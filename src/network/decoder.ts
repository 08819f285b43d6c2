/**
 * The decoder's body and heads as a differentiable graph: Llama layers (Touvron 2023) over packed windows.
 */
import type { Architecture } from "./architecture.ts";
import { attention, type RotaryTables, rotaryTables, segmentMask } from "./attention.ts";
import type { Graph, Value } from "./graph.ts";
import { add, addBias, embed, linear, mask, reshapeTo, rmsNorm, swiglu } from "./operations.ts";
import type { ParameterLayout } from "./parameters.ts";

/** Weights as graph values; query, key and value, which run as one product, are joined. */
export interface DecoderWeights {
  readonly all: readonly Value[];
  readonly embedding: Value;
  readonly layers: readonly LayerWeights[];
  readonly finalNorm: Value;
  readonly languageHead: Value;
  readonly onsetWeight: Value | null;
  readonly onsetBias: Value | null;
}

interface LayerWeights {
  readonly attentionNorm: Value;
  readonly qkv: Value;
  /** Bias of queries, keys and values where the family has one. */
  readonly qkvBias: Value | null;
  readonly attentionOut: Value;
  readonly feedForwardNorm: Value;
  readonly gate: Value;
  readonly up: Value;
  readonly down: Value;
}

export interface WindowInputs {
  readonly batch: number;
  readonly time: number;
  /** [batch x time] */
  readonly tokens: Value;
  /** [batch, time] */
  readonly positions: Value;
  /** [batch, time] */
  readonly segments: Value;
}

/** Gives the dropout factors of one site, [rows, width], or null for none. */
export type DropoutSource = (rows: number, width: number) => Value | null;

export interface BodyOptions {
  readonly dropout?: DropoutSource;
  /** Sees each layer's rotated keys and values, [batch, groups, time, head width]. */
  readonly onKeysAndValues?: (layer: number, keys: Value, values: Value) => void;
}

/** Cuts the flat vector into weights; the gradient of `all`, concatenated, has the vector's layout. */
export function sliceWeights(
  graph: Graph,
  flat: Value,
  layout: ParameterLayout,
  architecture: Architecture,
): DecoderWeights {
  const { width, heads, keyValueHeads, headWidth, feedForward, depth, vocabulary } = architecture;
  const { outcomes, pieces, projectionBias, tied } = architecture;
  const projected = (heads + 2 * keyValueHeads) * headWidth;
  const shapes: number[][] = [[vocabulary, width]];
  for (let layer = 0; layer < depth; layer++) {
    shapes.push([width], [projected, width], ...(projectionBias ? [[projected]] : []));
    shapes.push([width, heads * headWidth]);
    shapes.push([width], [feedForward, width], [feedForward, width], [width, feedForward]);
  }
  shapes.push([width], ...(tied ? [] : [[vocabulary, width]]));
  if (outcomes > 0) shapes.push([outcomes * pieces, width], [outcomes * pieces]);
  const sizes = shapes.map((shape) => shape.reduce((product, size) => product * size, 1));
  if (sizes.reduce((sum, size) => sum + size, 0) !== layout.size)
    throw new TypeError("layout and architecture differ");

  const pieceValues = graph.emitMany(
    "Split",
    [flat, graph.integers(sizes)],
    sizes.map((size) => [size]),
    { axis: 0 },
  );
  const all = pieceValues.map((piece, i) => reshapeTo(graph, piece, shapes[i] as number[]));
  const next = all[Symbol.iterator]();
  const take = (): Value => next.next().value as Value;
  const embedding = take();
  const layers = Array.from({ length: depth }, () => ({
    attentionNorm: take(),
    qkv: take(),
    qkvBias: projectionBias ? take() : null,
    attentionOut: take(),
    feedForwardNorm: take(),
    gate: take(),
    up: take(),
    down: take(),
  }));
  const finalNorm = take();
  const languageHead = tied ? embedding : take();
  const hasOnset = outcomes > 0;
  return {
    all,
    embedding,
    layers,
    finalNorm,
    languageHead,
    onsetWeight: hasOnset ? take() : null,
    onsetBias: hasOnset ? take() : null,
  };
}

/** Hidden states after the final norm, [batch x time, width]. */
export function decoderBody(
  graph: Graph,
  weights: DecoderWeights,
  window: WindowInputs,
  architecture: Architecture,
  options: BodyOptions = {},
): Value {
  const { batch, time } = window;
  const rows = batch * time;
  const shape = {
    batch,
    time,
    heads: architecture.heads,
    keyValueHeads: architecture.keyValueHeads,
    headWidth: architecture.headWidth,
  };
  const rotary: RotaryTables = rotaryTables(
    graph,
    architecture.context,
    shape.headWidth,
    architecture.ropeTheta,
  );
  const scoreMask = segmentMask(graph, window.segments);
  const drop = (x: Value): Value => {
    const factors = options.dropout?.(rows, architecture.width) ?? null;
    return factors === null ? x : mask(graph, x, factors);
  };
  const epsilon = architecture.normEpsilon;

  let x = drop(embed(graph, weights.embedding, window.tokens));
  for (const [index, layer] of weights.layers.entries()) {
    const attended = attention(
      graph,
      projectQkv(graph, rmsNorm(graph, x, layer.attentionNorm, epsilon), layer),
      window.positions,
      scoreMask,
      rotary,
      shape,
      (keys, values) => options.onKeysAndValues?.(index, keys, values),
    );
    x = add(graph, x, drop(linear(graph, attended, layer.attentionOut)));
    const normal = rmsNorm(graph, x, layer.feedForwardNorm, epsilon);
    const gated = swiglu(graph, linear(graph, normal, layer.gate), linear(graph, normal, layer.up));
    x = add(graph, x, drop(linear(graph, gated, layer.down)));
  }
  return rmsNorm(graph, x, weights.finalNorm, epsilon);
}

/** Queries, keys and values side by side, [rows, (heads + 2 x keyValueHeads) x headWidth]. */
export function projectQkv(graph: Graph, x: Value, layer: Pick<LayerWeights, "qkv" | "qkvBias">): Value {
  const projected = linear(graph, x, layer.qkv);
  return layer.qkvBias === null ? projected : addBias(graph, projected, layer.qkvBias);
}

/** Log hazards per year, [rows, outcomes x pieces]. */
export function onsetHead(graph: Graph, weights: DecoderWeights, hidden: Value): Value {
  if (weights.onsetWeight === null || weights.onsetBias === null) {
    throw new TypeError("this architecture has no onset head");
  }
  return addBias(graph, linear(graph, hidden, weights.onsetWeight), weights.onsetBias);
}
