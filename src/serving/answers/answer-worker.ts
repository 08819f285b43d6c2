/** A thread's side of `AnswerThreads`: an input comes in as text, the bytes of its answer go out. */
import { parentPort, workerData } from "node:worker_threads";
import type { AnswerInput } from "./compute-answer.ts";
import { answerBytes, computeAnswer } from "./compute-answer.ts";
import { openServedModel } from "./served-model.ts";

export interface AnswerWorkerStart {
  readonly folder: string;
  readonly siteKey: string;
}

export interface ComputeRequest {
  readonly id: string;
  /** Canonical JSON of an `AnswerInput`. */
  readonly input: string;
}

/** Null where it could not be computed: nothing of the record leaves the thread by an error's text. */
export type ComputeReply = string | null;

const port = parentPort;
if (port === null) throw new TypeError("answer-worker is started by AnswerThreads as a worker thread");
const { folder, siteKey } = workerData as AnswerWorkerStart;
const model = await openServedModel(folder, siteKey);

/** One answer after the other: replies come in the order of the requests. */
let turn = Promise.resolve();
port.on("message", (request: ComputeRequest) => {
  turn = turn.then(async () => port.postMessage(await reply(request)));
});

async function reply({ id, input }: ComputeRequest): Promise<ComputeReply> {
  try {
    return answerBytes(await computeAnswer(model, id, JSON.parse(input) as AnswerInput));
  } catch {
    return null;
  }
}
