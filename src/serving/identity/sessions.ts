/**
 * Sessions of people, in the state, so that every process of the server knows them.
 * Invariant: a session ends by idleness, by age or by log-out, and none of it can be undone; only hashes of what cookies hold
 * are stored; every beginning, end and broken glass stands in the audit log.
 */
import { timingSafeEqual } from "node:crypto";
import type { Effects } from "../../effects/effects.ts";
import { LongitudeError } from "../../errors/longitude-error.ts";
import { GLASS_REFUSED, PURPOSE_REFUSED } from "../../errors/registry.ts";
import { appendAudit } from "../../state/audit/audit-log.ts";
import type { State } from "../../state/open-state.ts";
import { isoTime } from "../../state/value-parsers.ts";
import { ONE_LINE } from "../one-line.ts";
import { type GlassReason, SHORTEST_NOTE } from "./glass-reasons.table.ts";
import type { PeopleConfig } from "./identity-config.ts";
import type { IdentityTables } from "./identity-tables.ts";
import { PERSON_ROLES, type PersonRole, purposesOf, seesPatients } from "./roles.ts";
import { hashOf, Sealer, secretId } from "./sealed-text.ts";

export interface Person {
  /** As an audit entry takes it. */
  readonly id: string;
  readonly tenant: string;
  readonly roles: readonly PersonRole[];
  /** Whose worklist the person may read; `*` alone is every unit. None when left out. */
  readonly units?: readonly string[];
}

export interface LaunchContext {
  readonly patient: string | null;
  readonly encounter: string | null;
  readonly fhirServer: string;
  readonly accessToken: string;
}

export interface Session extends Person {
  readonly units: readonly string[];
  /** The stored hash. */
  readonly session: string;
  readonly purpose: string;
  readonly csrf: string;
  readonly endsMs: number;
  readonly idleEndsMs: number;
  readonly launch: LaunchContext | null;
}

export interface GlassWhy {
  readonly reason: GlassReason;
  /** In the person's own words; empty where they give none. */
  readonly note: string;
}

export interface BrokenGlass {
  /** Of the patient. */
  readonly key: string;
  readonly untilMs: number;
}

export interface SessionOptions {
  readonly state: State;
  readonly effects: Effects;
  readonly secret: Buffer;
  readonly config: PeopleConfig;
  /** A key of a patient within a tenant, for what is kept. */
  patientKey(tenant: string, patient: string): string;
}

const MINUTE_MS = 60_000;
/** A session that was just seen is not written again. */
const TOUCH_MS = 10_000;

export class Sessions {
  readonly #sealer: Sealer;

  constructor(private readonly options: SessionOptions) {
    this.#sealer = new Sealer(options.secret);
  }

  /** @returns what the cookie holds @throws LongitudeError PURPOSE_REFUSED */
  async start(person: Person, purpose: string | null, launch: LaunchContext | null): Promise<string> {
    const allowed: readonly string[] = purposesOf(person.roles);
    const chosen = purpose ?? allowed[0];
    if (chosen === undefined || !allowed.includes(chosen))
      throw new LongitudeError(PURPOSE_REFUSED, "none of the person's roles has this purpose");
    const { effects, config } = this.options;
    const cookie = secretId();
    const id = hashOf(cookie);
    const now = effects.now();
    await this.options.state.transaction(async (tx) => {
      const tables = tx.withTables<IdentityTables>();
      await tables.deleteFrom("identity_session").where("ends", "<", isoTime(now)).execute();
      await tables
        .insertInto("identity_session")
        .values({
          id,
          person: person.id,
          tenant: person.tenant,
          roles: person.roles.join(" "),
          units: (person.units ?? []).join(" "),
          purpose: chosen,
          csrf: secretId(),
          started: isoTime(now),
          last_seen: isoTime(now),
          ends: isoTime(now + config.absoluteHours * 60 * MINUTE_MS),
          patient: launch?.patient ?? null,
          encounter: launch?.encounter ?? null,
          fhir_server: launch?.fhirServer ?? null,
          sealed_token: launch === null ? null : this.#sealer.seal(launch.accessToken, id),
        })
        .execute();
      await appendAudit(tx, { ...facts(person, "identity.login"), reason: `purpose ${chosen}` }, now);
    });
    return cookie;
  }

