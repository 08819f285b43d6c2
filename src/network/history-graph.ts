/**
 * The history pass of decoding: each patient's history is computed once, and its keys and values are what all of the
 * patient's futures share.
 */
import type { Architecture } from "./architecture.ts";
import { decoderBody } from "./decoder.ts";
import { decoderGraph } from "./decoder-graph.ts";
import type { Graph } from "./graph.ts";
import { linear } from "./operations.ts";
import { windowInputs } from "./training-graph.ts";

export interface HistoryShape {
  readonly patients: number;
  /** Length of a row, tokens. */
  readonly history: number;
}

/**
 * Inputs: parameters; tokens, positions, segments [patients x history]; reads [patients], the last position of each.
 * Outputs: probabilities [patients, vocabulary]; historyKeys.l, historyValues.l [patients, groups, history, head width].
 */
export function historyGraph(architecture: Architecture, { patients, history }: HistoryShape): Graph {
  const { graph, weights } = decoderGraph(architecture);
  const window = windowInputs(graph, { batch: patients, time: history });
  const reads = graph.input("reads", "int64", [patients]);
  const hidden = decoderBody(graph, weights, window, architecture, {
    reads,
    onKeysAndValues: (layer, keys, values) => {
      graph.output(`historyKeys.${layer}`, keys);
      graph.output(`historyValues.${layer}`, values);
    },
  });
  const logits = linear(graph, hidden, weights.languageHead);
  graph.output("probabilities", graph.emit("Softmax", [logits], logits.shape, { axis: -1 }));
  return graph;
}
