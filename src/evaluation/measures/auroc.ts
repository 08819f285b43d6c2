/**
 * Area under the receiver operating characteristic at a horizon: the weighted share of (case, control) pairs in which
 * the case has the higher score, equal scores counting one half (Mann-Whitney form).
 * With IPCW weights it is the cumulative/dynamic AUROC of Uno et al. (JASA 2007), deaths without onset as controls;
 * with plain multiplicities and unknowns at weight 0 it is the complete-case figure.
 * Invariant: AUROC(s) + AUROC(-s) = 1.
 */
import { ascending, CASE, CONTROL } from "./observations.ts";

/**
 * @param status CASE, CONTROL or UNKNOWN per person; UNKNOWN is left out whatever its weight
 * @param strata stratum per person: only pairs within a stratum count, so each stratum weighs as its pairs do
 * @param ascendingOrder positions by rising score, where the caller has them
 * @returns weights [n] => area, NaN without a pair
 */
export function prepareAuroc(
  status: Uint8Array,
  scores: ArrayLike<number>,
  strata?: Uint8Array,
  ascendingOrder: Int32Array = ascending(scores),
): (weights: Float64Array) => number {
  const known = ascendingOrder.filter((person) => status[person] === CASE || status[person] === CONTROL);
  const order = strata === undefined ? known : stableByStratum(known, strata);
  const n = order.length;
  /** Marks the start of a run of equal score within a stratum, and of a stratum. */
  const newRun = new Uint8Array(n);
  const newStratum = new Uint8Array(n);
  const isCase = new Uint8Array(n);
  for (let i = 0; i < n; i++) {
    const person = order[i] as number;
    const previous = order[i - 1];
    const starts = previous === undefined || (strata !== undefined && strata[person] !== strata[previous]);
    newStratum[i] = starts ? 1 : 0;
    newRun[i] = starts || scores[person] !== scores[previous] ? 1 : 0;
    isCase[i] = status[person] === CASE ? 1 : 0;
  }

  return (weights) => {
    let concordant = 0;
    let pairs = 0;
    let controlsBelow = 0;
    let controlsTied = 0;
    let casesTied = 0;
    let cases = 0;
    const closeRun = (): void => {
      concordant += casesTied * (controlsBelow + 0.5 * controlsTied);
      controlsBelow += controlsTied;
      cases += casesTied;
      controlsTied = 0;
      casesTied = 0;
    };
    for (let i = 0; i < n; i++) {
      if (newRun[i] === 1) closeRun();
      if (newStratum[i] === 1) {
        pairs += cases * controlsBelow;
        cases = 0;
        controlsBelow = 0;
      }
      const weight = weights[order[i] as number] as number;
      if (isCase[i] === 1) casesTied += weight;
      else controlsTied += weight;
    }
    closeRun();
    pairs += cases * controlsBelow;
    return pairs === 0 ? Number.NaN : concordant / pairs;
  };
}

function stableByStratum(order: Int32Array, strata: Uint8Array): Int32Array {
  const byStratum = ascending(Float64Array.from(order, (person) => strata[person] as number));
  return byStratum.map((position) => order[position] as number);
}
