/**
 * Follow-up cut into years since the landmark: one row per person and year at risk, with the days exposed and whether
 * the event happened in it. A piecewise-constant hazard's likelihood is Poisson in these rows (Holford 1980; Laird &
 * Olivier 1981).
 */
import { DAYS_PER_YEAR } from "../../vetting/duration.ts";
import type { BinnedFeatures } from "./binned-features.ts";
import type { BoostTarget } from "./boost.ts";

export interface PersonYears {
  readonly unitOfRow: Int32Array;
  readonly slotOfRow: Uint8Array;
  /** Years at risk in the slot, in (0, 1]. */
  readonly exposure: Float64Array;
  /** 1 in the slot in which the event happened. */
  readonly event: Float64Array;
}

/** @param maximumYears follow-up beyond is cut off */
export function personYears(days: Float64Array, event: Uint8Array, maximumYears: number): PersonYears {
  const unitOfRow: number[] = [];
  const slotOfRow: number[] = [];
  const exposure: number[] = [];
  const events: number[] = [];
  for (let unit = 0; unit < days.length; unit++) {
    const years = (days[unit] as number) / DAYS_PER_YEAR;
    const slots = Math.min(maximumYears, Math.ceil(years));
    for (let slot = 0; slot < slots; slot++) {
      const last = slot === slots - 1;
      unitOfRow.push(unit);
      slotOfRow.push(slot);
      exposure.push(last ? Math.min(1, years - slot) : 1);
      events.push(last && years <= maximumYears ? (event[unit] as number) : 0);
    }
  }
  return {
    unitOfRow: Int32Array.from(unitOfRow),
    slotOfRow: Uint8Array.from(slotOfRow),
    exposure: Float64Array.from(exposure),
    event: Float64Array.from(events),
  };
}

/** @param logHazard score of each unit before the first tree: log events per person-year */
export function hazardTarget(
  features: BinnedFeatures,
  table: PersonYears,
  slots: number,
  logHazard: (unit: number) => number,
): BoostTarget {
  return {
    rows: { features, unitOfRow: table.unitOfRow, slotOfRow: table.slotOfRow, slots },
    y: table.event,
    weight: table.exposure,
    offset: Float64Array.from(table.unitOfRow, (unit) => logHazard(unit)),
  };
}
