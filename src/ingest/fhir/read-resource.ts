/**
 * One FHIR resource becomes candidate events.
 * Invariant: each resource of a known clinical type gives at least one candidate, kept or accounted for.
 */
import {
  CODE_MISSING,
  FHIR_RELEASE_UNSUPPORTED,
  MODIFIER_EXTENSION,
  PATIENT_REFERENCE_MISSING,
  RESOURCE_TYPE_UNKNOWN,
} from "../../errors/registry.ts";
import { fhirAvailability } from "../availability.ts";
import { isRefusal, type Refusal, rejected } from "../candidate-event.ts";
import { copyVersion } from "../copy-version.ts";
import { isObject, type JsonObject, listAt, objectAt, textAt } from "../json-access.ts";
import { CONFIDENTIAL, TEST_PATIENT } from "../left-out.ts";
import { instantOf } from "../site-clock.ts";
import { type Candidates, type EventBase, eventOf } from "./clinical-event.ts";
import { collectIdentifiers } from "./collect-identifiers.ts";
import { bareCodes, conceptOf, firstConceptOf, qualified } from "./concept.ts";
import { documentText } from "./document-text.ts";
import { encounterEvents } from "./encounter-events.ts";
import { eventTime } from "./event-time.ts";
import type { FhirContext } from "./fhir-context.ts";
import { EARLIER_TYPES, isEarlierShape, isR5Shape, LATER_TYPES } from "./fhir-release.ts";
import { deviceEvents, familyEvents, planEvents } from "./history-and-plan-events.ts";
import { observationEvents, observationParts } from "./observation-events.ts";
import { readPatient } from "./read-patient.ts";
import { encounterOf, parseReference, patientOf } from "./reference.ts";
import { RESOURCE_RULES, type ResourceRule } from "./resource-rules.ts";
import { R4_RESOURCE_TYPES } from "./resource-types.ts";
import { bearsLabel, isTestData } from "./security-labels.ts";

/** @param fullUrl of the Bundle entry, for a resource without an id */
export function readResource(written: unknown, fullUrl: string | null, context: FhirContext): void {
  const type = isObject(written) ? textAt(written, "resourceType") : null;
  if (!isObject(written) || type === null || !R4_RESOURCE_TYPES.has(type)) {
    readUnknown(type, context);
    return;
  }
  const resource = context.collectIdentifiers ? collectIdentifiers(written, type, fullUrl, context) : written;
  const id = idOf(resource, fullUrl, context);
  const key = id ?? identifierOf(resource);
  context.staging.beginResource({
    resource: key === null ? null : `${type}/${key}`,
    version: versionOf(resource),
  });
  const rule = RESOURCE_RULES[type];
  if (type === "Patient") readPatient(resource, id, context);
  else if (rule !== undefined) readClinical(resource, type, id, key, rule, context);
  else if (REFERRED[type] !== undefined) readReferred(resource, type, id, context);
  else context.notRead.add(type);
}

/** Types that are looked into; a line of another type is counted under `notRead` without being parsed. */
export function isReadType(type: string): boolean {
  return (
    type === "Bundle" ||
    type === "Patient" ||
    REFERRED[type] !== undefined ||
    RESOURCE_RULES[type] !== undefined
  );
}

function readUnknown(type: string | null, { tally, notRead, notes }: FhirContext): void {
  if (type !== null && LATER_TYPES.has(type)) {
    notRead.add(type);
    notes.add("resource of R4B or R5");
  } else if (type !== null && EARLIER_TYPES.has(type)) tally.reject(FHIR_RELEASE_UNSUPPORTED, type);
  else tally.reject(RESOURCE_TYPE_UNKNOWN, "resource");
}

function idOf(resource: JsonObject, fullUrl: string | null, { bundle }: FhirContext): string | null {
  return textAt(resource, "id") ?? (fullUrl === null ? null : (parseReference(fullUrl, bundle)?.id ?? null));
}

/** A resource without an id is told apart by its first identifier. */
function identifierOf(resource: JsonObject): string | null {
  const identifier = listAt(resource, "identifier")[0];
  const value = textAt(identifier, "value");
  return value === null ? null : `${textAt(identifier, "system") ?? ""}|${value}`;
}

/** Which copy of the resource this is, by its `meta`. */
export function versionOf(resource: JsonObject): number {
  const meta = objectAt(resource, "meta");
  if (meta === null) return 0;
  return copyVersion(textAt(meta, "versionId"), instantOf(textAt(meta, "lastUpdated") ?? ""));
}

/** Resources that say what kind of thing others refer to: which field, and the name that goes before its code. */
const REFERRED: Readonly<Record<string, { readonly field: string; readonly prefix: string | null }>> = {
  Medication: { field: "code", prefix: null },
  Location: { field: "type", prefix: "LOCATION" },
  Device: { field: "type", prefix: "DEVICE" },
};

