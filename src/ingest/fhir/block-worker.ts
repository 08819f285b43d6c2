/** A worker thread that reads blocks of FHIR files: a block comes in, its rows and findings go out. */
import { type MessagePort, parentPort, workerData } from "node:worker_threads";
import { type ToldError, tellError } from "../../errors/told-error.ts";
import type { InputBlock } from "../input-blocks.ts";
import type { PackedRows } from "../staged-rows.ts";
import { FhirBlockReader, type FhirOptions, type ReadBlock } from "./read-fhir-block.ts";

export interface BlockRequest {
  readonly block: InputBlock;
  readonly place: number;
  readonly label: string;
}

export type BlockAnswer = { readonly ok: true; readonly read: ReadBlock } | ToldError;

const port = parentPort;
if (port === null) throw new TypeError("block-worker is started by BlockReaders as a worker thread");
const reader = new FhirBlockReader(workerData as FhirOptions);

/** One block after the other: answers come in the order of the requests. */
let turn = Promise.resolve();
port.on("message", (request: BlockRequest) => {
  turn = turn.then(() => answer(port, request));
});

async function answer(to: MessagePort, { block, place, label }: BlockRequest): Promise<void> {
  try {
    const read = await reader.read(block, place, label);
    to.postMessage({ ok: true, read } satisfies BlockAnswer, read.rows.tables.flatMap(buffersOf));
  } catch (error) {
    to.postMessage(tellError(error) satisfies BlockAnswer);
  }
}

function buffersOf({ columns }: PackedRows): ArrayBuffer[] {
  return columns.map(({ values }) => values.buffer);
}
