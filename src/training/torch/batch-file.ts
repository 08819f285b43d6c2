/**
 * The batches of one epoch as a file for `trainers/torch`: planned here, so that both engines see the same batches.
 * Loss weights are divided by the totals of their batch; positions of onset reads count rows of the whole batch.
 */
import { type Tensor, writeSafetensors } from "../../tokens/safetensors.ts";
import type { WindowBatch } from "../window-batch.ts";

const SCHEMA = "longitude.batches/1";

/** @param columns outcomes x pieces of the onset head */
export function writeBatchFile(
  path: string,
  batches: readonly WindowBatch[],
  columns: number,
  run: string,
): void {
  const integers = (of: (batch: WindowBatch) => BigInt64Array) => joined(batches.map(of));
  const readsOf = batches.map((batch) => readsInUse(batch, columns));
  const tensors = new Map<string, Tensor>();
  const vector = (name: string, data: Tensor["data"], width = 1) =>
    tensors.set(name, { data, shape: width === 1 ? [data.length] : [data.length / width, width] });
  // [batches, 2]: windows, tokens of a window
  vector("shapes", Int32Array.from(batches.flatMap(({ shape }) => [shape.batch, shape.time])), 2);
  // [batches, 3]: sums of target weights and read weights before they were divided, real tokens
  vector(
    "totals",
    Float64Array.from(batches.flatMap((batch) => [batch.targetTotal, batch.readTotal, batch.realTokens])),
    3,
  );
  vector(
    "tokens",
    integers((batch) => batch.tokens),
  );
  vector(
    "positions",
    integers((batch) => batch.positions),
  );
  vector(
    "segments",
    integers((batch) => batch.segments),
  );
  vector(
    "targets",
    integers((batch) => batch.targets),
  );
  vector("targetWeights", Float32Array.from(batches.flatMap((batch) => [...batch.targetWeights])));
  let start = 0;
  vector("readStarts", Int32Array.from([0, ...readsOf.map(({ rows }) => (start += rows.length))]));
  vector("reads", Int32Array.from(readsOf.flatMap(({ rows }) => rows)));
  for (const name of ["exposure", "events"] as const) {
    const data = Float32Array.from(readsOf.flatMap((reads) => reads[name]));
    tensors.set(name, { data, shape: [start, columns] });
  }
  writeSafetensors(path, tensors, { schema: SCHEMA, run });
}

/** Reads that teach something, with their row in the whole batch (a batch counts rows within its micro-batches). */
function readsInUse(batch: WindowBatch, columns: number) {
  const { reads, shape } = batch;
  const used: { rows: number[]; exposure: number[]; events: number[] } = {
    rows: [],
    exposure: [],
    events: [],
  };
  const rowsInPart = (shape.batch * shape.time) / shape.microBatches;
  const readsInPart = reads.length / shape.microBatches;
  for (let i = 0; i < reads.length; i++) {
    const exposure = batch.exposure.subarray(i * columns, (i + 1) * columns);
    const events = batch.events.subarray(i * columns, (i + 1) * columns);
    if (!exposure.some((years) => years !== 0) && !events.some((event) => event !== 0)) continue;
    used.rows.push(Math.floor(i / readsInPart) * rowsInPart + Number(reads[i]));
    used.exposure.push(...exposure);
    used.events.push(...events);
  }
  return used;
}

function joined(parts: readonly BigInt64Array[]): Int32Array {
  const result = new Int32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) for (const value of part) result[at++] = Number(value);
  return result;
}
