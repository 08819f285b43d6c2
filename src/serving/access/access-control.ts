/**
 * Who may ask: clients with a token of this server, CDS clients with a JWT of their own, and, where none is configured,
 * whoever sits at this machine.
 * Invariant: without a configured client nothing but the loopback address answers; a tenant sees only its own.
 */
import { createHash } from "node:crypto";
import { decodeProtectedHeader, errors, jwtVerify, SignJWT } from "jose";
import type { Effects } from "../../effects/effects.ts";
import { LongitudeError } from "../../errors/longitude-error.ts";
import { ACCESS_REFUSED, ACCESS_REQUIRED, SERVE_LIMIT } from "../../errors/registry.ts";
import { appendAudit } from "../../state/audit/audit-log.ts";
import type { State } from "../../state/open-state.ts";
import { isoTime } from "../../state/value-parsers.ts";
import type { ServingTables } from "../answers/serving-tables.ts";
import { DEFAULT_QUOTAS, type ServingConfig } from "../serving-config.ts";
import { ClientJwts } from "./client-jwt.ts";
import { MinuteQuota } from "./minute-quota.ts";
import { LOCAL, type Principal } from "./principal.ts";
import { covers, granted, type Permission } from "./scopes.ts";

export interface AccessOptions {
  readonly config: ServingConfig;
  readonly folder: string;
  readonly state: State;
  readonly effects: Effects;
  readonly secret: Buffer;
  /** Whether the server listens on the loopback address alone. */
  readonly loopback: boolean;
  address(): string;
}

export const TOKEN_SECONDS = 300;
const PERSON_SECONDS = 60;
const TOKEN_TYPE = "at+jwt";
const TOKEN_ISSUER = "longitude";
const DAY_MS = 86_400_000;
const RECOUNT_MS = 10_000;

export class AccessControl {
  readonly #jwts: ClientJwts;
  readonly #key: Uint8Array;
  readonly #minutes: MinuteQuota;
  readonly #days = new Map<string, { day: number; at: number; count: number }>();

  constructor(private readonly options: AccessOptions) {
    this.#jwts = new ClientJwts(options.folder, options.state, options.effects);
    this.#minutes = new MinuteQuota(options.state);
    this.#key = createHash("sha256").update("access token\0").update(options.secret).digest();
  }

  /** A request of a system. @throws LongitudeError ACCESS_REQUIRED, ACCESS_REFUSED, SERVE_LIMIT */
  async system(authorization: string | undefined, type: string, permission: Permission): Promise<Principal> {
    const { clients } = this.options.config;
    // Whoever is logged in is bound by their roles, on an open server too.
    if (clients.length === 0 && this.options.loopback && authorization === undefined)
      return this.#within(LOCAL);
    const principal = await this.#tokenOf(bearerOf(authorization));
    if (!covers(principal.scopes, type, permission))
      throw new LongitudeError(ACCESS_REFUSED, `the token's scopes lack system/${type}.${permission}`);
    return this.#within(principal);
  }

  /** Before a body is read: refuses who shows no token, or one of ours that does not count. @throws LongitudeError ACCESS_REQUIRED */
  async somebody(authorization: string | undefined): Promise<void> {
    const { clients, cds } = this.options.config;
    if (this.options.loopback && (clients.length === 0 || cds.clients.length === 0)) return;
    const token = bearerOf(authorization);
    let type: string | undefined;
    try {
      type = decodeProtectedHeader(token).typ;
    } catch {
      throw refusedToken("it is no JWT");
    }
    // What a CDS client has signed counts once, so that its route alone looks at it.
    if (type === TOKEN_TYPE) await this.#tokenOf(token);
  }

