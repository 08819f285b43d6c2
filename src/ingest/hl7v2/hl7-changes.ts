/**
 * What messages say, before it is known what later ones say: facts that may be replaced or withdrawn, persons, merges.
 * Kept in the staging database in the order of arrival, so that memory does not grow with the feed.
 */
import type { DuckDBAppender } from "@duckdb/node-api";
import { asMachineError } from "../../artefacts/machine-error.ts";
import type { Database } from "../../timeline/database.ts";
import { encounterKeyOf, hash53, subjectKeyOf } from "../subject-key.ts";

const TABLES = `
  CREATE TABLE hl7_fact (
    seq DOUBLE, subject DOUBLE, fact DOUBLE, scope DOUBLE, withdrawn BOOLEAN, undated BOOLEAN, ms DOUBLE, code VARCHAR, numeric_value DOUBLE,
    text_value VARCHAR, unit VARCHAR, available_ms DOUBLE, encounter_id VARCHAR, source VARCHAR);
  CREATE TABLE hl7_person (
    seq DOUBLE, subject DOUBLE, checksum DOUBLE, birth_ms DOUBLE, sex VARCHAR, death VARCHAR, death_ms DOUBLE,
    death_last_ms DOUBLE);
  CREATE TABLE hl7_merge (seq DOUBLE, prior DOUBLE, survivor DOUBLE);
  CREATE TABLE hl7_cancel (seq DOUBLE, subject DOUBLE, scope DOUBLE);`;

const FLUSH_EVERY = 20_000;

/** One fact of a message. The same `identity` in a later message replaces it. */
export interface Fact {
  readonly person: string;
  /** What makes it the same fact: an order number and a test, a visit, a document's number. */
  readonly identity: string;
  /** Facts that are cancelled together: those of one visit's movements. */
  readonly scope?: string;
  /** True: what was said under this identity is withdrawn. */
  readonly withdrawn?: boolean;
  readonly ms: number;
  /** `ms` is the message's: the fact has no date of its own, and holds from the first message that tells it. */
  readonly undated?: boolean;
  readonly code: string;
  readonly numericValue?: number | null;
  readonly textValue?: string | null;
  readonly unit?: string | null;
  readonly availableMs: number | null;
  readonly encounter: string | null;
  /** The segment that it stands in. */
  readonly source: string;
}

export interface PersonChange {
  readonly person: string;
  readonly birthMs: number | null;
  readonly sex: string | null;
  /** `dead`, `alive`, or null when the message does not say. */
  readonly death: "dead" | "alive" | null;
  readonly deathMs: number | null;
  readonly deathLastMs: number | null;
}

export class Hl7Changes {
  #seq = 0;
  #pending = 0;

  private constructor(
    private readonly facts: DuckDBAppender,
    private readonly persons: DuckDBAppender,
    private readonly merges: DuckDBAppender,
    private readonly cancels: DuckDBAppender,
  ) {}

  static async create(database: Database): Promise<Hl7Changes> {
    await database.run(TABLES);
    const appender = (table: string): Promise<DuckDBAppender> => database.connection.createAppender(table);
    return new Hl7Changes(
      await appender("hl7_fact"),
      await appender("hl7_person"),
      await appender("hl7_merge"),
      await appender("hl7_cancel"),
    );
  }

  /** What is added from now on is said by the next message. */
  nextMessage(): void {
    this.#seq += 1;
    this.#pending += 1;
    if (this.#pending >= FLUSH_EVERY) this.#flush();
  }

  fact(fact: Fact): void {
    const to = this.facts;
    to.appendDouble(this.#seq);
    to.appendDouble(subjectKeyOf(fact.person));
    to.appendDouble(hash53(`longitude.hl7-fact/1\0${fact.identity}`));
    number(to, fact.scope === undefined ? null : scopeKey(fact.scope));
    to.appendBoolean(fact.withdrawn === true);
    to.appendBoolean(fact.undated === true);
    to.appendDouble(fact.ms);
    to.appendVarchar(fact.code);
    number(to, fact.numericValue ?? null);
    text(to, fact.textValue ?? null);
    text(to, fact.unit ?? null);
    number(to, fact.availableMs);
    text(to, fact.encounter === null ? null : encounterKeyOf(fact.encounter));
    to.appendVarchar(fact.source);
    to.endRow();
  }

  person(change: PersonChange): void {
    const to = this.persons;
    to.appendDouble(this.#seq);
    to.appendDouble(subjectKeyOf(change.person));
    to.appendDouble(hash53(`longitude.subject-check/1\0${change.person}`));
    number(to, change.birthMs);
    text(to, change.sex);
    text(to, change.death);
    number(to, change.deathMs);
    number(to, change.deathLastMs);
    to.endRow();
  }

  merge(prior: string, survivor: string): void {
    this.merges.appendDouble(this.#seq);
    this.merges.appendDouble(subjectKeyOf(prior));
    this.merges.appendDouble(subjectKeyOf(survivor));
    this.merges.endRow();
  }

  /** Withdraws everything that earlier messages said of this scope. */
  cancel(person: string, scope: string): void {
    this.cancels.appendDouble(this.#seq);
    this.cancels.appendDouble(subjectKeyOf(person));
    this.cancels.appendDouble(scopeKey(scope));
    this.cancels.endRow();
  }

  close(): void {
    this.#flush();
    for (const appender of [this.facts, this.persons, this.merges, this.cancels]) appender.closeSync();
  }

  #flush(): void {
    this.#pending = 0;
    try {
      for (const appender of [this.facts, this.persons, this.merges, this.cancels]) appender.flushSync();
    } catch (error) {
      throw asMachineError(error, "staging records");
    }
  }
}

function scopeKey(scope: string): number {
  return hash53(`longitude.hl7-scope/1\0${scope}`);
}

function number(appender: DuckDBAppender, value: number | null): void {
  if (value === null) appender.appendNull();
  else appender.appendDouble(value);
}

function text(appender: DuckDBAppender, value: string | null): void {
  if (value === null) appender.appendNull();
  else appender.appendVarchar(value);
}
