/**
 * How each clinical resource type becomes an event: who, when it happened, which code, and which statuses mean that
 * nothing happened. One row a type; when it could be known stands in ../availability.ts. Fields of R5 stand beside
 * those of R4 where they differ.
 */
import { type JsonObject, listAt, objectAt, textAt } from "../json-access.ts";
import {
  bareCodes,
  type CodeOrder,
  type Concept,
  codingOf,
  conceptOf,
  firstConceptOf,
  qualified,
} from "./concept.ts";

export interface ResourceRule {
  readonly patientField: "subject" | "patient" | "beneficiary";
  /** Paths of the event's time, the first that is there counts. `period.start` reads into a Period. */
  readonly time: readonly string[];
  /** Paths of the end of what happened, for the check that it does not precede its start. */
  readonly end: readonly string[];
  readonly concept: (resource: JsonObject, order: CodeOrder) => Concept | null;
  /** Why this is no event; null = it is one. Always a fixed phrase. */
  readonly notAnEvent: (resource: JsonObject) => string | null;
}

/** The phrase for a status among those listed; `entered-in-error` is none in any type. */
function status(...none: string[]): ResourceRule["notAnEvent"] {
  return (resource) => {
    const found = textAt(resource, "status");
    return found !== null && (found === "entered-in-error" || none.includes(found))
      ? `status ${found}`
      : null;
  };
}

function verification(resource: JsonObject): string | null {
  const found = bareCodes(resource, "verificationStatus").find(
    (code) => code === "refuted" || code === "entered-in-error",
  );
  return found === undefined ? null : `status ${found}`;
}

const concept =
  (field: string): ResourceRule["concept"] =>
  (resource, order) =>
    conceptOf(resource[field], order);

/** The codes of allergies stand apart from those of what was given. */
const allergyConcept: ResourceRule["concept"] = (resource, order) =>
  qualified("ALLERGY", conceptOf(resource.code, order));

/** The type says what the encounter was; the class (in-patient, emergency …) stands in where there is none. */
function encounterConcept(resource: JsonObject, order: CodeOrder): Concept | null {
  return firstConceptOf(resource.type, order) ?? encounterClass(resource, order);
}

/** R4 has one Coding, R5 a list of concepts. */
export function encounterClass(resource: JsonObject, order: CodeOrder): Concept | null {
  return codingOf(resource.class) ?? firstConceptOf(resource.class, order);
}

/** R5 wraps the concept: `medication.concept`. */
function medication(resource: JsonObject, order: CodeOrder): Concept | null {
  return (
    conceptOf(resource.medicationCodeableConcept, order) ??
    conceptOf(objectAt(resource, "medication")?.concept, order)
  );
}

/** What was ordered is not yet done, so it stands behind a name of its own. */
const orderConcept: ResourceRule["concept"] = (resource, order) =>
  qualified(
    "ORDER",
    conceptOf(resource.code, order) ?? conceptOf(objectAt(resource, "code")?.concept, order),
  );

const coverageConcept: ResourceRule["concept"] = (resource, order) =>
  qualified("COVERAGE", conceptOf(resource.type, order));

/** The kind of the document; its class where the kind has no code. */
const documentConcept: ResourceRule["concept"] = (resource, order) =>
  conceptOf(resource.type, order) ?? firstConceptOf(resource.category, order);

function medicationRequestIsNone(resource: JsonObject): string | null {
  if (resource.doNotPerform === true) return "order not to give";
  const intent = textAt(resource, "intent");
  if (intent === "proposal" || intent === "plan") return `intent ${intent}`;
  return status("cancelled", "draft")(resource);
}

function serviceRequestIsNone(resource: JsonObject): string | null {
  if (resource.doNotPerform === true) return "order not to do";
  const intent = textAt(resource, "intent");
  if (intent === "proposal" || intent === "option") return `intent ${intent}`;
  return status("revoked", "draft")(resource);
}

function documentIsNone(resource: JsonObject): string | null {
  return textAt(resource, "docStatus") === "entered-in-error"
    ? "status entered-in-error"
    : status("superseded")(resource);
}

