/** What each next token costs: how likely a model thinks a text is, token by token. */
import type { Architecture } from "./architecture.ts";
import { decoderBody } from "./decoder.ts";
import { decoderGraph } from "./decoder-graph.ts";
import type { Graph } from "./graph.ts";
import { linear, reshapeTo } from "./operations.ts";
import { type WindowShape, windowInputs } from "./training-graph.ts";

/**
 * Inputs: parameters, tokens, positions, segments, targets. Outputs: losses [batch x time], -log p(target), nats; and
 * likeliest [batch x time], the token that the model would have put there.
 */
export function tokenLossGraph(
  architecture: Architecture,
  window: Pick<WindowShape, "batch" | "time">,
): Graph {
  const { graph, weights } = decoderGraph(architecture);
  const rows = window.batch * window.time;
  const hidden = decoderBody(graph, weights, windowInputs(graph, window), architecture);
  const logits = linear(graph, hidden, weights.languageHead);
  const targets = graph.input("targets", "int64", [rows]);
  const logProbabilities = graph.emit("LogSoftmax", [logits], logits.shape, { axis: -1 });
  const at = reshapeTo(graph, targets, [rows, 1]);
  const picked = graph.emit("GatherElements", [logProbabilities, at], [rows, 1], { axis: 1 });
  graph.output("losses", reshapeTo(graph, graph.emit("Neg", [picked], [rows, 1]), [rows]));
  graph.output("likeliest", graph.emit("ArgMax", [logits], [rows], { axis: 1, keepdims: 0 }, "int64"));
  return graph;
}
