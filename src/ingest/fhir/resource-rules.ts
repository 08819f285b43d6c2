/**
 * How each clinical resource type becomes an event: who, when it happened, when it could be known, which code,
 * and which statuses mean that nothing happened. One row a type.
 */
import { type JsonObject, objectAt, textAt } from "../json-access.ts";
import { bareCodes, type Concept, codingOf, conceptOf } from "./concept.ts";

export interface ResourceRule {
  readonly patientField: "subject" | "patient";
  /** Paths of the event's time, the first that is there counts. `period.start` reads into a Period. */
  readonly time: readonly string[];
  /** Path of the end of what happened, for the check that it does not precede its start. */
  readonly end: string | null;
  /** Path of when it was recorded or released. */
  readonly available: string | null;
  readonly concept: (resource: JsonObject) => Concept | null;
  /** Why this is no event; null = it is one. Always a fixed phrase. */
  readonly notAnEvent: (resource: JsonObject) => string | null;
}

/** The phrase for a status among those listed. */
function status(...none: string[]): ResourceRule["notAnEvent"] {
  return (resource) => {
    const found = textAt(resource, "status");
    return found !== null && none.includes(found) ? `status ${found}` : null;
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
  (resource) =>
    conceptOf(resource[field]);

/** The codes of allergies stand apart from those of what was given. */
function allergyConcept(resource: JsonObject): Concept | null {
  const found = conceptOf(resource.code);
  return found === null ? null : { code: `ALLERGY//${found.code}`, display: found.display };
}

/** The type says what the encounter was; the class (in-patient, emergency …) stands in where there is none. */
function encounterConcept(resource: JsonObject): Concept | null {
  const types = Array.isArray(resource.type) ? resource.type : [];
  for (const type of types) {
    const found = conceptOf(type);
    if (found !== null) return found;
  }
  return codingOf(resource.class);
}

function medicationRequestIsNone(resource: JsonObject): string | null {
  if (resource.doNotPerform === true) return "order not to give";
  const intent = textAt(resource, "intent");
  if (intent === "proposal" || intent === "plan") return `intent ${intent}`;
  return status("entered-in-error", "cancelled", "draft")(resource);
}

const MEDICATION = concept("medicationCodeableConcept");

export const RESOURCE_RULES: Readonly<Record<string, ResourceRule>> = {
  Encounter: {
    patientField: "subject",
    time: ["period.start"],
    end: "period.end",
    available: null,
    concept: encounterConcept,
    notAnEvent: status("entered-in-error", "cancelled", "planned"),
  },
  Condition: {
    patientField: "subject",
    time: ["onsetDateTime", "onsetPeriod.start", "recordedDate"],
    end: "onsetPeriod.end",
    available: "recordedDate",
    concept: concept("code"),
    notAnEvent: verification,
  },
  Procedure: {
    patientField: "subject",
    time: ["performedDateTime", "performedPeriod.start"],
    end: "performedPeriod.end",
    available: null,
    concept: concept("code"),
    notAnEvent: status("entered-in-error", "not-done", "preparation"),
  },
  MedicationRequest: {
    patientField: "subject",
    time: ["authoredOn"],
    end: null,
    available: null,
    concept: MEDICATION,
    notAnEvent: medicationRequestIsNone,
  },
  MedicationAdministration: {
    patientField: "subject",
    time: ["effectiveDateTime", "effectivePeriod.start"],
    end: "effectivePeriod.end",
    available: null,
    concept: MEDICATION,
    notAnEvent: status("entered-in-error", "not-done"),
  },
  MedicationStatement: {
    patientField: "subject",
    time: ["effectiveDateTime", "effectivePeriod.start", "dateAsserted"],
    end: "effectivePeriod.end",
    available: "dateAsserted",
    concept: MEDICATION,
    notAnEvent: status("entered-in-error", "not-taken", "intended"),
  },
  MedicationDispense: {
    patientField: "subject",
    time: ["whenHandedOver", "whenPrepared"],
    end: null,
    available: null,
    concept: MEDICATION,
    notAnEvent: status("entered-in-error", "cancelled", "declined", "preparation"),
  },
  Immunization: {
    patientField: "patient",
    time: ["occurrenceDateTime"],
    end: null,
    available: "recorded",
    concept: concept("vaccineCode"),
    notAnEvent: status("entered-in-error", "not-done"),
  },
  AllergyIntolerance: {
    patientField: "patient",
    time: ["onsetDateTime", "onsetPeriod.start", "recordedDate"],
    end: "onsetPeriod.end",
    available: "recordedDate",
    concept: allergyConcept,
    notAnEvent: verification,
  },
  DiagnosticReport: {
    patientField: "subject",
    time: ["effectiveDateTime", "effectivePeriod.start", "issued"],
    end: "effectivePeriod.end",
    available: "issued",
    concept: concept("code"),
    notAnEvent: status("entered-in-error", "cancelled", "registered"),
  },
  Observation: {
    patientField: "subject",
    time: ["effectiveDateTime", "effectivePeriod.start", "effectiveInstant", "issued"],
    end: "effectivePeriod.end",
    available: "issued",
    concept: concept("code"),
    notAnEvent: status("entered-in-error", "cancelled", "registered"),
  },
};

/** The text at a path of one or two steps. */
export function textAtPath(resource: JsonObject, path: string): string | null {
  const [first, second] = path.split(".") as [string, string | undefined];
  return second === undefined ? textAt(resource, first) : textAt(objectAt(resource, first), second);
}
