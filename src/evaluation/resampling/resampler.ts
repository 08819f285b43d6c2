/**
 * Resamples tasks on several threads, or in this one where there is little to do.
 * Invariant: a task's figures do not depend on the number of threads.
 */
import { Worker } from "node:worker_threads";
import { createRandom } from "../../effects/random.ts";
import { drawResamples, emptyResamples, type Resamples } from "../measures/bootstrap.ts";
import { type ResampledTask, type ResampleInput, resampleTask } from "./resample-task.ts";

type Task = Omit<ResampleInput, "resamples">;

export interface Draw {
  readonly persons: number;
  readonly count: number;
  readonly seed: string;
}

/** What a worker is started with: it draws its share of the blocks, says so, and then answers tasks. */
export interface WorkerStart {
  readonly resamples: Resamples;
  readonly seed: string;
  readonly place: number;
  readonly workers: number;
}

export const DRAWN = "drawn";

/** Below this many person-resamples in all, starting threads costs more than it saves. */
const WORTH_THREADS = 20_000_000;

export class Resampler {
  private constructor(
    private readonly resamples: Resamples,
    private readonly workers: readonly TaskWorker[],
  ) {}

  /** @param tasks how many will be asked for */
  static async open(draw: Draw, tasks: number, threads: number, from = WORTH_THREADS): Promise<Resampler> {
    const { persons, count, seed } = draw;
    const workers = count * persons * tasks >= from ? Math.min(threads, tasks) : 0;
    if (workers === 0) return new Resampler(drawResamples(persons, count, createRandom(seed)), []);
    const resamples = emptyResamples(persons, count);
    const started = Array.from(
      { length: workers },
      (_, place) => new TaskWorker({ resamples, seed, place, workers }),
    );
    await Promise.all(started.map((worker) => worker.drawn));
    return new Resampler(resamples, started);
  }

  /** How many tasks are best asked for at a time: each thread finds the next one waiting. */
  get width(): number {
    return Math.max(1, 2 * this.workers.length);
  }

  async resample(task: Task): Promise<ResampledTask> {
    const [first, ...others] = this.workers;
    if (first === undefined) return resampleTask({ ...task, resamples: this.resamples });
    const free = others.reduce((least, worker) => (worker.waiting < least.waiting ? worker : least), first);
    return free.resample(task);
  }

  async close(): Promise<void> {
    await Promise.all(this.workers.map((worker) => worker.close()));
  }
}

/** One thread; it answers tasks in their order. */
class TaskWorker {
  readonly drawn: Promise<void>;
  readonly #worker: Worker;
  readonly #waiting: { resolve: (task: ResampledTask) => void; reject: (error: unknown) => void }[] = [];

  constructor(start: WorkerStart) {
    this.#worker = new Worker(new URL("./resample-worker.js", import.meta.url), {
      workerData: start,
      execArgv: [],
    });
    this.drawn = new Promise((resolve, reject) => {
      this.#worker.on("message", (message: ResampledTask | typeof DRAWN) => {
        if (message === DRAWN) resolve();
        else this.#waiting.shift()?.resolve(message);
      });
      const fail = (error: unknown): void => {
        reject(error);
        for (const waiting of this.#waiting.splice(0)) waiting.reject(error);
      };
      this.#worker.on("error", fail);
      this.#worker.on("exit", (code) => fail(new Error(`a resampling worker ended with code ${code}`)));
    });
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  resample(task: Task): Promise<ResampledTask> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      this.#worker.postMessage(task);
    });
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }
}
