/**
 * One person's record as a request carries it, judged like the records that the model was made from, in memory.
 * Invariant: every candidate is an event of the record or counted in `leftOut` with its reason; the order of resources
 * in the request does not change the record.
 */
import { LongitudeError } from "../../errors/longitude-error.ts";
import {
  EVENT_AFTER_DEATH,
  EVENT_BEFORE_BIRTH,
  MEDICATION_UNKNOWN,
  RECORD_UNUSABLE,
} from "../../errors/registry.ts";
import type { CandidateEvent, CandidatePerson } from "../../ingest/candidate-event.ts";
import { readFhirJson } from "../../ingest/fhir/read-fhir.ts";
import type { FhirOptions } from "../../ingest/fhir/read-fhir-block.ts";
import { emptyFindings } from "../../ingest/findings.ts";
import { SiteClock } from "../../ingest/site-clock.ts";
import { BIRTH, DEATH, type PatientEvent } from "../../timeline/patient-event.ts";
import { MS_PER_DAY } from "../../vetting/duration.ts";
import { codeMatcher } from "../../vetting/outcome-definition.ts";
import { type Collected, RecordSink } from "./record-sink.ts";

/** An event with the resource that says it. */
export interface SourcedEvent extends PatientEvent {
  /** `Observation/123`; null where the source has no identity. */
  readonly resource: string | null;
}

export interface PatientRecord {
  readonly events: readonly SourcedEvent[];
  /** Reason → how many candidates are no events. */
  readonly leftOut: Readonly<Record<string, number>>;
  /** Code → its text in the code system, as the request has it. */
  readonly displays: ReadonlyMap<string, string>;
}

export type RecordOptions = Omit<FhirOptions, "collectIdentifiers"> & {
  /** Codes, or prefixes ending in `*`, that the site leaves out. */
  readonly drop: readonly string[];
};

/**
 * @param resources Bundles or single resources
 * @param patientId whose record is asked for; the only Patient among the resources when null
 * @throws LongitudeError RECORD_UNUSABLE
 */
export function patientRecord(
  resources: readonly unknown[],
  patientId: string | null,
  options: RecordOptions,
): PatientRecord {
  const sink = new RecordSink();
  const findings = emptyFindings();
  const context = {
    ...findings,
    staging: sink,
    groupIdentifier: options.groupIdentifier ?? null,
    unitAliases: options.unitAliases,
    codeOrder: options.codeOrder,
    clock: new SiteClock(options.timeZone ?? null),
    leaveOutLabels: new Set(options.leaveOutLabels),
    collectIdentifiers: false,
  };
  for (const resource of resources) readFhirJson(resource, context);
  const person = personAsked(sink, patientId);
  const leftOut: Record<string, number> = {};
  const leave = (reason: string, count = 1): void => {
    if (count > 0) leftOut[reason] = (leftOut[reason] ?? 0) + count;
  };
  for (const { fate, reason, count } of findings.tally.rows()) if (fate !== "kept") leave(reason, count);
  return { events: judged(sink, person, codeMatcher(options.drop), leave), leftOut, displays: sink.displays };
}

interface AskedPerson {
  readonly id: string;
  /** What the last copy of the Patient says. */
  readonly told: CandidatePerson | undefined;
}

function personAsked(sink: RecordSink, patientId: string | null): AskedPerson {
  const known = new Set(sink.persons.map(({ item }) => item.person));
  const person = patientId ?? [...known][0];
  if (person === undefined || !known.has(person))
    throw new LongitudeError(RECORD_UNUSABLE, "the request holds no readable Patient of the one asked about");
  if (patientId === null && known.size > 1)
    throw new LongitudeError(RECORD_UNUSABLE, `the request holds ${known.size} Patients, not one`);
  const told = latest(sink.persons.filter(({ item }) => item.person === person));
  if (told?.leftOut !== undefined && told.leftOut !== null)
    throw new LongitudeError(RECORD_UNUSABLE, `the record is left out: ${told.leftOut}`);
  return { id: person, told };
}

