/** Candidates: what the readers hand on to be judged, and how they say that something is no event. */
import type { ErrorDefinition } from "../errors/registry.ts";
import type { Fate } from "./tally.ts";

/** Why a candidate does not become an event, as far as its own row tells. */
export interface Refusal {
  readonly fate: Exclude<Fate, "kept">;
  readonly reason: string;
}

export function rejected(definition: ErrorDefinition): Refusal {
  return { fate: "rejected", reason: definition.code };
}

export function isRefusal(value: object): value is Refusal {
  return "fate" in value;
}

/** What a reader has understood of one event, before anything is known about the rest of the person's record. */
export interface CandidateEvent {
  /** The person's identifier in the source. */
  readonly person: string;
  /** ms since 1970-01-01, or since the person's index date when `fromIndex`; null = static. */
  readonly ms: number | null;
  readonly fromIndex: boolean;
  /**
   * Rows without dates: `ms` counts from the person's index date + everyMs × (how many smaller keys the person has).
   * Only with `fromIndex`.
   */
  readonly order: { readonly key: number; readonly everyMs: number } | null;
  readonly code: string;
  /** Text of the code system for the code; never free text of a record. */
  readonly display: string | null;
  readonly numericValue: number | null;
  readonly textValue: string | null;
  readonly unit: string | null;
  /** When it could have been known, same scale as `ms`; null = at `ms`. */
  readonly availableMs: number | null;
  /** Not known before the end of its encounter (`EventSink.addEncounterEnd`): a billing diagnosis. */
  readonly awaitsEncounterEnd: boolean;
  /** The encounter's identifier in the source. */
  readonly encounter: string | null;
  /** Resource type or table. */
  readonly source: string;
  /** FHIR: `Type/id`, for repeated copies of one resource; null = rows have no identity. */
  readonly resource: string | null;
  /** FHIR: the Medication that stands for the code and was not yet seen, `Medication/id`. */
  readonly medication: string | null;
}

/** What a reader has understood of one person. */
export interface CandidatePerson {
  readonly person: string;
  /** First possible instant of birth and last possible instant of death, ms (since index when `fromIndex`). */
  readonly birthMs: number | null;
  readonly deathMs: number | null;
  readonly fromIndex: boolean;
  readonly indexMs: number | null;
  /** Value that ties persons who share a split. */
  readonly group: string | null;
  /** Identifiers that may belong to one person only, `system|value`. */
  readonly identifiers: readonly string[];
  /** Why nothing of this person is kept (a test patient, a confidential one): a fixed phrase. */
  readonly leftOut?: string | null;
}

export const PLAIN_EVENT = {
  fromIndex: false,
  order: null,
  display: null,
  numericValue: null,
  textValue: null,
  unit: null,
  availableMs: null,
  awaitsEncounterEnd: false,
  encounter: null,
  resource: null,
  medication: null,
} as const;
