/** Next-token logits at every position of packed windows: what other engines give for the same weights. */
import type { Architecture } from "./architecture.ts";
import { decoderBody } from "./decoder.ts";
import { decoderGraph } from "./decoder-graph.ts";
import type { Graph } from "./graph.ts";
import { linear } from "./operations.ts";
import { type WindowShape, windowInputs } from "./training-graph.ts";

/** Inputs: parameters, tokens, positions, segments. Output: logits [batch x time, vocabulary]. */
export function logitsGraph(architecture: Architecture, window: Pick<WindowShape, "batch" | "time">): Graph {
  const { graph, weights } = decoderGraph(architecture);
  const hidden = decoderBody(graph, weights, windowInputs(graph, window), architecture);
  graph.output("logits", linear(graph, hidden, weights.languageHead));
  return graph;
}
