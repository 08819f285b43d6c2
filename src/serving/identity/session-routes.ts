/** The session of whoever is logged in: what it may do, breaking the glass, the patient it was launched for, log-out. */
import type { FastifyInstance, FastifyRequest } from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import { z } from "zod";
import { LongitudeError } from "../../errors/longitude-error.ts";
import { LOGIN_REQUIRED, PATIENT_REFUSED } from "../../errors/registry.ts";
import { isoTime } from "../../state/value-parsers.ts";
import { askRecord } from "../answers/ask-record.ts";
import { shownOf } from "../answers/forecast-request.ts";
import { fetchMissing } from "../cds/fetch-record.ts";
import { prefetchTemplates, readPrefetch } from "../cds/prefetch.ts";
import { patientRecord } from "../records/patient-record.ts";
import type { ServerContext } from "../server-context.ts";
import type { Identity } from "./identity.ts";
import { purposesOf, scopesOf } from "./roles.ts";
import type { Session } from "./sessions.ts";

const patient = z.string().regex(/^[A-Za-z0-9.-]{1,128}$/, "a FHIR id");
const glassBody = z.strictObject({ patient, reason: z.string().max(1000) });
const patientQuery = z.object({ patient: patient.optional() });
const FETCH_MS = 10_000;

export function sessionRoutes(instance: FastifyInstance, context: ServerContext, identity: Identity): void {
  const app = instance.withTypeProvider<ZodTypeProvider>();
  app.get(
    "/session",
    { schema: { tags: ["people"], summary: "Who is logged in, and what for" } },
    (request) => {
      const session = sessionOf(request);
      return {
        person: session.id,
        tenant: session.tenant,
        roles: session.roles,
        scopes: scopesOf(session.roles),
        purpose: session.purpose,
        purposes: purposesOf(session.roles),
        csrf: session.csrf,
        ends: isoTime(session.endsMs),
        idleEnds: isoTime(session.idleEndsMs),
        patient: session.launch?.patient ?? null,
        encounter: session.launch?.encounter ?? null,
      };
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
    async (request) => {
      const session = sessionOf(request);
      const { launch } = session;
      const asked = request.query.patient ?? launch?.patient ?? null;
      if (launch === null || asked === null)
        throw new LongitudeError(PATIENT_REFUSED, "the session was launched from no patient's chart");
      if (!(await identity.sessions.maySee(session, asked)))
        throw new LongitudeError(PATIENT_REFUSED, "the session was launched for another patient");
      return shownOf(await askPatient(context, session, asked));
    },
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

/** @throws LongitudeError LOGIN_REQUIRED */
export function sessionOf(request: FastifyRequest): Session {
  if (request.session === null) throw new LongitudeError(LOGIN_REQUIRED, "nobody is logged in");
  return request.session;
}

/** Reads the record from the EHR that has launched, with the launch's token, and asks the model. */
async function askPatient(context: ServerContext, session: Session, asked: string) {
  const { fhirServer, accessToken: token } = session.launch ?? {};
  const templates = prefetchTemplates(context.model.reader.checkpoint.vocabulary);
  const { missing } = readPrefetch(templates, undefined, asked);
  const resources = await fetchMissing(missing, {
    fhirServer,
    token,
    allowed: context.config.smart.servers.map(({ iss }) => iss),
    mostBytes: context.config.limits.bodyMegabytes * 2 ** 20,
    timeoutMs: FETCH_MS,
  });
  const { timeline, leftOut, displays } = patientRecord(resources, asked, context.records);
  return askRecord(
    context,
    { tenant: session.tenant, client: session.id, scopes: scopesOf(session.roles) },
    {
      events: timeline.events,
      leftOut,
      displays,
      at: null,
      explain: true,
      kind: "v1",
      detail: "workspace",
      unit: "",
      patient: asked,
    },
  );
}
