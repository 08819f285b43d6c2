/**
 * Which release of FHIR a resource is written in, as far as it shows. R4 and R4B are one for what is read here; R5 is
 * read where it says the same in other fields; what only DSTU2 or STU3 have is refused by name.
 */
import { type JsonObject, objectAt } from "../json-access.ts";

const words = (text: string): string[] => text.trim().split(/\s+/);

/** Types that R4B or R5 added; they carry no event that is read, but they are FHIR. */
export const LATER_TYPES: ReadonlySet<string> = new Set(
  words(`ActorDefinition AdministrableProductDefinition ArtifactAssessment BiologicallyDerivedProductDispense Citation
  ClinicalUseDefinition ConditionDefinition DeviceAlert DeviceAssociation DeviceDispense DeviceUsage EncounterHistory
  EvidenceReport FormularyItem GenomicStudy ImagingSelection Ingredient InventoryItem InventoryReport
  ManufacturedItemDefinition MedicinalProductDefinition NutritionIntake NutritionProduct PackagedProductDefinition
  Permission RegulatedAuthorization RequestOrchestration Requirements SubscriptionStatus SubscriptionTopic
  SubstanceDefinition TestPlan Transport`),
);

/** Types that only DSTU2 or STU3 have. */
export const EARLIER_TYPES: ReadonlySet<string> = new Set(
  words(`BodySite Conformance DataElement DeviceComponent DeviceUseRequest DiagnosticOrder EligibilityRequest
  EligibilityResponse ExpansionProfile ImagingManifest ImagingObjectSelection MedicationOrder Order
  OrderResponse ProcedureRequest ProcessRequest ProcessResponse ReferralRequest Sequence ServiceDefinition`),
);

/** Fields whose shape only R5 has, by type. */
export function isR5Shape(type: string, resource: JsonObject): boolean {
  switch (type) {
    case "Encounter":
      return Array.isArray(resource.class) || objectAt(resource, "actualPeriod") !== null;
    case "MedicationRequest":
    case "MedicationAdministration":
    case "MedicationStatement":
    case "MedicationDispense":
      return objectAt(resource, "medication") !== null;
    case "Procedure":
      return resource.occurrenceDateTime !== undefined || resource.occurrencePeriod !== undefined;
    case "ServiceRequest":
      return objectAt(objectAt(resource, "code"), "concept") !== null;
    default:
      return false;
  }
}

/** Fields whose shape only DSTU2 or STU3 have: the code of an encounter's or a medication's event is told otherwise. */
export function isEarlierShape(type: string, resource: JsonObject): boolean {
  switch (type) {
    case "Encounter":
      return typeof resource.class === "string";
    case "Condition":
      return typeof resource.verificationStatus === "string" || typeof resource.clinicalStatus === "string";
    case "AllergyIntolerance":
      return objectAt(resource, "substance") !== null || typeof resource.verificationStatus === "string";
    case "Procedure":
      return typeof resource.notDone === "boolean" || typeof resource.notPerformed === "boolean";
    case "MedicationStatement":
    case "MedicationAdministration":
      return (
        resource.notGiven !== undefined || resource.wasNotGiven !== undefined || resource.taken !== undefined
      );
    default:
      return false;
  }
}
