/**
 * Grouped-query causal attention with rotary positions over packed windows (Vaswani 2017, Su 2021, Ainslie 2023).
 * A token attends to earlier tokens of its own segment only, so that patients packed into one row never meet.
 * The backward pass uses rowsum(dP * P) = rowsum(dO * O), which saves one pass over the score matrix.
 */
import type { Graph, Value } from "./graph.ts";
import { reshapeTo } from "./operations.ts";

export interface AttentionShape {
  readonly batch: number;
  readonly time: number;
  readonly heads: number;
  readonly keyValueHeads: number;
  readonly headWidth: number;
}

/** Rotary tables [positions, headWidth / 2] in the half-split convention of the Llama family. */
export interface RotaryTables {
  readonly cosine: Value;
  readonly sine: Value;
  readonly negativeSine: Value;
}

export function rotaryTables(
  graph: Graph,
  positions: number,
  headWidth: number,
  theta: number,
): RotaryTables {
  const half = headWidth / 2;
  const cosine = new Float32Array(positions * half);
  const sine = new Float32Array(positions * half);
  for (let position = 0; position < positions; position++) {
    for (let i = 0; i < half; i++) {
      const angle = position * theta ** (-i / half);
      cosine[position * half + i] = Math.cos(angle);
      sine[position * half + i] = Math.sin(angle);
    }
  }
  const shape = [positions, half];
  return {
    cosine: graph.constant(cosine, shape),
    sine: graph.constant(sine, shape),
    negativeSine: graph.constant(
      sine.map((value) => -value),
      shape,
    ),
  };
}

/** 0 where a token may look, -1e9 elsewhere, from segments [batch, time]: [batch, 1, 1, time, time]. */
export function segmentMask(graph: Graph, segments: Value): Value {
  const [batch, time] = segments.shape as [number, number];
  const shape = [batch, 1, 1, time, time];
  const asRow = reshapeTo(graph, segments, [batch, 1, 1, time, 1]);
  const asColumn = reshapeTo(graph, segments, [batch, 1, 1, 1, time]);
  const same = graph.emit("Equal", [asRow, asColumn], shape, {}, "bool");
  const causal = new Float32Array(time * time).fill(-1e9);
  for (let row = 0; row < time; row++) causal.fill(0, row * time, row * time + row + 1);
  return graph.emit("Where", [same, graph.constant(causal, [time, time]), graph.scalar(-1e9)], shape);
}

/**
 * @param qkv [batch x time, (heads + 2 x keyValueHeads) x headWidth]: queries, keys, values side by side
 * @param positions [batch, time], restarting with each patient
 * @returns [batch x time, heads x headWidth]
 */
