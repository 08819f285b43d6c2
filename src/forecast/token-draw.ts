/** The token in whose share of [0, total) the number `at` falls; weights need not sum to one. */
export function drawToken(weights: Float32Array, at: number): number {
  let rest = at;
  for (let token = 0; token < weights.length; token++) {
    rest -= weights[token] as number;
    if (rest < 0) return token;
  }
  // Rounding left a little over: the heaviest token takes it.
  return weights.reduce((best, weight, token) => (weight > (weights[best] as number) ? token : best), 0);
}
