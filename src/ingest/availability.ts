/**
 * When an event could have been known, by format and source: the one table of rules that readers follow.
 * docs/reference/availability.md is written from it, and a test compares the two.
 * Invariant: nothing is available before it happened; what waits for the end of an encounter is not available before it.
 */
export interface AvailabilityRule {
  readonly format: "fhir" | "omop" | "hl7v2" | "csv" | "meds";
  /** Resource type or table. */
  readonly source: string;
  /** Fields that say it, the first that is there counts; empty = known when it happened. */
  readonly fields: readonly string[];
  /** Where none of the fields is there: not known before the end of the encounter that it belongs to. */
  readonly elseEncounterEnd: "never" | "always" | "billing diagnoses";
  readonly why: string;
}

const KNOWN_AT_ONCE = { fields: [], elseEncounterEnd: "never" } as const;

export const AVAILABILITY_RULES: readonly AvailabilityRule[] = [
  {
    format: "fhir",
    source: "Observation",
    fields: ["issued", "effectivePeriod.end"],
    elseEncounterEnd: "never",
    why: "a result is known when it is released, not when the sample was taken; one of a span of time not before its end",
  },
  {
    format: "fhir",
    source: "DiagnosticReport",
    fields: ["issued", "effectivePeriod.end"],
    elseEncounterEnd: "never",
    why: "a report is known when it is released",
  },
  {
    format: "fhir",
    source: "DocumentReference",
    fields: ["content.attachment.creation", "date"],
    elseEncounterEnd: "never",
    why: "a note is known when it was written, which may be long after what it is about",
  },
  {
    format: "fhir",
    source: "Condition",
    fields: ["recordedDate"],
    elseEncounterEnd: "billing diagnoses",
    why: "an encounter diagnosis without a date of its own is coded for the bill, after the discharge",
  },
  {
    format: "fhir",
    source: "AllergyIntolerance",
    fields: ["recordedDate"],
    elseEncounterEnd: "never",
    why: "an allergy is known when it was recorded; its onset may be in childhood",
  },
  {
    format: "fhir",
    source: "Immunization",
    fields: ["recorded"],
    elseEncounterEnd: "never",
    why: "an immunisation elsewhere is known when it was recorded",
  },
  {
    format: "fhir",
    source: "MedicationStatement",
    fields: ["dateAsserted"],
    elseEncounterEnd: "never",
    why: "what the patient says to take is known when it was said",
  },
  {
    format: "fhir",
    source: "DeviceUseStatement",
    fields: ["recordedOn"],
    elseEncounterEnd: "never",
    why: "the use of a device is known when it was recorded",
  },
  { format: "fhir", source: "Encounter", ...KNOWN_AT_ONCE, why: "the admission is known at the admission" },
  {
    format: "fhir",
    source: "Encounter (end)",
    ...KNOWN_AT_ONCE,
    why: "discharge and disposition are events at the end of the encounter, so known then",
  },
  { format: "fhir", source: "Procedure", ...KNOWN_AT_ONCE, why: "what is done is known to those who do it" },
  {
    format: "fhir",
    source: "MedicationRequest",
    ...KNOWN_AT_ONCE,
    why: "an order is known when it is written",
  },
  { format: "fhir", source: "MedicationAdministration", ...KNOWN_AT_ONCE, why: "documented as it is given" },
  { format: "fhir", source: "MedicationDispense", ...KNOWN_AT_ONCE, why: "documented as it is handed over" },
  { format: "fhir", source: "ServiceRequest", ...KNOWN_AT_ONCE, why: "an order is known when it is written" },
  { format: "fhir", source: "CarePlan", ...KNOWN_AT_ONCE, why: "a plan stands at the time when it was made" },
  {
    format: "fhir",
    source: "FamilyMemberHistory",
    ...KNOWN_AT_ONCE,
    why: "it stands at the time when the family was asked about, not at the relatives' own",
  },
  { format: "fhir", source: "Coverage", ...KNOWN_AT_ONCE, why: "insurance is known when it begins" },
  {
    format: "fhir",
    source: "any date known to the month or year",
    ...KNOWN_AT_ONCE,
    why: "it stands at the start of the period and is available at its end",
  },
  {
    format: "omop",
    source: "condition_occurrence, procedure_occurrence",
    fields: [],
    elseEncounterEnd: "billing diagnoses",
    why: "what comes from a bill, or is a discharge diagnosis, is written when the visit ends",
  },
  {
    format: "omop",
    source: "other tables",
    ...KNOWN_AT_ONCE,
    why: "the common data model has no time of release",
  },
  {
    format: "hl7v2",
    source: "results (ORU)",
    fields: ["OBR-22", "MSH-7"],
    elseEncounterEnd: "never",
    why: "a result is known when its status was reported",
  },
  {
    format: "hl7v2",
    source: "other messages",
    fields: ["MSH-7"],
    elseEncounterEnd: "never",
    why: "what a message tells is known when it was sent; told again unchanged, when it was told first",
  },
  {
    format: "csv",
    source: "each table",
    fields: ["available"],
    elseEncounterEnd: "never",
    why: "the mapping says in which column, or at which time, it could be known",
  },
  {
    format: "meds",
    source: "data",
    fields: ["available_time"],
    elseEncounterEnd: "never",
    why: "taken over where the column is there",
  },
];

const BY_FHIR_TYPE: ReadonlyMap<string, AvailabilityRule> = new Map(
  AVAILABILITY_RULES.filter(({ format }) => format === "fhir").map((rule) => [rule.source, rule]),
);

/** The rule of a FHIR resource type; every type that gives events has one. */
export function fhirAvailability(type: string): AvailabilityRule {
  const rule = BY_FHIR_TYPE.get(type);
  if (rule === undefined) throw new TypeError(`no availability rule for ${type}`);
  return rule;
}

/** The table of docs/reference/availability.md. */
export function availabilityTable(): string {
  const rows = AVAILABILITY_RULES.map(({ format, source, fields, elseEncounterEnd, why }) => {
    const known = [
      ...fields.map((field) => `\`${field}\``),
      elseEncounterEnd === "never"
        ? "when it happened"
        : elseEncounterEnd === "always"
          ? "end of the encounter"
          : "end of the encounter for an encounter diagnosis, when it happened otherwise",
    ].join(", else ");
    return `| ${format} | ${source} | ${known} | ${why} |`;
  });
  return ["| format | source | available | why |", "|---|---|---|---|", ...rows].join("\n");
}
