/** The direct reading as a graph: one pass over windows, log hazards at one position of each. */
import type { Architecture } from "./architecture.ts";
import { decoderBody, onsetHead } from "./decoder.ts";
import { decoderGraph } from "./decoder-graph.ts";
import type { Graph } from "./graph.ts";
import { type WindowShape, windowInputs } from "./training-graph.ts";

/**
 * Inputs: parameters, tokens, positions, segments; reads [batch], one position of each window in turn.
 * Output: logHazards [batch, outcomes x pieces], per year.
 */
export function readingGraph(architecture: Architecture, window: Pick<WindowShape, "batch" | "time">): Graph {
  const { graph, weights } = decoderGraph(architecture);
  const inputs = windowInputs(graph, window);
  const reads = graph.input("reads", "int64", [window.batch]);
  graph.output(
    "logHazards",
    onsetHead(graph, weights, decoderBody(graph, weights, inputs, architecture, { reads })),
  );
  return graph;
}
