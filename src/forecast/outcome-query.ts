/**
 * What is asked of a patient's future: an outcome as the share of each token that is the event. A share is 1 for a token
 * that is the event, 0 for one that is not, and between them for the bin of values in which the condition's threshold
 * lies; drawing such a token is the event with that probability.
 */
export interface OutcomeQuery {
  readonly name: string;
  /** Tokens with a share above 0, ascending. */
  readonly tokens: Int32Array;
  /** Share of each of `tokens`, in (0, 1]. */
  readonly shares: Float64Array;
}

/** Share of a token: 0 when it is none of the query's. */
export function shareOf(query: OutcomeQuery, token: number): number {
  const at = query.tokens.indexOf(token);
  return at < 0 ? 0 : (query.shares[at] as number);
}

/** Probability that the next token is the event. */
export function chanceOf(query: OutcomeQuery, probabilities: Float32Array): number {
  let chance = 0;
  for (let i = 0; i < query.tokens.length; i++)
    chance += (probabilities[query.tokens[i] as number] as number) * (query.shares[i] as number);
  return chance;
}
