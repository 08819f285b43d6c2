/**
 * What the onset head learns at one clock tick: for each outcome and time piece the years at risk and whether the
 * first onset fell into it. Death ends the risk of every other outcome, so hazards are cause-specific.
 * Death itself is at risk from the index date only: a record with an index date is that of somebody alive on it.
 */
import type { EncodedPatient } from "../tokens/encoded-patient.ts";
import { DAYS_PER_YEAR } from "../vetting/duration.ts";

export interface OnsetShape {
  readonly outcomes: number;
  /** Inner edges, years. */
  readonly edgesYears: readonly number[];
  /** Look-back in which an earlier event means that the person is not at risk, days, by outcome. */
  readonly washoutDays: readonly number[];
  /** Whether the outcome is death itself, by outcome. */
  readonly isDeath: readonly boolean[];
}

export function piecesOf(shape: OnsetShape): number {
  return shape.edgesYears.length + 1;
}

/** Adds weighted exposure (years) and events of one tick into rows of [outcomes x pieces] that start at `offset`. */
export function addOnsetTarget(
  patient: EncodedPatient,
  day: number,
  weight: number,
  shape: OnsetShape,
  into: { exposure: Float32Array; events: Float32Array; offset: number },
): void {
  const pieces = piecesOf(shape);
  for (let k = 0; k < shape.outcomes; k++) {
    const onsets = patient.outcomeDays[k] ?? [];
    const isDeath = shape.isDeath[k] as boolean;
    if (isDeath && patient.indexDay > day) continue;
    const washout = shape.washoutDays[k] as number;
    if (onsets.some((onset) => onset <= day && onset > day - washout)) continue;
    const onset = onsets.find((candidate) => candidate > day && candidate <= patient.lastDay);
    const years = ((onset ?? patient.lastDay) - day) / DAYS_PER_YEAR;
    let from = 0;
    for (let piece = 0; piece < pieces && from < years; piece++) {
      const to = shape.edgesYears[piece] ?? Number.POSITIVE_INFINITY;
      const at = into.offset + k * pieces + piece;
      into.exposure[at] = (into.exposure[at] as number) + weight * (Math.min(to, years) - from);
      if (onset !== undefined && years <= to) into.events[at] = (into.events[at] as number) + weight;
      from = to;
    }
  }
}
