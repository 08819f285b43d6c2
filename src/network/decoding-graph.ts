/**
 * One step of cached decoding as a graph: one token for every future. Futures stand in tiles of equal size; all rows of
 * a tile share one history, whose keys and values meet them in one product, while each row has its own past beside it.
 * The weights are constants of the graph, so that the runtime lays them out once for its products, and sizes are open:
 * futures may leave, and their past grows.
 *
 * Softmax over history, own past and the token itself is put together from the parts, without a pass over all scores: a
 * part's unused slots have key 0, therefore score 0, and are sinks of known weight. With N = sum of exp(s) v and Z = sum
 * of exp(s) over used slots, and n sinks, a part yields O = N / (Z + n), A = Z / (Z + n) and B = 1 / (Z + n). With a prime
 * for the second part and e = exp(s), v for the token itself,
 * attention = (O B' + O' B + e B B' v) / (A B' + A' B + e B B'). Unused slots need no mask.
 * Invariant: each part has at least one unused slot. Scores beyond about 80 would leave the range of float32.
 */
import type { Architecture } from "./architecture.ts";
import { rotaryTables } from "./attention.ts";
import { ANY, Graph, sizeOf, type Value } from "./graph.ts";
import { type ParameterLayout, parameterLayout } from "./parameters.ts";

/** Caches of layer l, which the caller owns and into which it writes each step's new vectors: they are never copied. */
export type CacheName = `${"keys" | "values"}.${number}`;

/** Columns beside a history value: used (1 or 0), and unused (0, or one over the number of unused slots). */
export const FILL_COLUMNS = 2;

/**
 * With R rows = N tiles x T rows, C slots of own past, S slots of history, G groups, d head width:
 * Inputs: tokens [R]; positions [R, 1]; grid [4] = N, T, heads, d; ownFill [C, 2] = used, unused as in `FILL_COLUMNS`;
 * historyKeys.l [N, G, d, S]; historyValues.l [N, G, S, d + 2]; keys.l, values.l [R, G, C, d].
 * Outputs: probabilities [R, vocabulary]; newKeys.l, newValues.l [R, G x d] of the tokens fed.
 */
export function stepGraph(architecture: Architecture, weights: Float32Array, positions: number): Graph {
  const graph = new Graph();
  const { width, heads, keyValueHeads: groups, headWidth, depth, vocabulary, feedForward } = architecture;
  const constant = constantsOf(graph, architecture, weights);
  const tokens = graph.input("tokens", "int64", [ANY]);
  const step: Step = {
    architecture,
    positions: graph.input("positions", "int64", [ANY, 1]),
    grid: graph.input("grid", "int64", [4]),
    ownFill: graph.input("ownFill", "float32", [ANY, FILL_COLUMNS]),
    rotary: rotaryTables(graph, positions, headWidth, architecture.ropeTheta),
  };
  const norm = (x: Value, scale: Value) =>
    graph.emit("SimplifiedLayerNormalization", [x, scale], [ANY, width], {
      axis: -1,
      epsilon: { float: architecture.normEpsilon },
    });
  const product = (x: Value, weight: Value, out: number) =>
    graph.emit("Gemm", [x, weight], [ANY, out], { transB: 1 });
  const plus = (a: Value, b: Value) => graph.emit("Add", [a, b], [ANY, width]);

  let x = graph.emit("Gather", [constant("model.embed_tokens.weight"), tokens], [ANY, width], { axis: 0 });
  for (let l = 0; l < depth; l++) {
    const of = (name: string) => constant(`model.layers.${l}.${name}.weight`);
    const projected = norm(x, of("input_layernorm"));
    const qkv = graph.emit(
      "Gemm",
      [
        projected,
        of("self_attn.qkv"),
        ...(architecture.projectionBias ? [constant(`model.layers.${l}.self_attn.qkv.bias`)] : []),
      ],
      [ANY, (heads + 2 * groups) * headWidth],
      { transB: 1 },
    );
    const attended = cachedAttention(graph, qkv, l, step);
    x = plus(x, product(attended, of("self_attn.o_proj"), width));
    const normal = norm(x, of("post_attention_layernorm"));
    const gate = product(normal, of("mlp.gate_proj"), feedForward);
    const up = product(normal, of("mlp.up_proj"), feedForward);
    const silu = graph.emit("QuickGelu", [gate], [ANY, feedForward], { alpha: { float: 1 } });
    const gated = graph.emit("Mul", [silu, up], [ANY, feedForward]);
    x = plus(x, product(gated, of("mlp.down_proj"), width));
  }
  const languageHead = constant(architecture.tied ? "model.embed_tokens.weight" : "lm_head.weight");
  const logits = product(norm(x, constant("model.norm.weight")), languageHead, vocabulary);
  graph.output("probabilities", graph.emit("Softmax", [logits], [ANY, vocabulary], { axis: -1 }));
  return graph;
}

