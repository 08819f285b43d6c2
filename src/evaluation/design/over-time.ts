/**
 * What held-out persons tell of time: the periods that their predictions lie in, how long before the onset it was foretold,
 * and how long after it the record knew.
 * Invariants: every count told is at least the minimum cell: bands that are too small are taken together with their neighbours.
 */
import { DAYS_PER_YEAR, MS_PER_DAY } from "../../vetting/duration.ts";
import type { PatientHistory } from "../../vetting/patient-history.ts";
import { shareOf } from "../audits/audit.ts";
import { CASE, CONTROL } from "../measures/observations.ts";
import type { SubgroupAttribute } from "../resampling/subgroup-figures.ts";
import type { EvidenceTask } from "./evidence-schema.ts";
import { attributeOf, isResidual } from "./subgroups.ts";
import type { TaskPersons } from "./task-persons.ts";

type OverTime = NonNullable<EvidenceTask["overTime"]>;

interface Limits {
  readonly minimumCell: number;
  readonly minimumEvents: number;
}

/** Under which the periods are resampled, beside the subgroups. */
export const PERIODS = "period of the prediction";

/** Finest first, each with the most periods that one can still tell apart. */
const GRAINS = [
  { grain: "month", most: 36 },
  { grain: "quarter", most: 40 },
  { grain: "year", most: 200 },
] as const;

/** A finer grain is taken while so many persons lie in periods that can be judged. */
const ENOUGH = 0.8;

/** Days after the prediction, and after the onset, between which bands lie; the later day belongs to a band. */
const LEAD_EDGES = [0, 30, 91, 182, DAYS_PER_YEAR, 2 * DAYS_PER_YEAR, 5 * DAYS_PER_YEAR, 10 * DAYS_PER_YEAR];
const DELAY_EDGES = [0, 1, 7, 30, 91, DAYS_PER_YEAR];

export interface Periods {
  readonly grain: OverTime["grain"];
  readonly attribute: SubgroupAttribute;
}

/** The finest of month, quarter and year in which nearly everybody lies in a period that can be judged; else years. */
export function periodsOf(predictionDays: Float64Array, status: Uint8Array, limits: Limits): Periods | null {
  for (const { grain, most } of GRAINS) {
    const attribute = periods(predictionDays, grain, limits.minimumCell);
    const fits = attribute.levels.length <= most;
    if (grain === "year") return fits ? { grain, attribute } : null;
    if (fits && attribute.levels.length > 1 && shareJudged(attribute, status, limits) >= ENOUGH)
      return { grain, attribute };
  }
  return null;
}

function periods(days: Float64Array, grain: OverTime["grain"], minimumCell: number): SubgroupAttribute {
  const places = new Map<string, number>();
  const of = Int32Array.from(days, (day) => {
    const name = periodName(day, grain);
    const place = places.get(name) ?? places.size;
    places.set(name, place);
    return place;
  });
  return attributeOf({ name: PERIODS, names: [...places.keys()], of }, minimumCell);
}

/** `2019-05`, `2019-Q2` or `2019`. @param day since 1970-01-01 */
function periodName(day: number, grain: OverTime["grain"]): string {
  const date = new Date(day * MS_PER_DAY);
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()];
  if (grain === "year") return String(year);
  return grain === "quarter"
    ? `${year}-Q${Math.floor(month / 3) + 1}`
    : `${year}-${String(month + 1).padStart(2, "0")}`;
}

function shareJudged(
  { levels, level }: SubgroupAttribute,
  status: Uint8Array,
  { minimumCell, minimumEvents }: Limits,
): number {
  const count = (of: (i: number) => boolean): number[] => {
    const counts = levels.map(() => 0);
    for (const [i, l] of level.entries()) if (of(i)) counts[l] = (counts[l] ?? 0) + 1;
    return counts;
  };
  const [all, cases, controls] = [
    count(() => true),
    count((i) => status[i] === CASE),
    count((i) => status[i] === CONTROL),
  ];
  const judged = all.map((n, l) =>
    n >= minimumCell &&
    (cases[l] ?? 0) >= minimumEvents &&
    (controls[l] ?? 0) >= minimumEvents &&
    !isResidual(levels[l] ?? "")
      ? n
      : 0,
  );
  return judged.reduce((a, b) => a + b, 0) / Math.max(1, level.length);
}

/**
 * Of the onsets within the horizon, by how long after the prediction they came: the share whose risk was at or above the
 * threshold. Onsets known to have come are counted, not weighted for censoring.
 */
export function leadTimeOf(
  { observations: { days } }: TaskPersons,
  status: Uint8Array,
  risks: Float64Array,
  threshold: number,
  minimumCell: number,
): OverTime["leadTime"] {
  const cases = Array.from(days.keys()).filter((i) => status[i] === CASE);
  const bands = bandsOf(
    cases.map((i) => ({ i, days: days[i] as number })),
    LEAD_EDGES,
    minimumCell,
  );
  return {
    threshold,
    bands: bands.map(({ fromDays, toDays, members }) => ({
      fromDays,
      toDays,
      onsets: members.length,
      share: shareOf(members.filter(({ i }) => (risks[i] as number) >= threshold).length, members.length),
    })),
  };
}

/** Of the onsets within the horizon, by how long after they came the record knew of them. */
export function labelDelayOf(
  histories: readonly PatientHistory[],
  { positions, predictionDays, observations: { days } }: TaskPersons,
  status: Uint8Array,
  k: number,
  minimumCell: number,
): OverTime["labelDelay"] {
  const delays = Array.from(positions).flatMap((position, i) => {
    if (status[i] !== CASE) return [];
    const { outcomeDays, outcomeKnownDays } = histories[position] as PatientHistory;
    const onset = (predictionDays[i] as number) + (days[i] as number);
    // Times are sums of days: the same onset, not the same bits.
    const place = (outcomeDays[k] ?? []).findIndex((day) => Math.abs(day - onset) < 1e-6);
    const known = outcomeKnownDays?.[k]?.[place];
    return known === undefined ? [] : [{ days: Math.max(0, known - onset) }];
  });
  return bandsOf(delays, DELAY_EDGES, minimumCell).map(({ fromDays, toDays, members }) => ({
    fromDays,
    toDays,
    onsets: members.length,
    share: shareOf(members.length, delays.length),
  }));
}

interface Band<Member> {
  readonly fromDays: number;
  /** Null: without end. */
  readonly toDays: number | null;
  readonly members: readonly Member[];
}

/** Neighbouring bands are taken together until each has enough; none where all together have not. */
function bandsOf<Member extends { readonly days: number }>(
  all: readonly Member[],
  edges: readonly number[],
  least: number,
): Band<Member>[] {
  if (all.length < least) return [];
  const bands: Band<Member>[] = [];
  let from = 0;
  for (const [e, edge] of edges.entries()) {
    const fromDays = edges[from] ?? edge;
    const toDays = edges[e + 1] ?? null;
    const members = all.filter(
      ({ days }) => (from === 0 || days > fromDays) && (toDays === null || days <= toDays),
    );
    const left = toDays === null ? 0 : all.filter(({ days }) => days > toDays).length;
    if (members.length < least || (left > 0 && left < least)) continue;
    bands.push({ fromDays, toDays, members });
    if (left === 0) break;
    from = e + 1;
  }
  return bands;
}
