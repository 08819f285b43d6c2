/**
 * The example as a hospital would export it: FHIR R4 NDJSON, one file per resource type, as Bulk Data gives it.
 * Blood pressures are one Observation with two components; the copies in the source (chol, dbp) are exported as they are.
 */
import { createWriteStream } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { asMachineError } from "../../artefacts/machine-error.ts";
import { isoDate, MS_PER_DAY } from "../calendar.ts";
import { inventPerson } from "./invented-person.ts";
import {
  COHORT_SYSTEM,
  INDEX_CODE,
  LAST_CONTACT_CODE,
  MATCHED_SET_SYSTEM,
  MRN_SYSTEM,
  OLMSTED_EVENTS,
  OLMSTED_MEASUREMENTS,
} from "./olmsted-codes.ts";
import { birthOffsetDays, type OlmstedPerson } from "./olmsted-cohort.ts";

type Resource = { readonly resourceType: string; readonly id: string; readonly [key: string]: unknown };
type Numbered = { readonly person: OlmstedPerson; readonly position: number };

const TERMINOLOGY = "http://terminology.hl7.org/CodeSystem";

export async function writeOlmstedFhir(persons: readonly OlmstedPerson[], dir: string): Promise<void> {
  await mkdir(dir, { recursive: true });
  const writers: Record<string, (numbered: Numbered) => Iterable<Resource>> = {
    Patient: patientOf,
    Encounter: encountersOf,
    Condition: conditionsOf,
    Observation: observationsOf,
  };
  try {
    for (const [type, resources] of Object.entries(writers)) {
      await pipeline(
        Readable.from(ndjson(persons, resources)),
        createWriteStream(join(dir, `${type}.ndjson`)),
      );
    }
  } catch (error) {
    throw asMachineError(error, "writing the example");
  }
}

/** One piece of text a person. */
function* ndjson(
  persons: readonly OlmstedPerson[],
  resources: (numbered: Numbered) => Iterable<Resource>,
): Generator<string> {
  for (const [position, person] of persons.entries()) {
    let text = "";
    for (const resource of resources({ person, position })) text += `${JSON.stringify(resource)}\n`;
    if (text !== "") yield text;
  }
}

function* patientOf({ person, position }: Numbered): Generator<Resource> {
  const invented = inventPerson(person.id, person.sex, position);
  const identifier: unknown[] = [
    {
      use: "usual",
      type: { coding: [{ system: `${TERMINOLOGY}/v2-0203`, code: "MR", display: "Medical record number" }] },
      system: MRN_SYSTEM,
      value: invented.recordNumber,
    },
  ];
  if (person.matchedSet !== null) {
    identifier.push({ type: { text: "Matched set" }, system: MATCHED_SET_SYSTEM, value: person.matchedSet });
  }
  yield {
    resourceType: "Patient",
    id: person.id,
    identifier,
    name: [{ use: "official", family: invented.family, given: [invented.given] }],
    telecom: [
      { system: "phone", value: invented.telephone, use: "home" },
      { system: "email", value: invented.email },
    ],
    gender: person.sex === "M" ? "male" : "female",
    birthDate: dateOf(person, birthOffsetDays(person.ageYears)),
    ...(person.died ? { deceasedDateTime: dateOf(person, person.futimeDays) } : {}),
    address: [
      {
        use: "home",
        line: [invented.street],
        city: invented.city,
        state: "MN",
        postalCode: invented.postalCode,
        country: "US",
      },
    ],
  };
}

function* encountersOf({ person }: Numbered): Generator<Resource> {
  yield encounter(person, "index", INDEX_CODE, "Index date of the cohort", 0);
  if (!person.died) {
    yield encounter(person, "last", LAST_CONTACT_CODE, "Last contact of the cohort", person.futimeDays);
  }
}

function encounter(
  person: OlmstedPerson,
  suffix: string,
  code: string,
  display: string,
  days: number,
): Resource {
  const day = dateOf(person, days);
  return {
    resourceType: "Encounter",
    id: `${person.id}-${suffix}`,
    status: "finished",
    class: { system: `${TERMINOLOGY}/v3-ActCode`, code: "AMB", display: "ambulatory" },
    type: [{ coding: [{ system: COHORT_SYSTEM, code, display }] }],
    subject: subjectOf(person),
    period: { start: day, end: day },
  };
}

function* conditionsOf({ person }: Numbered): Generator<Resource> {
  for (const [i, { days, event }] of person.events.entries()) {
    yield {
      resourceType: "Condition",
      id: `${person.id}-c${i + 1}`,
      clinicalStatus: { coding: [{ system: `${TERMINOLOGY}/condition-clinical`, code: "active" }] },
      verificationStatus: { coding: [{ system: `${TERMINOLOGY}/condition-ver-status`, code: "confirmed" }] },
      code: codingOf(OLMSTED_EVENTS[event]!),
      subject: subjectOf(person),
      onsetDateTime: dateOf(person, days),
      recordedDate: dateOf(person, days),
    };
  }
}

function* observationsOf({ person }: Numbered): Generator<Resource> {
  const diastolic = new Map<number, number[]>();
  for (const { days, test, value } of person.measurements) {
    if (test !== "dbp") continue;
    const values = diastolic.get(days);
    if (values === undefined) diastolic.set(days, [value]);
    else values.push(value);
  }
  let number = 0;
  const base = (days: number, category: string): Resource => ({
    resourceType: "Observation",
    id: `${person.id}-o${++number}`,
    status: "final",
    category: [{ coding: [{ system: `${TERMINOLOGY}/observation-category`, code: category }] }],
    subject: subjectOf(person),
    effectiveDateTime: dateOf(person, days),
  });
  for (const { days, test, value } of person.measurements) {
    if (test === "dbp") continue;
    if (test === "sbp") {
      const component = [componentOf("sbp", value)];
      const partner = diastolic.get(days)?.shift();
      if (partner !== undefined) component.push(componentOf("dbp", partner));
      yield { ...base(days, "vital-signs"), code: BLOOD_PRESSURE, component };
      continue;
    }
    const measured = { code: codingOf(OLMSTED_MEASUREMENTS[test]!), ...measuredValue(test, value) };
    yield { ...base(days, test === "smoke" ? "social-history" : "laboratory"), ...measured };
  }
  for (const [days, values] of diastolic) {
    for (const value of values) {
      yield { ...base(days, "vital-signs"), code: BLOOD_PRESSURE, component: [componentOf("dbp", value)] };
    }
  }
}

const BLOOD_PRESSURE = codingOf({
  system: "http://loinc.org",
  code: "85354-9",
  display: "Blood pressure panel with all children optional",
});

function componentOf(test: string, value: number): Record<string, unknown> {
  return { code: codingOf(OLMSTED_MEASUREMENTS[test]!), ...measuredValue(test, value) };
}

function measuredValue(test: string, value: number): Record<string, unknown> {
  const { unit } = OLMSTED_MEASUREMENTS[test]!;
  if (unit === null) return { valueInteger: value };
  return { valueQuantity: { value, unit, system: "http://unitsofmeasure.org", code: unit } };
}

function codingOf({ system, code, display }: { system: string; code: string; display: string }): unknown {
  return { coding: [{ system, code, display }] };
}

function subjectOf(person: OlmstedPerson): { reference: string } {
  return { reference: `Patient/${person.id}` };
}

function dateOf(person: OlmstedPerson, days: number): string {
  return isoDate(person.indexMs + days * MS_PER_DAY);
}
