/**
 * Attention of one position of each window, forward only: all that the last layer has to work out where nothing but that
 * position is read. Equal to `attention` at that position up to the order of float sums.
 */
import { type AttentionShape, byHead, type Projected, type RotaryTables, rotate } from "./attention.ts";
import type { Graph, Value } from "./graph.ts";
import { reshapeTo } from "./operations.ts";

/** Where each window is read, and what is seen from there. */
export interface ReadPlaces {
  /** Position in the patient's timeline, [batch, 1]. */
  readonly positions: Value;
  /** 0 where the read may look, -1e9 elsewhere: [batch, 1, 1, time]. */
  readonly mask: Value;
}

/**
 * @param positions [batch, time]
 * @param segments [batch, time]
 * @param reads [batch], one of each window in turn, counted over all rows
 */
export function readPlaces(graph: Graph, positions: Value, segments: Value, reads: Value): ReadPlaces {
  const [batch, time] = segments.shape as [number, number];
  const at = (x: Value): Value => {
    const flat = reshapeTo(graph, x, [batch * time]);
    return reshapeTo(graph, graph.emit("Gather", [flat, reads], [batch], { axis: 0 }, x.type), [batch, 1]);
  };
  const integers = (length: number, step: number) =>
    graph.constant(
      BigInt64Array.from({ length }, (_, i) => BigInt(i * step)),
      [length],
    );
  const inWindow = graph.emit("Sub", [reads, integers(batch, time)], [batch], {}, "int64");
  const all = [batch, time];
  const compared = (op: string, a: Value, b: Value) => graph.emit(op, [a, b], all, {}, "bool");
  const earlier = compared(
    "LessOrEqual",
    reshapeTo(graph, integers(time, 1), [1, time]),
    reshapeTo(graph, inWindow, [batch, 1]),
  );
  const same = compared("Equal", segments, at(segments));
  const mask = graph.emit(
    "Where",
    [compared("And", earlier, same), graph.scalar(0), graph.scalar(-1e9)],
    all,
  );
  return { positions: at(positions), mask: reshapeTo(graph, mask, [batch, 1, 1, time]) };
}

/**
 * @param projected queries of the reads alone, [batch, heads x headWidth]; keys and values of all tokens
 * @param positions [batch, time]
 * @returns [batch, heads x headWidth]
 */
export function readAttention(
  graph: Graph,
  projected: Projected,
  positions: Value,
  places: ReadPlaces,
  { cosine, sine }: RotaryTables,
  shape: AttentionShape,
  onKeysAndValues: (keys: Value, values: Value) => void = () => {},
): Value {
  const { batch, time, heads, keyValueHeads: groups, headWidth } = shape;
  const one = byHead(graph, projected.queries, heads, { batch, time: 1, headWidth });
  const queries = rotate(graph, one, places.positions, cosine, sine);
  const keys = rotate(graph, byHead(graph, projected.keys, groups, shape), positions, cosine, sine);
  const values = byHead(graph, projected.values, groups, shape);
  onKeysAndValues(keys, values);
  const rows = heads / groups;
  const scoreShape = [batch, groups, rows, time];
  const grouped = reshapeTo(graph, queries, [batch, groups, rows, headWidth]);
  const alpha = { float: 1 / Math.sqrt(headWidth) };
  const scores = graph.emit("FusedMatMul", [grouped, keys], scoreShape, { transB: 1, alpha });
  const masked = graph.emit("Add", [scores, places.mask], scoreShape);
  const weights = graph.emit("Softmax", [masked], scoreShape, { axis: -1 });
  const context = graph.emit("MatMul", [weights, values], [batch, groups, rows, headWidth]);
  return reshapeTo(graph, context, [batch, heads * headWidth]);
}
