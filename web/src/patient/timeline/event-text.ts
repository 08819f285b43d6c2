/** One event in words: day, what, value with its unit. */
import type { PatientAnswer } from "../../../../src/serving/workspace/patient/patient-answer.ts";

export function eventText(timeline: PatientAnswer["timeline"], event: number): string {
  return `${eventDay(timeline, event)}: ${timeline.codes[timeline.code[event] as number]?.text ?? ""} ${valueText(timeline, event)}`.trim();
}

export function eventDay({ times }: PatientAnswer["timeline"], event: number): string {
  return new Date(times[event] as number).toISOString().slice(0, 10);
}

export function valueText({ values, codes, code }: PatientAnswer["timeline"], event: number): string {
  const value = values[event] ?? null;
  return value === null ? "" : `${value} ${codes[code[event] as number]?.unit ?? ""}`.trim();
}
