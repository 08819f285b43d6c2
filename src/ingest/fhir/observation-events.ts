/** An Observation and its components as events. */
import { CODE_MISSING, MODIFIER_EXTENSION, UNIT_UNKNOWN } from "../../errors/registry.ts";
import { type CandidateEvent, type Refusal, rejected } from "../candidate-event.ts";
import { type JsonObject, listAt, objectAt } from "../json-access.ts";
import { recogniseUnit } from "../unit.ts";
import { type Candidates, type EventBase, eventOf } from "./clinical-event.ts";
import { type CodeOrder, conceptOf } from "./concept.ts";
import type { FhirContext } from "./fhir-context.ts";
import { interpretationOf, observationValue } from "./observation-value.ts";

interface ObservationPart {
  readonly source: JsonObject;
  /** The Observation itself, not one of its components. */
  readonly own: boolean;
}

export function observationEvents(resource: JsonObject, base: EventBase, context: FhirContext): Candidates {
  return observationParts(resource, context.codeOrder).map((part) => observed(part, base, context));
}

/** What of an Observation carries a value: the resource itself, its components, or both. */
export function observationParts(resource: JsonObject, order: CodeOrder): readonly ObservationPart[] {
  const components = listAt(resource, "component").map((source) => ({ source, own: false }));
  if (components.length > 0 && observationValue(resource, order) === null) return components;
  return [{ source: resource, own: true }, ...components];
}

function observed(
  { source: part, own }: ObservationPart,
  base: EventBase,
  context: FhirContext,
): CandidateEvent | Refusal {
  if (!own && listAt(part, "modifierExtension").length > 0) return rejected(MODIFIER_EXTENSION);
  const value = observationValue(part, context.codeOrder);
  if (value === null && objectAt(part, "dataAbsentReason") !== null) {
    return { fate: "not an event", reason: "no result (data absent)" };
  }
  if (value === null && own && listAt(part, "hasMember").length > 0) {
    return { fate: "not an event", reason: "panel of other observations" };
  }
  const concept = conceptOf(part.code, context.codeOrder);
  if (concept === null) return rejected(CODE_MISSING);
  if (value === null) {
    const mark = interpretationOf(part, context.codeOrder);
    if (mark === null) return eventOf(base, concept);
    if (concept.display !== null) context.staging.describe(concept.code, concept.display);
    return eventOf(base, { code: `${concept.code}//${mark}`, display: null });
  }
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
