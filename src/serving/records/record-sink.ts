/**
 * Collects what the FHIR readers understand of one request, in memory.
 * Invariant: nothing is judged here; the place in the request decides which of two copies came later.
 */
import type { CandidateEvent, CandidatePerson } from "../../ingest/candidate-event.ts";
import type { EventSink } from "../../ingest/staging.ts";
import type { ResourceCopy } from "../../ingest/staging-sink.ts";

export interface Collected<T> {
  readonly item: T;
  readonly version: number;
  readonly place: number;
}

export class RecordSink implements EventSink {
  readonly events: Collected<CandidateEvent>[] = [];
  readonly persons: Collected<CandidatePerson>[] = [];
  /** Other identifier → person. */
  readonly aliases = new Map<string, string>();
  /** `Medication/id` → code. */
  readonly medications = new Map<string, string>();
  /** Encounter → when it ended, ms. */
  readonly encounterEnds = new Map<string, number>();
  /** Copies that say that nothing happened, by resource. */
  readonly voids: (ResourceCopy & { readonly place: number })[] = [];
  /** Code → its text in the code system. */
  readonly displays = new Map<string, string>();
  #copy: ResourceCopy = { resource: null, version: 0 };
  #place = 0;

  beginResource(copy: ResourceCopy): void {
    this.#copy = copy;
    this.#place += 1;
  }

  addEvent(event: CandidateEvent): void {
    this.events.push(this.#collected(event));
    if (event.display !== null) this.describe(event.code, event.display);
  }

  addPerson(person: CandidatePerson): void {
    this.persons.push(this.#collected(person));
  }

  addAlias(alias: string, person: string): void {
    this.aliases.set(alias, person);
  }

  addMedication(resource: string, code: string, display: string | null): void {
    this.medications.set(resource, code);
    if (display !== null) this.describe(code, display);
  }

  addEncounterEnd(encounter: string, endMs: number): void {
    this.encounterEnds.set(encounter, endMs);
  }

  addVoidCopy(): void {
    this.voids.push({ ...this.#copy, place: this.#place });
  }

  addKnown(): void {
    // What identifies somebody is never kept by the server.
  }

  describe(code: string, description: string): void {
    if (!this.displays.has(code)) this.displays.set(code, description);
  }

  #collected<T>(item: T): Collected<T> {
    return { item, version: this.#copy.version, place: this.#place };
  }
}