  /**
   * The session of a cookie; null when it has ended.
   * @param attended whether somebody is there: then being asked keeps it from idling
   */
  async find(cookie: string, attended = true): Promise<Session | null> {
    if (!/^[A-Za-z0-9_-]{43}$/.test(cookie)) return null;
    const id = hashOf(cookie);
    const now = this.options.effects.now();
    const idleMs = this.options.config.idleMinutes * MINUTE_MS;
    const row = await this.options.state.transaction(async (tx) => {
      const tables = tx.withTables<IdentityTables>();
      const found = await tables
        .selectFrom("identity_session")
        .selectAll()
        .where("id", "=", id)
        .executeTakeFirst();
      if (found === undefined) return null;
      const seen = Date.parse(found.last_seen);
      if (now >= Date.parse(found.ends) || now >= seen + idleMs) {
        const ended = await tables
          .deleteFrom("identity_session")
          .where("id", "=", id)
          .returning("id")
          .execute();
        if (ended.length > 0)
          await appendAudit(
            tx,
            { ...facts({ id: found.person }, "identity.log-off"), reason: "automatic" },
            now,
          );
        return null;
      }
      if (attended && now - seen >= Math.min(TOUCH_MS, idleMs / 10))
        await tables
          .updateTable("identity_session")
          .set({ last_seen: isoTime(now) })
          .where("id", "=", id)
          .execute();
      return found;
    });
    if (row === null) return null;
    const written = row.roles.split(" ");
    return {
      id: row.person,
      tenant: row.tenant,
      roles: PERSON_ROLES.filter((role) => written.includes(role)),
      units: row.units.split(" ").filter((unit) => unit !== ""),
      session: row.id,
      purpose: row.purpose,
      csrf: row.csrf,
      endsMs: Date.parse(row.ends),
      idleEndsMs: (attended ? now : Date.parse(row.last_seen)) + idleMs,
      launch:
        row.fhir_server === null || row.sealed_token === null
          ? null
          : {
              patient: row.patient,
              encounter: row.encounter,
              fhirServer: row.fhir_server,
              accessToken: this.#sealer.open(row.sealed_token, row.id),
            },
    };
  }

  async end(session: Session): Promise<void> {
    const now = this.options.effects.now();
    await this.options.state.transaction(async (tx) => {
      await tx
        .withTables<IdentityTables>()
        .deleteFrom("identity_session")
        .where("id", "=", session.session)
        .execute();
      await appendAudit(tx, facts(session, "identity.logout"), now);
    });
  }

  /**
   * Opens one patient's record to a session that was not launched for it.
   * @param why the code is audited; the note, which may name what the record is about, is kept beside it and in no log
   * @returns until when, ms @throws LongitudeError GLASS_REFUSED
   */
  async breakGlass(session: Session, patientKey: string, { reason, note }: GlassWhy): Promise<number> {
    const { effects, config, state } = this.options;
    const now = effects.now();
    const about = { ...facts(session, "identity.break-glass"), patientKey };
    if (!seesPatients(session.roles)) {
      await state.transaction((tx) => appendAudit(tx, { ...about, outcome: "refused" }, now));
      throw new LongitudeError(GLASS_REFUSED, "none of the person's roles looks at records");
    }
    if (note !== "" && !ONE_LINE.test(note))
      throw new LongitudeError(GLASS_REFUSED, "the reason's words are no line of at most 200 characters");
    if (reason === "other" && note.trim().length < SHORTEST_NOTE)
      throw new LongitudeError(GLASS_REFUSED, "another reason takes a line of 10 to 200 characters");
    const ends = now + config.breakGlassMinutes * MINUTE_MS;
    await state.transaction(async (tx) => {
      await tx
        .withTables<IdentityTables>()
        .insertInto("identity_break_glass")
        .values({
          id: secretId(),
          session: session.session,
          person: session.id,
          tenant: session.tenant,
          patient_key: patientKey,
          reason,
          note,
          at: isoTime(now),
          ends: isoTime(ends),
        })
        .execute();
      await appendAudit(tx, { ...about, reason: `${reason}, purpose ETREAT` }, now);
    });
    return ends;
  }

  /** Whether the session may see the patient: it was launched for them, or the glass is broken. */
  async maySee(session: Session, patient: string): Promise<boolean> {
    if (!seesPatients(session.roles)) return false;
    if (session.launch?.patient === patient) return true;
    return this.glassBroken(session, this.options.patientKey(session.tenant, patient));
  }

  /** Whether the glass of a patient's key is broken now. */
  async glassBroken(session: Session, patientKey: string): Promise<boolean> {
    return (
      seesPatients(session.roles) && (await this.brokenGlass(session)).some(({ key }) => key === patientKey)
    );
  }

  /** What is open to the session by broken glass, and until when. */
  async brokenGlass(session: Session): Promise<readonly BrokenGlass[]> {
    const { state, effects } = this.options;
    const rows = await state.transaction((tx) =>
      tx
        .withTables<IdentityTables>()
        .selectFrom("identity_break_glass")
        .select(["patient_key", "ends"])
        .where("session", "=", session.session)
        .where("ends", ">", isoTime(effects.now()))
        .orderBy("ends")
        .execute(),
    );
    // Broken once more, it lasts until the later time.
    const until = new Map(rows.map(({ patient_key, ends }) => [patient_key, Date.parse(ends)]));
    return [...until].map(([key, untilMs]) => ({ key, untilMs }));
  }
}

/** Compares without telling by its time where two texts part. */
export function sameText(a: string, b: string): boolean {
  return timingSafeEqual(Buffer.from(hashOf(a)), Buffer.from(hashOf(b)));
}

function facts({ id }: Pick<Person, "id">, action: string) {
  return { actor: id, action, object: "-", patientKey: null, reason: "", outcome: "done" as const };
}
