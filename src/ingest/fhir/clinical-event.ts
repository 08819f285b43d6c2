/** Candidates of one FHIR resource: what is the same for all of them, and how one is made from a code. */
import type { CandidateEvent, Refusal } from "../candidate-event.ts";
import type { Concept } from "./concept.ts";

/** Who and when; the same for all events of a resource. */
export type EventBase = Pick<
  CandidateEvent,
  "person" | "ms" | "availableMs" | "awaitsEncounterEnd" | "encounter" | "source" | "resource"
> & {
  /** Last instant of what happened, where it is told. */
  readonly endMs: number | null;
};

export type Candidates = readonly (CandidateEvent | Refusal)[];

/** Written out field by field: spreading costs more here than everything else together. */
export function eventOf(
  base: EventBase,
  concept: Concept,
  more: Partial<CandidateEvent> = {},
): CandidateEvent {
  return {
    person: base.person,
    ms: more.ms ?? base.ms,
    fromIndex: false,
    order: null,
    code: concept.code,
    display: concept.display,
    numericValue: more.numericValue ?? null,
    textValue: more.textValue ?? null,
    unit: more.unit ?? null,
    availableMs: more.availableMs ?? base.availableMs,
    awaitsEncounterEnd: base.awaitsEncounterEnd,
    encounter: base.encounter,
    source: base.source,
    resource: base.resource,
    medication: more.medication ?? null,
  };
}
