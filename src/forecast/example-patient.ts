/**
 * One patient shown whole in the report: history, risks over time, simulated futures.
 * The choice is a rule, not a pick: the one who has had about one of the outcomes and whose number of events is nearest to
 * `TYPICAL_EVENTS`; of equals the first.
 */
import type { EncodedPatient } from "../tokens/encoded-patient.ts";
import { ageYears, eventsBefore, type PatientHistory } from "../vetting/patient-history.ts";
import type { Simulation } from "./future-simulator.ts";

const TYPICAL_EVENTS = 24;
const MOST_EVENTS_SHOWN = 200;

export interface ExamplePatient {
  readonly schema: "longitude.example-patient/1";
  readonly sex: string | null;
  readonly ageYears: number;
  /** Days from the prediction time; negative before it. */
  readonly history: readonly {
    readonly days: number;
    readonly code: string;
    readonly value: number | null;
    readonly unit: string | null;
  }[];
  readonly risks: readonly {
    readonly outcome: string;
    readonly atRisk: boolean;
    /** Risk by the direct reading at each of `years`. */
    readonly direct: readonly number[];
  }[];
  readonly years: readonly number[];
  readonly futures: readonly {
    readonly end: string;
    readonly events: readonly { readonly days: number; readonly code: string }[];
  }[];
}

export interface Candidate {
  readonly history: PatientHistory;
  readonly patient: EncodedPatient;
  readonly day: number;
}

export function chooseExample<C extends Candidate>(candidates: readonly C[]): C | null {
  let chosen: C | null = null;
  let lowest = Number.POSITIVE_INFINITY;
  for (const candidate of candidates) {
    const { patient, day } = candidate;
    const had = patient.outcomeDays.filter((days) => days.some((onset) => onset <= day)).length;
    const events = patient.days.filter((eventDay) => eventDay <= day).length;
    const distance = 10 * Math.abs(had - 1) + Math.abs(events - TYPICAL_EVENTS);
    if (distance < lowest) {
      lowest = distance;
      chosen = candidate;
    }
  }
  return chosen;
}

export function describeExample(
  { history, day }: Candidate,
  risks: ExamplePatient["risks"],
  years: readonly number[],
  simulation: Simulation | null,
  nameOf: (token: number) => string,
): ExamplePatient {
  return {
    schema: "longitude.example-patient/1",
    sex: history.sex,
    ageYears: ageYears(history, day),
    history: eventsBefore(history, day)
      .slice(-MOST_EVENTS_SHOWN)
      .map(({ availableDay, code, value, unit }) => ({ days: availableDay - day, code, value, unit })),
    risks,
    years,
    futures: (simulation?.futures ?? []).map(({ end, events }) => ({
      end,
      events: events.map(({ days, token }) => ({ days, code: nameOf(token) })),
    })),
  };
}
