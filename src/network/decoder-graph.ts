/** A new graph that holds the decoder's weights, cut from one flat input: how every graph of the decoder begins. */
import type { Architecture } from "./architecture.ts";
import { type DecoderWeights, sliceWeights } from "./decoder.ts";
import { Graph, type Value } from "./graph.ts";
import { type ParameterLayout, parameterLayout } from "./parameters.ts";

export interface DecoderGraph {
  readonly graph: Graph;
  readonly layout: ParameterLayout;
  /** The input `parameters`, [size of the layout]. */
  readonly parameters: Value;
  readonly weights: DecoderWeights;
}

export function decoderGraph(architecture: Architecture): DecoderGraph {
  const graph = new Graph();
  const layout = parameterLayout(architecture);
  const parameters = graph.input("parameters", "float32", [layout.size]);
  return { graph, layout, parameters, weights: sliceWeights(graph, parameters, layout, architecture) };
}
