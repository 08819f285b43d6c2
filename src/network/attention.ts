/**
 * Grouped-query causal attention with rotary positions over packed windows (Vaswani 2017, Su 2021, Ainslie 2023).
 * A token attends to earlier tokens of its own segment only, so that patients packed into one row never meet.
 * Queries are worked through in blocks that see the keys up to their own end: scores above the diagonal are not
 * computed, and where windows are long no more than one block's scores exist at a time (the backward pass computes
 * them again). The backward pass uses rowsum(dP * P) = rowsum(dO * O), which saves a pass over the scores.
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

/** Queries from..to of every window, which see keys 0..to. */
export interface QueryBlock {
  readonly from: number;
  readonly to: number;
  /** 0 where a token may look, -1e9 elsewhere: [batch, 1, 1, to - from, to]. */
  readonly mask: Value;
  /** Whether the backward pass computes the scores again instead of keeping them. */
  readonly recompute: boolean;
}

export interface BlockPlan {
  readonly size: number;
  readonly recompute: boolean;
}

const BLOCK = 128;
const MOST_BLOCKS = 8;
/** From this length on the scores of a layer are not kept for the backward pass. */
const RECOMPUTE_FROM = 512;

/** Where nothing is learned, smaller blocks leave more of the scores above the diagonal out. */
export function readingPlan(time: number): BlockPlan {
  return { size: Math.max(BLOCK / 2, Math.ceil(time / MOST_BLOCKS)), recompute: false };
}

function blockPlan(time: number): BlockPlan {
  return { size: Math.max(BLOCK, Math.ceil(time / MOST_BLOCKS)), recompute: time >= RECOMPUTE_FROM };
}

/** Blocks of the windows' time axis with their masks, from segments [batch, time]. */
export function queryBlocks(graph: Graph, segments: Value, plan?: BlockPlan): QueryBlock[] {
  const [batch, time] = segments.shape as [number, number];
  const { size, recompute } = plan ?? blockPlan(time);
  return Array.from({ length: Math.ceil(time / size) }, (_, i) => {
    const from = i * size;
    const to = Math.min(time, from + size);
    const rows = to - from;
    const causal = new Float32Array(rows * to).fill(-1e9);
    for (let row = 0; row < rows; row++) causal.fill(0, row * to, row * to + from + row + 1);
    const asRow = reshapeTo(graph, slice(graph, segments, 1, from, to), [batch, 1, 1, rows, 1]);
    const asColumn = reshapeTo(graph, slice(graph, segments, 1, 0, to), [batch, 1, 1, 1, to]);
    const shape = [batch, 1, 1, rows, to];
    const same = graph.emit("Equal", [asRow, asColumn], shape, {}, "bool");
    const allowed = graph.constant(causal, [rows, to]);
    const mask = graph.emit("Where", [same, allowed, graph.scalar(-1e9)], shape);
    return { from, to, mask, recompute };
  });
}

export interface Projected {
  /** [batch x time, heads x headWidth] */
  readonly queries: Value;
  /** [batch x time, keyValueHeads x headWidth] */
  readonly keys: Value;
  readonly values: Value;
}

/**
 * @param positions [batch, time], restarting with each patient
 * @returns [batch x time, heads x headWidth]
 */
export function attention(
  graph: Graph,
  projected: Projected,
  positions: Value,
  blocks: readonly QueryBlock[],
  rotary: RotaryTables,
  shape: AttentionShape,
  onKeysAndValues: (keys: Value, values: Value) => void = () => {},
): Value {
  const { heads, keyValueHeads: groups } = shape;
  const turn = (x: Value) => rotate(graph, x, positions, rotary.cosine, rotary.sine);
  const turnBack = (x: Value) => rotate(graph, x, positions, rotary.cosine, rotary.negativeSine);
  const q = turn(byHead(graph, projected.queries, heads, shape));
  const k = turn(byHead(graph, projected.keys, groups, shape));
  const v = byHead(graph, projected.values, groups, shape);
  onKeysAndValues(k, v);
  const parts = blocks.map((block) => new BlockAttention(graph, block, q, k, v, shape));
  const context = joinTime(
    graph,
    parts.map((part) => part.context),
    q.shape,
  );
  const output = byToken(graph, context, shape);

  const inputs = [projected.queries, projected.keys, projected.values];
  return graph.record(inputs, output, (gradient) => {
    const contextGradient = byHead(graph, gradient, heads, shape);
    // The last block first: its keys are the whole window.
    const gradients = parts.toReversed().map((part) => part.backward(contextGradient));
    const dq = joinTime(graph, gradients.map((part) => part.queries).toReversed(), q.shape);
    const dk = sumPrefixes(
      graph,
      gradients.map((part) => part.keys),
      blocks,
    );
    const dv = sumPrefixes(
      graph,
      gradients.map((part) => part.values),
      blocks,
    );
    return [
      byToken(graph, turnBack(dq), shape),
      byToken(graph, turnBack(dk), shape),
      byToken(graph, dv, shape),
    ];
  });
}

/** One block of queries: forward when made, backward on demand. Queries of one group share keys: [.., group rows, width]. */
class BlockAttention {
  readonly context: Value;
  private readonly queries: Value;
  private readonly keys: Value;
  private readonly values: Value;
  private readonly weights: Value;
  private readonly contextByGroup: Value;
  private readonly alpha: { readonly float: number };

