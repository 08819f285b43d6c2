/**
 * The threads of a training run. With one thread everything runs here; with more, each worker has a thread of its own.
 * Invariant: what each worker does is fixed by its number, never by who is free, so that the same number of threads
 * gives the same bytes.
 */
import { Worker } from "node:worker_threads";
import { LongitudeError } from "../errors/longitude-error.ts";
import { TRAINING_WORKER_DIED } from "../errors/registry.ts";
import type { Range, StepPoint } from "./adamw.ts";
import { type Losses, type MicroBatch, StepWorker, type StepWorkerOptions } from "./step-worker.ts";

type Method = "gradients" | "losses" | "sumGradients" | "update" | "close";

export interface WorkerCall {
  readonly id: number;
  readonly method: Method;
  readonly args: readonly unknown[];
}

export interface WorkerAnswer {
  readonly id: number;
  readonly result?: unknown;
  readonly error?: string;
}

/** What a worker does, here or in a thread. */
interface Remote {
  call(method: Method, args: readonly unknown[]): Promise<unknown>;
  end(): Promise<unknown>;
}

export class StepWorkers {
  private constructor(private readonly remotes: readonly Remote[]) {}

  static async open(count: number, options: Omit<StepWorkerOptions, "index">): Promise<StepWorkers> {
    if (count === 1) return new StepWorkers([await inThisThread({ ...options, index: 0 })]);
    return new StepWorkers(Array.from({ length: count }, (_, index) => inThread({ ...options, index })));
  }

  /** Work is dealt out in turn; the answers come in the order of the work. */
  async deal(method: "gradients" | "losses", work: readonly MicroBatch[]): Promise<Losses[]> {
    const count = this.remotes.length;
    const shares = await Promise.all(
      this.remotes.map((remote, w) =>
        remote.call(method, [work.filter((_, i) => i % count === w)]),
      ) as Promise<Losses[]>[],
    );
    return work.map((_, i) => (shares[i % count] as Losses[])[Math.floor(i / count)] as Losses);
  }

  /** Each worker adds up its range of the gradient; gives the norm of the whole. */
  async gradientNorm(size: number): Promise<number> {
    const squares = await Promise.all(
      this.remotes.map((remote, w) => remote.call("sumGradients", [this.range(w, size)])),
    );
    return Math.sqrt((squares as number[]).reduce((sum, part) => sum + part, 0));
  }

  async update(at: StepPoint, size: number): Promise<void> {
    await Promise.all(this.remotes.map((remote, w) => remote.call("update", [at, this.range(w, size)])));
  }

  async close(): Promise<void> {
    await Promise.all(this.remotes.map((remote) => remote.end()));
  }

  private range(worker: number, size: number): Range {
    const count = this.remotes.length;
    return { from: Math.floor((worker * size) / count), to: Math.floor(((worker + 1) * size) / count) };
  }
}

async function inThisThread(options: StepWorkerOptions): Promise<Remote> {
  const worker = await StepWorker.open(options);
  return {
    call: async (method, args) =>
      (worker[method] as (...args: unknown[]) => unknown).apply(worker, [...args]),
    end: () => worker.close(),
  };
}

function inThread(options: StepWorkerOptions): Remote {
  const thread = new Worker(new URL("./step-worker-thread.js", import.meta.url), {
    workerData: options,
    execArgv: [],
  });
  const waiting = new Map<number, { resolve(result: unknown): void; reject(error: unknown): void }>();
  let died: LongitudeError | null = null;
  let next = 0;
  const die = (reason: string, cause?: unknown) => {
    died ??= new LongitudeError(TRAINING_WORKER_DIED, `training thread ${options.index + 1} ${reason}`, {
      cause,
    });
    for (const { reject } of waiting.values()) reject(died);
    waiting.clear();
  };
  thread.on("message", ({ id, result, error }: WorkerAnswer) => {
    if (error !== undefined) return die(`failed: ${error}`);
    waiting.get(id)?.resolve(result);
    waiting.delete(id);
  });
  thread.on("error", (cause) => die("ended with an error", cause));
  thread.on("exit", (code) => die(`ended with code ${code}`));
  const call = (method: Method, args: readonly unknown[]) =>
    new Promise((resolve, reject) => {
      if (died !== null) return reject(died);
      const id = next++;
      waiting.set(id, { resolve, reject });
      thread.postMessage({ id, method, args } satisfies WorkerCall);
    });
  return { call, end: () => thread.terminate() };
}
