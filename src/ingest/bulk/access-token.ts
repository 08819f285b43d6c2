/**
 * Access tokens by SMART Backend Services: an assertion signed with the site's key, a token that lives for minutes.
 * Invariant: a token is renewed before it ends, once for all that wait for it; neither it nor an assertion is stored
 * or shown.
 */
import { randomUUID } from "node:crypto";
import { SignJWT } from "jose";
import { z } from "zod";
import type { Effects } from "../../effects/effects.ts";
import { LongitudeError } from "../../errors/longitude-error.ts";
import { PULL_DISCOVERY, PULL_REFUSED } from "../../errors/registry.ts";
import type { ClientKey } from "./client-key.ts";
import { jsonOf } from "./json-of.ts";
import type { RetryingClient } from "./retrying-client.ts";
import type { AddressRules } from "./web-address.ts";

/** The specification allows five minutes. */
const ASSERTION_SECONDS = 240;
/** For a server that does not say; the specification's longest. */
const DEFAULT_TOKEN_SECONDS = 300;
const MAX_DOCUMENT_BYTES = 2 ** 20;

const configurationSchema = z.looseObject({ token_endpoint: z.string() });
const tokenSchema = z.looseObject({
  access_token: z.string().min(1),
  token_type: z.string().regex(/^bearer$/i),
  expires_in: z.coerce.number().positive().optional(),
});

export interface TokenRequest {
  readonly clientId: string;
  readonly key: ClientKey;
  readonly scope: string;
  readonly jwksUrl: string | undefined;
  /** Instead of the one that the server's configuration names. */
  readonly tokenUrl: string | undefined;
}

export class AccessTokens {
  #endpoint: URL | null = null;
  #token: { readonly text: string; readonly renewAt: number } | null = null;
  #asking: Promise<string> | null = null;

  constructor(
    private readonly request: TokenRequest,
    private readonly server: URL,
    private readonly client: RetryingClient,
    private readonly rules: AddressRules,
    private readonly effects: Effects,
  ) {}

  /** One that is still good; `refused` is one that the server did not take. */
  async get(refused?: string): Promise<string> {
    const known = this.#token;
    if (known !== null && known.text !== refused && this.effects.now() < known.renewAt) return known.text;
    this.#asking ??= this.#ask().finally(() => {
      this.#asking = null;
    });
    return this.#asking;
  }

  async #ask(): Promise<string> {
    const endpoint = await this.#tokenEndpoint();
    const answer = await this.client.text(
      () => this.#tokenRequest(endpoint),
      "the token endpoint",
      MAX_DOCUMENT_BYTES,
    );
    const token = tokenSchema.safeParse(jsonOf(answer.text));
    if (answer.status !== 200 || !token.success) {
      const reason = oauthError(answer.text);
      throw new LongitudeError(
        PULL_REFUSED,
        `the token endpoint (${endpoint.origin}) answered ${answer.status}${reason === null ? "" : ` ${reason}`} and gave no token`,
      );
    }
    const lifeMs = (token.data.expires_in ?? DEFAULT_TOKEN_SECONDS) * 1000;
    // A fifth of its life, a minute at the most, is left for what is under way.
    const renewAt = this.effects.now() + lifeMs - Math.min(60_000, lifeMs / 5);
    this.#token = { text: token.data.access_token, renewAt };
    return token.data.access_token;
  }

  async #tokenRequest(
    endpoint: URL,
  ): Promise<{ url: URL; method: "POST"; body: string; headers: Record<string, string> }> {
    const { scope } = this.request;
    const body = new URLSearchParams({
      grant_type: "client_credentials",
      scope,
      client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
      client_assertion: await this.#assertion(endpoint),
    }).toString();
    const headers = { "content-type": "application/x-www-form-urlencoded", accept: "application/json" };
    return { url: endpoint, method: "POST", body, headers };
  }

  /** A new one for each try: a server takes a `jti` once. */
  async #assertion(endpoint: URL): Promise<string> {
    const { clientId, key, jwksUrl } = this.request;
    const now = Math.floor(this.effects.now() / 1000);
    return new SignJWT()
      .setProtectedHeader({
        alg: key.algorithm,
        kid: key.id,
        typ: "JWT",
        ...(jwksUrl === undefined ? {} : { jku: jwksUrl }),
      })
      .setIssuer(clientId)
      .setSubject(clientId)
      .setAudience(endpoint.href)
      .setJti(randomUUID())
      .setIssuedAt(now)
      .setExpirationTime(now + ASSERTION_SECONDS)
      .sign(key.key);
  }

  async #tokenEndpoint(): Promise<URL> {
    if (this.#endpoint !== null) return this.#endpoint;
    const { tokenUrl } = this.request;
    this.#endpoint =
      tokenUrl === undefined ? await this.#discovered() : this.rules.checked(tokenUrl, "the token endpoint");
    return this.#endpoint;
  }

  async #discovered(): Promise<URL> {
    const url = new URL(".well-known/smart-configuration", this.server);
    const headers = { accept: "application/json" };
    const answer = await this.client.text(
      async () => ({ url, method: "GET", headers }),
      "the SMART configuration",
      MAX_DOCUMENT_BYTES,
    );
    const found = configurationSchema.safeParse(jsonOf(answer.text));
    if (answer.status !== 200 || !found.success) {
      throw new LongitudeError(
        PULL_DISCOVERY,
        `.well-known/smart-configuration answered ${answer.status} and names no token endpoint`,
      );
    }
    return this.rules.checked(found.data.token_endpoint, "the token endpoint", url.href);
  }
}

/** The code of RFC 6749, 5.2; its description may say anything and is not repeated. */
function oauthError(text: string | null): string | null {
  const found = z.looseObject({ error: z.string().regex(/^[a-z_]{1,40}$/) }).safeParse(jsonOf(text));
  return found.success ? found.data.error : null;
}
