/**
 * One thread's share of the training work: gradients or losses of some micro-batches, and the optimiser's step for a
 * range of the weights. Each thread runs its own graphs on one core, so that no operation waits for another core.
 * Weights, gradients and optimiser state are shared memory; the runtime needs memory of its own, hence a copy in and out.
 */
import type { Architecture } from "../network/architecture.ts";
import { weightInput } from "../network/decoder-graph.ts";
import { sizeOf } from "../network/graph.ts";
import { type ParameterLayout, parameterLayout } from "../network/parameters.ts";
import { type Feeds, GraphSession, type TensorData } from "../network/session.ts";
import {
  evaluationGraph,
  gradientGraph,
  gradientInput,
  gradientOutput,
  type LossSettings,
  type WindowShape,
} from "../network/training-graph.ts";
import { type OptimiserSettings, type Range, type StepPoint, sumGradients, updateRange } from "./adamw.ts";
import type { StateVectors } from "./training-state.ts";

export interface StepWorkerOptions {
  readonly index: number;
  readonly architecture: Architecture;
  readonly shapes: readonly WindowShape[];
  readonly settings: LossSettings;
  readonly optimiser: OptimiserSettings;
  /** Shared memory. */
  readonly vectors: StateVectors;
  /** One for each worker, in shared memory; the first also takes the sum, or weights to evaluate. */
  readonly gradients: readonly Float32Array[];
  /** Dropout factors, the longest pool of all shapes. */
  readonly dropoutPool: Float32Array;
}

export interface MicroBatch {
  /** Row length, which identifies the shape. */
  readonly time: number;
  readonly feeds: Readonly<Record<string, TensorData>>;
  /** Length of the dropout pool that this shape takes; 0 without dropout. */
  readonly poolLength: number;
}

export interface Losses {
  readonly nextEventLoss: number;
  readonly onsetLoss: number;
}

export class StepWorker {
  private readonly layout: ParameterLayout;
  private readonly weights: Float32Array;
  private readonly gradient: Float32Array;
  private readonly training = new Map<number, GraphSession>();
  private readonly evaluation = new Map<number, GraphSession>();

  private constructor(private readonly options: StepWorkerOptions) {
    this.layout = parameterLayout(options.architecture);
    this.weights = new Float32Array(this.layout.size);
    this.gradient = new Float32Array(this.layout.size);
  }

  static async open(options: StepWorkerOptions): Promise<StepWorker> {
    const worker = new StepWorker(options);
    const { architecture, settings } = options;
    for (const shape of options.shapes) {
      const gradients = gradientGraph(architecture, shape, settings);
      worker.training.set(shape.time, await GraphSession.open(gradients, 1));
      worker.evaluation.set(shape.time, await GraphSession.open(evaluationGraph(architecture, shape), 1));
    }
    return worker;
  }

  /** Leaves the sum of the gradients in this worker's shared vector. */
  async gradients(microBatches: readonly MicroBatch[]): Promise<Losses[]> {
    this.weights.set(this.options.vectors.parameters);
    this.gradient.fill(0);
    const before = this.byPart(gradientInput, this.gradient);
    const into = this.byPart(gradientOutput, this.gradient);
    const feeds = { ...this.byPart(weightInput, this.weights), ...before };
    const losses: Losses[] = [];
    for (const { time, feeds: batch, poolLength } of microBatches) {
      const dropoutPool = this.options.dropoutPool.subarray(0, poolLength);
      const all = { ...feeds, ...batch, ...(poolLength > 0 ? { dropoutPool } : {}) };
      losses.push(lossesOf(await session(this.training, time).run(all, into)));
    }
    this.shared().set(this.gradient);
    return losses;
  }

  /** Losses under the weights that lie in the first shared gradient vector. */
  async losses(microBatches: readonly MicroBatch[]): Promise<Losses[]> {
    this.weights.set(this.options.gradients[0] as Float32Array);
    const feeds = this.byPart(weightInput, this.weights);
    const losses: Losses[] = [];
    for (const { time, feeds: batch } of microBatches)
      losses.push(lossesOf(await session(this.evaluation, time).run({ ...feeds, ...batch })));
    return losses;
  }

  sumGradients(range: Range): number {
    return sumGradients(this.options.gradients, range);
  }

  update(at: StepPoint, range: Range): void {
    const { vectors, gradients, optimiser } = this.options;
    updateRange(vectors, gradients[0] as Float32Array, this.layout, optimiser, at, range);
  }

  async close(): Promise<void> {
    for (const each of [...this.training.values(), ...this.evaluation.values()]) await each.close();
  }

  private shared(): Float32Array {
    return this.options.gradients[this.options.index] as Float32Array;
  }

  /** Views of a flat vector, by the graph's names of the layout's parts. */
  private byPart(nameOf: (part: string) => string, flat: Float32Array): Feeds {
    return Object.fromEntries(
      this.layout.parts.map(({ name, offset, shape }) => [
        nameOf(name),
        flat.subarray(offset, offset + sizeOf(shape)),
      ]),
    );
  }
}

function session(sessions: ReadonlyMap<number, GraphSession>, time: number): GraphSession {
  const found = sessions.get(time);
  if (found === undefined) throw new TypeError(`no graph was opened for rows of ${time}`);
  return found;
}

function lossesOf(results: Record<string, TensorData>): Losses {
  const scalar = (data: TensorData | undefined) => (data === undefined ? 0 : Number(data[0]));
  return { nextEventLoss: scalar(results.nextEventLoss), onsetLoss: scalar(results.onsetLoss) };
}
