/**
 * The two training losses, each a scalar with its gradient rule.
 * Weights arrive already divided by their total, so that a loss is a mean and its scale does not depend on packing.
 */
import type { Graph, Value } from "./graph.ts";
import { reshapeTo, sumAll } from "./operations.ts";

/**
 * Cross-entropy of the next event: -sum over rows of weight x log softmax(logits)[target].
 * @param logits [rows, vocabulary]
 * @param targets [rows] int64
 * @param weights [rows], 0 where there is no next event to learn
 */
export function nextEventLoss(graph: Graph, logits: Value, targets: Value, weights: Value): Value {
  const [rows] = logits.shape as [number, number];
  const logProbabilities = graph.emit("LogSoftmax", [logits], logits.shape, { axis: -1 });
  const picked = graph.emit(
    "GatherElements",
    [logProbabilities, reshapeTo(graph, targets, [rows, 1])],
    [rows, 1],
    { axis: 1 },
  );
  const perRow = reshapeTo(graph, weights, [rows, 1]);
  const total = sumAll(graph, graph.emit("Mul", [picked, perRow], [rows, 1]));
  const loss = graph.emit("Neg", [total], []);
  return graph.record([logits], loss, (gradient) => {
    // softmax - one-hot, both times the row's weight; the second in place at one column of each row.
    const scaled = graph.emit("Mul", [perRow, gradient], [rows, 1]);
    const probabilities = graph.emit("Exp", [logProbabilities], logits.shape);
    const pull = graph.emit("Mul", [probabilities, scaled], logits.shape);
    const push = graph.emit("Neg", [scaled], [rows, 1]);
    const at = reshapeTo(graph, targets, [rows, 1]);
    return [graph.emit("ScatterElements", [pull, at, push], logits.shape, { axis: 1, reduction: "add" })];
  });
}

/**
 * Negative log-likelihood of piecewise-constant hazards: sum of exp(l) x exposure - event x l, where l is the log
 * hazard (Holford 1980; Friedman 1982). Linear in exposure and event, so weights are folded into both.
 * @param logHazards [rows, outcomes x pieces], per year
 * @param exposure years at risk in each piece, weighted; 0 where not at risk
 * @param events 1 where the onset falls in the piece, weighted
 */
export function onsetLoss(graph: Graph, logHazards: Value, exposure: Value, events: Value): Value {
  const shape = logHazards.shape;
  const expected = graph.emit("Mul", [graph.emit("Exp", [logHazards], shape), exposure], shape);
  const observed = graph.emit("Mul", [logHazards, events], shape);
  const loss = sumAll(graph, graph.emit("Sub", [expected, observed], shape));
  return graph.record([logHazards], loss, (gradient) => [
    graph.emit("Mul", [graph.emit("Sub", [expected, events], shape), gradient], shape),
  ]);
}
