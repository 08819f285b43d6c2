/** Probabilities of the next token, and a draw from them. */

/** Softmax of logits, tokens that cannot come next left out. */
export function tokenProbabilities(logits: Float32Array, forbidden: Int32Array): Float64Array {
  let largest = Number.NEGATIVE_INFINITY;
  for (const logit of logits) if (logit > largest) largest = logit;
  const probabilities = Float64Array.from(logits, (logit) => Math.exp(logit - largest));
  for (const token of forbidden) probabilities[token] = 0;
  let total = 0;
  for (const weight of probabilities) total += weight;
  for (let i = 0; i < probabilities.length; i++) probabilities[i] = (probabilities[i] as number) / total;
  return probabilities;
}

/** The token in whose share of [0, 1) `uniform` falls. */
export function drawToken(probabilities: Float64Array, uniform: number): number {
  let rest = uniform;
  for (let token = 0; token < probabilities.length; token++) {
    rest -= probabilities[token] as number;
    if (rest < 0) return token;
  }
  return probabilities.reduce((best, p, token) => (p > (probabilities[best] as number) ? token : best), 0);
}