  constructor(
    private readonly graph: Graph,
    private readonly block: QueryBlock,
    q: Value,
    k: Value,
    v: Value,
    private readonly shape: AttentionShape,
  ) {
    this.alpha = { float: 1 / Math.sqrt(shape.headWidth) };
    this.queries = this.rowsOf(q);
    this.keys = slice(graph, k, 2, 0, block.to);
    this.values = slice(graph, v, 2, 0, block.to);
    this.weights = this.softmax(this.queries);
    this.contextByGroup = graph.emit("MatMul", [this.weights, this.values], this.queries.shape);
    this.context = this.byHead(this.contextByGroup);
  }

  backward(gradient: Value): { queries: Value; keys: Value; values: Value } {
    const { graph, alpha } = this;
    const rows = this.rowsOf(gradient);
    const rowSums = graph.emit(
      "ReduceSum",
      [graph.emit("Mul", [rows, this.contextByGroup], rows.shape), graph.integers([3])],
      [...rows.shape.slice(0, 3), 1],
    );
    const weightGradient = graph.emit("FusedMatMul", [rows, this.values], this.weights.shape, { transB: 1 });
    const centred = graph.emit("Sub", [weightGradient, rowSums], this.weights.shape);
    const weights = this.block.recompute ? this.softmax(this.again(rowSums)) : this.weights;
    const scoreGradient = graph.emit("Mul", [centred, weights], weights.shape);
    const keyShape = this.keys.shape;
    return {
      queries: this.byHead(
        graph.emit("FusedMatMul", [scoreGradient, this.keys], this.queries.shape, { alpha }),
      ),
      keys: graph.emit("FusedMatMul", [scoreGradient, this.queries], keyShape, { transA: 1, alpha }),
      values: graph.emit("FusedMatMul", [weights, rows], keyShape, { transA: 1 }),
    };
  }

  private softmax(queries: Value): Value {
    const { graph, block, alpha } = this;
    const { batch, heads, keyValueHeads: groups } = this.shape;
    const rows = block.to - block.from;
    const flat = [batch, groups, (heads / groups) * rows, block.to];
    const open = [batch, groups, heads / groups, rows, block.to];
    const scores = graph.emit("FusedMatMul", [queries, this.keys], flat, { transB: 1, alpha });
    const masked = graph.emit("Add", [reshapeTo(graph, scores, open), block.mask], open);
    return reshapeTo(graph, graph.emit("Softmax", [masked], open, { axis: -1 }), flat);
  }

  /** The queries as a value that exists only once `after` does, so that what follows is computed in the backward pass. */
  private again(after: Value): Value {
    const { graph } = this;
    const nothing = graph.emit("Mul", [after, graph.scalar(0)], after.shape);
    return graph.emit("Add", [this.queries, nothing], this.queries.shape);
  }

  private rowsOf(x: Value): Value {
    const { batch, heads, keyValueHeads: groups, headWidth } = this.shape;
    const { from, to } = this.block;
    const rows = (heads / groups) * (to - from);
    return reshapeTo(this.graph, slice(this.graph, x, 2, from, to), [batch, groups, rows, headWidth]);
  }

  private byHead(rows: Value): Value {
    const { batch, heads, headWidth } = this.shape;
    return reshapeTo(this.graph, rows, [batch, heads, this.block.to - this.block.from, headWidth]);
  }
}

/** Values of ever shorter prefixes of the time axis, the longest first, added up where they overlap. */
function sumPrefixes(graph: Graph, prefixes: readonly Value[], blocks: readonly QueryBlock[]): Value {
  const whole = (prefixes[0] as Value).shape;
  const sums = blocks.map(({ from, to }, i) => {
    const shape = whole.map((size, axis) => (axis === 2 ? to - from : size));
    return prefixes
      .slice(0, blocks.length - i)
      .map((prefix) => slice(graph, prefix, 2, from, to))
      .reduce((total, part) => graph.emit("Add", [total, part], shape));
  });
  return joinTime(graph, sums, whole);
}

function joinTime(graph: Graph, parts: readonly Value[], shape: readonly number[]): Value {
  return parts.length === 1 ? (parts[0] as Value) : graph.emit("Concat", parts, shape, { axis: 2 });
}

function slice(graph: Graph, x: Value, axis: number, from: number, to: number): Value {
  if (from === 0 && to === x.shape[axis]) return x;
  const shape = x.shape.map((size, i) => (i === axis ? to - from : size));
  const at = [graph.integers([from]), graph.integers([to]), graph.integers([axis])];
  return graph.emit("Slice", [x, ...at], shape, {}, x.type);
}

/** A rotation's gradient is the rotation by the opposite angle. */
export function rotate(graph: Graph, x: Value, positions: Value, cosine: Value, sine: Value): Value {
  return graph.emit("RotaryEmbedding", [x, positions, cosine, sine], x.shape);
}

/** [batch x time, count x headWidth] to [batch, count, time, headWidth]. */
export function byHead(
  graph: Graph,
  x: Value,
  count: number,
  shape: Pick<AttentionShape, "batch" | "time" | "headWidth">,
): Value {
  const { batch, time, headWidth } = shape;
  const open = reshapeTo(graph, x, [batch, time, count, headWidth]);
  return graph.emit("Transpose", [open], [batch, count, time, headWidth], { perm: [0, 2, 1, 3] });
}

/** [batch, count, time, headWidth] to [batch x time, count x headWidth]. */
function byToken(graph: Graph, x: Value, shape: AttentionShape): Value {
  const { batch, time, headWidth } = shape;
  const count = x.shape[1] as number;
  const open = graph.emit("Transpose", [x], [batch, time, count, headWidth], { perm: [0, 2, 1, 3] });
  return reshapeTo(graph, open, [batch * time, count * headWidth]);
}
