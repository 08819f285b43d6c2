/**
 * The differentiable operations of the decoder, each with its gradient rule written out.
 * Rows are tokens: an activation is [rows, width] with rows = batch x time.
 */
import { type Graph, sizeOf, type Value } from "./graph.ts";

/** Element-wise sum of two values of one shape. */
export function add(graph: Graph, a: Value, b: Value): Value {
  const output = graph.emit("Add", [a, b], a.shape);
  return graph.record([a, b], output, (gradient) => [gradient, gradient]);
}

/** x [rows, in] times weight [out, in], transposed: [rows, out]. */
export function linear(graph: Graph, x: Value, weight: Value): Value {
  const [rows, width] = x.shape as [number, number];
  const [out] = weight.shape as [number, number];
  const output = graph.emit("Gemm", [x, weight], [rows, out], { transB: 1 });
  return graph.record([x, weight], output, (gradient) => [
    graph.emit("Gemm", [gradient, weight], [rows, width]),
    graph.emit("Gemm", [gradient, x], [out, width], { transA: 1 }),
  ]);
}

/** Adds a vector [width] to each row of x [rows, width]. */
export function addBias(graph: Graph, x: Value, bias: Value): Value {
  const output = graph.emit("Add", [x, bias], x.shape);
  return graph.record([x, bias], output, (gradient) => [gradient, sumRows(graph, gradient)]);
}

/**
 * Rows of table [vocabulary, width] at ids [rows]. The gradient adds each row at its id; on one thread, because the
 * order of additions to a repeated id would depend on the threads.
 */
export function embed(graph: Graph, table: Value, ids: Value): Value {
  const width = table.shape[1] as number;
  const rows = ids.shape[0] as number;
  const output = graph.emit("Gather", [table, ids], [rows, width], { axis: 0 });
  return graph.record([table], output, (gradient) => [
    graph.emit(
      "ScatterND",
      [zeros(graph, table.shape), reshapeTo(graph, ids, [rows, 1]), gradient],
      table.shape,
      {
        reduction: "add",
      },
    ),
  ]);
}

/** Rows of x [rows, width] at distinct positions [picked]; the gradient puts them back and leaves the rest zero. */
export function selectRows(graph: Graph, x: Value, positions: Value): Value {
  const [rows, width] = x.shape as [number, number];
  const picked = positions.shape[0] as number;
  const output = graph.emit("Gather", [x, positions], [picked, width], { axis: 0 });
  return graph.record([x], output, (gradient) => [
    graph.emit(
      "ScatterND",
      [zeros(graph, x.shape), reshapeTo(graph, positions, [picked, 1]), gradient],
      [rows, width],
    ),
  ]);
}

/**
 * Root-mean-square normalisation, y = x / rms(x) * scale (Zhang and Sennrich 2019, eq. 4). With r = 1 / rms(x) and
 * p = gradient * x: dx = r * gradient * scale - x * r^3 * mean(p * scale), dscale = sum over rows of r * p. Both sums are
 * products with a vector, which read p without writing anything of its size.
 */
export function rmsNorm(graph: Graph, x: Value, scale: Value, epsilon: number): Value {
  const [rows, width] = x.shape as [number, number];
  const [output, inverse] = graph.emitMany("SimplifiedLayerNormalization", [x, scale], [x.shape, [rows, 1]], {
    axis: -1,
    epsilon: { float: epsilon },
    stash_type: 1,
  }) as [Value, Value];
  return graph.record([x, scale], output, (gradient) => {
    const perRow = (op: string, ...inputs: Value[]) => graph.emit(op, inputs, [rows, 1]);
    const product = graph.emit("Mul", [gradient, x], x.shape);
    const total = perRow("MatMul", product, reshapeTo(graph, scale, [width, 1]));
    const mean = perRow("Mul", total, graph.scalar(1 / width));
    const pull = perRow("Mul", mean, perRow("Mul", inverse, perRow("Mul", inverse, inverse)));
    const scaled = graph.emit("Mul", [gradient, scale], x.shape);
    const direct = graph.emit("Mul", [scaled, inverse], x.shape);
    const scaleGradient = graph.emit("MatMul", [reshapeTo(graph, inverse, [1, rows]), product], [1, width]);
    return [
      graph.emit("Sub", [direct, graph.emit("Mul", [x, pull], x.shape)], x.shape),
      reshapeTo(graph, scaleGradient, [width]),
    ];
  });
}

/**
 * SwiGLU gate (Shazeer 2020, eq. 6): y = silu(gate) * up, both [rows, width].
 * silu(a) = a * s with s = sigmoid(a); its derivative is s + silu(a) * (1 - s), so dy/dgate = y + s * (up - y).
 */
export function swiglu(graph: Graph, gate: Value, up: Value): Value {
  const shape = gate.shape;
  const sigmoid = graph.emit("Sigmoid", [gate], shape);
  const silu = graph.emit("Mul", [gate, sigmoid], shape);
  const output = graph.emit("Mul", [silu, up], shape);
  return graph.record([gate, up], output, (gradient) => {
    const rest = graph.emit("Mul", [sigmoid, graph.emit("Sub", [up, output], shape)], shape);
    const slope = graph.emit("Add", [output, rest], shape);
    return [graph.emit("Mul", [gradient, slope], shape), graph.emit("Mul", [gradient, silu], shape)];
  });
}

/** Sums of `size` rows each of x [groups x size, width]: [groups, width]. */
export function sumGroups(graph: Graph, x: Value, size: number): Value {
  const [rows, width] = x.shape as [number, number];
  const grouped = [rows / size, size, width];
  const output = graph.emit(
    "ReduceSum",
    [reshapeTo(graph, x, grouped), graph.integers([1])],
    [rows / size, width],
    { keepdims: 0 },
  );
  return graph.record([x], output, (gradient) => {
    const apart = reshapeTo(graph, gradient, [rows / size, 1, width]);
    const spread = graph.emit("Expand", [apart, graph.integers(grouped)], grouped);
    return [reshapeTo(graph, spread, x.shape)];
  });
}

/** Multiplies by a mask of the same shape that carries no gradient (dropout: 0 or 1/(1-p)). */
export function mask(graph: Graph, x: Value, factors: Value): Value {
  const output = graph.emit("Mul", [x, factors], x.shape);
  return graph.record([x], output, (gradient) => [graph.emit("Mul", [gradient, factors], x.shape)]);
}

function zeros(graph: Graph, shape: readonly number[]): Value {
  return graph.emit("Expand", [graph.scalar(0), graph.integers(shape)], shape);
}

export function reshapeTo(graph: Graph, x: Value, shape: readonly number[]): Value {
  return graph.emit("Reshape", [x, graph.integers(shape)], shape, {}, x.type);
}

/** Sum over all elements, as a scalar. */
export function sumAll(graph: Graph, x: Value): Value {
  const flat = reshapeTo(graph, x, [sizeOf(x.shape)]);
  return graph.emit("ReduceSum", [flat, graph.integers([0])], [], { keepdims: 0 });
}

function sumRows(graph: Graph, x: Value): Value {
  return graph.emit("ReduceSum", [x, graph.integers([0])], [x.shape[1] as number], { keepdims: 0 });
}