  /** A CDS call. @param path of the endpoint @throws LongitudeError ACCESS_REQUIRED, ASSERTION_REFUSED, SERVE_LIMIT */
  async cds(authorization: string | undefined, path: string): Promise<Principal> {
    const { clients } = this.options.config.cds;
    if (clients.length === 0 && this.options.loopback) return this.#within(LOCAL);
    const known = clients.map((client) => ({ ...client, issuer: client.iss, ownSubject: false }));
    const { tenant, iss } = await this.#jwts.verify(
      bearerOf(authorization),
      known,
      `${this.options.address()}${path}`,
    );
    return this.#within({ tenant, client: actorOf(iss), scopes: [] });
  }

  /** Exchanges an assertion for a token. @throws LongitudeError ASSERTION_REFUSED, ACCESS_REFUSED, SERVE_LIMIT */
  async token(assertion: string, scope: string): Promise<{ token: string; scope: string }> {
    const known = this.options.config.clients.map((client) => ({
      ...client,
      issuer: client.id,
      jku: "url" in client.jwks ? [client.jwks.url] : [],
      ownSubject: true,
    }));
    const client = await this.#jwts.verify(assertion, known, `${this.options.address()}/token`);
    await this.#within({ tenant: client.tenant, client: client.id, scopes: [] });
    const scopes = granted(scope.split(" "), client.scopes);
    if (scopes.length === 0) throw new LongitudeError(ACCESS_REFUSED, "none of the scopes may be given");
    const facts = { actor: client.id, action: "identity.token", object: client.tenant, patientKey: null };
    const reason = scopes.join(" ").slice(0, 200);
    await this.options.state.transaction((tx) =>
      appendAudit(tx, { ...facts, reason, outcome: "done" }, this.options.effects.now()),
    );
    const token = await this.#sign(client.id, client.tenant, scopes, TOKEN_SECONDS, {});
    return { token, scope: scopes.join(" ") };
  }

  /** A token of one request of a person who is logged in. */
  personToken(person: string, tenant: string, scopes: readonly string[]): Promise<string> {
    return this.#sign(person, tenant, scopes, PERSON_SECONDS, { person: true });
  }

  /** @throws LongitudeError SERVE_LIMIT when the tenant has had all its forecasts of today */
  async countForecast(principal: Principal): Promise<void> {
    if (principal === LOCAL) return;
    const { tenant } = principal;
    const { effects, state } = this.options;
    const now = effects.now();
    const day = Math.floor(now / DAY_MS);
    let counted = this.#days.get(tenant);
    // Other processes of the server count too.
    if (counted?.day !== day || now >= counted.at + RECOUNT_MS) {
      const { count } = await state.transaction((tx) =>
        tx
          .withTables<ServingTables>()
          .selectFrom("serving_request")
          .select((of) => of.fn.countAll<number>().as("count"))
          .where("tenant", "=", tenant)
          .where("at", ">=", isoTime(day * DAY_MS))
          .executeTakeFirstOrThrow(),
      );
      counted = { day, at: now, count };
      this.#days.set(tenant, counted);
    }
    counted.count += 1;
    if (counted.count > this.#limits(tenant).forecastsPerDay)
      throw new LongitudeError(SERVE_LIMIT, "the tenant has had all its forecasts of today");
  }

  #sign(
    subject: string,
    tenant: string,
    scopes: readonly string[],
    seconds: number,
    more: Readonly<Record<string, boolean>>,
  ): Promise<string> {
    const now = Math.floor(this.options.effects.now() / 1000);
    return new SignJWT({ ...more, tenant, scope: scopes.join(" ") })
      .setProtectedHeader({ alg: "HS256", typ: TOKEN_TYPE })
      .setIssuer(TOKEN_ISSUER)
      .setSubject(subject)
      .setAudience(this.options.address())
      .setIssuedAt(now)
      .setExpirationTime(now + seconds)
      .sign(this.#key);
  }

  async #tokenOf(token: string): Promise<Principal> {
    try {
      const { payload } = await jwtVerify(token, this.#key, {
        algorithms: ["HS256"],
        typ: TOKEN_TYPE,
        issuer: TOKEN_ISSUER,
        audience: this.options.address(),
        requiredClaims: ["exp", "sub", "tenant", "scope"],
        currentDate: new Date(this.options.effects.now()),
      });
      if (payload.person === true)
        return {
          tenant: String(payload.tenant),
          client: payload.sub ?? "",
          scopes: String(payload.scope).split(" "),
        };
      const client = this.options.config.clients.find(({ id }) => id === payload.sub);
      if (client === undefined || client.tenant !== payload.tenant)
        throw refusedToken("its client is no more");
      return {
        tenant: client.tenant,
        client: client.id,
        // What the site has taken away since counts at once.
        scopes: granted(String(payload.scope).split(" "), client.scopes),
      };
    } catch (error) {
      if (error instanceof LongitudeError) throw error;
      throw refusedToken(error instanceof errors.JOSEError ? error.code : "it is no token of this server");
    }
  }

  async #within(principal: Principal): Promise<Principal> {
    const { tenant } = principal;
    // This machine's own requests are not held back.
    if (principal === LOCAL) return principal;
    const limit = this.#limits(tenant).requestsPerMinute;
    if (!(await this.#minutes.take(tenant, limit, this.options.effects.now())))
      throw new LongitudeError(SERVE_LIMIT, "the tenant has had all its requests of this minute");
    return principal;
  }

  #limits(tenant: string) {
    const known = this.options.config.tenants.find(({ id }) => id === tenant);
    return known ?? DEFAULT_QUOTAS;
  }
}

function bearerOf(authorization: string | undefined): string {
  const token = /^Bearer ([A-Za-z0-9._~+/=-]+)$/i.exec(authorization ?? "")?.[1];
  if (token === undefined) throw new LongitudeError(ACCESS_REQUIRED, "the request has no bearer token");
  return token;
}

function refusedToken(why: string): LongitudeError {
  return new LongitudeError(ACCESS_REQUIRED, `the token does not count: ${why}`);
}

/** As an audit entry takes it. */
export function actorOf(issuer: string): string {
  return issuer.replaceAll(/[^A-Za-z0-9._:@/+=#-]/g, "-").slice(0, 200);
}
