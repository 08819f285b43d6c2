/** Ranking measures from sums by score group: what `prepareAuroc` and `prepareAuprc` compute over persons. */

/**
 * @param cases weight of the cases in each group, ascending score; `controls` alike
 * @param ends ends of the strata in groups; one stratum by default
 * @returns NaN without a pair
 */
export function aurocOfGroups(
  cases: Float64Array,
  controls: Float64Array,
  ends: ArrayLike<number> = [cases.length],
): number {
  let concordant = 0;
  let pairs = 0;
  let start = 0;
  for (let s = 0; s < ends.length; s++) {
    const end = ends[s] as number;
    let below = 0;
    let seen = 0;
    for (let g = start; g < end; g++) {
      const positive = cases[g] as number;
      const negative = controls[g] as number;
      concordant += positive * (below + 0.5 * negative);
      below += negative;
      seen += positive;
    }
    pairs += seen * below;
    start = end;
  }
  return pairs === 0 ? Number.NaN : concordant / pairs;
}

/** Average precision. @returns NaN without a case */
export function auprcOfGroups(cases: Float64Array, controls: Float64Array): number {
  let found = 0;
  let flagged = 0;
  let area = 0;
  for (let g = cases.length - 1; g >= 0; g--) {
    const positive = cases[g] as number;
    flagged += positive + (controls[g] as number);
    found += positive;
    if (positive > 0) area += positive * (found / flagged);
  }
  return found === 0 ? Number.NaN : area / found;
}
