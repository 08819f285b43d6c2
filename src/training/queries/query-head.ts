/**
 * A query head as a file beside a checkpoint, `query_head.safetensors`, and what it needs of the body: the query's place
 * among the tokens, and the model's probability of the query's being the very next event.
 */
import { join } from "node:path";
import { z } from "zod";
import { LongitudeError } from "../../errors/longitude-error.ts";
import { CHECKPOINT_INVALID } from "../../errors/registry.ts";
import { sizeOf } from "../../network/graph.ts";
import { partOf } from "../../network/parameters.ts";
import { type QueryHeadSizes, queryHeadLayout } from "../../network/query-head.ts";
import type { TokenShares } from "../../tokens/outcome-tokens.ts";
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

/** What the body's tables of tokens say about queries. */
export class QueryPlaces {
  private readonly input: Float32Array;
  private readonly output: Float32Array;
  private readonly scales: readonly [number, number];

  constructor(
    checkpoint: Checkpoint,
    private readonly rates: Float32Array,
  ) {
    const { architecture, layout, weights } = checkpoint;
    this.input = partOf(layout, weights, "model.embed_tokens.weight");
    this.output = architecture.tied ? this.input : partOf(layout, weights, "lm_head.weight");
    this.scales = [1 / rootMeanSquare(this.input), 1 / rootMeanSquare(this.output)];
    this.width = architecture.width;
  }

  private readonly width: number;

  /** Means of the queries' rows in both tables, weighted by how often each token happens: [queries x 2 width]. */
  vectors(queries: readonly TokenShares[]): Float32Array {
    const { width } = this;
    const vectors = new Float32Array(queries.length * 2 * width);
    for (const [q, { tokens, shares }] of queries.entries()) {
      const weights = shares.map((share, i) => share * ((this.rates[tokens[i] as number] as number) + 1e-6));
      const total = weights.reduce((sum, weight) => sum + weight, 0);
      for (const [side, table] of [this.input, this.output].entries()) {
        const at = (2 * q + side) * width;
        tokens.forEach((token, i) => {
          const weight = ((weights[i] as number) / total) * (this.scales[side] as number);
          for (let d = 0; d < width; d++) vectors[at + d]! += weight * (table[token * width + d] as number);
        });
      }
    }
    return vectors;
  }

  /** Log of the probability that the very next event is the query's. @param state [width] */
  logChances(
    queries: readonly TokenShares[],
    state: Float32Array,
    logTotal: number,
    into = new Float64Array(queries.length),
  ): Float64Array {
    const { width, output } = this;
    const chances = new Map<number, number>();
    const chanceOf = (token: number) => {
      const known = chances.get(token);
      if (known !== undefined) return known;
      let logit = 0;
      for (let d = 0; d < width; d++) logit += (output[token * width + d] as number) * (state[d] as number);
      const chance = Math.exp(logit - logTotal);
      chances.set(token, chance);
      return chance;
    };
    for (const [q, { tokens, shares }] of queries.entries()) {
      let chance = 0;
      for (let i = 0; i < tokens.length; i++) chance += chanceOf(tokens[i] as number) * (shares[i] as number);
      into[q] = Math.log(chance + 1e-12);
    }
    return into;
  }
}

function rootMeanSquare(values: Float32Array): number {
  let sum = 0;
  for (const value of values) sum += value * value;
  return Math.sqrt(sum / values.length) || 1;
}
