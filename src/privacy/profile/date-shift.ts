/**
 * By how many days all dates of one person move: one secret number, because intervals carry the clinical signal.
 * Invariant: never 0; within the range; b - a is unchanged for any two times of the person.
 */
export interface ShiftRange {
  readonly days: number;
  readonly keep: "nothing" | "weekday" | "season";
}

const SEASON_DAYS = 35;

/** @param draw uniform in [0, 1), the person's own and secret */
export function shiftDaysOf(draw: number, { days, keep }: ShiftRange): number {
  const choices = shiftsWithin(days, keep);
  return choices[Math.floor(draw * choices.length)]!;
}

/** All shifts that are allowed, evenly drawn from. */
export function shiftsWithin(days: number, keep: ShiftRange["keep"]): readonly number[] {
  const key = `${days} ${keep}`;
  let list = remembered.get(key);
  if (list === undefined) {
    const found: number[] = [];
    for (let shift = -days; shift <= days; shift++) {
      if (shift === 0) continue;
      if (keep !== "nothing" && shift % 7 !== 0) continue;
      if (keep === "season" && Math.abs(shift - Math.round(shift / 365.25) * 365.25) > SEASON_DAYS) continue;
      found.push(shift);
    }
    remembered.set(key, found);
    list = found;
  }
  return list;
}

const remembered = new Map<string, readonly number[]>();
