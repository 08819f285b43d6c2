/** The server's two cookies: one of a session, one of a browser that is logging in. */
import type { FastifyReply, FastifyRequest } from "fastify";
import { isLoopback } from "../../ingest/bulk/web-address.ts";

export type CookieName = "session" | "login";

export interface CookieOptions {
  /** The address that browsers use. */
  address(): string;
  /** Whether the workspace may stand in a frame of another origin: then the cookie must go with it. */
  readonly framed: boolean;
}

const LOGIN_SECONDS = 600;

export class Cookies {
  constructor(private readonly options: CookieOptions) {}

  read(request: FastifyRequest, name: CookieName): string | null {
    const wanted = `${this.#fullName(name)}=`;
    const found = (request.headers.cookie ?? "")
      .split(";")
      .map((part) => part.trim())
      .filter((part) => part.startsWith(wanted));
    // Two of one name: somebody has put a cookie of theirs beside ours.
    return found.length === 1 ? (found[0] as string).slice(wanted.length) : null;
  }

  set(reply: FastifyReply, name: CookieName, value: string): void {
    this.#write(reply, name, value, name === "login" ? `; Max-Age=${LOGIN_SECONDS}` : "");
  }

  clear(reply: FastifyReply, name: CookieName): void {
    this.#write(reply, name, "", "; Max-Age=0");
  }

  #write(reply: FastifyReply, name: CookieName, value: string, age: string): void {
    const sameSite = this.options.framed && this.#secure() ? "None; Partitioned" : "Lax";
    const secure = this.#secure() ? "; Secure" : "";
    void reply.header(
      "set-cookie",
      `${this.#fullName(name)}=${value}; Path=/; HttpOnly; SameSite=${sameSite}${secure}${age}`,
    );
  }

  /** `__Host-` makes browsers refuse it from a sibling host or over plain http. */
  #fullName(name: CookieName): string {
    return `${this.#secure() ? "__Host-" : ""}longitude-${name}`;
  }

  #secure(): boolean {
    const { protocol, hostname } = new URL(this.options.address());
    return protocol === "https:" || !isLoopback(hostname);
  }
}