interface Step {
  readonly architecture: Architecture;
  readonly positions: Value;
  readonly grid: Value;
  readonly ownFill: Value;
  readonly rotary: ReturnType<typeof rotaryTables>;
}

/** @param qkv [R, (heads + 2 groups) x d], queries already divided by the root of d; @returns [R, heads x d] */
function cachedAttention(graph: Graph, qkv: Value, layer: number, step: Step): Value {
  const { heads, keyValueHeads: groups, headWidth: d } = step.architecture;
  const [qk, v] = split(graph, qkv, 1, [(heads + groups) * d, groups * d]) as [Value, Value];
  const rotated = graph.emit(
    "RotaryEmbedding",
    [reshape(graph, qk, [-1, 1, (heads + groups) * d]), step.positions, step.rotary.cosine, step.rotary.sine],
    [ANY, 1, (heads + groups) * d],
  );
  const [q, k] = split(graph, rotated, 2, [heads * d, groups * d]) as [Value, Value];

  const byToken = graph.emit("Reshape", [q, step.grid], [ANY, ANY, heads, d]);
  const byHead = graph.emit("Transpose", [byToken], [ANY, heads, ANY, d], { perm: [0, 2, 1, 3] });
  const historyKeys = graph.input(`historyKeys.${layer}`, "float32", [ANY, groups, d, ANY]);
  const historyValues = graph.input(`historyValues.${layer}`, "float32", [
    ANY,
    groups,
    ANY,
    d + FILL_COLUMNS,
  ]);
  const shared = reshape(graph, byHead, [0, groups, -1, d]);
  const historyScores = graph.emit("MatMul", [shared, historyKeys], [ANY, groups, ANY, ANY]);
  const historyWeights = graph.emit("Softmax", [historyScores], historyScores.shape, { axis: -1 });
  const fromHistory = graph.emit(
    "MatMul",
    [historyWeights, historyValues],
    [ANY, groups, ANY, d + FILL_COLUMNS],
  );
  const back = graph.emit(
    "Transpose",
    [reshape(graph, fromHistory, [0, heads, -1, d + FILL_COLUMNS])],
    [ANY, ANY, heads, d + FILL_COLUMNS],
    { perm: [0, 2, 1, 3] },
  );
  const historyPart = split(graph, reshape(graph, back, [-1, heads, d + FILL_COLUMNS]), 2, [d, 1, 1]);

  const perGroup = heads / groups;
  const keys = graph.input(`keys.${layer}`, "float32", [ANY, groups, ANY, d]);
  const values = graph.input(`values.${layer}`, "float32", [ANY, groups, ANY, d]);
  const ownScores = scoresOfOwn(graph, q, keys, groups, perGroup, d);
  const ownWeights = graph.emit("Softmax", [ownScores], ownScores.shape, { axis: -1 });
  const fromOwn = graph.emit("MatMul", [ownWeights, values], [ANY, groups, perGroup, d]);
  const ownTotals = graph.emit("MatMul", [ownWeights, step.ownFill], [ANY, groups, perGroup, FILL_COLUMNS]);
  const ownPart = [
    reshape(graph, fromOwn, [-1, heads, d]),
    ...split(graph, reshape(graph, ownTotals, [-1, heads, FILL_COLUMNS]), 2, [1, 1]),
  ];

  const newKeys = reshape(graph, k, [-1, groups, 1, d]);
  const newValues = reshape(graph, v, [-1, groups, 1, d]);
  graph.output(`newKeys.${layer}`, reshape(graph, k, [-1, groups * d]));
  graph.output(`newValues.${layer}`, v);
  const byGroup = [ANY, groups, perGroup, d];
  const products = graph.emit("Mul", [reshape(graph, q, [-1, groups, perGroup, d]), newKeys], byGroup);
  const selfScores = graph.emit("ReduceSum", [products, graph.integers([3])], [ANY, groups, perGroup, 1]);
  const selfWeights = graph.emit("Exp", [selfScores], selfScores.shape);
  const self = {
    weight: reshape(graph, selfWeights, [-1, heads, 1]),
    value:
      perGroup === 1
        ? reshape(graph, newValues, [-1, heads, d])
        : reshape(
            graph,
            graph.emit("Expand", [newValues, graph.integers([1, groups, perGroup, d])], byGroup),
            [-1, heads, d],
          ),
  };
  return reshape(graph, merge(graph, historyPart, ownPart, self), [-1, heads * d]);
}

