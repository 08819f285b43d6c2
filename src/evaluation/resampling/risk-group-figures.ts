/**
 * Observed incidence in groups of rising predicted risk: Aalen-Johansen in each group by itself, so that censoring may
 * differ between groups. All groups in one pass over time.
 */
import { ascending, CENSORED, DEATH, ONSET } from "../measures/observations.ts";
import type { Drawn, Figures } from "./resampled.ts";
import { inTimeOrder, type TimeColumns } from "./time-columns.ts";

export interface RiskGroup {
  readonly n: number;
  readonly meanRisk: number;
}

export interface RiskGroups extends ReadonlyArray<RiskGroup> {
  /** Group per person, in the task's order. */
  readonly of: Uint8Array;
}

const GROUPS = 10;
/** Fewer persons than this make no group. */
const MINIMUM_GROUP = 30;

/** Ten groups of equal size, fewer where persons are few; equal risks stay in one group. */
export function riskGroups(risks: Float64Array): RiskGroups {
  const order = ascending(risks);
  const n = order.length;
  const of = new Uint8Array(n);
  const count = Math.max(1, Math.min(GROUPS, Math.floor(n / MINIMUM_GROUP)));
  const groups: RiskGroup[] = [];
  let from = 0;
  for (let g = 1; g <= count; g++) {
    let to = Math.round((g * n) / count);
    while (to < n && to > 0 && risks[order[to] as number] === risks[order[to - 1] as number]) to++;
    if (to <= from) continue;
    let sum = 0;
    for (let i = from; i < to; i++) {
      of[order[i] as number] = groups.length;
      sum += risks[order[i] as number] as number;
    }
    groups.push({ n: to - from, meanRisk: sum / (to - from) });
    from = to;
  }
  return Object.assign(groups, { of });
}

export function incidenceByGroup(columns: TimeColumns, groups: RiskGroups, everyone: Drawn): Figures {
  const { runOf, runsUpTo } = columns;
  const size = groups.length;
  const of = inTimeOrder(columns, groups.of);
  /** Run by group by kind; who is followed past the horizon stands in one run behind the others. */
  const cell = Int32Array.from(
    of,
    (group, i) =>
      KINDS * (Math.min(runOf[i] as number, runsUpTo) * size + group) + (columns.kind[i] as number),
  );
  const sums = new Float64Array(KINDS * (runsUpTo + 1) * size);

  const measure = ({ size: drawn, place, multiplicity }: Drawn, into: Float64Array): void => {
    sums.fill(0);
    for (let j = 0; j < drawn; j++) {
      const at = cell[place[j] as number] as number;
      sums[at] = (sums[at] as number) + (multiplicity[j] as number);
    }
    for (let g = 0; g < size; g++) {
      let atRisk = 0;
      for (let at = KINDS * g; at < sums.length; at += KINDS * size)
        atRisk += (sums[at] as number) + (sums[at + 1] as number) + (sums[at + 2] as number);
      let [free, incidence] = [1, 0];
      into[g] = atRisk === 0 ? Number.NaN : 0;
      for (let r = 0; r < runsUpTo && atRisk > 0; r++) {
        const at = KINDS * (r * size + g);
        const onsets = sums[at + ONSET] as number;
        const events = onsets + (sums[at + DEATH] as number);
        if (events > 0) {
          incidence += (free * onsets) / atRisk;
          free *= 1 - events / atRisk;
        }
        atRisk -= events + (sums[at + CENSORED] as number);
      }
      into[g] = (into[g] as number) + incidence;
    }
  };
  const values = new Float64Array(size);
  measure(everyone, values);
  return { values, measure };
}

/** CENSORED, ONSET and DEATH are positions. */
const KINDS = 3;
