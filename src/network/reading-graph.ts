/** The direct reading as a graph: one pass over packed windows, log hazards at chosen positions. */
import type { Architecture } from "./architecture.ts";
import { decoderBody, onsetHead } from "./decoder.ts";
import { decoderGraph } from "./decoder-graph.ts";
import type { Graph } from "./graph.ts";
import { selectRows } from "./operations.ts";
import { type WindowShape, windowInputs } from "./training-graph.ts";

/** Inputs: parameters, tokens, positions, segments, reads. Output: logHazards [reads, outcomes x pieces], per year. */
export function readingGraph(architecture: Architecture, window: Omit<WindowShape, "microBatches">): Graph {
  const { graph, weights } = decoderGraph(architecture);
  const hidden = decoderBody(graph, weights, windowInputs(graph, window), architecture);
  const reads = graph.input("reads", "int64", [window.reads]);
  graph.output("logHazards", onsetHead(graph, weights, selectRows(graph, hidden, reads)));
  return graph;
}
