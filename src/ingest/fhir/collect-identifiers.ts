/** Screens a resource and writes down what identifies persons, and what a Consent decides. */
import { type JsonObject, listAt, objectAt, textAt } from "../json-access.ts";
import { instantOf } from "../site-clock.ts";
import { bareCodes } from "./concept.ts";
import type { FhirContext } from "./fhir-context.ts";
import { parseReference, patientOf } from "./reference.ts";
import { screenResource } from "./screen-resource.ts";

/** Types that carry no event but tell who is who. */
const TELLING: ReadonlySet<string> = new Set(
  "Practitioner PractitionerRole Organization RelatedPerson Person Location Device Account Consent Specimen ImagingStudy".split(
    " ",
  ),
);
const PERSON_FIELDS = ["subject", "patient", "beneficiary", "individual"];

export function tellsOfPersons(type: string): boolean {
  return TELLING.has(type);
}

/** @returns the resource with what may be read */
export function collectIdentifiers(
  resource: JsonObject,
  type: string,
  fullUrl: string | null,
  context: FhirContext,
): JsonObject {
  const person = personOf(resource, type, fullUrl, context);
  const { staging, elements } = context;
  if (type === "Patient" && person !== null) staging.addKnown({ person, kind: "number", value: person });
  if (type === "Consent" && person !== null) readConsent(resource, person, context);
  return screenResource(resource, type, {
    elements,
    identifier: (kind, value) => staging.addKnown({ person, kind, value }),
  });
}

function personOf(
  resource: JsonObject,
  type: string,
  fullUrl: string | null,
  { bundle }: FhirContext,
): string | null {
  if (type === "Patient")
    return (
      textAt(resource, "id") ?? (fullUrl === null ? null : (parseReference(fullUrl, bundle)?.id ?? null))
    );
  for (const field of PERSON_FIELDS) {
    const person = patientOf(resource, field, bundle);
    if (person !== null) return person;
  }
  return null;
}

/** Scopes of consent that say nothing about learning from the record. */
const OTHER_SCOPES = new Set(["adr", "treatment"]);

/** A refusal counts whatever else the same Consent permits: an exception is not weighed against research here. */
function readConsent(consent: JsonObject, person: string, { staging, notes }: FhirContext): void {
  const status = textAt(consent, "status");
  if (status !== "active" && status !== "rejected") return;
  if (bareCodes(consent, "scope").some((code) => OTHER_SCOPES.has(code))) return;
  const decision = status === "rejected" ? "deny" : decisionOf(consent);
  if (decision === null) {
    notes.add("Consent that neither permits nor denies");
    return;
  }
  const at = instantOf(textAt(consent, "dateTime") ?? textAt(consent, "date") ?? "") ?? 0;
  staging.addKnown({ person, kind: "consent", value: `${decision} ${at}` });
}

function decisionOf(consent: JsonObject): "permit" | "deny" | null {
  const provision = objectAt(consent, "provision");
  const told = [textAt(consent, "decision"), ...typesOf(provision, 0)];
  const policy = bareCodes(consent, "policyRule");
  if (told.includes("deny") || policy.includes("OPTOUT")) return "deny";
  return told.includes("permit") || policy.includes("OPTIN") ? "permit" : null;
}

function typesOf(provision: JsonObject | null, depth: number): (string | null)[] {
  if (provision === null || depth > 4) return [];
  return [
    textAt(provision, "type"),
    ...listAt(provision, "provision").flatMap((inner) => typesOf(inner, depth + 1)),
  ];
}
