/**
 * The decoder's body and heads as a differentiable graph: Llama layers (Touvron 2023) over packed windows.
 */
import type { Architecture } from "./architecture.ts";
import {
  type AttentionShape,
  attention,
  queryBlocks,
  type RotaryTables,
  readingPlan,
  rotaryTables,
} from "./attention.ts";
import type { Graph, Value } from "./graph.ts";
import { add, addBias, embed, linear, mask, rmsNorm, selectRows, swiglu } from "./operations.ts";
import type { ParameterLayout } from "./parameters.ts";
import { readAttention, readPlaces } from "./read-attention.ts";

/** Weights as graph values, each as the layout shapes it. */
export interface DecoderWeights {
  /** In the order of the layout's parts. */
  readonly all: readonly Value[];
  readonly embedding: Value;
  readonly layers: readonly LayerWeights[];
  readonly finalNorm: Value;
  readonly languageHead: Value;
  readonly onsetWeight: Value | null;
  readonly onsetBias: Value | null;
}

interface Projection {
  readonly weight: Value;
  /** Where the family has one. */
  readonly bias: Value | null;
}

interface LayerWeights {
  readonly attentionNorm: Value;
  readonly query: Projection;
  readonly key: Projection;
  readonly value: Projection;
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
  /**
   * One position of each window in turn, [batch], counted over all rows: only these are given, and the last layer works
   * out nothing else. Forward only.
   */
  readonly reads?: Value;
}

/** @param all one value for each part of the layout, in its order and shape */
export function decoderWeights(
  all: readonly Value[],
  layout: ParameterLayout,
  { depth, tied }: Architecture,
): DecoderWeights {
  const named = new Map(layout.parts.map((part, i) => [part.name, all[i] as Value]));
  const find = (name: string): Value => {
    const value = named.get(name);
    if (value === undefined) throw new TypeError(`the layout has no ${name}`);
    return value;
  };
  const layers = Array.from({ length: depth }, (_, layer) => {
    const of = (name: string) => `model.layers.${layer}.${name}`;
    const projection = (name: string): Projection => ({
      weight: find(of(`self_attn.${name}.weight`)),
      bias: named.get(of(`self_attn.${name}.bias`)) ?? null,
    });
    return {
      attentionNorm: find(of("input_layernorm.weight")),
      query: projection("q_proj"),
      key: projection("k_proj"),
      value: projection("v_proj"),
      attentionOut: find(of("self_attn.o_proj.weight")),
      feedForwardNorm: find(of("post_attention_layernorm.weight")),
      gate: find(of("mlp.gate_proj.weight")),
      up: find(of("mlp.up_proj.weight")),
      down: find(of("mlp.down_proj.weight")),
    };
  });
  const embedding = find("model.embed_tokens.weight");
  return {
    all,
    embedding,
    layers,
    finalNorm: find("model.norm.weight"),
    languageHead: tied ? embedding : find("lm_head.weight"),
    onsetWeight: named.get("onset_head.weight") ?? null,
    onsetBias: named.get("onset_head.bias") ?? null,
  };
}

/** Hidden states after the final norm, [batch x time, width]; [batch, width] where only `reads` are wanted. */
export function decoderBody(
  graph: Graph,
  weights: DecoderWeights,
  window: WindowInputs,
  architecture: Architecture,
  options: BodyOptions = {},
): Value {
  const { batch, time } = window;
  const shape: AttentionShape = {
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
  const drop = (x: Value): Value => {
    const factors = options.dropout?.(x.shape[0] as number, architecture.width) ?? null;
    return factors === null ? x : mask(graph, x, factors);
  };
  const epsilon = architecture.normEpsilon;
  const blocks = queryBlocks(
    graph,
    window.segments,
    options.reads === undefined ? undefined : readingPlan(time),
  );

  let x = drop(embed(graph, weights.embedding, window.tokens));
  for (const [index, layer] of weights.layers.entries()) {
    const onlyReads = index === weights.layers.length - 1 ? (options.reads ?? null) : null;
    const normalised = rmsNorm(graph, x, layer.attentionNorm, epsilon);
    const asking = onlyReads === null ? normalised : selectRows(graph, normalised, onlyReads);
    const projected = {
      queries: project(graph, asking, layer.query),
      keys: project(graph, normalised, layer.key),
      values: project(graph, normalised, layer.value),
    };
    const { positions, segments } = window;
    const tell = (keys: Value, values: Value) => options.onKeysAndValues?.(index, keys, values);
    let attended: Value;
    if (onlyReads === null) {
      attended = attention(graph, projected, positions, blocks, rotary, shape, tell);
    } else {
      const places = readPlaces(graph, positions, segments, onlyReads);
      attended = readAttention(graph, projected, positions, places, rotary, shape, tell);
      x = selectRows(graph, x, onlyReads);
    }
    x = add(graph, x, drop(linear(graph, attended, layer.attentionOut)));
    const normal = rmsNorm(graph, x, layer.feedForwardNorm, epsilon);
    const gated = swiglu(graph, linear(graph, normal, layer.gate), linear(graph, normal, layer.up));
    x = add(graph, x, drop(linear(graph, gated, layer.down)));
  }
  return rmsNorm(graph, x, weights.finalNorm, epsilon);
}

function project(graph: Graph, x: Value, { weight, bias }: Projection): Value {
  const projected = linear(graph, x, weight);
  return bias === null ? projected : addBias(graph, projected, bias);
}

/** Log hazards per year, [rows, outcomes x pieces]. */
export function onsetHead(graph: Graph, weights: DecoderWeights, hidden: Value): Value {
  if (weights.onsetWeight === null || weights.onsetBias === null) {
    throw new TypeError("this architecture has no onset head");
  }
  return addBias(graph, linear(graph, hidden, weights.onsetWeight), weights.onsetBias);
}
