/**
 * Computes answers in a thread of its own, so that whoever asks for something small does not wait for a forecast.
 * Invariant: the bytes are those that this thread would have computed; when the other ends, this one takes over.
 */
import { Worker } from "node:worker_threads";
import type { AnswerWorkerStart, ComputeReply, ComputeRequest } from "./answer-worker.ts";
import { type AnswerInput, answerBytes, computeAnswer } from "./compute-answer.ts";
import type { ServedModel } from "./served-model.ts";

export class AnswerThread {
  readonly #worker: Worker;
  readonly #waiting: ((reply: ComputeReply) => void)[] = [];
  #ended = false;

  /** @param model the same release, opened here */
  constructor(
    private readonly model: ServedModel,
    start: AnswerWorkerStart,
  ) {
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

  /**
   * @param input canonical JSON of an `AnswerInput`
   * @returns bytes of the answer
   */
  async compute(id: string, input: string): Promise<string> {
    const bytes = this.#ended
      ? null
      : await new Promise<ComputeReply>((resolve) => {
          this.#waiting.push(resolve);
          this.#worker.postMessage({ id, input } satisfies ComputeRequest);
        });
    return bytes ?? answerBytes(await computeAnswer(this.model, id, JSON.parse(input) as AnswerInput));
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }
}