function readReferred(resource: JsonObject, type: string, id: string | null, context: FhirContext): void {
  const { field, prefix } = REFERRED[type]!;
  const concept =
    firstConceptOf(resource[field], context.codeOrder) ?? conceptOf(resource.physicalType, context.codeOrder);
  const found = prefix === null ? concept : qualified(prefix, concept);
  if (found === null || id === null) context.notRead.add(`${type} without a code`);
  else context.staging.addMedication(`${type}/${id}`, found.code, found.display);
}

function readClinical(
  resource: JsonObject,
  type: string,
  id: string | null,
  key: string | null,
  rule: ResourceRule,
  context: FhirContext,
): void {
  const { tally, staging } = context;
  const base = baseOf(resource, type, id, key, rule, context);
  if (isRefusal(base)) {
    // What was entered in error takes back an older copy; so does everything else that is no event any more.
    staging.addVoidCopy();
    const parts = type === "Observation" ? observationParts(resource, context.codeOrder).length : 1;
    tally.add(base.fate, base.reason, type, parts);
    return;
  }
  if (isR5Shape(type, resource)) context.notes.add(`${type} in the shape of R5`);
  let events = 0;
  for (const event of candidatesOf(resource, type, base, rule, context)) {
    if (isRefusal(event)) tally.add(event.fate, event.reason, type);
    else {
      staging.addEvent(event);
      events += 1;
    }
  }
  if (events === 0) staging.addVoidCopy();
}

function candidatesOf(
  resource: JsonObject,
  type: string,
  base: EventBase,
  rule: ResourceRule,
  context: FhirContext,
): Candidates {
  switch (type) {
    case "Observation":
      return observationEvents(resource, base, context);
    case "Encounter":
      return encounterEvents(resource, base, rule, context);
    case "FamilyMemberHistory":
      return familyEvents(resource, base, context);
    case "CarePlan":
      return planEvents(resource, base, rule, context);
    case "DeviceUseStatement":
      return deviceEvents(resource, base, context);
    default:
      return coded(resource, type, base, rule, context);
  }
}

/** Who and when; the same for all parts of a resource. */
function baseOf(
  resource: JsonObject,
  type: string,
  id: string | null,
  key: string | null,
  rule: ResourceRule,
  context: FhirContext,
): EventBase | Refusal {
  const none = rule.notAnEvent(resource);
  if (none !== null) return { fate: "not an event", reason: none };
  if (resource.modifierExtension !== undefined) return rejected(MODIFIER_EXTENSION);
  if (isEarlierShape(type, resource)) return rejected(FHIR_RELEASE_UNSUPPORTED);
  if (isTestData(resource)) return { fate: "dropped", reason: TEST_PATIENT };
  if (bearsLabel(resource, context.leaveOutLabels)) return { fate: "dropped", reason: CONFIDENTIAL };
  const person = patientOf(resource, rule.patientField, context.bundle);
  if (person === null) return rejected(PATIENT_REFERENCE_MISSING);
  const availability = fhirAvailability(type);
  const time = eventTime(resource, rule, availability.fields, context.clock);
  if (!time.ok) return rejected(time.reason);
  if (time.imprecise) context.notes.add(`${type} dated to the month or year only`);
  const waits =
    availability.elseEncounterEnd === "billing diagnoses" &&
    !time.availabilityTold &&
    isBillingDiagnosis(resource);
  return {
    person,
    ms: time.ms,
    endMs: time.endMs,
    availableMs: time.availableMs,
    awaitsEncounterEnd: waits,
    encounter: type === "Encounter" ? id : encounterOf(resource, context.bundle),
    source: type,
    resource: key === null ? null : `${type}/${key}`,
  };
}

function isBillingDiagnosis(resource: JsonObject): boolean {
  return listAt(resource, "category").some((category) =>
    bareCodes({ category }, "category").includes("encounter-diagnosis"),
  );
}

function coded(
  resource: JsonObject,
  type: string,
  base: EventBase,
  rule: ResourceRule,
  context: FhirContext,
): Candidates {
  const concept = rule.concept(resource, context.codeOrder);
  if (concept === null) return [referredMedication(resource, base, context)];
  const hasText = type === "DiagnosticReport" || type === "DocumentReference";
  return [eventOf(base, concept, hasText ? { textValue: documentText(resource, context) } : {})];
}

/** The code of a medication that stands in a resource of its own: contained, in the same Bundle, or in another file. */
function referredMedication(resource: JsonObject, base: EventBase, context: FhirContext): Candidates[number] {
  const wrapped = objectAt(objectAt(resource, "medication"), "reference");
  const text = textAt(objectAt(resource, "medicationReference") ?? wrapped, "reference");
  if (text === null) return rejected(CODE_MISSING);
  if (text.startsWith("#")) {
    const contained = listAt(resource, "contained").find((entry) => `#${String(entry.id)}` === text);
    const concept = conceptOf(contained?.code, context.codeOrder);
    return concept === null ? rejected(CODE_MISSING) : eventOf(base, concept);
  }
  const reference = parseReference(text, context.bundle);
  if (reference === null) return rejected(CODE_MISSING);
  return eventOf(base, { code: "", display: null }, { medication: `Medication/${reference.id}` });
}
