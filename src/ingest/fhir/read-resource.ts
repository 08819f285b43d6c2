/**
 * One FHIR resource becomes candidate events.
 * Invariant: each resource of a known clinical type gives at least one candidate, kept or accounted for.
 */
import {
  CODE_MISSING,
  PATIENT_REFERENCE_MISSING,
  RESOURCE_TYPE_UNKNOWN,
  UNIT_UNKNOWN,
} from "../../errors/registry.ts";
import { parseCalendarTime } from "../calendar.ts";
import { type CandidateEvent, isRefusal, type Refusal, rejected } from "../candidate-event.ts";
import { isObject, type JsonObject, listAt, objectAt, textAt } from "../json-access.ts";
import { recogniseUnit } from "../unit.ts";
import { type Concept, conceptOf } from "./concept.ts";
import { eventTime } from "./event-time.ts";
import type { FhirContext } from "./fhir-context.ts";
import { observationValue } from "./observation-value.ts";
import { readPatient } from "./read-patient.ts";
import { encounterOf, parseReference, patientOf } from "./reference.ts";
import { RESOURCE_RULES, type ResourceRule } from "./resource-rules.ts";
import { R4_RESOURCE_TYPES } from "./resource-types.ts";

/** @param fullUrl of the Bundle entry, for a resource without an id */
export function readResource(resource: unknown, fullUrl: string | null, context: FhirContext): void {
  const type = isObject(resource) ? textAt(resource, "resourceType") : null;
  if (!isObject(resource) || type === null || !R4_RESOURCE_TYPES.has(type)) {
    context.tally.reject(RESOURCE_TYPE_UNKNOWN, "resource");
    return;
  }
  const id =
    textAt(resource, "id") ??
    (fullUrl === null ? null : (parseReference(fullUrl, context.bundle)?.id ?? null));
  const updated = parseCalendarTime(textAt(objectAt(resource, "meta"), "lastUpdated") ?? "");
  const key = id === null ? null : `${type}/${id}`;
  context.staging.beginResource({ resource: key, version: updated?.ms ?? 0 });

  const rule = RESOURCE_RULES[type];
  if (type === "Patient") readPatient(resource, id, context);
  else if (rule !== undefined) readClinical(resource, type, id, rule, context);
  else if (type === "Medication") readMedication(resource, id, context);
  else context.notRead.add(type);
}

/** Types that are looked into; a line of another type is counted under `notRead` without being parsed. */
export function isReadType(type: string): boolean {
  return OTHER_READ_TYPES.has(type) || RESOURCE_RULES[type] !== undefined;
}

/** A Bundle is taken apart by whoever reads the file. */
const OTHER_READ_TYPES: ReadonlySet<string> = new Set(["Bundle", "Patient", "Medication"]);

function readMedication(resource: JsonObject, id: string | null, { staging, notRead }: FhirContext): void {
  const concept = conceptOf(resource.code);
  if (concept === null || id === null) notRead.add("Medication without a code");
  else staging.addMedication(`Medication/${id}`, concept.code, concept.display);
}

function readClinical(
  resource: JsonObject,
  type: string,
  id: string | null,
  rule: ResourceRule,
  context: FhirContext,
): void {
  const { tally, staging } = context;
  const parts = type === "Observation" ? observationParts(resource) : [{ source: resource, own: true }];
  const base = baseOf(resource, type, id, rule, context);
  if (isRefusal(base)) {
    tally.add(base.fate, base.reason, type, parts.length);
    return;
  }
  for (const part of parts) {
    const event =
      type === "Observation" ? observed(part, base, context) : coded(resource, base, rule, context);
    if (isRefusal(event)) tally.add(event.fate, event.reason, type);
    else staging.addEvent(event);
  }
}

type Base = Pick<CandidateEvent, "person" | "ms" | "availableMs" | "encounter" | "source" | "resource">;

