/**
 * Follow-up cut into slots of equal length (years, as a rule) since the landmark: one row per person and slot at risk,
 * with the share of the slot exposed and whether the event happened in it. A piecewise-constant hazard's likelihood is
 * Poisson in these rows (Holford 1980; Laird & Olivier 1981).
 */
import { type BinnedFeatures, MAXIMUM_BINS } from "./binned-features.ts";
import type { BoostTarget } from "./boost.ts";

/** Later slots are one with the last: a tree's split on time cannot tell them apart. */
const MAXIMUM_SLOTS = MAXIMUM_BINS - 2;

export interface PersonYears {
  readonly unitOfRow: Int32Array;
  readonly slotOfRow: Uint8Array;
  /** Share of the slot at risk, in (0, 1]. */
  readonly exposure: Float64Array;
  /** 1 in the slot in which the event happened. */
  readonly event: Float64Array;
}

/** @param event 1 where the event happened at the end of a person's days */
export function personYears(days: Float64Array, event: Uint8Array, slotDays: number): PersonYears {
  const unitOfRow: number[] = [];
  const slotOfRow: number[] = [];
  const exposure: number[] = [];
  const events: number[] = [];
  for (let unit = 0; unit < days.length; unit++) {
    const length = (days[unit] as number) / slotDays;
    const slots = Math.ceil(length);
    for (let slot = 0; slot < slots; slot++) {
      const last = slot === slots - 1;
      unitOfRow.push(unit);
      slotOfRow.push(Math.min(slot, MAXIMUM_SLOTS));
      exposure.push(last ? length - slot : 1);
      events.push(last ? (event[unit] as number) : 0);
    }
  }
  return {
    unitOfRow: Int32Array.from(unitOfRow),
    slotOfRow: Uint8Array.from(slotOfRow),
    exposure: Float64Array.from(exposure),
    event: Float64Array.from(events),
  };
}

/** @param logHazard score of each unit before the first tree: log events per slot */
export function hazardTarget(
  features: BinnedFeatures,
  table: PersonYears,
  logHazard: (unit: number) => number,
): BoostTarget {
  return {
    rows: { features, unitOfRow: table.unitOfRow, slotOfRow: table.slotOfRow },
    y: table.event,
    weight: table.exposure,
    offset: Float64Array.from(table.unitOfRow, (unit) => logHazard(unit)),
  };
}
