/** Resources that list several facts: a family's history, a care plan with its activities, a device in use. */
import { CODE_MISSING } from "../../errors/registry.ts";
import { type CandidateEvent, rejected } from "../candidate-event.ts";
import { type JsonObject, listAt, objectAt, textAt } from "../json-access.ts";
import { type Candidates, type EventBase, eventOf } from "./clinical-event.ts";
import { conceptOf, qualified } from "./concept.ts";
import type { FhirContext } from "./fhir-context.ts";
import { parseReference } from "./reference.ts";
import type { ResourceRule } from "./resource-rules.ts";

/**
 * One event a condition of a relative: `FAMILY//ICD10CM/I21.9//FTH`, which backs off to the condition in the family.
 * It stands at the time when the family was asked about.
 */
export function familyEvents(resource: JsonObject, base: EventBase, context: FhirContext): Candidates {
  const relation = conceptOf(resource.relationship, context.codeOrder)?.code.split("/").at(-1) ?? null;
  const conditions = listAt(resource, "condition");
  if (conditions.length === 0) return [{ fate: "not an event", reason: "relative without a condition" }];
  return conditions.map((condition) => {
    const concept = qualified("FAMILY", conceptOf(condition.code, context.codeOrder));
    if (concept === null) return rejected(CODE_MISSING);
    if (concept.display !== null) context.staging.describe(concept.code, concept.display);
    return eventOf(
      base,
      relation === null ? concept : { code: `${concept.code}//${relation}`, display: null },
    );
  });
}

/** The plan by its category, and each activity that has a code of its own, behind `PLAN//`. */
export function planEvents(
  resource: JsonObject,
  base: EventBase,
  rule: ResourceRule,
  { codeOrder }: FhirContext,
): Candidates {
  const found: CandidateEvent[] = [];
  const plan = rule.concept(resource, codeOrder);
  if (plan !== null) found.push(eventOf(base, plan));
  for (const activity of listAt(resource, "activity")) {
    const detail = objectAt(activity, "detail");
    const status = textAt(detail, "status");
    if (status === "cancelled" || status === "entered-in-error" || detail?.doNotPerform === true) continue;
    const concept = qualified("PLAN", conceptOf(detail?.code, codeOrder));
    if (concept !== null) found.push(eventOf(base, concept));
  }
  return found.length === 0 ? [rejected(CODE_MISSING)] : found;
}

/** The kind of device stands in a Device: contained, or in this or another file. R5 wraps the reference. */
export function deviceEvents(resource: JsonObject, base: EventBase, context: FhirContext): Candidates {
  const device = objectAt(resource, "device");
  const own = qualified("DEVICE", conceptOf(device?.concept, context.codeOrder));
  if (own !== null) return [eventOf(base, own)];
  const text = textAt(objectAt(device, "reference"), "reference") ?? textAt(device, "reference");
  if (text === null) return [rejected(CODE_MISSING)];
  if (text.startsWith("#")) {
    const contained = listAt(resource, "contained").find((entry) => `#${String(entry.id)}` === text);
    const kind = qualified("DEVICE", conceptOf(contained?.type, context.codeOrder));
    return [kind === null ? rejected(CODE_MISSING) : eventOf(base, kind)];
  }
  const reference = parseReference(text, context.bundle);
  if (reference === null) return [rejected(CODE_MISSING)];
  const unknown = { code: "DEVICE//UNKNOWN", display: null };
  return [eventOf(base, unknown, { medication: `Device/${reference.id}` })];
}
