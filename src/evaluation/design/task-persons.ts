/**
 * The persons of one task: who is eligible at a landmark, what happened to them, and why the others do not count.
 * Invariant: everyone is either in the task or in its attrition, exactly once.
 */
import { type EventKind, type Label, labelAt, predictionDay } from "../../vetting/label.ts";
import type { OutcomeDefinition, PredictionTime } from "../../vetting/outcome-definition.ts";
import type { PatientHistory } from "../../vetting/patient-history.ts";
import { CENSORED, DEATH, type Observations, ONSET } from "../measures/observations.ts";

export interface TaskPersons {
  /** Positions of the eligible persons in the histories passed. */
  readonly positions: Int32Array;
  /** Prediction day of each, days since 1970-01-01. */
  readonly predictionDays: Float64Array;
  readonly observations: Observations;
  /** By reason. */
  readonly attrition: Readonly<Record<string, number>>;
}

function left(label: Label): string {
  return label.eligible ? "no index date" : label.why;
}

/** What happened, as a column of observations holds it. */
export const KIND: Record<EventKind, number> = { censored: CENSORED, onset: ONSET, death: DEATH };

/** @param k position of the outcome in the definitions that the histories were built with */
export function taskPersons(
  histories: readonly PatientHistory[],
  outcome: OutcomeDefinition,
  k: number,
  time: PredictionTime,
): TaskPersons {
  const positions: number[] = [];
  const predictionDays: number[] = [];
  const days: number[] = [];
  const kind: number[] = [];
  const attrition: Record<string, number> = {};
  for (const [position, history] of histories.entries()) {
    const day = predictionDay(history, time);
    const label = labelAt(history, outcome, k, day);
    if (!label.eligible || day === null) {
      const why = day === null && time.anchor !== "index" ? "no such prediction time" : left(label);
      attrition[why] = (attrition[why] ?? 0) + 1;
      continue;
    }
    positions.push(position);
    predictionDays.push(day);
    days.push(label.outcome.days);
    kind.push(KIND[label.outcome.kind]);
  }
  return {
    positions: Int32Array.from(positions),
    predictionDays: Float64Array.from(predictionDays),
    observations: { days: Float64Array.from(days), kind: Uint8Array.from(kind) },
    attrition,
  };
}