function judged(
  sink: RecordSink,
  { id: person, told }: AskedPerson,
  dropped: (code: string) => boolean,
  leave: (reason: string) => void,
): SourcedEvent[] {
  const lastCopy = lastCopies(sink);
  const bornDay = dayOf(told?.birthMs ?? null);
  const diedDay = dayOf(told?.deathMs ?? null);
  const events: SourcedEvent[] = [];
  for (const { item, place } of sink.events) {
    if (item.resource !== null && lastCopy.get(item.resource)?.place !== place) {
      leave("an older copy of a resource");
      continue;
    }
    if (resolved(sink, item.person) !== person) {
      leave("of another person");
      continue;
    }
    const code = item.medication === null ? item.code : (sink.medications.get(item.medication) ?? item.code);
    if (code === "") {
      leave(MEDICATION_UNKNOWN.code);
      continue;
    }
    if (dropped(code)) {
      leave("dropped by the site");
      continue;
    }
    const day = dayOf(item.ms);
    if (day !== null && bornDay !== null && day < bornDay) {
      leave(EVENT_BEFORE_BIRTH.code);
      continue;
    }
    if (day !== null && diedDay !== null && day > diedDay) {
      leave(EVENT_AFTER_DEATH.code);
      continue;
    }
    events.push(eventOf(item, code, sink));
  }
  return sorted(events);
}

function eventOf(item: CandidateEvent, code: string, sink: RecordSink): SourcedEvent {
  const ends =
    item.awaitsEncounterEnd && item.encounter !== null ? sink.encounterEnds.get(item.encounter) : undefined;
  // Keys in order: so an answer's input is written without sorting each of its events.
  return {
    availableTime: ends ?? item.availableMs,
    code,
    encounterId: null,
    // As a dataset stores it.
    numericValue: item.numericValue === null ? null : Math.fround(item.numericValue),
    resource: item.resource,
    source: item.source,
    textValue: null,
    time: item.ms,
    unit: item.unit,
  };
}

/** Static first, then by time; ties by code, value and resource, so that the order of the request does not matter. */
function sorted(events: SourcedEvent[]): SourcedEvent[] {
  const rank = ({ code }: SourcedEvent) => (code === BIRTH ? 0 : code === DEATH ? 2 : 1);
  return events.sort(
    (a, b) =>
      (a.time ?? Number.NEGATIVE_INFINITY) - (b.time ?? Number.NEGATIVE_INFINITY) ||
      rank(a) - rank(b) ||
      compare(a.code, b.code) ||
      (a.numericValue ?? 0) - (b.numericValue ?? 0) ||
      compare(a.resource ?? "", b.resource ?? ""),
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function resolved(sink: RecordSink, person: string): string {
  let found = person;
  for (let i = 0; i < 8; i++) {
    const next = sink.aliases.get(found);
    if (next === undefined || next === found) break;
    found = next;
  }
  return found;
}

function lastCopies(sink: RecordSink): Map<string, { version: number; place: number }> {
  const last = new Map<string, { version: number; place: number }>();
  const see = (resource: string | null, version: number, place: number): void => {
    if (resource === null) return;
    const known = last.get(resource);
    if (known === undefined || version > known.version || (version === known.version && place > known.place))
      last.set(resource, { version, place });
  };
  for (const { item, version, place } of sink.events) see(item.resource, version, place);
  for (const { resource, version, place } of sink.voids) see(resource, version, place);
  return last;
}

function latest<T>(items: readonly Collected<T>[]): T | undefined {
  return [...items].sort((a, b) => a.version - b.version || a.place - b.place).at(-1)?.item;
}

function dayOf(ms: number | null): number | null {
  return ms === null ? null : Math.floor(ms / MS_PER_DAY);
}
