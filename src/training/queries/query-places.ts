/**
 * What the body's tables of tokens say about queries: a query's place among the tokens, and the model's probability that
 * the very next event is the query's.
 */
import { partOf } from "../../network/parameters.ts";
import type { TokenShares } from "../../tokens/outcome-tokens.ts";
import type { Checkpoint } from "../checkpoint.ts";

export class QueryPlaces {
  private readonly input: Float32Array;
  private readonly output: Float32Array;
  private readonly scales: readonly [number, number];
  private readonly width: number;

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
