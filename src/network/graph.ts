/**
 * A tensor graph that writes itself out as ONNX, with a tape for reverse-mode differentiation.
 * Every value knows its type and shape, so that a mistake fails while the graph is built, not while it runs. Shapes are
 * static; only the decoding step, which is never differentiated, leaves sizes open (`ANY`).
 * Invariant: nodes are appended in an order in which they can run.
 */
import { ProtobufWriter } from "./onnx-protobuf.ts";

export type ElementType = "float32" | "int64" | "bool";

export interface Value {
  readonly name: string;
  readonly type: ElementType;
  readonly shape: readonly number[];
}

type Attribute = number | { readonly float: number } | readonly number[] | string;
export type Attributes = Readonly<Record<string, Attribute>>;

/** Given the gradient of the output, gives the gradient of each input (null where it has none). */
export type Backward = (gradient: Value) => readonly (Value | null)[];

interface TapeEntry {
  readonly inputs: readonly Value[];
  readonly output: Value;
  readonly backward: Backward;
}

interface Node {
  readonly op: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Attributes;
}

/** A size that is known only when the graph runs. */
export const ANY = -1;

const ELEMENT_CODE = { float32: 1, int64: 7, bool: 9 } as const;
const ONNX_OPSET = 18;
const CONTRIB = "com.microsoft";
const CONTRIB_OPS = new Set(["FusedMatMul", "RotaryEmbedding", "QuickGelu"]);

export class Graph {
  readonly inputs: Value[] = [];
  readonly outputs: Value[] = [];
  private readonly nodes: Node[] = [];
  /** Outputs of nodes that are outputs of the graph: inner name to outer name. */
  private readonly outputNames = new Map<string, string>();
  private readonly initializers: ProtobufWriter[] = [];
  private readonly tape: TapeEntry[] = [];
  private readonly scalars = new Map<string, Value>();
  private counter = 0;

  input(name: string, type: ElementType, shape: readonly number[]): Value {
    const value = { name, type, shape };
    this.inputs.push(value);
    return value;
  }

  /**
   * Makes a value an output of the graph under a name of its own. The value that a node computes takes the name, so
   * that nothing is copied; what is already an input or an output is copied.
   */
  output(name: string, value: Value): void {
    const output = { name, type: value.type, shape: value.shape };
    const taken = this.inputs.some((input) => input.name === value.name) || this.outputNames.has(value.name);
    if (taken) this.nodes.push({ op: "Identity", inputs: [value.name], outputs: [name], attributes: {} });
    else this.outputNames.set(value.name, name);
    this.outputs.push(output);
  }

