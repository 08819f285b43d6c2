/**
 * An outcome as tokens, each with the share of it that is the event. Events are single tokens, so the set is exact for
 * outcomes made of codes. A value condition takes the bins beyond its threshold whole, and of the bin in which the
 * threshold lies the share of the training persons' values that meet it (`quantiles` of the vocabulary; where these are
 * absent, all of the bin or nothing, by its middle).
 */
import { binOf } from "./value-bins.ts";
import type { Vocabulary } from "./vocabulary.ts";

export interface TokenShares {
  /** Tokens of which some share is the event, ascending. */
  readonly tokens: Int32Array;
  /** In (0, 1]. */
  readonly shares: Float64Array;
}

export type EventMatcher = (code: string, numericValue: number | null) => boolean;

const FUSED = /^(.*)\/\/Q(\d+)$/;

export function outcomeTokens(matches: EventMatcher, vocabulary: Vocabulary): TokenShares {
  const tokens: number[] = [];
  const shares: number[] = [];
  for (const [i, name] of vocabulary.file.tokens.entries()) {
    const share = shareOfToken(name, matches, vocabulary);
    if (share === 0) continue;
    tokens.push(vocabulary.file.textTokens + i);
    shares.push(share);
  }
  return { tokens: Int32Array.from(tokens), shares: Float64Array.from(shares) };
}

function shareOfToken(name: string, matches: EventMatcher, { file }: Vocabulary): number {
  const fused = FUSED.exec(name);
  const key = fused?.[1];
  const edges = key === undefined ? undefined : file.edges[key];
  if (fused === null || key === undefined || edges === undefined) return matches(name, null) ? 1 : 0;
  const code = key.split("//")[0] as string;
  const bin = Number(fused[2]) - 1;
  const values = (file.quantiles?.[key] ?? []).filter((value) => binOf(edges, value) === bin);
  if (values.length === 0) return matches(code, middleOf(edges, bin)) ? 1 : 0;
  return values.filter((value) => matches(code, value)).length / values.length;
}

/** A value inside bin `bin`: halfway between its edges, or just beyond the only edge that it has. */
function middleOf(edges: readonly number[], bin: number): number {
  const low = edges[bin - 1];
  const high = edges[bin];
  if (low === undefined) return high === undefined ? 0 : high - Math.abs(high) * 1e-6 - 1e-9;
  return high === undefined ? low : (low + high) / 2;
}
