/**
 * An outcome as a set of tokens. Events are single tokens, so the set is exact for outcomes made of codes; with a
 * value condition a fused token belongs to the set when the middle of its bin meets the condition.
 */
import type { OutcomeDefinition } from "../vetting/outcome-definition.ts";
import type { Vocabulary } from "./vocabulary.ts";

const FUSED = /^(.*)\/\/Q(\d+)$/;

export function outcomeTokens(outcome: OutcomeDefinition, vocabulary: Vocabulary): Int32Array {
  const tokens: number[] = [];
  for (const [i, name] of vocabulary.file.tokens.entries()) {
    const token = vocabulary.file.textTokens + i;
    const fused = FUSED.exec(name);
    const edges = fused === null ? undefined : vocabulary.file.edges[fused[1] as string];
    if (fused === null || edges === undefined) {
      if (outcome.matches(name, null)) tokens.push(token);
    } else {
      const code = (fused[1] as string).split("//")[0] as string;
      if (outcome.matches(code, middleOf(edges, Number(fused[2]) - 1))) tokens.push(token);
    }
  }
  return Int32Array.from(tokens);
}

/** A value inside bin `bin`: halfway between its edges, or just beyond the only edge that it has. */
function middleOf(edges: readonly number[], bin: number): number {
  const low = edges[bin - 1];
  const high = edges[bin];
  if (low === undefined) return high === undefined ? 0 : high - Math.abs(high) * 1e-6 - 1e-9;
  return high === undefined ? low : (low + high) / 2;
}
