/** A worker thread that draws its share of the resamples, and then resamples tasks: a task comes in, its figures go out. */
import { parentPort, workerData } from "node:worker_threads";
import { createRandom } from "../../effects/random.ts";
import { blocksOf, drawBlock } from "../measures/bootstrap.ts";
import { type ResampleInput, resampleTask } from "./resample-task.ts";
import { DRAWN, type WorkerStart } from "./resampler.ts";

const port = parentPort;
if (port === null) throw new TypeError("resample-worker is started by a resampler as a worker thread");
const { resamples, seed, place, workers } = workerData as WorkerStart;

port.on("message", (task: Omit<ResampleInput, "resamples">) => {
  port.postMessage(resampleTask({ ...task, resamples }));
});

const random = createRandom(seed);
for (let block = place; block < blocksOf(resamples); block += workers) drawBlock(resamples, block, random);
port.postMessage(DRAWN);
