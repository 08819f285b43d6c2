/** One invented person's record as FHIR R4 resources, as a hook's prefetch carries it. */
import { systemEffects } from "../../src/effects/effects.ts";
import { MS_PER_DAY } from "../../src/vetting/duration.ts";
import { DIAGNOSES, LABS } from "./served-site.ts";

export interface RecordOptions {
  readonly id?: string;
  /** Observations and conditions. */
  readonly events?: number;
  /** The newest event, ms. */
  readonly newest?: number;
  readonly birthDate?: string;
  /** Days between two events; default 20. */
  readonly everyDays?: number;
}

export interface FhirRecord {
  readonly id: string;
  readonly patient: object;
  readonly conditions: readonly object[];
  readonly observations: readonly object[];
}

export function fhirRecord(options: RecordOptions = {}): FhirRecord {
  const id = options.id ?? "p1";
  const newest = options.newest ?? systemEffects.now() - 10 * MS_PER_DAY;
  const count = options.events ?? 20;
  const every = options.everyDays ?? 20;
  const dayOf = (i: number) =>
    new Date(newest - (count - 1 - i) * every * MS_PER_DAY).toISOString().slice(0, 10);
  const subject = { reference: `Patient/${id}` };
  const conditions: object[] = [];
  const observations: object[] = [];
  for (let i = 0; i < count; i++) {
    if (i % 10 === 3) {
      const code = DIAGNOSES[Math.floor(i / 10) % DIAGNOSES.length] as string;
      conditions.push({
        resourceType: "Condition",
        id: `${id}-c${i}`,
        verificationStatus: coded("http://terminology.hl7.org/CodeSystem/condition-ver-status", "confirmed"),
        code: coded("http://hl7.org/fhir/sid/icd-10-cm", code),
        subject,
        onsetDateTime: dayOf(i),
        recordedDate: dayOf(i),
      });
      continue;
    }
    const { code, unit, level } = LABS[i % LABS.length] as (typeof LABS)[number];
    const value = Math.round(level * (0.8 + 0.01 * ((7 * i) % 40)));
    observations.push({
      resourceType: "Observation",
      id: `${id}-o${i}`,
      status: "final",
      subject,
      effectiveDateTime: dayOf(i),
      code: coded("http://loinc.org", code),
      valueQuantity: { value, unit, system: "http://unitsofmeasure.org", code: unit },
    });
  }
  return {
    id,
    patient: {
      resourceType: "Patient",
      id,
      gender: "female",
      birthDate: options.birthDate ?? "1961-03-14",
      name: [{ family: "Quillfeather", given: ["Ottoline"] }],
    },
    conditions,
    observations,
  };
}

export function bundleOf(resources: readonly object[], type = "searchset"): object {
  return { resourceType: "Bundle", type, entry: resources.map((resource) => ({ resource })) };
}

/** The whole record in one Bundle. */
export function recordBundle({ patient, conditions, observations }: FhirRecord): object {
  return bundleOf([patient, ...conditions, ...observations], "collection");
}

/** A call of `patient-view` with all of its prefetch. */
export function patientView(record: FhirRecord, change: object = {}): object {
  return {
    hook: "patient-view",
    hookInstance: "6b1f4c9e-4f43-4d3c-8f5e-2d6a8a1c7f10",
    context: { userId: "Practitioner/1", patientId: record.id },
    prefetch: {
      patient: record.patient,
      conditions: bundleOf(record.conditions),
      observations: bundleOf(record.observations),
    },
    ...change,
  };
}

function coded(system: string, code: string): object {
  return { coding: [{ system, code, display: `${code} in words` }] };
}
