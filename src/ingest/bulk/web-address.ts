/**
 * Which addresses are asked, and which of them may see the access token.
 * Invariant: plain http is spoken with this machine only; the token goes to allowed origins only, never further.
 */
import { LongitudeError } from "../../errors/longitude-error.ts";
import { PULL_INSECURE, PULL_ORIGIN } from "../../errors/registry.ts";

export class AddressRules {
  readonly #tokenOrigins: ReadonlySet<string>;
  readonly #loopback: boolean;

  /**
   * @param server the FHIR base address
   * @param allowed further origins that belong to the server
   */
  constructor(server: string, allowed: readonly string[]) {
    const base = parsed(server, "the server's address");
    this.#loopback = isLoopback(base.hostname);
    this.#tokenOrigins = new Set(
      [
        this.checked(server, "the server's address"),
        ...allowed.map((text) => this.checked(text, "an allowed origin")),
      ].map(({ origin }) => origin),
    );
  }

  /** Parses an address and refuses plain http, other schemes and credentials in it. */
  checked(text: string, what: string, base?: string): URL {
    const url = parsed(text, what, base);
    const plain = url.protocol === "http:" && this.#loopback && isLoopback(url.hostname);
    if (url.protocol !== "https:" && !plain)
      throw new LongitudeError(PULL_INSECURE, `${what} is not https (host ${url.host})`);
    if (url.username !== "" || url.password !== "")
      throw new LongitudeError(PULL_INSECURE, `${what} has a user name or password in it`);
    return url;
  }

  mayHaveToken(url: URL): boolean {
    return this.#tokenOrigins.has(url.origin);
  }

  requireToken(url: URL, what: string): void {
    if (this.mayHaveToken(url)) return;
    throw new LongitudeError(
      PULL_ORIGIN,
      `${what} stands on another origin (${url.origin}) and asks for the token`,
    );
  }
}

function parsed(text: string, what: string, base?: string): URL {
  try {
    return new URL(text, base);
  } catch {
    throw new LongitudeError(PULL_INSECURE, `${what} is not a web address`);
  }
}

export function isLoopback(host: string): boolean {
  return host === "localhost" || host === "[::1]" || /^127(\.\d{1,3}){3}$/.test(host);
}
