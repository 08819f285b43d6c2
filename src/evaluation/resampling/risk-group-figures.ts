/**
 * Observed incidence in groups of rising predicted risk: Aalen-Johansen in each group by itself, so that censoring may
 * differ between groups. All groups in one pass over time.
 */

import { prepareAalenJohansen } from "../measures/aalen-johansen.ts";
import { NUMBERS } from "../measures/bootstrap.ts";
import { CENSORED, type Observations, ONSET } from "../measures/observations.ts";
import type { Batch } from "./batch.ts";
import { addCounts, unpack, unpackLane } from "./packed-counts.ts";
import type { Figures } from "./resampled.ts";
import type { RankedRisks } from "./score-histogram.ts";
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
export function riskGroups({ risks, order }: RankedRisks): RiskGroups {
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

/**
 * From the last time to the first: with d of n at risk having an onset and e an event, the incidence from a time on is
 * d/n + (1 - e/n) x the incidence from the next time on.
 */
export function incidenceByGroup(
  observations: Observations,
  horizonDays: number,
  columns: TimeColumns,
  lanes: number,
  groups: RiskGroups,
): Figures {
  const { n, kind, runs, runsUpTo } = columns;
  const size = groups.length;
  const of = inTimeOrder(columns, groups.of);
  const atRisk = new Float64Array(NUMBERS * size);
  const onsets = new Float64Array(NUMBERS * size);
  const events = new Float64Array(NUMBERS * size);
  const here = {
    atRisk: new Float64Array(lanes),
    onsets: new Float64Array(lanes),
    events: new Float64Array(lanes),
  };
  const incidence = new Float64Array(lanes * size);
  const touched = new Uint8Array(size);
  const drawn = new Float64Array(size);

  const passTime = (g: number): void => {
    unpack(atRisk, g, lanes, here.atRisk);
    unpack(onsets, g, lanes, here.onsets);
    unpack(events, g, lanes, here.events);
    for (let lane = 0; lane < lanes; lane++) {
      const persons = here.atRisk[lane] as number;
      if (persons === 0) continue;
      const at = lanes * g + lane;
      const free = 1 - (here.events[lane] as number) / persons;
      incidence[at] = (here.onsets[lane] as number) / persons + free * (incidence[at] as number);
    }
    onsets.fill(0, NUMBERS * g, NUMBERS * (g + 1));
    events.fill(0, NUMBERS * g, NUMBERS * (g + 1));
  };
  const gather = ({ counts }: Batch): void => {
    atRisk.fill(0);
    incidence.fill(0);
    for (let i = n - 1; i >= (runs[runsUpTo] as number); i--) addCounts(atRisk, of[i] as number, counts, i);
    for (let run = runsUpTo - 1; run >= 0; run--) {
      touched.fill(0);
      for (let i = runs[run] as number; i < (runs[run + 1] as number); i++) {
        const g = of[i] as number;
        addCounts(atRisk, g, counts, i);
        if (kind[i] === CENSORED) continue;
        touched[g] = 1;
        addCounts(events, g, counts, i);
        if (kind[i] === ONSET) addCounts(onsets, g, counts, i);
      }
      for (let g = 0; g < size; g++) if (touched[g] === 1) passTime(g);
    }
  };
  const measure = (lane: number, into: Float64Array): void => {
    unpackLane(atRisk, lane, lanes, drawn);
    for (let g = 0; g < size; g++)
      into[g] = drawn[g] === 0 ? Number.NaN : (incidence[lanes * g + lane] as number);
  };
  const incidenceOf = prepareAalenJohansen(observations, horizonDays);
  const members = new Float64Array(n);
  const values = Float64Array.from(groups.keys(), (g) => {
    for (let i = 0; i < n; i++) members[i] = groups.of[i] === g ? 1 : 0;
    return incidenceOf(members);
  });
  return { values, gather, measure };
}
