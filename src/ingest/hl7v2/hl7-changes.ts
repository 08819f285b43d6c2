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
    seq DOUBLE, subject DOUBLE, fact DOUBLE, visit DOUBLE, account DOUBLE, per_visit BOOLEAN, movement BOOLEAN, withdrawn BOOLEAN,
    undated BOOLEAN, ms DOUBLE, code VARCHAR, numeric_value DOUBLE, text_value VARCHAR, unit VARCHAR, available_ms DOUBLE,
    encounter_id VARCHAR, source VARCHAR);
  CREATE TABLE hl7_person (
    seq DOUBLE, subject DOUBLE, checksum DOUBLE, birth_ms DOUBLE, sex VARCHAR, death VARCHAR, death_ms DOUBLE,
    death_last_ms DOUBLE);
  CREATE TABLE hl7_identity (seq DOUBLE, change VARCHAR, prior DOUBLE, survivor DOUBLE);
  CREATE TABLE hl7_move (
    seq DOUBLE, level VARCHAR, prior DOUBLE, prior_number DOUBLE, survivor DOUBLE, number DOUBLE, encounter_id VARCHAR, ms DOUBLE);
  CREATE TABLE hl7_cancel (seq DOUBLE, what VARCHAR, subject DOUBLE, visit DOUBLE);`;

const FLUSH_EVERY = 20_000;

/** Whom a fact is filed under. */
export interface Filed {
  readonly person: string;
  /** Number of the visit in the source, or null. */
  readonly visit: string | null;
  readonly account: string | null;
}

/** One fact of a message. The same `identity` in a later message replaces it. */
export interface Fact extends Filed {
  /** What makes it the same fact: an order number and a test, a document's number. */
  readonly identity: string;
  /** The same identity in another visit is another fact. */
  readonly perVisit?: boolean;
  /** The visit itself, when it has no number: what is told of it together. */
  readonly unnumbered?: string | null;
  /** An admission, transfer or discharge: taken back with its visit. */
  readonly movement?: boolean;
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
  /** The segment that it stands in. */
  readonly source: string;
}

/**
 * What a message says about two identifiers: the prior one is a duplicate of the survivor (`merge`), both are the same
 * person's (`link`), they are not (`unlink`), or the prior one stands for itself again (`part`).
 */
export type IdentityChange = "merge" | "link" | "unlink" | "part";

/** The account or visit was filed under the prior person and number, and belongs to the other. */
export interface Move {
  readonly level: "account" | "visit";
  readonly prior: string;
  readonly priorNumber: string;
  readonly survivor: string;
  readonly number: string;
  readonly ms: number | null;
}

/** Withdrawn with it: the visit's movements, all of the visit, all of the person. */
export type Cancelled = "movements" | "visit" | "person";

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
    private readonly identities: DuckDBAppender,
    private readonly moves: DuckDBAppender,
    private readonly cancels: DuckDBAppender,
  ) {}

  static async create(database: Database): Promise<Hl7Changes> {
    await database.run(TABLES);
    const appender = (table: string): Promise<DuckDBAppender> => database.connection.createAppender(table);
    return new Hl7Changes(
      await appender("hl7_fact"),
      await appender("hl7_person"),
      await appender("hl7_identity"),
      await appender("hl7_move"),
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
    number(to, numberKey(fact.visit ?? fact.unnumbered ?? null));
    number(to, numberKey(fact.account));
    to.appendBoolean(fact.perVisit === true);
    to.appendBoolean(fact.movement === true);
    to.appendBoolean(fact.withdrawn === true);
    to.appendBoolean(fact.undated === true);
    to.appendDouble(fact.ms);
    to.appendVarchar(fact.code);
    number(to, fact.numericValue ?? null);
    text(to, fact.textValue ?? null);
    text(to, fact.unit ?? null);
    number(to, fact.availableMs);
    text(to, fact.visit === null ? null : encounterKeyOf(fact.visit));
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

  identity(change: IdentityChange, prior: string, survivor: string): void {
    const to = this.identities;
    to.appendDouble(this.#seq);
    to.appendVarchar(change);
    to.appendDouble(subjectKeyOf(prior));
    to.appendDouble(subjectKeyOf(survivor));
    to.endRow();
  }

  move(move: Move): void {
    const to = this.moves;
    to.appendDouble(this.#seq);
    to.appendVarchar(move.level);
    to.appendDouble(subjectKeyOf(move.prior));
    number(to, numberKey(move.priorNumber));
    to.appendDouble(subjectKeyOf(move.survivor));
    number(to, numberKey(move.number));
    to.appendVarchar(encounterKeyOf(move.number));
    number(to, move.ms);
    to.endRow();
  }

  /** Withdraws what earlier messages said. @param visit its number, or what stands for it; null for a whole person */
  cancel(what: Cancelled, person: string, visit: string | null): void {
    const to = this.cancels;
    to.appendDouble(this.#seq);
    to.appendVarchar(what);
    to.appendDouble(subjectKeyOf(person));
    number(to, numberKey(visit));
    to.endRow();
  }

  close(): void {
    this.#flush();
    for (const appender of this.#appenders) appender.closeSync();
  }

  get #appenders(): readonly DuckDBAppender[] {
    return [this.facts, this.persons, this.identities, this.moves, this.cancels];
  }

  #flush(): void {
    this.#pending = 0;
    try {
      for (const appender of this.#appenders) appender.flushSync();
    } catch (error) {
      throw asMachineError(error, "staging records");
    }
  }
}

/** Of a visit or an account: where a sender has no visit numbers, the account's number is the visit's. */
function numberKey(written: string | null): number | null {
  return written === null ? null : hash53(`longitude.hl7-number/1\0${written}`);
}

function number(appender: DuckDBAppender, value: number | null): void {
  if (value === null) appender.appendNull();
  else appender.appendDouble(value);
}

function text(appender: DuckDBAppender, value: string | null): void {
  if (value === null) appender.appendNull();
  else appender.appendVarchar(value);
}
