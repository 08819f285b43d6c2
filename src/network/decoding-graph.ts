/**
 * Cached decoding: the history of each patient is computed once, its keys and values are shared by all of the
 * patient's futures, and each step adds one token to every future.
 * Layout: [patients, heads, futures, ...], so that futures of one patient meet the shared history in one product.
 */
import type { Architecture } from "./architecture.ts";
import { type RotaryTables, rotaryTables, splitHeads } from "./attention.ts";
import { type DecoderWeights, decoderBody, projectQkv, sliceWeights } from "./decoder.ts";
import { Graph, type Value } from "./graph.ts";
import { add, linear, reshapeTo, rmsNorm, selectRows, swiglu } from "./operations.ts";
import { parameterLayout } from "./parameters.ts";
import { windowInputs } from "./training-graph.ts";

export interface DecodingShape {
  readonly patients: number;
  readonly futures: number;
  /** Longest history, tokens. */
  readonly history: number;
  /** Longest future, tokens. */
  readonly future: number;
}

/** Caches of layer l, which the caller owns and fills between steps: no step copies them. */
export type CacheName = `${"keys" | "values"}.${number}`;

/**
 * The history pass. Inputs: parameters, tokens, positions, segments [patients x history], reads [patients] (the last
 * position of each). Outputs: logits [patients, vocabulary]; historyKeys.l and historyValues.l
 * [patients, groups, history, head width] for each layer l.
 */
export function historyGraph(architecture: Architecture, shape: DecodingShape): Graph {
  const graph = new Graph();
  const { patients, history } = shape;
  const parameters = graph.input("parameters", "float32", [parameterLayout(architecture).size]);
  const weights = sliceWeights(graph, parameters, parameterLayout(architecture), architecture);
  const inputs = windowInputs(graph, { batch: patients, time: history });
  const hidden = decoderBody(graph, weights, inputs, architecture, {
    onKeysAndValues: (layer, keys, values) => {
      graph.output(`historyKeys.${layer}`, keys);
      graph.output(`historyValues.${layer}`, values);
    },
  });
  const reads = graph.input("reads", "int64", [patients]);
  graph.output("logits", linear(graph, selectRows(graph, hidden, reads), weights.languageHead));
  return graph;
}

/**
 * One step. Inputs: parameters, tokens [patients x futures], positions [patients, futures], historyMask
 * [patients, 1, 1, history] and ownMask [1, 1, 1, future] (0 or -1e9), historyKeys.l, historyValues.l, and the tokens
 * fed before: keys.l, values.l [patients, groups, futures, future, head width], of which ownMask opens the filled slots.
 * Outputs: logits [patients x futures, vocabulary]; newKeys.l, newValues.l [patients, groups, futures, head width].
 */
export function stepGraph(architecture: Architecture, shape: DecodingShape): Graph {
  const graph = new Graph();
  const { patients, futures } = shape;
  const layout = parameterLayout(architecture);
  const parameters = graph.input("parameters", "float32", [layout.size]);
  const weights = sliceWeights(graph, parameters, layout, architecture);
  const tokens = graph.input("tokens", "int64", [patients * futures]);
  const context: StepContext = {
    architecture,
    shape,
    positions: graph.input("positions", "int64", [patients, futures]),
    historyMask: graph.input("historyMask", "float32", [patients, 1, 1, shape.history]),
    ownMask: graph.input("ownMask", "float32", [1, 1, 1, shape.future]),
    rotary: rotaryTables(
      graph,
      // The kernel also wants a row for each future, which it takes for the time axis.
      Math.max(architecture.context + shape.future, futures),
      architecture.headWidth,
      architecture.ropeTheta,
    ),
  };
  const epsilon = architecture.normEpsilon;
  let x = graph.emit("Gather", [weights.embedding, tokens], [patients * futures, architecture.width], {
    axis: 0,
  });
  weights.layers.forEach((layer, l) => {
    const attended = cachedAttention(
      graph,
      rmsNorm(graph, x, layer.attentionNorm, epsilon),
      layer,
      l,
      context,
    );
    x = add(graph, x, linear(graph, attended, layer.attentionOut));
    const normal = rmsNorm(graph, x, layer.feedForwardNorm, epsilon);
    const gated = swiglu(graph, linear(graph, normal, layer.gate), linear(graph, normal, layer.up));
    x = add(graph, x, linear(graph, gated, layer.down));
  });
  graph.output("logits", linear(graph, rmsNorm(graph, x, weights.finalNorm, epsilon), weights.languageHead));
  return graph;
}

interface StepContext {
  readonly architecture: Architecture;
  readonly shape: DecodingShape;
  readonly positions: Value;
  readonly historyMask: Value;
  readonly ownMask: Value;
  readonly rotary: RotaryTables;
}

