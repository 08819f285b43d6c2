/**
 * Cumulative incidence from piecewise-constant cause-specific hazards, death competing:
 * F(t) = sum over pieces of S(a) * h / (h + d) * (1 - exp(-(h + d) (b - a))), S the probability of being free of both.
 * (Kalbfleisch and Prentice, The Statistical Analysis of Failure Time Data, section 8.2, integrated piece by piece.)
 */
export interface HazardPieces {
  /** Events per year in each piece. */
  readonly onset: ArrayLike<number>;
  /** Deaths per year in each piece; null when the outcome is death itself. */
  readonly death: ArrayLike<number> | null;
  /** Inner edges of the pieces, years. */
  readonly edgesYears: readonly number[];
}

/** Probability of onset within `years`. */
export function cumulativeIncidence({ onset, death, edgesYears }: HazardPieces, years: number): number {
  let free = 1;
  let incidence = 0;
  let from = 0;
  for (let piece = 0; piece < onset.length && from < years; piece++) {
    const to = Math.min(years, edgesYears[piece] ?? Number.POSITIVE_INFINITY);
    const hazard = onset[piece] as number;
    const total = hazard + (death === null ? 0 : (death[piece] as number));
    if (total > 0) {
      const leaving = free * -Math.expm1(-total * (to - from));
      incidence += (leaving * hazard) / total;
      free -= leaving;
    }
    from = to;
  }
  // The shares of the pieces are rounded one by one, and their sum may exceed one by the last bit.
  return Math.min(1, incidence);
}
