/**
 * An encounter as events: what it was, why, where the patient was moved to, and how it ended.
 * The class is an event of its own only where it tells more than an out-patient visit.
 */
import { CODE_MISSING } from "../../errors/registry.ts";
import { type CandidateEvent, rejected } from "../candidate-event.ts";
import { type JsonObject, listAt, objectAt, textAt } from "../json-access.ts";
import { type Candidates, type EventBase, eventOf } from "./clinical-event.ts";
import { type Concept, codingOf, conceptOf, firstConceptOf, qualified } from "./concept.ts";
import type { FhirContext } from "./fhir-context.ts";
import { parseReference } from "./reference.ts";
import { encounterClass, type ResourceRule } from "./resource-rules.ts";

/** HL7 v3 ActCode classes of visits that begin and end on one day and are told by their type. */
const VISITS: ReadonlySet<string> = new Set([
  "AMB",
  "HH",
  "VR",
  "FLD",
  "ambulatory",
  "virtual",
  "home",
  "field",
]);
const MS_PER_DAY = 86_400_000;

export function encounterEvents(
  resource: JsonObject,
  base: EventBase,
  rule: ResourceRule,
  context: FhirContext,
): Candidates {
  const order = context.codeOrder;
  const main = rule.concept(resource, order);
  if (main === null) return [rejected(CODE_MISSING)];
  const found: CandidateEvent[] = [eventOf(base, main)];
  const kind = encounterClass(resource, order);
  const stays = kind !== null && !VISITS.has(localOf(kind.code));
  if (stays && kind.code !== main.code) found.push(eventOf(base, kind));
  if (base.endMs !== null && base.encounter !== null)
    context.staging.addEncounterEnd(base.encounter, base.endMs);

  const admission = objectAt(resource, "hospitalization") ?? objectAt(resource, "admission");
  const admitted = qualified("ADMITTED_FROM", conceptOf(admission?.admitSource, order));
  if (admitted !== null) found.push(eventOf(base, admitted));
  for (const reason of reasonsOf(resource, context)) found.push(eventOf(base, reason));
  found.push(...moves(resource, base, context));

  const disposition = qualified("DISCHARGE", conceptOf(admission?.dischargeDisposition, order));
  const long = base.endMs !== null && base.endMs - (base.ms ?? 0) >= MS_PER_DAY;
  if (base.endMs !== null && (stays || long || disposition !== null)) {
    const end = disposition ?? { code: `ENCOUNTER_END//${(kind ?? main).code}`, display: null };
    found.push(eventOf(base, end, { ms: base.endMs, availableMs: base.endMs }));
  }
  return found;
}

/** R4: `reasonCode`; R5: `reason.value.concept`. */
function reasonsOf(resource: JsonObject, { codeOrder }: FhirContext): Concept[] {
  const wrapped = listAt(resource, "reason").flatMap((reason) => listAt(reason, "value"));
  return [...listAt(resource, "reasonCode"), ...wrapped.map(({ concept }) => concept)]
    .map((reason) => qualified("REASON", conceptOf(reason, codeOrder)))
    .filter((reason) => reason !== null);
}

/** Changes of class and of place after the beginning; the place's kind stands in a Location of this or another file. */
function moves(resource: JsonObject, base: EventBase, context: FhirContext): CandidateEvent[] {
  const found: CandidateEvent[] = [];
  const start = base.ms ?? 0;
  const add = (period: unknown, concept: Concept, medication: string | null): void => {
    const text = textAt(period, "start");
    const ms = text === null ? null : (context.clock.parse(text)?.ms ?? null);
    if (ms === null || ms < start) return;
    found.push(eventOf(base, concept, { ms, availableMs: ms, medication }));
  };
  for (const history of listAt(resource, "classHistory")) {
    const concept = codingOf(history.class);
    if (concept !== null) add(history.period, concept, null);
  }
  for (const stay of listAt(resource, "location")) {
    const physical = firstConceptOf(stay.physicalType ?? stay.form, context.codeOrder);
    const text = textAt(objectAt(stay, "location"), "reference");
    const reference = text === null ? null : parseReference(text, context.bundle);
    const known = qualified("LOCATION", physical) ?? { code: "LOCATION//UNKNOWN", display: null };
    add(stay.period, known, reference === null ? null : `Location/${reference.id}`);
  }
  return found;
}

function localOf(code: string): string {
  return code.slice(code.indexOf("/") + 1);
}
