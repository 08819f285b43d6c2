/** The session of whoever is logged in: what it may do, breaking the glass, the patient it was launched for, log-out. */
import type { FastifyInstance, FastifyRequest } from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import { z } from "zod";
import { LongitudeError } from "../../errors/longitude-error.ts";
import { LOGIN_REQUIRED } from "../../errors/registry.ts";
import { isoTime } from "../../state/value-parsers.ts";
import { patientKeyOf } from "../answers/ask-record.ts";
import type { ServerContext } from "../server-context.ts";
import { GLASS_REASONS } from "./glass-reasons.table.ts";
import type { Identity } from "./identity.ts";
import type { PeopleConfig } from "./identity-config.ts";
import { purposesOf, scopesOf } from "./roles.ts";
import { sessionForecast } from "./session-forecast.ts";
import type { BrokenGlass, Session } from "./sessions.ts";

declare module "fastify" {
  interface FastifyRequest {
    session: Session | null;
  }
}

const patient = z.string().regex(/^[A-Za-z0-9.-]{1,128}$/, "a FHIR id");
const glassBody = z
  .strictObject({
    patient: patient.optional(),
    /** In place of the FHIR id, where only the key is known. */
    key: z
      .string()
      .regex(/^[0-9a-f]{32}$/, "a patient's key")
      .optional(),
    code: z.enum(GLASS_REASONS).default("other"),
    /** In the person's own words: kept with the broken glass, in no log. */
    reason: z.string().max(1000).default(""),
  })
  .refine((body) => (body.patient === undefined) !== (body.key === undefined), "a patient or a key");

export type BreakGlass = z.input<typeof glassBody>;
const patientQuery = z.object({ patient: patient.optional() });

export function sessionRoutes(instance: FastifyInstance, context: ServerContext, identity: Identity): void {
  const app = instance.withTypeProvider<ZodTypeProvider>();
  app.get(
    "/session",
    { schema: { tags: ["people"], summary: "Who is logged in, and what for" } },
    async (request) => {
      const session = sessionOf(request);
      const { people } = context.config;
      return sessionAnswer(
        session,
        people,
        await identity.sessions.brokenGlass(session),
        context.effects.now(),
      );
    },
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
      const session = sessionOf(request);
      const { patient: named, key, code, reason } = request.body;
      const ends = await identity.sessions.breakGlass(
        session,
        key ?? patientKeyOf(context.secret, session.tenant, named ?? ""),
        { reason: code, note: reason },
      );
      return { ...(named === undefined ? { key } : { patient: named }), until: isoTime(ends) };
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

function sessionAnswer(
  session: Session,
  { idleMinutes, breakGlassMinutes }: PeopleConfig,
  glass: readonly BrokenGlass[],
  now: number,
) {
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
    /** For how long the glass stays broken. */
    breakGlassMinutes,
    /** Whose records are open by broken glass; seconds, because clocks of browsers differ. */
    glass: glass.map(({ key, untilMs }) => ({
      key,
      until: isoTime(untilMs),
      secondsLeft: Math.ceil((untilMs - now) / 1000),
    })),
    patient: session.launch?.patient ?? null,
    encounter: session.launch?.encounter ?? null,
  };
}

/** @throws LongitudeError LOGIN_REQUIRED */
export function sessionOf(request: FastifyRequest): Session {
  if (request.session === null) throw new LongitudeError(LOGIN_REQUIRED, "nobody is logged in");
  return request.session;
}
