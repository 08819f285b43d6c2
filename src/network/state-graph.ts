/** The body's state at chosen positions, and what its next-event probabilities are divided by. */
import type { Architecture } from "./architecture.ts";
import { decoderBody } from "./decoder.ts";
import { decoderGraph } from "./decoder-graph.ts";
import type { Graph } from "./graph.ts";
import { linear, selectRows } from "./operations.ts";
import { type WindowShape, windowInputs } from "./training-graph.ts";

/**
 * Inputs: parameters, tokens, positions, segments, reads.
 * Outputs: states [reads, width]; logTotals [reads, 1], the log of the sum of exp(logit) over the vocabulary.
 */
export function stateGraph(architecture: Architecture, window: Omit<WindowShape, "microBatches">): Graph {
  const { graph, weights } = decoderGraph(architecture);
  const hidden = decoderBody(graph, weights, windowInputs(graph, window), architecture);
  const states = selectRows(graph, hidden, graph.input("reads", "int64", [window.reads]));
  const logits = linear(graph, states, weights.languageHead);
  const axis = graph.integers([1]);
  graph.output("states", states);
  graph.output(
    "logTotals",
    graph.emit("ReduceLogSumExp", [logits, axis], [window.reads, 1], { keepdims: 1 }),
  );
  return graph;
}