/** Who and when; the same for all parts of a resource. */
function baseOf(
  resource: JsonObject,
  type: string,
  id: string | null,
  rule: ResourceRule,
  context: FhirContext,
): Base | Refusal {
  const none = rule.notAnEvent(resource);
  if (none !== null) return { fate: "not an event", reason: none };
  const person = patientOf(resource, rule.patientField, context.bundle);
  if (person === null) return rejected(PATIENT_REFERENCE_MISSING);
  const time = eventTime(resource, rule);
  if (!time.ok) return rejected(time.reason);
  if (time.imprecise) context.notes.add(`${type} dated to the month or year only`);
  return {
    person,
    ms: time.ms,
    availableMs: time.availableMs,
    encounter: type === "Encounter" ? id : encounterOf(resource, context.bundle),
    source: type,
    resource: id === null ? null : `${type}/${id}`,
  };
}

/** Written out field by field: spreading costs more here than everything else together. */
function eventOf(base: Base, concept: Concept, more: Partial<CandidateEvent> = {}): CandidateEvent {
  return {
    person: base.person,
    ms: base.ms,
    fromIndex: false,
    order: null,
    code: concept.code,
    display: concept.display,
    numericValue: more.numericValue ?? null,
    textValue: more.textValue ?? null,
    unit: more.unit ?? null,
    availableMs: base.availableMs,
    awaitsEncounterEnd: false,
    encounter: base.encounter,
    source: base.source,
    resource: base.resource,
    medication: more.medication ?? null,
  };
}

function coded(
  resource: JsonObject,
  base: Base,
  rule: ResourceRule,
  context: FhirContext,
): CandidateEvent | Refusal {
  const concept = rule.concept(resource);
  const textValue = base.source === "DiagnosticReport" ? textAt(resource, "conclusion") : null;
  return concept === null
    ? referredMedication(resource, base, context)
    : eventOf(base, concept, { textValue });
}

/** The code of a medication that stands in a resource of its own: contained, in the same Bundle, or in another file. */
function referredMedication(
  resource: JsonObject,
  base: Base,
  context: FhirContext,
): CandidateEvent | Refusal {
  const text = textAt(objectAt(resource, "medicationReference"), "reference");
  if (text === null) return rejected(CODE_MISSING);
  if (text.startsWith("#")) {
    const contained = listAt(resource, "contained").find((entry) => `#${String(entry.id)}` === text);
    const concept = conceptOf(contained?.code);
    return concept === null ? rejected(CODE_MISSING) : eventOf(base, concept);
  }
  const reference = parseReference(text, context.bundle);
  if (reference === null) return rejected(CODE_MISSING);
  return eventOf(base, { code: "", display: null }, { medication: `Medication/${reference.id}` });
}

interface ObservationPart {
  readonly source: JsonObject;
  /** The Observation itself, not one of its components. */
  readonly own: boolean;
}

/** What of an Observation carries a value: the resource itself, its components, or both. */
function observationParts(resource: JsonObject): ObservationPart[] {
  const components = listAt(resource, "component").map((source) => ({ source, own: false }));
  if (components.length > 0 && observationValue(resource) === null) return components;
  return [{ source: resource, own: true }, ...components];
}

function observed(
  { source: part, own }: ObservationPart,
  base: Base,
  context: FhirContext,
): CandidateEvent | Refusal {
  const value = observationValue(part);
  if (value === null && objectAt(part, "dataAbsentReason") !== null) {
    return { fate: "not an event", reason: "no result (data absent)" };
  }
  if (value === null && own && listAt(part, "hasMember").length > 0) {
    return { fate: "not an event", reason: "panel of other observations" };
  }
  const concept = conceptOf(part.code);
  if (concept === null) return rejected(CODE_MISSING);
  if (value === null) return eventOf(base, concept);
  const unit = value.unit === null ? null : recogniseUnit(value.unit, context.unitAliases);
  if (value.unit !== null && unit === null) {
    context.unknownUnits.add(concept.code);
    return rejected(UNIT_UNKNOWN);
  }
  if (unit !== value.unit) context.notes.add("unit respelled in UCUM");
  if (value.note !== null) context.notes.add(value.note);
  if (value.answer !== null) {
    if (concept.display !== null) context.staging.describe(concept.code, concept.display);
    return eventOf(base, { code: `${concept.code}//${value.answer}`, display: null });
  }
  return eventOf(base, concept, { numericValue: value.numericValue, textValue: value.textValue, unit });
}
