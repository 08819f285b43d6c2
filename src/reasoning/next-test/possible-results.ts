/**
 * The results that a test could have in a record, and how likely the model holds each: of all the events that could come
 * next, those that are results of the test, their probabilities scaled to sum to one. Results are enumerated, not drawn.
 * Invariant: the probabilities of one test sum to 1.
 */
import { DecodingEngine } from "../../forecast/decoding-engine.ts";
import { type ForecastRequest, historyUntil } from "../../forecast/direct-reading.ts";
import { latestPart } from "../../tokens/lay-out.ts";
import { binKey } from "../../tokens/value-bins.ts";
import type { Vocabulary } from "../../tokens/vocabulary.ts";
import type { Checkpoint } from "../../training/checkpoint.ts";
import { unitsOf } from "../what-if/record-change.ts";
import type { OrderableTest } from "./tests-file.ts";

export interface PossibleResult {
  readonly title: string;
  readonly code: string;
  readonly value: number | null;
  readonly unit: string | null;
  readonly token: number;
}

/** Results of which the model knows a token of their own; none when it cannot tell them apart. */
export function possibleResults(test: OrderableTest, vocabulary: Vocabulary): PossibleResult[] {
  const results =
    test.results === undefined ? resultsByBin(test, vocabulary) : namedResults(test, vocabulary);
  return new Set(results.map(({ token }) => token)).size < 2 ? [] : results;
}

function namedResults({ results = [] }: OrderableTest, vocabulary: Vocabulary): PossibleResult[] {
  return results.flatMap(({ title, code, value = null, unit = null }) => {
    const { token, match } = vocabulary.match(code, value, unit);
    return match === "exact" ? [{ title, code, value, unit, token }] : [];
  });
}

/** One result a bin of values, told by the median of the values that training persons had in it. */
function resultsByBin({ code = "", unit: written }: OrderableTest, vocabulary: Vocabulary): PossibleResult[] {
  const unit = written ?? unitsOf(code, vocabulary)[0] ?? null;
  const key = binKey(code, unit);
  const edges = vocabulary.file.edges[key] ?? [];
  return Array.from({ length: edges.length + 1 }, (_, bin) => bin).flatMap((bin) => {
    const [low, high] = [edges[bin - 1], edges[bin]];
    const inside = (vocabulary.file.quantiles?.[key] ?? []).filter(
      (value) => (low === undefined || value >= low) && (high === undefined || value < high),
    );
    const value =
      inside[inside.length >> 1] ?? low ?? (high === undefined ? 0 : high - Math.abs(high) * 1e-6);
    const { token, match } = vocabulary.match(code, value, unit);
    return match === "exact" ? [{ title: titleOf(low, high, unit), code, value, unit, token }] : [];
  });
}

function titleOf(low: number | undefined, high: number | undefined, unit: string | null): string {
  const range =
    low === undefined
      ? `below ${short(high)}`
      : high === undefined
        ? `${short(low)} and above`
        : `${short(low)} to ${short(high)}`;
  return unit === null || unit === "1" ? range : `${range} ${unit}`;
}

function short(value: number | undefined): string {
  return value === undefined ? "any" : String(Number(value.toPrecision(4)));
}

/** Reads the next token of a record and ends. */
class NextToken {
  probabilities = new Float32Array(0);

  next(probabilities: Float32Array): null {
    this.probabilities = probabilities.slice();
    return null;
  }
}

export class ResultOdds {
  private readonly engine: DecodingEngine;

  constructor(
    private readonly checkpoint: Checkpoint,
    threads: number,
  ) {
    const { architecture, weights } = checkpoint;
    this.engine = new DecodingEngine({ architecture, weights, longestFuture: 1, threads });
  }

  /** Probabilities of the next token of each record, [vocabulary]. */
  async nextTokens(requests: readonly ForecastRequest[]): Promise<Float32Array[]> {
    // As much room for a future as a simulator leaves, which here is one token.
    const room = this.checkpoint.architecture.context - 1;
    const histories = requests.map(({ patient, day }) =>
      latestPart(historyUntil(patient, day, this.checkpoint), room),
    );
    const prefixes = await this.engine.prefixes(histories);
    const readers = requests.map(() => new NextToken());
    await this.engine.decode(prefixes.map((prefix, i) => ({ prefix, futures: [readers[i] as NextToken] })));
    return readers.map(({ probabilities }) => probabilities);
  }

  async close(): Promise<void> {
    await this.engine.close();
  }
}

/** Shares of the results; equal ones where the model gives none of them any weight. */
export function sharesOf(results: readonly PossibleResult[], nextTokens: Float32Array): Float64Array {
  const weights = Float64Array.from(results, ({ token }) => nextTokens[token] as number);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => (total > 0 ? weight / total : 1 / results.length));
}
