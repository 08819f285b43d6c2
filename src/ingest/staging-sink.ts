/**
 * What the readers write to: candidates become rows of the staging tables, persons and encounters by their keys.
 * It touches no database, so that a worker can have one of its own.
 */
import type { CandidateEvent, CandidatePerson } from "./candidate-event.ts";
import type { KnownIdentifier } from "./known-identifier.ts";
import { type PackedRows, RowBuffer } from "./staged-rows.ts";
import { encounterKeyOf, groupKeyOf, hash53, subjectKeyOf } from "./subject-key.ts";

/** Identity of the resource that is being read, for telling copies apart. */
export interface ResourceCopy {
  readonly resource: string | null;
  /** `meta.lastUpdated`, ms; 0 = unknown. */
  readonly version: number;
}

/** The description of a code, with the place in the input where it was found. */
export interface FoundDescription {
  readonly code: string;
  readonly description: string;
  readonly instance: number;
}

/** All that was staged since the last time. */
export interface StagedRows {
  readonly tables: readonly PackedRows[];
  readonly descriptions: readonly FoundDescription[];
}

/** The keys of this many persons and encounters are remembered; an export keeps a person's rows together. */
const MAX_REMEMBERED = 20_000;

export class StagingSink {
  #instance = 0;
  #eventCount = 0;
  #copy: ResourceCopy = { resource: null, version: 0 };
  readonly #events = new RowBuffer("event");
  readonly #persons = new RowBuffer("person");
  readonly #identifiers = new RowBuffer("identifier");
  readonly #medications = new RowBuffer("medication");
  readonly #aliases = new RowBuffer("person_alias");
  readonly #voidCopies = new RowBuffer("void_copy");
  readonly #encounterEnds = new RowBuffer("encounter_end");
  readonly #known = new RowBuffer("known");
  #descriptions: FoundDescription[] = [];
  readonly #described = new Set<string>();
  readonly #subjects = new Map<string, number>();
  readonly #encounters = new Map<string, string>();

  /** Events added since the sink was made. */
  get eventCount(): number {
    return this.#eventCount;
  }

  /** Rows that wait to be taken. */
  get waiting(): number {
    return this.#events.count + this.#persons.count;
  }

  /** The resources that follow stand at this place of the input; places are compared, never shown. */
  beginAt(place: number): void {
    this.#instance = place;
  }

  /** Everything added from now on comes from this copy of a resource. */
  beginResource(copy: ResourceCopy): void {
    this.#copy = copy;
    this.#instance += 1;
  }

  addEvent(event: CandidateEvent): void {
    this.#eventCount += 1;
    this.#events.add({
      subject_id: this.#subject(event.person),
      ms: event.ms,
      from_index: event.fromIndex,
      code: event.code,
      numeric_value: event.numericValue,
      text_value: event.textValue,
      unit: event.unit,
      available_ms: event.availableMs,
      encounter_id: event.encounter === null ? null : this.#encounter(event.encounter),
      source: event.source,
      resource: event.resource,
      version: this.#copy.version,
      instance: this.#instance,
      medication: event.medication,
      order_key: event.order?.key ?? null,
      order_every: event.order?.everyMs ?? null,
      awaits_end: event.awaitsEncounterEnd,
    });
    if (event.display !== null) this.describe(event.code, event.display);
  }

  addPerson(person: CandidatePerson): void {
    const subject = this.#subject(person.person);
    this.#persons.add({
      subject_id: subject,
      birth_ms: person.birthMs,
      death_ms: person.deathMs,
      from_index: person.fromIndex,
      index_ms: person.indexMs,
      group_key: person.group === null ? null : groupKeyOf(person.group),
      checksum: hash53(`longitude.subject-check/1\0${person.person}`),
      resource: this.#copy.resource,
      version: this.#copy.version,
      instance: this.#instance,
      left_out: person.leftOut ?? null,
    });
    for (const identifier of person.identifiers) {
      this.#identifiers.add({
        identifier: hash53(`longitude.identifier/1\0${identifier}`),
        subject_id: subject,
      });
    }
  }

  /** A Medication resource that events refer to. */
  addMedication(resource: string, code: string, display: string | null): void {
    this.#medications.add({ resource, code, display });
  }

  /** Events under the other identifier are the person's: the record was merged, or is referred to by an identifier. */
  addAlias(alias: string, person: string): void {
    this.#aliases.add({ alias: subjectKeyOf(alias), subject_id: this.#subject(person) });
  }

  /** The copy that is being read says that nothing happened; events of older copies do not stand. */
  addVoidCopy(): void {
    const { resource, version } = this.#copy;
    if (resource !== null) this.#voidCopies.add({ resource, version, instance: this.#instance });
  }

  /** What identifies somebody; for de-identification. */
  addKnown({ person, kind, value }: KnownIdentifier): void {
    this.#known.add({ subject_id: person === null ? null : this.#subject(person), kind, value });
  }

  /** When an encounter ended, ms since 1970-01-01: what waits for its end (`awaitsEncounterEnd`) is known then. */
  addEncounterEnd(encounter: string, endMs: number): void {
    this.#encounterEnds.add({
      encounter_id: this.#encounter(encounter),
      end_ms: endMs,
      version: this.#copy.version,
      instance: this.#instance,
    });
  }

  /** The first description of a code, in the order of the input, stands. */
  describe(code: string, description: string): void {
    if (this.#described.has(code)) return;
    this.#described.add(code);
    this.#descriptions.push({ code, description, instance: this.#instance });
  }

  take(): StagedRows {
    const descriptions = this.#descriptions;
    this.#descriptions = [];
    const buffers = [
      this.#events,
      this.#persons,
      this.#identifiers,
      this.#medications,
      this.#encounterEnds,
      this.#aliases,
      this.#voidCopies,
      this.#known,
    ];
    return {
      tables: buffers.filter(({ count }) => count > 0).map((buffer) => buffer.take()),
      descriptions,
    };
  }

  #subject(person: string): number {
    let key = this.#subjects.get(person);
    if (key === undefined) {
      key = subjectKeyOf(person);
      remember(this.#subjects, person, key);
    }
    return key;
  }

  #encounter(encounter: string): string {
    let key = this.#encounters.get(encounter);
    if (key === undefined) {
      key = encounterKeyOf(encounter);
      remember(this.#encounters, encounter, key);
    }
    return key;
  }
}

function remember<V>(known: Map<string, V>, text: string, key: V): void {
  if (known.size >= MAX_REMEMBERED) known.clear();
  known.set(text, key);
}
