/**
 * What anybody who knows the population would expect of a record: how often one token follows another among persons that
 * the model was not fitted to. A record that the model finds likelier than this does is one that it may have seen
 * (reference-model attack; Carlini et al., Extracting Training Data from Large Language Models, USENIX Security 2021).
 */

/** Weight of the frequencies of single tokens in those of pairs. */
const PRIOR = 10;

export function bigramReference(
  sequences: readonly Int32Array[],
  vocabulary: number,
): (sequence: Int32Array) => number {
  const single = new Float64Array(vocabulary).fill(1);
  const pairs = new Map<number, number>();
  const before = new Float64Array(vocabulary);
  let total = vocabulary;
  for (const tokens of sequences) {
    for (let i = 1; i < tokens.length; i++) {
      const [a, b] = [tokens[i - 1]!, tokens[i]!];
      single[b]! += 1;
      before[a]! += 1;
      total += 1;
      pairs.set(a * vocabulary + b, (pairs.get(a * vocabulary + b) ?? 0) + 1);
    }
  }
  /** Mean log probability of the tokens after the first. */
  return (tokens) => {
    let sum = 0;
    for (let i = 1; i < tokens.length; i++) {
      const [a, b] = [tokens[i - 1]!, tokens[i]!];
      const pair = pairs.get(a * vocabulary + b) ?? 0;
      sum += Math.log((pair + (PRIOR * single[b]!) / total) / (before[a]! + PRIOR));
    }
    return sum / Math.max(1, tokens.length - 1);
  };
}
