/** A thread's side of `StepWorkers`: answers one call after the other. */
import { parentPort, workerData } from "node:worker_threads";
import { StepWorker, type StepWorkerOptions } from "./step-worker.ts";
import type { WorkerAnswer, WorkerCall } from "./step-workers.ts";

const port = parentPort;
if (port === null) throw new TypeError("this file runs as a worker thread");
const opened = StepWorker.open(workerData as StepWorkerOptions);

async function answer(call: WorkerCall): Promise<WorkerAnswer> {
  try {
    const worker = await opened;
    const method = worker[call.method] as (...args: unknown[]) => unknown;
    return { id: call.id, result: await method.apply(worker, [...call.args]) };
  } catch (cause) {
    return { id: call.id, error: cause instanceof Error ? cause.message : String(cause) };
  }
}

port.on("message", (call: WorkerCall) => void answer(call).then((reply) => port.postMessage(reply)));