function cachedAttention(
  graph: Graph,
  x: Value,
  projection: DecoderWeights["layers"][number],
  layer: number,
  { architecture, shape, positions, historyMask, ownMask, rotary }: StepContext,
): Value {
  const { patients, futures, history, future } = shape;
  const { heads, keyValueHeads: groups, headWidth } = architecture;
  const perGroup = heads / groups;
  const alpha = { float: 1 / Math.sqrt(headWidth) };
  const of = (count: number) => [patients, count, futures, headWidth];

  // The futures of a patient stand where a window has its time axis.
  const [q, k, v] = splitHeads(graph, projectQkv(graph, x, projection), positions, rotary, {
    batch: patients,
    time: futures,
    heads,
    keyValueHeads: groups,
    headWidth,
  });

  graph.output(`newKeys.${layer}`, k);
  graph.output(`newValues.${layer}`, v);
  const ownShape = [patients, groups, futures, future, headWidth];
  const keys = graph.input(`keys.${layer}`, "float32", ownShape);
  const values = graph.input(`values.${layer}`, "float32", ownShape);
  const pastShape = [patients, groups, history, headWidth];
  const pastKeys = graph.input(`historyKeys.${layer}`, "float32", pastShape);
  const pastValues = graph.input(`historyValues.${layer}`, "float32", pastShape);

  // Queries of one group and patient, all futures: rows against the shared history; each alone against its own past.
  const shared = [patients, groups, perGroup * futures, headWidth];
  const byGroup = reshapeTo(graph, q, [patients, groups, perGroup, futures, headWidth]);
  const perFuture = [patients, groups, futures, perGroup, headWidth];
  const own =
    perGroup === 1
      ? reshapeTo(graph, q, perFuture)
      : graph.emit("Transpose", [byGroup], perFuture, { perm: [0, 1, 3, 2, 4] });
  const historyScores = graph.emit(
    "FusedMatMul",
    [reshapeTo(graph, q, shared), pastKeys],
    [patients, groups, perGroup * futures, history],
    { transB: 1, alpha },
  );
  const ownScores = graph.emit("FusedMatMul", [own, keys], [patients, groups, futures, perGroup, future], {
    transB: 1,
    alpha,
  });
  const rows = perGroup * futures;
  const ownByGroup =
    perGroup === 1
      ? reshapeTo(graph, ownScores, [patients, groups, rows, future])
      : reshapeTo(
          graph,
          graph.emit("Transpose", [ownScores], [patients, groups, perGroup, futures, future], {
            perm: [0, 1, 3, 2, 4],
          }),
          [patients, groups, rows, future],
        );
  const grouped = [patients, groups, perGroup, futures, headWidth];
  const open = [patients, groups, 1, futures, headWidth];
  const selfProduct = graph.emit("Mul", [reshapeTo(graph, q, grouped), reshapeTo(graph, k, open)], grouped);
  const selfScores = graph.emit(
    "Mul",
    [
      reshapeTo(
        graph,
        graph.emit("ReduceSum", [selfProduct, graph.integers([4])], [...grouped.slice(0, 4), 1]),
        [patients, groups, rows, 1],
      ),
      graph.scalar(alpha.float),
    ],
    [patients, groups, rows, 1],
  );
  const scores = graph.emit(
    "Concat",
    [
      graph.emit("Add", [historyScores, historyMask], historyScores.shape),
      graph.emit("Add", [ownByGroup, ownMask], ownByGroup.shape),
      selfScores,
    ],
    [patients, groups, rows, history + future + 1],
    { axis: 3 },
  );
  const weights = graph.emit("Softmax", [scores], scores.shape, { axis: -1 });
  const [historyWeights, ownWeights, selfWeights] = graph.emitMany(
    "Split",
    [weights, graph.integers([history, future, 1])],
    [historyScores.shape, ownByGroup.shape, selfScores.shape],
    { axis: 3 },
  ) as [Value, Value, Value];
  const fromHistory = graph.emit("MatMul", [historyWeights, pastValues], shared);
  const ownOpen = reshapeTo(graph, ownWeights, [patients, groups, perGroup, futures, future]);
  const ownPerFuture =
    perGroup === 1
      ? reshapeTo(graph, ownOpen, [patients, groups, futures, 1, future])
      : graph.emit("Transpose", [ownOpen], [patients, groups, futures, perGroup, future], {
          perm: [0, 1, 3, 2, 4],
        });
  const fromOwn = graph.emit("MatMul", [ownPerFuture, values], perFuture);
  const fromOwnByGroup =
    perGroup === 1
      ? reshapeTo(graph, fromOwn, shared)
      : reshapeTo(
          graph,
          graph.emit("Transpose", [fromOwn], byGroup.shape, { perm: [0, 1, 3, 2, 4] }),
          shared,
        );
  const fromSelf = graph.emit(
    "Mul",
    [reshapeTo(graph, selfWeights, [...grouped.slice(0, 4), 1]), reshapeTo(graph, v, open)],
    grouped,
  );
  const fromPast = graph.emit("Add", [fromHistory, fromOwnByGroup], shared);
  const context = reshapeTo(
    graph,
    graph.emit("Add", [fromPast, reshapeTo(graph, fromSelf, shared)], shared),
    of(heads),
  );
  const byFuture = graph.emit("Transpose", [context], [patients, futures, heads, headWidth], {
    perm: [0, 2, 1, 3],
  });
  return reshapeTo(graph, byFuture, [patients * futures, heads * headWidth]);
}