  constant(data: Float32Array | BigInt64Array, shape: readonly number[]): Value {
    const type = data instanceof Float32Array ? "float32" : "int64";
    const value: Value = { name: `c${this.counter++}`, type, shape };
    const tensor = new ProtobufWriter();
    for (const size of shape) tensor.varint(1, size);
    tensor.varint(2, ELEMENT_CODE[type]).string(8, value.name);
    tensor.bytes(9, new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
    this.initializers.push(tensor);
    return value;
  }

  /** A float scalar, shared between its uses. */
  scalar(number: number): Value {
    return this.shared(`f${number}`, () => this.constant(Float32Array.of(number), []));
  }

  /** A vector of integers (shapes, axes), shared between its uses. */
  integers(numbers: readonly number[]): Value {
    return this.shared(`i${numbers.join(",")}`, () =>
      this.constant(
        BigInt64Array.from(numbers, (number) => BigInt(number)),
        [numbers.length],
      ),
    );
  }

  /** Appends one node with one output. */
  emit(
    op: string,
    inputs: readonly Value[],
    shape: readonly number[],
    attributes: Attributes = {},
    type: ElementType = "float32",
  ): Value {
    return this.emitMany(op, inputs, [shape], attributes, type)[0] as Value;
  }

  /** Appends one node with several outputs of one type. */
  emitMany(
    op: string,
    inputs: readonly Value[],
    shapes: readonly (readonly number[])[],
    attributes: Attributes = {},
    type: ElementType = "float32",
  ): Value[] {
    const outputs = shapes.map((shape) => ({ name: `v${this.counter++}`, type, shape }));
    this.appendNode(op, inputs, outputs, attributes);
    return outputs;
  }

  /** Remembers how to differentiate `output` with respect to `inputs`. */
  record(inputs: readonly Value[], output: Value, backward: Backward): Value {
    this.tape.push({ inputs, output, backward });
    return output;
  }

  /** Appends the backward pass of a scalar and gives its gradient with respect to each of `wanted`. */
  gradients(scalar: Value, wanted: readonly Value[]): Value[] {
    if (scalar.shape.length !== 0) throw new TypeError("only a scalar can be differentiated");
    const needed = this.dependents(wanted);
    const gradientOf = new Map<string, Value>([[scalar.name, this.scalar(1)]]);
    for (let i = this.tape.length - 1; i >= 0; i--) {
      const entry = this.tape[i] as TapeEntry;
      const gradient = gradientOf.get(entry.output.name);
      if (gradient === undefined || !needed.has(entry.output.name)) continue;
      for (const [k, part] of entry.backward(gradient).entries()) {
        const input = entry.inputs[k] as Value;
        if (part === null || !needed.has(input.name)) continue;
        assertSameShape(part, input);
        const before = gradientOf.get(input.name);
        gradientOf.set(input.name, before ? this.emit("Add", [before, part], input.shape) : part);
      }
    }
    return wanted.map((value) => {
      const gradient = gradientOf.get(value.name);
      if (gradient === undefined) throw new TypeError(`${value.name} does not influence the scalar`);
      return gradient;
    });
  }

  /** The ONNX file. */
  encode(): Uint8Array {
    const graph = new ProtobufWriter();
    for (const node of this.nodes) graph.message(1, this.encodeNode(node));
    graph.string(2, "longitude");
    for (const initializer of this.initializers) graph.message(5, initializer);
    for (const input of this.inputs) graph.message(11, valueInfo(input));
    for (const output of this.outputs) graph.message(12, valueInfo(output));
    return new ProtobufWriter()
      .varint(1, 8)
      .string(2, "longitude")
      .message(7, graph)
      .message(8, new ProtobufWriter().string(1, "").varint(2, ONNX_OPSET))
      .message(8, new ProtobufWriter().string(1, CONTRIB).varint(2, 1))
      .finish();
  }

  /** Names of the values that depend on any of `sources`, the sources included. */
  private dependents(sources: readonly Value[]): Set<string> {
    const names = new Set(sources.map((source) => source.name));
    for (const entry of this.tape) {
      if (entry.inputs.some((input) => names.has(input.name))) names.add(entry.output.name);
    }
    return names;
  }

  private shared(key: string, make: () => Value): Value {
    let value = this.scalars.get(key);
    if (value === undefined) {
      value = make();
      this.scalars.set(key, value);
    }
    return value;
  }

  private appendNode(
    op: string,
    inputs: readonly Value[],
    outputs: readonly Value[],
    attributes: Attributes,
  ): void {
    const names = (values: readonly Value[]) => values.map((value) => value.name);
    this.nodes.push({ op, inputs: names(inputs), outputs: names(outputs), attributes });
  }

  private encodeNode({ op, inputs, outputs, attributes }: Node): ProtobufWriter {
    const node = new ProtobufWriter();
    for (const name of inputs) node.string(1, this.outputNames.get(name) ?? name);
    for (const name of outputs) node.string(2, this.outputNames.get(name) ?? name);
    node.string(4, op);
    for (const [name, attribute] of Object.entries(attributes))
      node.message(5, encodeAttribute(name, attribute));
    if (CONTRIB_OPS.has(op)) node.string(7, CONTRIB);
    return node;
  }
}

export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

function encodeAttribute(name: string, attribute: Attribute): ProtobufWriter {
  const writer = new ProtobufWriter().string(1, name);
  if (typeof attribute === "number") return writer.varint(3, attribute).varint(20, 2);
  if (typeof attribute === "string") return writer.string(4, attribute).varint(20, 3);
  if ("float" in attribute) return writer.float(2, attribute.float).varint(20, 1);
  for (const item of attribute) writer.varint(8, item);
  return writer.varint(20, 7);
}

function valueInfo(value: Value): ProtobufWriter {
  const shape = new ProtobufWriter();
  for (const size of value.shape)
    shape.message(1, size === ANY ? new ProtobufWriter() : new ProtobufWriter().varint(1, size));
  const tensor = new ProtobufWriter().varint(1, ELEMENT_CODE[value.type]).message(2, shape);
  return new ProtobufWriter().string(1, value.name).message(2, new ProtobufWriter().message(1, tensor));
}

function assertSameShape(gradient: Value, value: Value): void {
  if (gradient.shape.join() !== value.shape.join()) {
    throw new TypeError(`gradient has shape [${gradient.shape}], its value [${value.shape}]`);
  }
}
