/** A new graph that holds the decoder's weights: how every graph of the decoder begins. */
import type { Architecture } from "./architecture.ts";
import { type DecoderWeights, decoderWeights } from "./decoder.ts";
import { Graph, sizeOf, type Value } from "./graph.ts";
import { reshapeTo } from "./operations.ts";
import { type ParameterLayout, parameterLayout } from "./parameters.ts";

export interface DecoderGraph {
  readonly graph: Graph;
  readonly layout: ParameterLayout;
  readonly weights: DecoderWeights;
}

/** The weights are cut from one flat input, `parameters` [size of the layout]. */
export function decoderGraph(architecture: Architecture): DecoderGraph {
  const graph = new Graph();
  const layout = parameterLayout(architecture);
  const parameters = graph.input("parameters", "float32", [layout.size]);
  const sizes = layout.parts.map((part) => sizeOf(part.shape));
  const shapes = sizes.map((size) => [size]);
  const pieces = graph.emitMany("Split", [parameters, graph.integers(sizes)], shapes, { axis: 0 });
  const all = pieces.map((piece, i) => reshapeTo(graph, piece, partShape(layout, i)));
  return { graph, layout, weights: decoderWeights(all, layout, architecture) };
}

/** The weights are inputs of their own, so that none is copied: `weight.NAME` for each part of the layout. */
export function decoderGraphOfParts(architecture: Architecture): DecoderGraph {
  const graph = new Graph();
  const layout = parameterLayout(architecture);
  const all: Value[] = layout.parts.map((part) => graph.input(weightInput(part.name), "float32", part.shape));
  return { graph, layout, weights: decoderWeights(all, layout, architecture) };
}

export function weightInput(name: string): string {
  return `weight.${name}`;
}

function partShape(layout: ParameterLayout, i: number): readonly number[] {
  return layout.parts[i]?.shape ?? [];
}
