/** The session of somebody one of whose roles opens a page. */
import type { FastifyRequest } from "fastify";
import { LongitudeError } from "../../errors/longitude-error.ts";
import { ROLE_REQUIRED } from "../../errors/registry.ts";
import type { PersonRole } from "../identity/roles.ts";
import { sessionOf } from "../identity/session-routes.ts";
import type { Session } from "../identity/sessions.ts";

/** @throws LongitudeError LOGIN_REQUIRED, ROLE_REQUIRED */
export function sessionWithRole(request: FastifyRequest, roles: readonly PersonRole[]): Session {
  const session = sessionOf(request);
  if (!session.roles.some((role) => roles.includes(role)))
    throw new LongitudeError(ROLE_REQUIRED, "none of the person's roles opens this page");
  return session;
}
