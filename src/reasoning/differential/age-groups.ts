/**
 * Ages that have a conformal threshold of their own, so that the promise holds within each (Mondrian sets; Vovk 2012, Conditional
 * validity of inductive conformal predictors): who is older asks what holds for the old.
 * Invariant: each group has at least the persons that a threshold needs, or there is one group.
 */
import { CONFIDENCE } from "./conformal.ts";

/** Years; from is inside, to is not. Null: open. */
export interface AgeGroup {
  readonly from: number | null;
  readonly to: number | null;
}

const EDGES = [50, 70];

/** How many persons a threshold of this coverage needs: one that leaves out anything is sure of nothing with fewer. */
export function fewestForThreshold(coverage: number): number {
  return Math.ceil(Math.log(1 - CONFIDENCE) / Math.log(coverage));
}

/**
 * Below 50, 50 to 69 and from 70 on; the smallest group with fewer than `fewest` persons is joined with the smaller of its neighbours, until none is left.
 * @param ages years; NaN where not recorded, which counts for no group
 */
export function ageGroups(ages: readonly number[], fewest: number): AgeGroup[] {
  const bounds = [null, ...EDGES, null];
  let groups = bounds.slice(1).map((to, i): AgeGroup => ({ from: bounds[i] ?? null, to }));
  for (;;) {
    const counts = groups.map((group) => ages.filter((age) => isWithin(group, age)).length);
    const least = counts.indexOf(Math.min(...counts));
    if (groups.length === 1 || (counts[least] as number) >= fewest) return groups;
    const [before, after] = [counts[least - 1] ?? Infinity, counts[least + 1] ?? Infinity];
    const first = before <= after ? least - 1 : least;
    const joined = { from: groups[first]?.from ?? null, to: groups[first + 1]?.to ?? null };
    groups = [...groups.slice(0, first), joined, ...groups.slice(first + 2)];
  }
}

/** @returns place of the group; -1 for an age that is not recorded */
export function groupOfAge(groups: readonly AgeGroup[], age: number): number {
  return groups.findIndex((group) => isWithin(group, age));
}

export function agesOf({ from, to }: AgeGroup): string {
  if (from === null) return to === null ? "every age" : `below ${to}`;
  return to === null ? `from ${from} on` : `${from} to ${to - 1}`;
}

function isWithin({ from, to }: AgeGroup, age: number): boolean {
  return Number.isFinite(age) && age >= (from ?? -Infinity) && age < (to ?? Infinity);
}