export function attention(
  graph: Graph,
  qkv: Value,
  positions: Value,
  maskValue: Value,
  rotary: RotaryTables,
  shape: AttentionShape,
  onKeysAndValues: (keys: Value, values: Value) => void = () => {},
): Value {
  const { batch, time, heads, keyValueHeads: groups, headWidth } = shape;
  const perGroup = heads / groups;
  const alpha = { float: 1 / Math.sqrt(headWidth) };
  const [q, k, v] = splitHeads(graph, qkv, positions, rotary, shape);
  onKeysAndValues(k, v);
  const queries = reshapeTo(graph, q, [batch, groups, perGroup * time, headWidth]);
  const scoreShape = [batch, groups, perGroup * time, time];

  const scores = graph.emit("FusedMatMul", [queries, k], scoreShape, { transB: 1, alpha });
  const open = [batch, groups, perGroup, time, time];
  const masked = graph.emit("Add", [reshapeTo(graph, scores, open), maskValue], open);
  const weights = reshapeTo(graph, graph.emit("Softmax", [masked], open, { axis: -1 }), scoreShape);
  const context = graph.emit("MatMul", [weights, v], queries.shape);
  const output = joinHeads(graph, reshapeTo(graph, context, q.shape));

  return graph.record([qkv], output, (gradient) => {
    const byToken = reshapeTo(graph, gradient, [batch, time, heads, headWidth]);
    const byHead = graph.emit("Transpose", [byToken], q.shape, { perm: [0, 2, 1, 3] });
    const contextGradient = reshapeTo(graph, byHead, queries.shape);
    const rowSums = graph.emit(
      "ReduceSum",
      [graph.emit("Mul", [contextGradient, context], queries.shape), graph.integers([3])],
      [batch, groups, perGroup * time, 1],
    );
    const weightGradient = graph.emit("FusedMatMul", [contextGradient, v], scoreShape, { transB: 1 });
    const centred = graph.emit("Sub", [weightGradient, rowSums], scoreShape);
    const scoreGradient = graph.emit("Mul", [centred, weights], scoreShape);
    const dq = graph.emit("FusedMatMul", [scoreGradient, k], queries.shape, { alpha });
    const dk = graph.emit("FusedMatMul", [scoreGradient, queries], k.shape, { transA: 1, alpha });
    const dv = graph.emit("FusedMatMul", [weights, contextGradient], v.shape, { transA: 1 });
    return [joinGradients(graph, reshapeTo(graph, dq, q.shape), dk, dv, positions, rotary, qkv.shape)];
  });
}

/** Queries and keys, rotated, and values, by head: [batch, heads or groups, time, head width]. */
export function splitHeads(
  graph: Graph,
  qkv: Value,
  positions: Value,
  rotary: RotaryTables,
  { batch, time, heads, keyValueHeads: groups, headWidth }: AttentionShape,
): [Value, Value, Value] {
  const total = heads + 2 * groups;
  const byToken = reshapeTo(graph, qkv, [batch, time, total, headWidth]);
  const byHead = graph.emit("Transpose", [byToken], [batch, total, time, headWidth], { perm: [0, 2, 1, 3] });
  const of = (count: number) => [batch, count, time, headWidth];
  const [qk, v] = graph.emitMany(
    "Split",
    [byHead, graph.integers([heads + groups, groups])],
    [of(heads + groups), of(groups)],
    { axis: 1 },
  ) as [Value, Value];
  const rotated = graph.emit("RotaryEmbedding", [qk, positions, rotary.cosine, rotary.sine], qk.shape);
  const [q, k] = graph.emitMany(
    "Split",
    [rotated, graph.integers([heads, groups])],
    [of(heads), of(groups)],
    { axis: 1 },
  ) as [Value, Value];
  return [q, k, v];
}

/** A rotation's gradient is the rotation by the opposite angle. */
function joinGradients(
  graph: Graph,
  dq: Value,
  dk: Value,
  dv: Value,
  positions: Value,
  rotary: RotaryTables,
  shape: readonly number[],
): Value {
  const [batch, heads, time, headWidth] = dq.shape as [number, number, number, number];
  const groups = dk.shape[1] as number;
  const both = [batch, heads + groups, time, headWidth];
  const rotated = graph.emit("Concat", [dq, dk], both, { axis: 1 });
  const back = graph.emit(
    "RotaryEmbedding",
    [rotated, positions, rotary.cosine, rotary.negativeSine],
    rotated.shape,
  );
  const all = graph.emit("Concat", [back, dv], [batch, heads + 2 * groups, time, headWidth], { axis: 1 });
  const byToken = graph.emit("Transpose", [all], [batch, time, heads + 2 * groups, headWidth], {
    perm: [0, 2, 1, 3],
  });
  return reshapeTo(graph, byToken, shape);
}

function joinHeads(graph: Graph, byHead: Value): Value {
  const [batch, heads, time, headWidth] = byHead.shape as [number, number, number, number];
  const byToken = graph.emit("Transpose", [byHead], [batch, time, heads, headWidth], { perm: [0, 2, 1, 3] });
  return reshapeTo(graph, byToken, [batch * time, heads * headWidth]);
}
