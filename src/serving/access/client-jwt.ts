/**
 * Verifies a JWT that a client has signed: an assertion for a token, or the one that comes with a CDS call.
 * Invariant: only RS384 and ES384 with a key of the client that the site names; a jti counts once, ever.
 */
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import {
  createLocalJWKSet,
  createRemoteJWKSet,
  customFetch,
  decodeJwt,
  decodeProtectedHeader,
  errors,
  type JSONWebKeySet,
  type JWTVerifyGetKey,
  jwtVerify,
} from "jose";
import type { Effects } from "../../effects/effects.ts";
import { LongitudeError } from "../../errors/longitude-error.ts";
import { ASSERTION_REFUSED, SERVE_KEYS } from "../../errors/registry.ts";
import { guardedFetch } from "../../ingest/bulk/guarded-fetch.ts";
import type { State } from "../../state/open-state.ts";
import { isoTime } from "../../state/value-parsers.ts";
import type { ServingTables } from "../answers/serving-tables.ts";
import type { KeySetSource } from "../serving-config.ts";

export interface KnownClient {
  /** `iss` of its JWTs. */
  readonly issuer: string;
  readonly jwks: KeySetSource;
  /** Addresses that a `jku` may name. */
  readonly jku: readonly string[];
  /** Whether `sub` must be the issuer. */
  readonly ownSubject: boolean;
}

const ALGORITHMS = ["RS384", "ES384"];
const LONGEST_SECONDS = 300;
const SKEW_SECONDS = 30;
const LONGEST_JWT = 8192;
const FETCH_MS = 5000;
/** A file of keys is read anew, so that keys change without a restart. */
const FILE_KEPT_MS = 60_000;
const MOST_KEY_BYTES = 2 ** 20;

export class ClientJwts {
  readonly #keys = new Map<string, { readonly at: number; readonly key: JWTVerifyGetKey }>();

  constructor(
    private readonly folder: string,
    private readonly state: State,
    private readonly effects: Effects,
  ) {}

  /**
   * @param audience the exact address that it must be for
   * @returns the client whose it is
   * @throws LongitudeError ASSERTION_REFUSED
   */
  async verify<C extends KnownClient>(jwt: string, clients: readonly C[], audience: string): Promise<C> {
    try {
      if (jwt.length > LONGEST_JWT) throw refused("it is too long");
      const header = decodeProtectedHeader(jwt);
      if (!ALGORITHMS.includes(header.alg ?? "")) throw refused("its algorithm is neither RS384 nor ES384");
      if (header.crit !== undefined || header.jwk !== undefined || header.x5u !== undefined)
        throw refused("its header brings a key or a condition of its own");
      const { iss } = decodeJwt(jwt);
      const client = clients.find(({ issuer }) => issuer === iss);
      if (client === undefined) throw refused("its issuer is not known here");
      const key = await this.#keyOf(client, header.jku);
      const { payload } = await jwtVerify(jwt, key, {
        algorithms: ALGORITHMS,
        issuer: client.issuer,
        audience,
        ...(client.ownSubject ? { subject: client.issuer } : {}),
        requiredClaims: ["iss", "aud", "exp", "jti"],
        clockTolerance: SKEW_SECONDS,
        currentDate: new Date(this.effects.now()),
      });
      if (Array.isArray(payload.aud)) throw refused("it is for more than one audience");
      const now = this.effects.now() / 1000;
      if ((payload.exp ?? 0) > now + LONGEST_SECONDS + SKEW_SECONDS)
        throw refused("it expires later than in five minutes");
      if ((payload.iat ?? now) > now + SKEW_SECONDS) throw refused("it was issued in the future");
      if (typeof payload.jti !== "string" || payload.jti === "" || payload.jti.length > 200)
        throw refused("its jti is missing or too long");
      await this.#useOnce(client.issuer, payload.jti, payload.exp ?? 0);
      return client;
    } catch (error) {
      if (error instanceof LongitudeError) throw error;
      if (error instanceof errors.JOSEError || error instanceof TypeError || error instanceof SyntaxError)
        throw refused(error instanceof errors.JOSEError ? error.code : "it is no JWT");
      throw error;
    }
  }

  async #keyOf({ issuer, jwks, jku }: KnownClient, named: unknown): Promise<JWTVerifyGetKey> {
    if (named !== undefined && (typeof named !== "string" || !jku.includes(named)))
      throw refused("its jku is none that the site lists for this issuer");
    const address = typeof named === "string" ? named : "url" in jwks ? jwks.url : null;
    const id = `${issuer}\0${address ?? ""}`;
    const known = this.#keys.get(id);
    const now = this.effects.now();
    if (known !== undefined && now < known.at + FILE_KEPT_MS) return known.key;
    if (address === null && "file" in jwks) {
      const key = await keysOfFile(this.folder, jwks.file);
      this.#keys.set(id, { at: now, key });
      return key;
    }
    const remote = createRemoteJWKSet(new URL(address ?? ""), {
      timeoutDuration: FETCH_MS,
      [customFetch]: (url) => guardedFetch(url, { headers: { accept: "application/json" } }, guardOf(url)),
    });
    // A key set that cannot be fetched is no fault of this server.
    const key: JWTVerifyGetKey = (header, token) =>
      remote(header, token).catch((error: unknown) => {
        if (error instanceof errors.JOSEError) throw error;
        throw refused("its client's keys cannot be fetched");
      });
    // It is fetched anew by itself.
    this.#keys.set(id, { at: Number.POSITIVE_INFINITY, key });
    return key;
  }

  async #useOnce(issuer: string, jti: string, expires: number): Promise<void> {
    const now = this.effects.now();
    const first = await this.state.transaction(async (tx) => {
      const tables = tx.withTables<ServingTables>();
      await tables
        .deleteFrom("serving_used_assertion")
        .where("expires", "<", isoTime(now - 2000 * LONGEST_SECONDS))
        .execute();
      const inserted = await tables
        .insertInto("serving_used_assertion")
        .values({ issuer, jti, expires: isoTime(1000 * expires) })
        .onConflict((conflict) => conflict.doNothing())
        .returning("jti")
        .execute();
      return inserted.length === 1;
    });
    if (!first) throw refused("its jti was used before");
  }
}

/** @throws LongitudeError SERVE_KEYS */
export async function keysOfFile(folder: string, file: string): Promise<JWTVerifyGetKey> {
  try {
    return createLocalJWKSet(JSON.parse(await readFile(resolve(folder, file), "utf8")) as JSONWebKeySet);
  } catch (cause) {
    throw new LongitudeError(SERVE_KEYS, "a client's key set cannot be read", { cause });
  }
}

/** Only the key set's own origin. */
function guardOf(address: string) {
  return { origins: [new URL(address).origin], timeoutMs: FETCH_MS, mostBytes: MOST_KEY_BYTES };
}

function refused(why: string): LongitudeError {
  return new LongitudeError(ASSERTION_REFUSED, `the JWT is refused: ${why}`);
}
