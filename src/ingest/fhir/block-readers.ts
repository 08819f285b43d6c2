/**
 * Reads the blocks of an input side by side in worker threads, or in this thread where that is quicker.
 * Invariant: blocks come out in the order of the input, whatever the timing, so that the same input gives the same
 * rows in the same order with any number of workers; at most a few blocks are in memory.
 */
import { Worker } from "node:worker_threads";
import { errorTold } from "../../errors/told-error.ts";
import type { InputBlock } from "../input-blocks.ts";
import type { BlockAnswer, BlockRequest } from "./block-worker.ts";
import { FhirBlockReader, type FhirOptions, fhirOptionsOf, type ReadBlock } from "./read-fhir-block.ts";

export interface BlockInOrder {
  readonly block: InputBlock;
  readonly read: ReadBlock;
}

/** Blocks that each worker has or waits for. */
const AHEAD = 2;
/** Parsed records are garbage at once: little room keeps the process small and costs nothing. */
const WORKER_LIMITS = { maxOldGenerationSizeMb: 1536, maxYoungGenerationSizeMb: 96 };

/**
 * @param workers threads beside this one; 0 = read here
 * @param label what errors call a file
 */
export async function* readBlocks(
  blocks: AsyncIterable<InputBlock>,
  options: FhirOptions,
  workers: number,
  label: (file: number) => string,
): AsyncGenerator<BlockInOrder> {
  const readers = Array.from({ length: workers }, () => new WorkerReader(options));
  const here = workers === 0 ? new FhirBlockReader(options) : null;
  const pending: { block: InputBlock; read: Promise<ReadBlock> }[] = [];
  let place = 0;
  try {
    for await (const block of blocks) {
      const name = label(block.file);
      const reader = here ?? readers.reduce((a, b) => (b.waiting < a.waiting ? b : a));
      const read = reader.read(block, place++, name);
      read.catch(() => undefined); // it is awaited, and thrown, when its turn comes
      pending.push({ block, read });
      if (pending.length > AHEAD * workers) yield await next(pending);
    }
    while (pending.length > 0) yield await next(pending);
  } finally {
    await Promise.all(readers.map((reader) => reader.close()));
  }
}

async function next(pending: { block: InputBlock; read: Promise<ReadBlock> }[]): Promise<BlockInOrder> {
  const { block, read } = pending.shift()!;
  return { block, read: await read };
}

/** One worker thread; it answers requests in their order. */
class WorkerReader {
  readonly #worker: Worker;
  readonly #waiting: { resolve: (read: ReadBlock) => void; reject: (error: unknown) => void }[] = [];

  constructor(options: FhirOptions) {
    this.#worker = new Worker(new URL("./block-worker.js", import.meta.url), {
      workerData: fhirOptionsOf(options),
      resourceLimits: WORKER_LIMITS,
      execArgv: [],
    });
    this.#worker.on("message", (answer: BlockAnswer) => {
      const waiting = this.#waiting.shift()!;
      if (answer.ok) waiting.resolve(answer.read);
      else waiting.reject(errorTold(answer));
    });
    const fail = (error: unknown): void => {
      for (const waiting of this.#waiting.splice(0)) waiting.reject(error);
    };
    this.#worker.on("error", fail);
    this.#worker.on("exit", (code) => fail(new Error(`a reading worker ended with code ${code}`)));
  }

  /** Blocks that it has not answered yet. */
  get waiting(): number {
    return this.#waiting.length;
  }

  read(block: InputBlock, place: number, label: string): Promise<ReadBlock> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      const request: BlockRequest = { block, place, label };
      this.#worker.postMessage(request, block.kind === "bytes" ? [block.bytes.buffer] : []);
    });
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }
}
