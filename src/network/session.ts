/**
 * Runs an encoded graph in ONNX Runtime. Threads are fixed, because float32 sums depend on how work is split:
 * the same number of threads gives the same bytes.
 */
import * as ort from "onnxruntime-node";
import type { Graph } from "./graph.ts";

export type TensorData = Float32Array | BigInt64Array;
/** Data of an input or output; with its shape where the graph leaves sizes open. */
export type Feed = TensorData | { readonly data: TensorData; readonly shape: readonly number[] };
export type Feeds = Readonly<Record<string, Feed>>;

export const DEFAULT_THREADS = 2;

export class GraphSession {
  private readonly shapes: ReadonlyMap<string, readonly number[]>;

  private constructor(
    private readonly session: ort.InferenceSession,
    graph: Graph,
  ) {
    this.shapes = new Map([...graph.inputs, ...graph.outputs].map((value) => [value.name, value.shape]));
  }

  static async open(graph: Graph, threads: number = DEFAULT_THREADS): Promise<GraphSession> {
    const session = await ort.InferenceSession.create(graph.encode(), {
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
      executionMode: "sequential",
      graphOptimizationLevel: "all",
      logSeverityLevel: 3,
      extra: { session: { set_denormal_as_zero: "1" } },
    });
    return new GraphSession(session, graph);
  }

  /**
   * Runs once. Outputs named in `into` are written to those buffers, all others to new ones.
   * A buffer must not be both an input and an output of one run.
   */
  async run(feeds: Feeds, into: Feeds = {}): Promise<Record<string, TensorData>> {
    const inputs = Object.fromEntries(
      Object.entries(feeds).map(([name, data]) => [name, this.tensor(name, data)]),
    );
    const fetches: Record<string, ort.Tensor | null> = {};
    for (const name of this.session.outputNames) {
      const buffer = into[name];
      fetches[name] = buffer === undefined ? null : this.tensor(name, buffer);
    }
    const results = await this.session.run(inputs, fetches);
    return Object.fromEntries(
      Object.entries(results).map(([name, tensor]) => [name, tensor.data as TensorData]),
    );
  }

  async close(): Promise<void> {
    await this.session.release();
  }

  private tensor(name: string, feed: Feed): ort.Tensor {
    const { data, shape } = "data" in feed ? feed : { data: feed, shape: this.shapes.get(name) };
    if (shape === undefined || !this.shapes.has(name))
      throw new TypeError(`the graph has no input or output ${name}`);
    return data instanceof Float32Array
      ? new ort.Tensor("float32", data, shape)
      : new ort.Tensor("int64", data, shape);
  }
}