export const RESOURCE_RULES: Readonly<Record<string, ResourceRule>> = {
  Encounter: {
    patientField: "subject",
    time: ["period.start", "actualPeriod.start"],
    end: ["period.end", "actualPeriod.end"],
    concept: encounterConcept,
    notAnEvent: status("cancelled", "planned"),
  },
  Condition: {
    patientField: "subject",
    time: ["onsetDateTime", "onsetPeriod.start", "recordedDate"],
    end: ["onsetPeriod.end"],
    concept: concept("code"),
    notAnEvent: verification,
  },
  Procedure: {
    patientField: "subject",
    time: [
      "performedDateTime",
      "performedPeriod.start",
      "occurrenceDateTime",
      "occurrencePeriod.start",
      "recorded",
    ],
    end: ["performedPeriod.end", "occurrencePeriod.end"],
    concept: concept("code"),
    notAnEvent: status("not-done", "preparation"),
  },
  MedicationRequest: {
    patientField: "subject",
    time: ["authoredOn"],
    end: [],
    concept: medication,
    notAnEvent: medicationRequestIsNone,
  },
  MedicationAdministration: {
    patientField: "subject",
    time: ["effectiveDateTime", "effectivePeriod.start", "occurenceDateTime", "occurencePeriod.start"],
    end: ["effectivePeriod.end", "occurencePeriod.end"],
    concept: medication,
    notAnEvent: status("not-done"),
  },
  MedicationStatement: {
    patientField: "subject",
    time: ["effectiveDateTime", "effectivePeriod.start", "dateAsserted"],
    end: ["effectivePeriod.end"],
    concept: medication,
    notAnEvent: status("not-taken", "intended"),
  },
  MedicationDispense: {
    patientField: "subject",
    time: ["whenHandedOver", "whenPrepared"],
    end: [],
    concept: medication,
    notAnEvent: status("cancelled", "declined", "preparation"),
  },
  Immunization: {
    patientField: "patient",
    time: ["occurrenceDateTime", "recorded"],
    end: [],
    concept: concept("vaccineCode"),
    notAnEvent: status("not-done"),
  },
  AllergyIntolerance: {
    patientField: "patient",
    time: ["onsetDateTime", "onsetPeriod.start", "recordedDate", "lastOccurrence"],
    end: ["onsetPeriod.end"],
    concept: allergyConcept,
    notAnEvent: verification,
  },
  DiagnosticReport: {
    patientField: "subject",
    time: ["effectiveDateTime", "effectivePeriod.start", "effectivePeriod.end", "issued"],
    end: ["effectivePeriod.end"],
    concept: concept("code"),
    notAnEvent: status("cancelled", "registered"),
  },
  DocumentReference: {
    patientField: "subject",
    time: ["context.period.start", "period.start", "content.attachment.creation", "date"],
    end: ["context.period.end", "period.end"],
    concept: documentConcept,
    notAnEvent: documentIsNone,
  },
  Observation: {
    patientField: "subject",
    time: [
      "effectiveDateTime",
      "effectivePeriod.start",
      "effectiveInstant",
      "effectiveTiming.event",
      "effectiveTiming.repeat.boundsPeriod.start",
      "effectivePeriod.end",
      "issued",
    ],
    end: ["effectivePeriod.end"],
    concept: concept("code"),
    notAnEvent: status("cancelled", "registered"),
  },
  ServiceRequest: {
    patientField: "subject",
    time: ["authoredOn", "occurrenceDateTime", "occurrencePeriod.start", "occurrenceTiming.event"],
    end: [],
    concept: orderConcept,
    notAnEvent: serviceRequestIsNone,
  },
  CarePlan: {
    patientField: "subject",
    time: ["created", "period.start"],
    end: ["period.end"],
    concept: (resource, order) => qualified("CAREPLAN", planCategory(resource, order)),
    notAnEvent: status("draft", "revoked"),
  },
  FamilyMemberHistory: {
    patientField: "patient",
    time: ["date"],
    end: [],
    concept: (resource, order) => qualified("FAMILY", conceptOf(resource.relationship, order)),
    notAnEvent: status("health-unknown"),
  },
  DeviceUseStatement: {
    patientField: "subject",
    time: ["timingDateTime", "timingPeriod.start", "recordedOn"],
    end: ["timingPeriod.end"],
    concept: () => null,
    notAnEvent: status("intended"),
  },
  Coverage: {
    patientField: "beneficiary",
    time: ["period.start"],
    end: ["period.end"],
    concept: coverageConcept,
    notAnEvent: status("cancelled", "draft"),
  },
};

/** US Core gives every care plan the category `assess-plan`; a more telling one goes before it. */
function planCategory(resource: JsonObject, order: CodeOrder): Concept | null {
  const categories = listAt(resource, "category")
    .map((category) => conceptOf(category, order))
    .filter((found) => found !== null);
  return categories.find(({ code }) => !code.endsWith("/assess-plan")) ?? categories[0] ?? null;
}

const STEPS = new Map<string, readonly string[]>();

/** The text at a path; of a list the first entry, of objects or of texts. */
export function textAtPath(resource: JsonObject, path: string): string | null {
  let steps = STEPS.get(path);
  if (steps === undefined) {
    steps = path.split(".");
    STEPS.set(path, steps);
  }
  let at: JsonObject | undefined = resource;
  for (let i = 0; i < steps.length - 1 && at !== undefined; i++) at = listAt(at, steps[i]!)[0];
  if (at === undefined) return null;
  const found = at[steps.at(-1)!];
  return textAt(
    Array.isArray(found) ? { first: found[0] as unknown } : at,
    Array.isArray(found) ? "first" : steps.at(-1)!,
  );
}
