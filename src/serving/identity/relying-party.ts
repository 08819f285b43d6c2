/**
 * This server as a client of one authorization server: where browsers are sent, and who came back.
 * Invariant: code flow with PKCE (S256), state and nonce; the ID token's signature, issuer, audience and times are checked;
 * only origins that the site lists are asked.
 */
import { readFile, stat } from "node:fs/promises";
import { resolve } from "node:path";
import { importJWK, type JWK } from "jose";
import * as oidc from "openid-client";
import { z } from "zod";
import { LongitudeError } from "../../errors/longitude-error.ts";
import { LOGIN_CONFIG, LOGIN_REFUSED, LOGIN_UNAVAILABLE } from "../../errors/registry.ts";
import { type GuardOptions, guardedFetch } from "../../ingest/bulk/guarded-fetch.ts";
import { isLoopback } from "../../ingest/bulk/web-address.ts";

export interface ClientSecrets {
  readonly clientSecretFile?: string | undefined;
  readonly clientKeyFile?: string | undefined;
  /** The site's folder. */
  readonly folder: string;
}

export interface PartyOptions extends ClientSecrets {
  /** `.well-known` address of the server's description. */
  readonly discovery: string;
  /** What the description's issuer must be; null where it is only the ID tokens' (SMART). */
  readonly issuer: string | null;
  readonly clientId: string;
  readonly origins: readonly string[];
}

export interface Returned {
  readonly claims: Readonly<Record<string, unknown>>;
  readonly accessToken: string;
  /** The token endpoint's answer: a SMART launch has `patient` in it. */
  readonly answer: Readonly<Record<string, unknown>>;
}

/** Both OpenID Connect discovery and `smart-configuration`, as far as it is used. */
const descriptionSchema = z.looseObject({
  issuer: z.string().optional(),
  authorization_endpoint: z.url(),
  token_endpoint: z.url(),
  jwks_uri: z.url().optional(),
  code_challenge_methods_supported: z.array(z.string()).optional(),
  id_token_signing_alg_values_supported: z.array(z.string()).optional(),
});

const ID_TOKEN_ALGORITHMS = ["RS256", "ES256", "RS384", "ES384", "PS256", "PS384"];
const FETCH_MS = 5000;
const MOST_BYTES = 2 ** 20;
/** A description is read anew after so long. */
const KEPT_MS = 600_000;

export class RelyingParty {
  #kept: { readonly at: number; readonly configuration: oidc.Configuration } | null = null;
  readonly #guard: GuardOptions;

