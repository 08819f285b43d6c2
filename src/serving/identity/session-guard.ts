/**
 * Finds the session of each request, and lets it stand for a token where there is none.
 * Invariant: what changes something counts only with the session's CSRF value, from the server's own pages; what a page asks with
 * nobody there, as it says by `x-unattended`, keeps no session from ending.
 */
import type { FastifyInstance, FastifyRequest } from "fastify";
import { LongitudeError } from "../../errors/longitude-error.ts";
import { CSRF_REFUSED } from "../../errors/registry.ts";
import type { ServerContext } from "../server-context.ts";
import type { Identity } from "./identity.ts";
import { scopesOf } from "./roles.ts";
import { type Session, sameText } from "./sessions.ts";

const SAFE = new Set(["GET", "HEAD", "OPTIONS"]);

export function guardSessions(app: FastifyInstance, context: ServerContext, identity: Identity): void {
  app.decorateRequest("session", null);
  app.addHook("onRequest", async (request) => {
    // The workspace's own files hold nothing of anybody: a dozen at once would each ask the database who it is.
    if (request.routeOptions.url?.startsWith("/app") !== true) await findSession(request);
    if (!SAFE.has(request.method) && request.routeOptions.url !== "/token")
      await context.access.somebody(request.headers.authorization);
  });

  async function findSession(request: FastifyRequest): Promise<void> {
    const cookie = identity.cookies.read(request, "session");
    if (cookie === null || request.headers.authorization !== undefined) return;
    const session = await identity.sessions.find(cookie, request.headers["x-unattended"] === undefined);
    if (session === null) return;
    if (!SAFE.has(request.method)) requireOwnPage(request, session, new URL(context.address()).origin);
    request.session = session;
    // Routes of systems know tokens only: the session becomes one, of this request alone.
    const { id, tenant, roles } = session;
    request.headers.authorization = `Bearer ${await context.access.personToken(id, tenant, scopesOf(roles))}`;
  }
}

function requireOwnPage({ headers }: FastifyRequest, session: Session, own: string): void {
  const { origin } = headers;
  const sent = headers["x-csrf-token"];
  if (headers["sec-fetch-site"] === "cross-site" || (origin !== undefined && origin !== own))
    throw new LongitudeError(CSRF_REFUSED, "the request comes from another site's page");
  if (typeof sent !== "string" || !sameText(sent, session.csrf))
    throw new LongitudeError(CSRF_REFUSED, "the request lacks the session's CSRF value");
}
