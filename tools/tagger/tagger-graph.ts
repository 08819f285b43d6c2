/**
 * The tagger's training step as a graph of Longitude's engine: features to vectors, the window through one SwiGLU layer,
 * classes, cross-entropy, and the gradient of every part.
 */
import { Graph, sizeOf, type Value } from "../../src/network/graph.ts";
import { nextEventLoss } from "../../src/network/losses.ts";
import { addBias, embed, linear, reshapeTo, sumGroups, swiglu } from "../../src/network/operations.ts";
import type { ParameterLayout } from "../../src/network/parameters.ts";
import { TAGGER_PARTS, type TaggerWeights } from "../../src/privacy/text/tagger/tagger.ts";
import { WIDTH } from "../../src/privacy/text/tagger/tagger-classes.ts";
import { FEATURES, POSITIONS } from "../../src/privacy/text/tagger/token-features.ts";

export interface BatchShape {
  /** Tokens judged in a step. */
  readonly examples: number;
  /** Different tokens in their windows, the empty one included, at most. */
  readonly rows: number;
}

/** The parts of the tagger in one flat vector; the two halves of its first layer are parts of their own. */
export function taggerLayout(): ParameterLayout {
  const parts: ParameterLayout["parts"][number][] = [];
  let size = 0;
  for (const [name, shape] of TAGGER_PARTS) {
    const halves = name.startsWith("first") ? [".gate", ".value"] : [""];
    for (const half of halves) {
      const own = half === "" ? shape : [shape[0]! / 2, ...shape.slice(1)];
      const matrix = own.length > 1;
      const deviation = name === "table" ? 0.1 : 1 / Math.sqrt(own[1] ?? 1);
      parts.push({
        name: name + half,
        shape: own,
        offset: size,
        decays: matrix,
        initial: matrix ? { deviation } : "zeros",
      });
      size += sizeOf(own);
    }
  }
  return { parts, size };
}

/**
 * Inputs: the parts by name; features [rows x FEATURES], windows [examples x POSITIONS] (rows of `features`), and for the
 * gradient targets and targetWeights [examples]. Outputs: logits; or loss and gradient.NAME for each part.
 */
export function taggerGraph(
  layout: ParameterLayout,
  shape: BatchShape,
  output: "logits" | "gradients",
): Graph {
  const graph = new Graph();
  const weights = layout.parts.map((part) => graph.input(part.name, "float32", part.shape));
  const part = (name: string): Value => weights[layout.parts.findIndex((one) => one.name === name)]!;
  const features = graph.input("features", "int64", [shape.rows * FEATURES]);
  const windows = graph.input("windows", "int64", [shape.examples * POSITIONS]);
  const vectors = sumGroups(graph, embed(graph, part("table"), features), FEATURES);
  const window = flattened(graph, embed(graph, vectors, windows), [shape.examples, POSITIONS * WIDTH]);
  const half = (name: string): Value =>
    addBias(graph, linear(graph, window, part(`first.${name}`)), part(`firstBias.${name}`));
  const hidden = swiglu(graph, half("gate"), half("value"));
  const logits = addBias(graph, linear(graph, hidden, part("last")), part("lastBias"));
  if (output === "logits") {
    graph.output("logits", logits);
    return graph;
  }
  const targets = graph.input("targets", "int64", [shape.examples]);
  const loss = nextEventLoss(
    graph,
    logits,
    targets,
    graph.input("targetWeights", "float32", [shape.examples]),
  );
  graph.gradients(loss, weights).forEach((gradient, i) => {
    graph.output(`gradient.${layout.parts[i]!.name}`, gradient);
  });
  graph.output("loss", loss);
  return graph;
}

function flattened(graph: Graph, x: Value, shape: readonly number[]): Value {
  const output = reshapeTo(graph, x, shape);
  return graph.record([x], output, (gradient) => [reshapeTo(graph, gradient, x.shape)]);
}

/** The trained parts as the tagger reads them. */
export function assembled(layout: ParameterLayout, parameters: Float32Array): TaggerWeights {
  const part = (name: string): Float32Array[] =>
    layout.parts
      .filter((one) => one.name.split(".")[0] === name)
      .map((one) => parameters.subarray(one.offset, one.offset + sizeOf(one.shape)));
  const joined = TAGGER_PARTS.map(([name, shape]) => {
    const whole = new Float32Array(sizeOf(shape));
    let at = 0;
    for (const piece of part(name)) {
      whole.set(piece, at);
      at += piece.length;
    }
    return [name, whole] as const;
  });
  return Object.fromEntries(joined) as unknown as TaggerWeights;
}