  constructor(
    private readonly options: PartyOptions,
    private readonly now: () => number,
  ) {
    this.#guard = {
      origins: [options.discovery, ...options.origins].map((address) => new URL(address).origin),
      timeoutMs: FETCH_MS,
      mostBytes: MOST_BYTES,
    };
  }

  /** Where the browser goes. @throws LongitudeError LOGIN_UNAVAILABLE, LOGIN_CONFIG */
  async begin(parameters: Readonly<Record<string, string>>) {
    const configuration = await this.#configuration();
    const [state, nonce, verifier] = [oidc.randomState(), oidc.randomNonce(), oidc.randomPKCECodeVerifier()];
    const url = oidc.buildAuthorizationUrl(configuration, {
      ...parameters,
      response_type: "code",
      state,
      nonce,
      code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
      code_challenge_method: "S256",
    });
    return { url: url.href, state, nonce, verifier };
  }

  /** @param url that the browser came back to @throws LongitudeError LOGIN_REFUSED, LOGIN_UNAVAILABLE */
  async finish(
    url: URL,
    state: string,
    { verifier, nonce }: { readonly verifier: string; readonly nonce: string },
  ): Promise<Returned> {
    const configuration = await this.#configuration();
    try {
      const tokens = await oidc.authorizationCodeGrant(configuration, url, {
        pkceCodeVerifier: verifier,
        expectedState: state,
        expectedNonce: nonce,
        idTokenExpected: true,
      });
      const claims = tokens.claims();
      if (claims === undefined) throw new LongitudeError(LOGIN_REFUSED, "the server told nobody's identity");
      return { claims, accessToken: tokens.access_token, answer: tokens };
    } catch (error) {
      if (error instanceof LongitudeError) throw error;
      const code = error instanceof Error && "code" in error ? String(error.code) : "";
      if (code.startsWith("OAUTH_") && code !== "OAUTH_TIMEOUT")
        throw new LongitudeError(LOGIN_REFUSED, `the log-in does not count (${codeText(code)})`, {
          cause: error,
        });
      throw new LongitudeError(LOGIN_UNAVAILABLE, "the authorization server cannot be asked", {
        cause: error,
      });
    }
  }

  async #configuration(): Promise<oidc.Configuration> {
    if (this.#kept !== null && this.now() < this.#kept.at + KEPT_MS) return this.#kept.configuration;
    const description = await this.#describe();
    const authentication = await clientAuthentication(
      this.options,
      // SMART wants the token endpoint where OpenID Connect wants the issuer.
      this.options.issuer === null ? description.token_endpoint : undefined,
    );
    const algorithm = ID_TOKEN_ALGORITHMS.find((one) =>
      (description.id_token_signing_alg_values_supported ?? ["RS256"]).includes(one),
    );
    const issuer = description.issuer ?? this.options.issuer ?? this.options.discovery;
    const { registration_endpoint: _, ...server } = description;
    const configuration = new oidc.Configuration(
      { ...server, issuer } as oidc.ServerMetadata,
      this.options.clientId,
      { id_token_signed_response_alg: algorithm ?? "RS256" },
      authentication,
    );
    configuration[oidc.customFetch] = (address, init) =>
      guardedFetch(address, { method: init.method, headers: init.headers, body: init.body }, this.#guard);
    configuration.timeout = FETCH_MS / 1000;
    oidc.enableNonRepudiationChecks(configuration);
    if (isLoopback(new URL(this.options.discovery).hostname)) oidc.allowInsecureRequests(configuration);
    this.#kept = { at: this.now(), configuration };
    return configuration;
  }

  async #describe(): Promise<z.output<typeof descriptionSchema>> {
    const { discovery, issuer } = this.options;
    let read: unknown;
    try {
      const response = await guardedFetch(
        discovery,
        { headers: { accept: "application/json" } },
        this.#guard,
      );
      if (!response.ok) throw new Error(`the server answered ${response.status}`);
      read = await response.json();
    } catch (cause) {
      throw new LongitudeError(LOGIN_UNAVAILABLE, "the authorization server does not describe itself", {
        cause,
      });
    }
    const parsed = descriptionSchema.safeParse(read);
    if (!parsed.success)
      throw new LongitudeError(LOGIN_UNAVAILABLE, "the authorization server's description lacks addresses");
    if (issuer !== null && parsed.data.issuer !== issuer)
      throw new LongitudeError(LOGIN_UNAVAILABLE, "the description is of another issuer");
    const methods = parsed.data.code_challenge_methods_supported;
    if (methods !== undefined && !methods.includes("S256"))
      throw new LongitudeError(LOGIN_UNAVAILABLE, "the authorization server does not support PKCE with S256");
    const { origins } = this.#guard;
    // Browsers are sent to the first, the server itself asks the others.
    const { authorization_endpoint, token_endpoint, jwks_uri } = parsed.data;
    for (const address of [authorization_endpoint, token_endpoint, jwks_uri ?? token_endpoint])
      if (!origins.includes(new URL(address).origin))
        throw new LongitudeError(
          LOGIN_UNAVAILABLE,
          "the description names an origin that the site does not list",
        );
    return parsed.data;
  }
}

/** @param audience of signed assertions; the issuer when left out @throws LongitudeError LOGIN_CONFIG */
export async function clientAuthentication(
  options: ClientSecrets,
  audience?: string,
): Promise<oidc.ClientAuth> {
  const { clientSecretFile, clientKeyFile } = options;
  if (clientSecretFile !== undefined && clientKeyFile !== undefined)
    throw new LongitudeError(LOGIN_CONFIG, "the client has both a secret and a key");
  if (clientSecretFile !== undefined)
    return oidc.ClientSecretBasic((await readPrivate(options.folder, clientSecretFile)).trim());
  if (clientKeyFile === undefined) return oidc.None();
  try {
    const jwk = JSON.parse(await readPrivate(options.folder, clientKeyFile)) as JWK;
    if (jwk.alg !== "RS384" && jwk.alg !== "ES384") throw new Error("alg is neither RS384 nor ES384");
    const key = await importJWK(jwk, jwk.alg);
    if (key instanceof Uint8Array) throw new Error("it is no private key");
    return oidc.PrivateKeyJwt(jwk.kid === undefined ? key : { key, kid: jwk.kid }, {
      [oidc.modifyAssertion]: (_header, payload) => {
        if (audience !== undefined) payload.aud = audience;
      },
    });
  } catch (cause) {
    if (cause instanceof LongitudeError) throw cause;
    throw new LongitudeError(LOGIN_CONFIG, "the client's key file holds no private key", { cause });
  }
}

async function readPrivate(folder: string, file: string): Promise<string> {
  try {
    const path = resolve(folder, file);
    if (((await stat(path)).mode & 0o077) !== 0)
      throw new LongitudeError(LOGIN_CONFIG, "the client's file can be read by others");
    return await readFile(path, "utf8");
  } catch (cause) {
    if (cause instanceof LongitudeError) throw cause;
    throw new LongitudeError(LOGIN_CONFIG, "the client's file cannot be read", { cause });
  }
}

function codeText(code: string): string {
  return code.replaceAll(/[^A-Za-z0-9_-]/g, "?").slice(0, 60);
}
