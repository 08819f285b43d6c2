/**
 * Resamples tasks on several threads, or in this one where there is little to do.
 * Invariant: a task's figures do not depend on the number of threads.
 */
import { Worker } from "node:worker_threads";
import type { Resamples } from "../measures/bootstrap.ts";
import { type ResampledTask, type ResampleInput, resampleTask } from "./resample-task.ts";

type Task = Omit<ResampleInput, "resamples">;

/** Below this many person-resamples in all, starting threads costs more than it saves. */
const WORTH_THREADS = 20_000_000;

export class Resampler {
  private constructor(
    private readonly resamples: Resamples,
    private readonly workers: readonly TaskWorker[],
  ) {}

  /** @param tasks how many will be asked for */
  static open(resamples: Resamples, tasks: number, threads: number, from = WORTH_THREADS): Resampler {
    const worth = resamples.count * resamples.persons * tasks >= from;
    const count = worth ? Math.min(threads, tasks) : 0;
    return new Resampler(
      resamples,
      Array.from({ length: count }, () => new TaskWorker(resamples)),
    );
  }

  /** How many tasks are best asked for at a time. */
  get width(): number {
    return Math.max(1, this.workers.length);
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
  readonly #worker: Worker;
  readonly #waiting: { resolve: (task: ResampledTask) => void; reject: (error: unknown) => void }[] = [];

  constructor(resamples: Resamples) {
    this.#worker = new Worker(new URL("./resample-worker.js", import.meta.url), {
      workerData: resamples,
      execArgv: [],
    });
    this.#worker.on("message", (task: ResampledTask) => this.#waiting.shift()?.resolve(task));
    const fail = (error: unknown): void => {
      for (const waiting of this.#waiting.splice(0)) waiting.reject(error);
    };
    this.#worker.on("error", fail);
    this.#worker.on("exit", (code) => fail(new Error(`a resampling worker ended with code ${code}`)));
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
