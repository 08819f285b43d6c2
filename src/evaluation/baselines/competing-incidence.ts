/**
 * Cumulative incidence of an outcome from piecewise-constant cause-specific hazards with death competing:
 * in a piece with integrated hazards a (outcome) and b (death), S(start) * a / (a + b) * (1 - exp(-(a + b))) is added.
 */

/**
 * @param outcomeHazard integrated hazard of the outcome in each piece
 * @param deathHazard integrated hazard of death without the outcome in each piece; none when death is the outcome
 */
export function cumulativeIncidence(
  outcomeHazard: ArrayLike<number>,
  deathHazard: ArrayLike<number> | null,
): number {
  let free = 1;
  let incidence = 0;
  for (let piece = 0; piece < outcomeHazard.length; piece++) {
    const a = outcomeHazard[piece] as number;
    const total = a + ((deathHazard?.[piece] as number | undefined) ?? 0);
    if (total <= 0) continue;
    const leaving = -Math.expm1(-total);
    incidence += (free * a * leaving) / total;
    free *= 1 - leaving;
  }
  return incidence;
}
