/** The session of whoever is logged in: what it may do, breaking the glass, the patient it was launched for, log-out. */
import type { FastifyInstance, FastifyRequest } from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import { z } from "zod";
import { LongitudeError } from "../../errors/longitude-error.ts";
import { LOGIN_REQUIRED } from "../../errors/registry.ts";
import { isoTime } from "../../state/value-parsers.ts";
import type { ServerContext } from "../server-context.ts";
import type { Identity } from "./identity.ts";
import { purposesOf, scopesOf } from "./roles.ts";
import { sessionForecast } from "./session-forecast.ts";
import type { Session } from "./sessions.ts";

declare module "fastify" {
  interface FastifyRequest {
    session: Session | null;
  }
}

const patient = z.string().regex(/^[A-Za-z0-9.-]{1,128}$/, "a FHIR id");
const glassBody = z.strictObject({ patient, reason: z.string().max(1000) });
const patientQuery = z.object({ patient: patient.optional() });

export function sessionRoutes(instance: FastifyInstance, context: ServerContext, identity: Identity): void {
  const app = instance.withTypeProvider<ZodTypeProvider>();
  app.get(
    "/session",
    { schema: { tags: ["people"], summary: "Who is logged in, and what for" } },
    (request) => sessionAnswer(sessionOf(request), context.config.people.idleMinutes),
  );
  app.post(
    "/session/break-glass",
    {
      schema: {
        tags: ["people"],
        summary: "Opens a record that the session was not launched for; audited",
        body: glassBody,
      },
    },
    async (request) => {
      const ends = await identity.sessions.breakGlass(
        sessionOf(request),
        request.body.patient,
        request.body.reason,
      );
      return { patient: request.body.patient, until: isoTime(ends) };
    },
  );
  app.get(
    "/session/forecast",
    {
      schema: {
        tags: ["people"],
        summary: "The forecast of the launch's patient, or of one for whom the glass was broken",
        querystring: patientQuery,
      },
    },
    (request) => sessionForecast(context, identity, sessionOf(request), request.query.patient),
  );
  app.post(
    "/logout",
    { schema: { tags: ["people"], summary: "Ends the session" } },
    async (request, reply) => {
      await identity.sessions.end(sessionOf(request));
      identity.cookies.clear(reply, "session");
      return reply.send({});
    },
  );
}

export type SessionAnswer = ReturnType<typeof sessionAnswer>;

function sessionAnswer(session: Session, idleMinutes: number) {
  return {
    person: session.id,
    tenant: session.tenant,
    roles: session.roles,
    scopes: scopesOf(session.roles),
    units: session.units,
    purpose: session.purpose,
    purposes: purposesOf(session.roles),
    csrf: session.csrf,
    ends: isoTime(session.endsMs),
    idleEnds: isoTime(session.idleEndsMs),
    /** How long it may go without a request. */
    idleMinutes,
    patient: session.launch?.patient ?? null,
    encounter: session.launch?.encounter ?? null,
  };
}

/** @throws LongitudeError LOGIN_REQUIRED */
export function sessionOf(request: FastifyRequest): Session {
  if (request.session === null) throw new LongitudeError(LOGIN_REQUIRED, "nobody is logged in");
  return request.session;
}
