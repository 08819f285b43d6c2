/**
 * The query head: log hazards of any set of events, from the body's state at a tick, what the query is (a mean of its
 * tokens' rows) and how the query stands to the person's record so far. All ticks meet all queries of a batch.
 * What depends on the tick alone or the query alone is computed once for it, not for each pair.
 * Invariant: the body is not among its weights.
 */
import { Graph, type Value } from "./graph.ts";
import { onsetLoss } from "./losses.ts";
import { add, addBias, linear, reshapeTo, swiglu } from "./operations.ts";
import type { ParameterLayout, ParameterPart } from "./parameters.ts";

export interface QueryHeadSizes {
  /** Of the body's state; a query has twice as many numbers, from both tables of tokens. */
  readonly width: number;
  /** Numbers of a pair of tick and query. */
  readonly features: number;
  readonly pieces: number;
  readonly hidden: number;
}

export interface QueryBatchShape {
  readonly ticks: number;
  readonly queries: number;
}

const BRANCHES = ["gate", "up"] as const;

export function queryHeadLayout({ width, features, pieces, hidden }: QueryHeadSizes): ParameterLayout {
  const parts: ParameterPart[] = [];
  let size = 0;
  const append = (name: string, shape: [number, number] | [number], deviation: number) => {
    const initial = deviation === 0 ? ("zeros" as const) : { deviation };
    parts.push({ name: `query_head.${name}`, shape, offset: size, decays: deviation > 0, initial });
    size += shape.reduce((product: number, each) => product * each, 1);
  };
  const matrix = (name: string, out: number, into: number) => append(name, [out, into], 1 / Math.sqrt(into));
  matrix("match.state", hidden, width);
  matrix("match.query", hidden, 2 * width);
  for (const branch of BRANCHES) {
    matrix(`${branch}.state`, hidden, width);
    matrix(`${branch}.query`, hidden, 2 * width);
    matrix(`${branch}.match`, hidden, hidden);
    matrix(`${branch}.features`, hidden, features);
    append(`${branch}.bias`, [hidden], 0);
  }
  // Zeros: the head starts at the rates of the training persons.
  append("out.weight", [pieces, hidden], 0);
  append("out.bias", [pieces], 0);
  const weight = parts.find((part) => part.name === "query_head.out.weight") as ParameterPart;
  return { parts: parts.map((part) => (part === weight ? { ...part, decays: true } : part)), size };
}

/**
 * Inputs: query_head.* as the layout shapes them; states [ticks, width], queries [queries, 2 x width],
 * features [ticks x queries, features], logRates [ticks x queries, 1] (log events a year of the query in training).
 */
function headOf(graph: Graph, sizes: QueryHeadSizes, { ticks, queries }: QueryBatchShape) {
  const { width, features, pieces } = sizes;
  const layout = queryHeadLayout(sizes);
  const weights = layout.parts.map((part) => graph.input(part.name, "float32", part.shape));
  const named = new Map(layout.parts.map((part, i) => [part.name, weights[i] as Value]));
  const of = (name: string) => named.get(`query_head.${name}`) as Value;
  const states = graph.input("states", "float32", [ticks, width]);
  const query = graph.input("queries", "float32", [queries, 2 * width]);
  const pairs = graph.input("features", "float32", [ticks * queries, features]);
  const logRates = graph.input("logRates", "float32", [ticks * queries, 1]);

  const match = acrossPairs(
    graph,
    "Mul",
    linear(graph, states, of("match.state")),
    linear(graph, query, of("match.query")),
  );
  const [gate, up] = BRANCHES.map((branch) => {
    const apart = acrossPairs(
      graph,
      "Add",
      linear(graph, states, of(`${branch}.state`)),
      linear(graph, query, of(`${branch}.query`)),
    );
    const together = add(
      graph,
      linear(graph, match, of(`${branch}.match`)),
      linear(graph, pairs, of(`${branch}.features`)),
    );
    return addBias(graph, add(graph, apart, together), of(`${branch}.bias`));
  }) as [Value, Value];
  const out = addBias(graph, linear(graph, swiglu(graph, gate, up), of("out.weight")), of("out.bias"));
  const shape = [ticks * queries, pieces];
  const logHazards = graph.record([out], graph.emit("Add", [out, logRates], shape), (gradient) => [gradient]);
  return { layout, weights, logHazards };
}

/** Output: logHazards [ticks x queries, pieces], per year; the queries of one tick follow each other. */
export function queryReadingGraph(sizes: QueryHeadSizes, shape: QueryBatchShape): Graph {
  const graph = new Graph();
  graph.output("logHazards", headOf(graph, sizes, shape).logHazards);
  return graph;
}

/**
 * Further inputs: exposure and events [ticks x queries, pieces]. Outputs: loss, and gradient.NAME of every weight when
 * `gradients` is set.
 */
export function queryLossGraph(sizes: QueryHeadSizes, shape: QueryBatchShape, gradients: boolean): Graph {
  const graph = new Graph();
  const { layout, weights, logHazards } = headOf(graph, sizes, shape);
  const columns = [shape.ticks * shape.queries, sizes.pieces];
  const exposure = graph.input("exposure", "float32", columns);
  const events = graph.input("events", "float32", columns);
  const loss = onsetLoss(graph, logHazards, exposure, events);
  if (gradients)
    graph.gradients(loss, weights).forEach((gradient, i) => {
      graph.output(`gradient.${(layout.parts[i] as ParameterPart).name}`, gradient);
    });
  graph.output("loss", loss);
  return graph;
}

/** a [ticks, width] with b [queries, width] for each pair: [ticks x queries, width]. */
function acrossPairs(graph: Graph, op: "Add" | "Mul", a: Value, b: Value): Value {
  const [ticks, width] = a.shape as [number, number];
  const queries = b.shape[0] as number;
  const cube = [ticks, queries, width];
  const left = reshapeTo(graph, a, [ticks, 1, width]);
  const right = reshapeTo(graph, b, [1, queries, width]);
  const output = reshapeTo(graph, graph.emit(op, [left, right], cube), [ticks * queries, width]);
  return graph.record([a, b], output, (gradient) => {
    const pulled = reshapeTo(graph, gradient, cube);
    const sumOver = (axis: number, other: Value, shape: readonly number[]) =>
      graph.emit(
        "ReduceSum",
        [op === "Add" ? pulled : graph.emit("Mul", [pulled, other], cube), graph.integers([axis])],
        shape,
        { keepdims: 0 },
      );
    return [sumOver(1, right, [ticks, width]), sumOver(0, left, [queries, width])];
  });
}
