/**
 * Area under the precision-recall curve at a horizon as average precision: sum over distinct scores of the gain in
 * recall times the precision there (no interpolation), weighted.
 * A random score reaches the share of cases, so the figure is only comparable within one task.
 */
import { ascending, CASE, UNKNOWN } from "./observations.ts";

/**
 * @param ascendingOrder positions by rising score, where the caller has them
 * @returns weights [n] => average precision, NaN without a case
 */
export function prepareAuprc(
  status: Uint8Array,
  scores: ArrayLike<number>,
  ascendingOrder: Int32Array = ascending(scores),
): (weights: Float64Array) => number {
  const order = ascendingOrder.filter((person) => status[person] !== UNKNOWN).reverse();
  const n = order.length;
  const endsRun = Uint8Array.from(order, (person, i) =>
    i === n - 1 || scores[person] !== scores[order[i + 1] as number] ? 1 : 0,
  );
  const isCase = Uint8Array.from(order, (person) => (status[person] === CASE ? 1 : 0));

  return (weights) => {
    let cases = 0;
    let flagged = 0;
    let newCases = 0;
    let area = 0;
    for (let i = 0; i < n; i++) {
      const weight = weights[order[i] as number] as number;
      flagged += weight;
      if (isCase[i] === 1) newCases += weight;
      if (endsRun[i] === 1 && newCases > 0) {
        cases += newCases;
        area += newCases * (cases / flagged);
        newCases = 0;
      }
    }
    return cases === 0 ? Number.NaN : area / cases;
  };
}
