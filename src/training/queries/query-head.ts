/** A query head as a file beside a checkpoint: `query_head.safetensors`. */
import { join } from "node:path";
import { z } from "zod";
import { LongitudeError } from "../../errors/longitude-error.ts";
import { CHECKPOINT_INVALID } from "../../errors/registry.ts";
import { sizeOf } from "../../network/graph.ts";
import { type QueryHeadSizes, queryHeadLayout } from "../../network/query-head.ts";
import { readSafetensors, type Tensor, tensorData, writeSafetensors } from "../../tokens/safetensors.ts";
import type { Checkpoint } from "../checkpoint.ts";
import { PAIR_FEATURES } from "./query-pairs.ts";

export interface QueryHead {
  readonly sizes: QueryHeadSizes;
  readonly weights: Float32Array;
  /** Events a year among training persons, by token. */
  readonly rates: Float32Array;
  readonly edgesYears: readonly number[];
}

export const QUERY_HEAD_FILE = "query_head.safetensors";
const SCHEMA = "longitude.query-head/1";
const RATES = "token_rates";

const descriptionSchema = z.strictObject({
  width: z.int(),
  pieces: z.int(),
  hidden: z.int(),
  features: z.literal(PAIR_FEATURES),
  edgesYears: z.array(z.number()),
});

export function writeQueryHead(folder: string, { sizes, weights, rates, edgesYears }: QueryHead): void {
  const tensors = new Map<string, Tensor>([[RATES, { data: rates, shape: [rates.length] }]]);
  for (const { name, shape, offset } of queryHeadLayout(sizes).parts)
    tensors.set(name, { data: weights.subarray(offset, offset + sizeOf(shape)), shape });
  writeSafetensors(join(folder, QUERY_HEAD_FILE), tensors, {
    schema: SCHEMA,
    description: JSON.stringify({ ...sizes, edgesYears }),
  });
}

/** @throws CHECKPOINT_INVALID when the head does not fit the checkpoint; TENSOR_FILE_INVALID */
export function readQueryHead(folder: string, { architecture }: Checkpoint): QueryHead {
  const file = readSafetensors(join(folder, QUERY_HEAD_FILE));
  const parsed = descriptionSchema.safeParse(jsonOf(file.metadata.description));
  if (file.metadata.schema !== SCHEMA || !parsed.success) throw unfit("has another schema");
  const { edgesYears, ...sizes } = parsed.data;
  const rates = tensorData(file, RATES, Float32Array);
  if (sizes.width !== architecture.width || rates.length !== architecture.vocabulary)
    throw unfit("belongs to a model of another width or vocabulary");
  const layout = queryHeadLayout(sizes);
  const weights = new Float32Array(layout.size);
  for (const { name, shape, offset } of layout.parts) {
    if (file.tensors.get(name)?.shape.join() !== shape.join()) throw unfit(`lacks ${name}`);
    weights.set(tensorData(file, name, Float32Array), offset);
  }
  return { sizes, weights, rates, edgesYears };
}

function unfit(how: string): LongitudeError {
  return new LongitudeError(CHECKPOINT_INVALID, `the query head beside the checkpoint ${how}`);
}

function jsonOf(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? "");
  } catch {
    return undefined;
  }
}
