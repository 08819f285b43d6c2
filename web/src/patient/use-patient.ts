/** What the screens of one patient ask; the key stands in the address, or is the launch's. */
import { useParams } from "@tanstack/react-router";
import type { PatientAnswer } from "../../../src/serving/workspace/patient/patient-answer.ts";
import { useAsked } from "../data/queries.ts";

export function usePatientKey(): string {
  const { key }: { readonly key?: string } = useParams({ strict: false });
  return key ?? "launch";
}

export function usePatient() {
  return useAsked<PatientAnswer>(patientPath(usePatientKey()));
}

export function patientPath(key: string, part = ""): string {
  return `/workspace/patients/${key}${part}`;
}

export type Forecast = PatientAnswer["forecasts"][number];

/** How many times what is usual a risk is: the order in which forecasts are read. */
export function excess({ risk, validated }: Forecast): number {
  const usual = validated?.incidence ?? 0;
  return risk === null ? -1 : usual <= 0 ? risk : risk / usual;
}
