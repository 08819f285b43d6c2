/** Compares the gradients that a graph computes with fourth-order central differences of its own loss. */
import type { Random } from "../../src/effects/random.ts";
import { Graph, sizeOf, type Value } from "../../src/network/graph.ts";
import { sumAll } from "../../src/network/operations.ts";
import { type Feeds, GraphSession } from "../../src/network/session.ts";

/** Steps of the stencil (f(-2h) - 8 f(-h) + 8 f(h) - f(2h)) / 12h. */
const STENCIL = [
  { at: -2, weight: 1 },
  { at: -1, weight: -8 },
  { at: 1, weight: 8 },
  { at: 2, weight: -1 },
] as const;
const STEP = 0.02;

/** Relative distance |computed - numeric| / |numeric| of the gradient of `loss` with respect to each named input. */
export async function gradientErrors(
  build: (graph: Graph, inputs: Record<string, Value>) => Value,
  inputs: Readonly<Record<string, readonly number[]>>,
  random: Random,
  fixed: (graph: Graph) => Feeds = () => ({}),
): Promise<Record<string, number>> {
  const graph = new Graph();
  const values = Object.fromEntries(
    Object.entries(inputs).map(([name, shape]) => [name, graph.input(name, "float32", shape)]),
  );
  const loss = toScalar(graph, build(graph, values), random);
  const wanted = Object.values(values);
  graph.gradients(loss, wanted).forEach((gradient, i) => {
    graph.output(`gradient.${wanted[i]?.name}`, gradient);
  });
  graph.output("loss", loss);

  const feeds: Record<string, Float32Array> = Object.fromEntries(
    Object.entries(inputs).map(([name, shape]) => [
      name,
      Float32Array.from({ length: sizeOf(shape) }, () => random.normal()),
    ]),
  );
  const session = await GraphSession.open(graph, 1);
  const others = fixed(graph);
  const run = async () => session.run({ ...feeds, ...others });
  const computed = await run();
  const errors: Record<string, number> = {};
  for (const [name, data] of Object.entries(feeds)) {
    const numeric = new Float64Array(data.length);
    for (let i = 0; i < data.length; i++) {
      const middle = data[i] as number;
      for (const { at, weight } of STENCIL) {
        data[i] = middle + at * STEP;
        numeric[i]! += (weight * Number((await run()).loss?.[0])) / (12 * STEP);
      }
      data[i] = middle;
    }
    errors[name] = relativeDistance(computed[`gradient.${name}`] as Float32Array, numeric);
  }
  await session.close();
  return errors;
}

export function relativeDistance(computed: ArrayLike<number>, expected: ArrayLike<number>): number {
  let distance = 0;
  let norm = 0;
  for (let i = 0; i < expected.length; i++) {
    distance += ((computed[i] as number) - (expected[i] as number)) ** 2;
    norm += (expected[i] as number) ** 2;
  }
  return Math.sqrt(distance / norm);
}

/** A scalar of any output: its sum with random weights, so that no direction of the gradient is trivial. */
function toScalar(graph: Graph, output: Value, random: Random): Value {
  if (output.shape.length === 0) return output;
  const weights = graph.constant(
    Float32Array.from({ length: sizeOf(output.shape) }, () => random.normal()),
    output.shape,
  );
  const scalar = sumAll(graph, graph.emit("Mul", [output, weights], output.shape));
  return graph.record([output], scalar, (gradient) => [graph.emit("Mul", [weights, gradient], output.shape)]);
}
