/** A worker thread that resamples tasks: a task comes in, its figures go out. */
import { parentPort, workerData } from "node:worker_threads";
import type { Resamples } from "../measures/bootstrap.ts";
import { type ResampleInput, resampleTask } from "./resample-task.ts";

const port = parentPort;
if (port === null) throw new TypeError("resample-worker is started by a resampler as a worker thread");
const resamples = workerData as Resamples;

port.on("message", (task: Omit<ResampleInput, "resamples">) => {
  port.postMessage(resampleTask({ ...task, resamples }));
});
