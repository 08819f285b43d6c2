/**
 * The tables between reading and judging: candidates are appended as they are read, in any order, to a database on
 * disk, so that memory does not grow with the input.
 */
import type { DuckDBAppender } from "@duckdb/node-api";
import { asMachineError } from "../artefacts/machine-error.ts";
import type { Database } from "../timeline/database.ts";
import type { CandidateEvent, CandidatePerson } from "./candidate-event.ts";
import { encounterKeyOf, groupKeyOf, hash53, subjectKeyOf } from "./subject-key.ts";

/** `ms` columns are relative to the person's index date where `from_index`. `instance` numbers copies of resources. */
const TABLES = `
  CREATE TABLE event (
    subject_id DOUBLE, ms DOUBLE, from_index BOOLEAN, code VARCHAR, numeric_value DOUBLE, text_value VARCHAR,
    unit VARCHAR, available_ms DOUBLE, encounter_id VARCHAR, source VARCHAR, resource VARCHAR, version DOUBLE,
    instance DOUBLE, medication VARCHAR);
  CREATE TABLE person (
    subject_id DOUBLE, birth_ms DOUBLE, death_ms DOUBLE, from_index BOOLEAN, index_ms DOUBLE, group_key VARCHAR,
    checksum DOUBLE, resource VARCHAR, version DOUBLE, instance DOUBLE);
  CREATE TABLE identifier (identifier DOUBLE, subject_id DOUBLE);
  CREATE TABLE medication (resource VARCHAR, code VARCHAR, display VARCHAR);
  CREATE TABLE described (code VARCHAR, description VARCHAR);`;

const FLUSH_EVERY = 50_000;

/** Identity of the resource that is being read, for telling copies apart. */
export interface ResourceCopy {
  readonly resource: string | null;
  /** `meta.lastUpdated`, ms; 0 = unknown. */
  readonly version: number;
}

/** What the readers write to. */
export type EventSink = Pick<
  Staging,
  "beginResource" | "addEvent" | "addPerson" | "addMedication" | "describe"
>;

export class Staging {
  #instance = 0;
  #pending = 0;
  #eventCount = 0;
  #copy: ResourceCopy = { resource: null, version: 0 };
  readonly #described = new Set<string>();
  readonly #lastKey = { person: "", subject: 0, encounter: "", encounterKey: "" };

  private constructor(
    readonly database: Database,
    private readonly events: DuckDBAppender,
    private readonly persons: DuckDBAppender,
    private readonly identifiers: DuckDBAppender,
    private readonly medications: DuckDBAppender,
    private readonly descriptions: DuckDBAppender,
  ) {}

  static async create(database: Database): Promise<Staging> {
    await database.run(TABLES);
    const appender = (table: string): Promise<DuckDBAppender> => database.connection.createAppender(table);
    return new Staging(
      database,
      await appender("event"),
      await appender("person"),
      await appender("identifier"),
      await appender("medication"),
      await appender("described"),
    );
  }

  /** Events staged so far. */
  get eventCount(): number {
    return this.#eventCount;
  }

  /** Everything added from now on comes from this copy of a resource. */
  beginResource(copy: ResourceCopy): void {
    this.#copy = copy;
    this.#instance += 1;
  }

  addEvent(event: CandidateEvent): void {
    const { events } = this;
    events.appendDouble(this.#subject(event.person));
    number(events, event.ms);
    events.appendBoolean(event.fromIndex);
    events.appendVarchar(event.code);
    number(events, event.numericValue);
    text(events, event.textValue);
    text(events, event.unit);
    number(events, event.availableMs);
    text(events, event.encounter === null ? null : this.#encounter(event.encounter));
    events.appendVarchar(event.source);
    text(events, event.resource);
    events.appendDouble(this.#copy.version);
    events.appendDouble(this.#instance);
    text(events, event.medication);
    events.endRow();
    this.#eventCount += 1;
    if (event.display !== null) this.describe(event.code, event.display);
    this.#pending += 1;
    if (this.#pending >= FLUSH_EVERY) this.flush();
  }

  addPerson(person: CandidatePerson): void {
    const { persons } = this;
    const subject = this.#subject(person.person);
    persons.appendDouble(subject);
    number(persons, person.birthMs);
    number(persons, person.deathMs);
    persons.appendBoolean(person.fromIndex);
    number(persons, person.indexMs);
    text(persons, person.group === null ? null : groupKeyOf(person.group));
    persons.appendDouble(hash53(`longitude.subject-check/1\0${person.person}`));
    text(persons, this.#copy.resource);
    persons.appendDouble(this.#copy.version);
    persons.appendDouble(this.#instance);
    persons.endRow();
    for (const identifier of person.identifiers) {
      this.identifiers.appendDouble(hash53(`longitude.identifier/1\0${identifier}`));
      this.identifiers.appendDouble(subject);
      this.identifiers.endRow();
    }
    this.#pending += 1;
  }

  /** A Medication resource that events refer to. */
  addMedication(resource: string, code: string, display: string | null): void {
    this.medications.appendVarchar(resource);
    this.medications.appendVarchar(code);
    text(this.medications, display);
    this.medications.endRow();
  }

  /** The first description of a code stands. */
  describe(code: string, description: string): void {
    if (this.#described.has(code)) return;
    this.#described.add(code);
    this.descriptions.appendVarchar(code);
    this.descriptions.appendVarchar(description);
    this.descriptions.endRow();
  }

  flush(): void {
    try {
      for (const appender of this.#appenders()) appender.flushSync();
      this.#pending = 0;
    } catch (error) {
      throw asMachineError(error, "staging records");
    }
  }

  /** No more rows; the tables can be queried. */
  close(): void {
    this.flush();
    for (const appender of this.#appenders()) appender.closeSync();
  }

  #appenders(): DuckDBAppender[] {
    return [this.events, this.persons, this.identifiers, this.medications, this.descriptions];
  }

  /** Exports keep a person's rows together, so that remembering the last key saves most hashes. */
  #subject(person: string): number {
    if (this.#lastKey.person !== person) {
      this.#lastKey.person = person;
      this.#lastKey.subject = subjectKeyOf(person);
    }
    return this.#lastKey.subject;
  }

  #encounter(encounter: string): string {
    if (this.#lastKey.encounter !== encounter) {
      this.#lastKey.encounter = encounter;
      this.#lastKey.encounterKey = encounterKeyOf(encounter);
    }
    return this.#lastKey.encounterKey;
  }
}

function number(appender: DuckDBAppender, value: number | null): void {
  if (value === null) appender.appendNull();
  else appender.appendDouble(value);
}

function text(appender: DuckDBAppender, value: string | null): void {
  if (value === null) appender.appendNull();
  else appender.appendVarchar(value);
}