/** Scores of each row against its own past, [R, groups, perGroup, C]. */
function scoresOfOwn(
  graph: Graph,
  q: Value,
  keys: Value,
  groups: number,
  perGroup: number,
  d: number,
): Value {
  const shape = [ANY, groups, perGroup, ANY];
  if (perGroup > 1)
    return graph.emit("FusedMatMul", [reshape(graph, q, [-1, groups, perGroup, d]), keys], shape, {
      transB: 1,
    });
  // One query a row: a product with a column runs along memory, and its result has the layout of a row.
  const column = reshape(graph, q, [-1, groups, d, 1]);
  const scores = graph.emit("MatMul", [keys, column], [ANY, groups, ANY, 1]);
  return reshape(graph, scores, [0, groups, 1, -1]);
}

/** (O B' + O' B + e B B' v) / (A B' + A' B + e B B') of two parts [O, A, B] and the token itself. */
function merge(
  graph: Graph,
  first: readonly Value[],
  second: readonly Value[],
  self: { readonly weight: Value; readonly value: Value },
): Value {
  const [o1, a1, b1] = first as [Value, Value, Value];
  const [o2, a2, b2] = second as [Value, Value, Value];
  const times = (a: Value, b: Value) => graph.emit("Mul", [a, b], a.shape);
  const plus = (a: Value, b: Value) => graph.emit("Add", [a, b], a.shape);
  const own = times(times(self.weight, b1), b2);
  const total = plus(plus(times(a1, b2), times(a2, b1)), own);
  const share = (weight: Value) => graph.emit("Div", [weight, total], weight.shape);
  return plus(plus(times(o1, share(b2)), times(o2, share(b1))), times(self.value, share(own)));
}

/**
 * Weights by name as constants; `qkv` of a layer is its three projections joined (weights or biases), those of the queries
 * divided by the root of d.
 */
function constantsOf(graph: Graph, architecture: Architecture, weights: Float32Array) {
  const layout: ParameterLayout = parameterLayout(architecture);
  const { heads, keyValueHeads: groups, headWidth: d } = architecture;
  return (name: string): Value => {
    const joined = name.includes(".qkv.");
    const part = layout.parts.find((candidate) => candidate.name === name.replace(".qkv.", ".q_proj."));
    if (part === undefined) throw new TypeError(`no weights are named ${name}`);
    if (!joined)
      return graph.constant(weights.slice(part.offset, part.offset + sizeOf(part.shape)), part.shape);
    const columns = part.shape.slice(1);
    const shape = [(heads + 2 * groups) * d, ...columns];
    const data = weights.slice(part.offset, part.offset + sizeOf(shape));
    for (let i = 0; i < heads * d * sizeOf(columns); i++) data[i] = (data[i] as number) / Math.sqrt(d);
    return graph.constant(data, shape);
  };
}

function split(graph: Graph, x: Value, axis: number, sizes: readonly number[]): Value[] {
  const shapes = sizes.map((size) => x.shape.map((whole, i) => (i === axis ? size : whole)));
  return graph.emitMany("Split", [x, graph.integers(sizes)], shapes, { axis });
}

/** 0 keeps the size of the same axis, -1 takes what is left. */
function reshape(graph: Graph, x: Value, shape: readonly number[]): Value {
  return graph.emit(
    "Reshape",
    [x, graph.integers(shape)],
    shape.map((size) => (size <= 0 ? ANY : size)),
  );
}
