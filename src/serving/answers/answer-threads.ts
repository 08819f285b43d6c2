/**
 * Computes answers in threads of their own, so that whoever asks for something small does not wait for a forecast, and
 * forecasts are computed side by side.
 * Invariant: the bytes are those that this thread would have computed; when another ends, this one takes over.
 */
import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import type { AnswerWorkerStart, ComputeReply, ComputeRequest } from "./answer-worker.ts";
import { type AnswerInput, answerBytes, computeAnswer } from "./compute-answer.ts";
import type { ServedModel } from "./served-model.ts";

/** Each holds the model once more. */
const MOST_THREADS = 4;

export class AnswerThreads {
  readonly #threads: readonly AnswerThread[];

  /** @param model the same release, opened here */
  constructor(
    private readonly model: ServedModel,
    start: AnswerWorkerStart,
    count = Math.min(MOST_THREADS, availableParallelism()),
  ) {
    this.#threads = Array.from({ length: count }, () => new AnswerThread(start));
  }

  /** How many compute at once. */
  get count(): number {
    return this.#threads.length;
  }

  /**
   * @param input canonical JSON of an `AnswerInput`
   * @returns bytes of the answer
   */
  async compute(id: string, input: string): Promise<string> {
    const thread = this.#threads.reduce((a, b) => (b.waiting < a.waiting ? b : a));
    const bytes = await thread.compute({ id, input });
    return bytes ?? answerBytes(await computeAnswer(this.model, id, JSON.parse(input) as AnswerInput));
  }

  async close(): Promise<void> {
    await Promise.all(this.#threads.map((thread) => thread.close()));
  }
}

class AnswerThread {
  readonly #worker: Worker;
  readonly #waiting: ((reply: ComputeReply) => void)[] = [];
  #ended = false;

  constructor(start: AnswerWorkerStart) {
    this.#worker = new Worker(new URL("./answer-worker.js", import.meta.url), {
      workerData: start,
      execArgv: [],
    });
    this.#worker.on("message", (reply: ComputeReply) => this.#waiting.shift()?.(reply));
    const end = (): void => {
      this.#ended = true;
      for (const resolve of this.#waiting.splice(0)) resolve(null);
    };
    this.#worker.on("error", end);
    this.#worker.on("exit", end);
  }

  /** Inputs that it has not answered yet; one that has ended is asked last. */
  get waiting(): number {
    return this.#ended ? Number.POSITIVE_INFINITY : this.#waiting.length;
  }

  /** Null when it could not compute it. */
  compute(request: ComputeRequest): Promise<ComputeReply> {
    if (this.#ended) return Promise.resolve(null);
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      this.#worker.postMessage(request);
    });
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }
}
